"""Feeds one reader of foreign text with two hundred thousand characters, again and again.

A reader whose work grows with the square of the text takes more than ten seconds of the processor for one of them, any
other one less than a fifth of a second. So a test may end it after ten.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from smsgate import (
    Adapter,
    Answer,
    Doubt,
    Effect,
    Message,
    MessageFilter,
    OptOutWords,
    ProviderError,
    Reply,
    Request,
    SmsgateError,
    Submission,
    WebhookCall,
    WebhookError,
    read_number,
)
from smsgate.adapter.retry_after import retry_after
from smsgate.adapter.settings import Settings, without
from smsgate.sending.recipients import RecipientFile
from smsgate.transport.credential_mask import MOST, CredentialMask
from smsgate.webhooks.request import WebhookRequest
from smsgate_bulksms import BulkSms, BulkSmsSettings
from smsgate_salesbox import Salesbox, SalesboxSettings
from smsgate_salesmsg import Salesmsg, SalesmsgSettings
from smsgate_zoomconnect import ZoomConnect, ZoomConnectSettings

LENGTH = 200_000
"""Characters; an answer may have five times as many bytes."""
ENTRIES = 20_000
"""Entries of a long list."""
IDS = {"id", "messageId"}
NUMBER = "+12019772861"
NOW = datetime.now(UTC)
UNITS = (
    *("no ", "not enough ", "insufficient a ", "number a ", "contact ", "invalid a ", "opted ", "mobile ", "already "),
    *(
        "a",
        " ",
        "\n",
        "1",
        "+",
        "ext",
        "(",
        '"',
        "\\",
        "<br ",
        "<br/>",
        "&#1",
        "&",
        "&amp;",
        "=;",
        "a=b; ",
        "Mon, 1 Jan ",
    ),
    *("\u0345", "\u0315\u0300", "\ufdfa", "e\u0301", "\u00ad", "-", ".", ":", ",", "2026-01-01T", "a_", "S T O P "),
)


def texts() -> Iterator[str]:
    """Give the texts: near matches that never become one, runs, and what comes in two runs."""
    for unit in UNITS:
        yield (unit * (LENGTH // len(unit) + 1))[:LENGTH]
    yield "a" + "\u0345" * (LENGTH // 2) + "\u0316" * (LENGTH // 2)
    yield "&#" + "1" * LENGTH + ";"
    yield "&#x" + "1" * LENGTH + ";"
    yield "<br" + " " * LENGTH
    yield "https://" + "\u0345" * (LENGTH // 2) + "\u0316" * (LENGTH // 2) + "/?page=2"
    yield "no " * (LENGTH // 3) + "credit"


def refused(read: Callable[[str], object]) -> Callable[[str], None]:
    """Return a reader that may refuse what it reads, in smsgate's own words."""

    def quietly(text: str) -> None:
        with suppress(SmsgateError):
            read(text)

    return quietly


def read_reply(text: str) -> None:
    """Look for words of opt-out in a reply."""
    OptOutWords().read(Reply(provider="p", message_id="1", sender=NUMBER, text=text))


def read_address(text: str) -> None:
    """Look for the secret in a webhook's address."""
    for path, query in (("/hooks/p/s", text), (f"/{text}", "")):
        WebhookRequest(method="POST", path=path, query=query).addresses()


