"""No credential that was ever used shows, in whatever form a vendor repeats it."""

from __future__ import annotations

import base64
import html
import json
import logging
import pickle
import sqlite3
import traceback
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from attrs import field, frozen

from smsgate import (
    Accepted,
    Adapter,
    Answer,
    AuthenticationError,
    Conversation,
    DeliveryReport,
    Effect,
    Gateway,
    JournalSettings,
    MemoryTokenStore,
    Message,
    Provider,
    Request,
    RequestEvent,
    Settings,
    SmsgateError,
    SqliteJournal,
    Status,
    Submission,
    TellsStatus,
)
from smsgate.testing import StubTransport, answer
from smsgate.transport.credential_mask import LONGEST_TEXT, MOST, CredentialMask
from tests.child_process import fork, locked
from tests.rotating_token_adapter import Rotating, RotatingSettings

CODE = "4711-canary"
MESSAGE = Message("+27821234567", "Hello")
USER, PASSWORD = "account-4711", 'p4ss/w+rd=&"x'
BASIC = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


@frozen(kw_only=True)
class PairSettings(Settings):
    base_url: str = "http://127.0.0.1:1"
    user: str = USER
    password: str = field(default=PASSWORD, repr=False)


class Pair(Adapter[PairSettings], TellsStatus):
    """Shows a user and a password, and quotes whatever it is answered."""

    name = "pair"
    Settings = PairSettings

    def headers(self) -> Mapping[str, str]:
        pair = f"{self.settings.user}:{self.settings.password}"
        return {"Accept": "application/json", "Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    def error_text(self, answer: Answer) -> str:
        return answer.body.decode()

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        answer = yield Request("POST", "send", json={"to": message.to}, effect=Effect.SENDS)
        return Accepted(message_id="m1", notes=(answer.body.decode(),))

    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        said = (yield Request("GET", "messages")).body.decode()
        return DeliveryReport(
            provider=self.provider, message_id=message_id, status=Status.FAILED, raw_status=said, reason=said
        )


def pair(*says: Answer) -> Provider:
    return Provider("acme", Pair(PairSettings(), provider="acme"), StubTransport(says))


def everything(error: BaseException) -> str:
    """Return all that a log of an error may contain."""
    shown = "".join(traceback.format_exception(error)) + repr(error) + str(vars(error))
    return shown + repr(pickle.dumps(error)) if isinstance(error, SmsgateError) else shown


FORMS = {
    "the header": f"Basic {BASIC}",
    "the header without its scheme": BASIC,
    "the header without its padding": BASIC.rstrip("="),
    "the header percent-encoded": quote(f"Basic {BASIC}", safe=""),
    "the header in lower-case percents": quote(BASIC, safe="").replace("%3D", "%3d").replace("%2B", "%2b"),
    "user and password": f"{USER}:{PASSWORD}",
    "the password": PASSWORD,
    "the password in an address": quote(PASSWORD, safe=""),
    "the password in a form": quote_plus(PASSWORD),
    "the password in JSON": json.dumps(PASSWORD)[1:-1],
    "the password in a web page": html.escape(PASSWORD),
    "the password in base64": base64.b64encode(PASSWORD.encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_no_error_shows_what_a_request_was_authorised_with(form: str) -> None:
    with pytest.raises(AuthenticationError) as caught:
        pair(answer(401, text=f"refused: Authorization: [{form}]!")).send(MESSAGE)
    assert form not in everything(caught.value)
    assert "[***]!" in str(caught.value) or "[Basic ***]!" in str(caught.value)


def test_what_the_settings_show_is_no_secret() -> None:
    with pytest.raises(AuthenticationError, match=f"no user {USER}; send application/json"):
        pair(answer(401, text=f"no user {USER}; send application/json")).send(MESSAGE)


def test_notes_and_reports_show_no_credential() -> None:
    provider = pair(answer(text=f"queued for {BASIC}"), answer(text=f"bad {PASSWORD}"))
    assert provider.send(MESSAGE).notes == ("queued for ***",)
    report = provider.status("m1")
    assert (report.raw_status, report.reason) == ("bad ***", "bad ***")


@pytest.mark.parametrize("length", range(900, 1010))
def test_no_beginning_of_a_credential_is_left_where_an_error_is_cut(length: int) -> None:
    class Quoting(Pair):
        def explain(self, request: Request, answer: Answer) -> AuthenticationError:
            return AuthenticationError(answer.body.decode())

    stub = StubTransport([answer(401, text=f"{'x ' * (length // 2)}{'y' * (length % 2)}{BASIC} and more {'z' * 300}")])
    provider = Provider("acme", Quoting(PairSettings(), provider="acme"), stub)
    with pytest.raises(AuthenticationError) as caught:
        provider.send(MESSAGE)
    assert BASIC[:6] not in everything(caught.value)


def granted(access: str, refresh: str) -> Answer:
    return answer(json={"access_token": access, "refresh_token": refresh})


class Quotes(Rotating):
    """Quotes whatever it is answered."""

    def error_text(self, answer: Answer) -> str:
        return answer.body.decode()


def rotating(*says: Answer, store: MemoryTokenStore | None = None) -> Provider:
    adapter = Quotes(RotatingSettings(token="access-0000", refresh="refresh-0000"), provider="acme")
    return Provider("acme", adapter, StubTransport(says), token_store=store)


def test_no_error_shows_a_token_of_before_or_after_a_renewal() -> None:
    echo = answer(500, text="access-0000 refresh-0000 access-1111 refresh-1111 access-2222 refresh-2222 ok")
    expired = answer(401, json={})
    provider = rotating(
        expired, granted("access-1111", "refresh-1111"), expired, expired, granted("access-2222", "refresh-2222"), echo
    )
    with pytest.raises(AuthenticationError):
        provider.send(MESSAGE)
    with pytest.raises(SmsgateError) as caught:
        provider.send(MESSAGE)
    assert str(caught.value).count("***") == 6
    assert "-0000" not in everything(caught.value)
    assert "-2222" not in everything(caught.value)


def test_no_error_shows_the_code_of_a_login() -> None:
    provider = rotating(answer(400, text=f"bad code {CODE}"), answer(500, text=f"again: code {CODE}"))
    assert isinstance(provider.adapter, Quotes)
    with pytest.raises(AuthenticationError) as first:
        provider.authorise(provider.adapter.login(CODE))
    with pytest.raises(SmsgateError) as later:
        provider.send(MESSAGE)
    assert "canary" not in everything(first.value) + everything(later.value)
    assert "again: code ***" in str(later.value)


def test_the_journal_and_the_log_have_no_renewed_token(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    events: list[RequestEvent] = []
    echo = answer(500, text="who is Bearer access-1111?")
    provider = rotating(answer(401, json={}), granted("access-1111", "refresh-1111"), echo)
    path = tmp_path / "journal.db"
    journal = SqliteJournal(JournalSettings(path=str(path)))
    with Gateway([provider], journal=journal, on_request=events.append) as gateway, pytest.raises(SmsgateError):
        gateway.send(MESSAGE)
    with sqlite3.connect(path) as database:
        written = "\n".join(database.iterdump())
    database.close()
    assert "who is" in written
    assert "access-1111" not in written + caplog.text + repr(events)


def test_a_credential_in_use_is_not_forgotten_however_many_others_there_were() -> None:
    mask = CredentialMask(PairSettings())
    for number in range(10 * MOST):
        mask.add_headers({"X-Key": "always-the-same"})
        mask.add([f"token-{number:06}"])
    assert mask.text(f"always-the-same token-{10 * MOST - 1:06}") == "*** ***"
    assert len(mask._used) <= MOST


def test_of_a_long_text_only_the_beginning_is_looked_at_and_given() -> None:
    mask = CredentialMask(PairSettings())
    mask.add(["canary-token"])
    assert mask.text("x" * (LONGEST_TEXT - 8) + "canary-token") == "x" * (LONGEST_TEXT - 8) + "***..."


def test_the_password_of_a_proxy_is_masked_alone_and_in_its_header() -> None:
    mask = CredentialMask(PairSettings(proxy="http://worker:s3cret%21pw@127.0.0.1:9"))
    header = base64.b64encode(b"worker:s3cret!pw").decode()
    assert mask.text(f"s3cret!pw s3cret%21pw {header}") == "*** *** ***"


def test_a_mask_shows_nothing_and_is_not_pickled() -> None:
    mask = CredentialMask(PairSettings())
    mask.add(["canary-token"])
    assert "canary" not in repr(mask)
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(mask)


def test_a_forked_child_masks_what_its_parent_used() -> None:
    mask = CredentialMask(PairSettings())
    mask.add(["canary-token"])

    def child() -> None:
        mask.add(["canary-of-the-child"])
        assert mask.text("canary-token canary-of-the-child") == "*** ***"

    with locked(mask._lock):
        forked = fork(child)
    assert forked.wait() == 0


def test_what_a_store_of_several_processes_has_is_masked_once_it_was_read() -> None:
    store = MemoryTokenStore()
    rotating(answer(401, json={}), granted("access-1111", "refresh-1111"), answer(500), store=store)
    with pytest.raises(SmsgateError):
        rotating(answer(401, json={}), granted("access-1111", "refresh-1111"), answer(500), store=store).send(MESSAGE)
    with pytest.raises(SmsgateError, match=r"hello \*\*\* \*\*\*"):
        rotating(answer(500, text="hello access-1111 refresh-1111"), store=store).send(MESSAGE)