def read_many_secrets(_: str) -> None:
    """Look for the secret among a hundred thousand."""
    query = "&".join(f"secret={number}" for number in range(LENGTH // 10))
    WebhookRequest(method="POST", path="/hooks/p", query=query).addresses()


def read_call(text: str) -> None:
    """Read the fields of webhook calls."""
    for body, kind in ((text, "application/x-www-form-urlencoded"), (json.dumps({"a": text}), "application/json")):
        call = WebhookCall(method="POST", query=text, headers={"content-type": kind}, body=body.encode())
        with suppress(WebhookError):
            call.fields()


def read_headers(text: str) -> None:
    """Read what an answer's headers say."""
    retry_after(Answer(429, {"retry-after": text, "date": text}))
    with suppress(ProviderError):
        Answer(200, {"content-type": f"application/{text}"}, b"{}").json()


SECRETS = ("no " * 60 + "x", "a" * 200 + "b", "\u0345" * 99 + "\u0316", "secret")


@cache
def full_mask() -> CredentialMask:
    """Return a mask of as many secrets as it keeps; making it takes longer than reading a text."""
    mask = CredentialMask(Settings(base_url="http://127.0.0.1:1"))
    mask.add([*SECRETS, *("a" * number + "b" for number in range(100, 100 + MOST))])
    return mask


def strike_out(text: str) -> None:
    """Strike secrets out of a vendor's words, and make an error of them."""
    str(ProviderError(full_mask().text(without(text, SECRETS))))


def read_file(text: str) -> None:
    """Read recipients from a file whose fields are long."""
    with tempfile.TemporaryDirectory() as folder:
        for name, row in (
            ("r.csv", f'to,text\n{NUMBER},"{text}"\n'),
            ("r.jsonl", json.dumps({"to": NUMBER, "text": text})),
        ):
            path = Path(folder, name)
            path.write_text(row, encoding="utf-8")
            for _ in RecipientFile(path=path):
                pass


class Parsed(Answer):
    """An answer whose JSON was parsed before: that it takes its time is no fault of a reader's."""

    def json(self) -> object:
        """Return it."""
        return self.headers["parsed"]


def parsed(status: int, value: object) -> Answer:
    """Make an answer of what is in its JSON."""
    headers: Any = {"content-type": "application/json", "parsed": value}
    return Parsed(status, headers, b"...")


def of_adapter(adapter: Adapter[Any]) -> Callable[[str], None]:
    """Return a reader that gives an adapter's every operation answers made of a text."""

    def read(text: str) -> None:
        for shape in SHAPES[adapter.name]:
            value = _filled(shape, text)
            for operation in OPERATIONS:
                with suppress(SmsgateError, AttributeError):  # not every adapter has every operation
                    _drive(operation(adapter), [parsed(200, value)])
            for request in (SEND, CREATE):
                for status in (400, 401, 403):
                    adapter.explain(request, parsed(status, value))

    return read


def long_lists(adapter: Adapter[Any]) -> Callable[[str], None]:
    """Return a reader that gives an adapter lists of many short entries, whose pages have half of them in common."""

    def read(_: str) -> None:
        for shape in LISTS[adapter.name]:
            pages = [parsed(200, _many(shape, first)) for first in (0, ENTRIES // 2)]
            for operation in OF_LISTS:
                with suppress(SmsgateError, AttributeError):
                    _drive(operation(adapter), pages)

    return read


SEND = Request("POST", "messages/{conversation}", ids={"conversation": "1"}, effect=Effect.SENDS)
CREATE = Request("POST", "contacts", effect=Effect.CHANGES)
MESSAGE = Message(NUMBER, "hello", reference="r1")
OF_LISTS: tuple[Callable[[Any], Generator[Request, Answer, object]], ...] = (
    lambda adapter: adapter.list_replies(NOW - timedelta(days=1), None),
    lambda adapter: adapter.list_messages(None, MessageFilter()),
    lambda adapter: adapter.statuses(["1:2", "1:3"]),
)
OPERATIONS: tuple[Callable[[Any], Generator[Request, Answer, object]], ...] = (
    *OF_LISTS,
    lambda adapter: adapter.send(MESSAGE, Submission("s1")),
    lambda adapter: adapter.status("1:2"),
    lambda adapter: adapter.reconcile(Doubt(MESSAGE, NOW - timedelta(seconds=1))),
    lambda adapter: adapter.list_contacts(None, None),
    lambda adapter: adapter.find_contact(NUMBER),
    lambda adapter: adapter.list_groups(None),
    lambda adapter: adapter.list_templates(None),
    lambda adapter: adapter.balance(),
)
MESSAGE_OF_SALES = {
    "id": 2,
    "conversation_id": 1,
    "status": "received",
    "body": "",
    "failed_reason": "",
    "contact": {"id": 7, "number": ""},
    "created_at": f"{NOW:%Y-%m-%d %H:%M:%S}",
}
MESSAGE_OF_BULK = {"id": "1", "type": "RECEIVED", "from": "", "to": "", "body": "", "status": {"type": "SENT"}}
SHAPES: dict[str, tuple[object, ...]] = {
    "bulksms": (
        {"type": "", "title": "", "status": 400, "detail": ""},
        [MESSAGE_OF_BULK],
        {**MESSAGE_OF_BULK, "status": {"type": "", "subtype": ""}},
        [{**MESSAGE_OF_BULK, "userSuppliedId": "r1", "to": NUMBER, "submission": {"id": "1", "date": ""}}],
        {"credits": {"balance": ""}},
    ),
    "salesmsg": (
        {"message": "", "error": "", "errors": {"number": [""]}},
        {"message": "", "errors": [""]},
        {**MESSAGE_OF_SALES, "status": "failed"},
        [MESSAGE_OF_SALES],
        {"data": [{"id": 1, "number": "", "first_name": "", "last_message_at": ""}], "meta": {"current_page": 1}},
    ),
    "salesbox": (
        {"error": {"code": "", "message": "", "status": ""}},
        {"errors": [{"code": "", "message": ""}], "success": ""},
        {"textMessage": {"id": 1, "content": "", "recipient": "", "status": "", "sentAt": "", "createdAt": ""}},
        {"textMessages": [{"id": 1, "content": "", "recipient": "", "status": "", "createdAt": ""}], "total": ""},
        {"contacts": [{"id": 1, "name": "", "phone": ""}], "total": ""},
    ),
    "zoomconnect": (
        {"messageId": None, "error": ""},
        {"status": "", "code": 2, "message": "", "developerMessage": "", "moreInfoUrl": ""},
        {"messageId": "1", "messageStatus": "", "message": "", "fromNumber": "", "dateTimeSent": ""},
        {
            "totalPages": 1,
            "webServiceMessages": [
                {"messageId": "1", "messageStatus": "", "message": "", "fromNumber": "", "dateTimeReceived": ""}
            ],
        },
        {"webServiceContacts": [{"contactId": "1", "contactNumber": ""}], "links": [{"rel": "next", "href": ""}]},
    ),
}
LISTS: dict[str, tuple[object, ...]] = {
    "bulksms": ([{"id": "1", "type": "SENT", "to": NUMBER, "body": "hello", "userSuppliedId": "r1"}],),
    "salesmsg": ([{"id": 1, "last_message_at": "2020-01-01"}],),
    "salesbox": ({"textMessages": [{"id": 1, "content": "hello", "recipient": NUMBER, "status": "sent"}]},),
    "zoomconnect": ({"totalPages": 9, "webServiceMessages": [{"messageId": "1", "messageStatus": "SENT"}]},),
}
ADAPTERS: tuple[Adapter[Any], ...] = (
    BulkSms(BulkSmsSettings(token_id="T-01", token_secret="bulk-secret"), provider="bulk"),
    Salesbox(SalesboxSettings(token="box-token"), provider="box"),
    Salesmsg(SalesmsgSettings(token="sales-token", team_id=16), provider="sales"),
    ZoomConnect(ZoomConnectSettings(email="ada@example.com", token="zoom-token"), provider="zoom"),
)
READERS: dict[str, Callable[[str], None]] = {
    "opt-out words": read_reply,
    "numbers": refused(lambda text: read_number(text, "ZA")),
    "webhook addresses": read_address,
    "many secrets": read_many_secrets,
    "webhook calls": read_call,
    "headers of an answer": read_headers,
    "errors and secrets": strike_out,
    "recipients": refused(read_file),
    **{f"answers of {adapter.name}": of_adapter(adapter) for adapter in ADAPTERS},
    **{f"long lists of {adapter.name}": long_lists(adapter) for adapter in ADAPTERS},
}
ONCE = {"many secrets", *(f"long lists of {adapter.name}" for adapter in ADAPTERS)}
"""Readers of something else than one text."""


def _filled(shape: object, text: str) -> object:
    """Put a text wherever a shape has an empty one."""
    if isinstance(shape, dict):
        return {name: _filled(value, text) for name, value in shape.items()}
    if isinstance(shape, list):
        return [_filled(value, text) for value in shape]
    return text if shape == "" else shape


def _many(shape: object, first: int) -> object:
    """Make the list of a shape a long one, every entry with an id of its own."""
    if isinstance(shape, dict):
        return {name: _many(value, first) for name, value in shape.items()}
    if not isinstance(shape, list):
        return shape
    return [
        {**shape[0], **{name: type(shape[0][name])(1 + first + each) for name in IDS & shape[0].keys()}}
        for each in range(ENTRIES)
    ]


def _drive(conversation: Generator[Request, Answer, object], said: Sequence[Answer]) -> None:
    """Give these answers, in turn, to the first three requests of an operation."""
    try:
        next(conversation)
        for number in range(3):
            conversation.send(said[number % len(said)])
    except StopIteration:
        return
    conversation.close()


def read_all(name: str) -> None:
    """Have one reader read everything."""
    for text in [""] if name in ONCE else texts():
        print(repr(text[:12]), flush=True)  # noqa: T201 - the last one is where it did not end
        READERS[name](text)
