"""An account on recorded answers, and messages as the vendor shows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import evolve

from smsgate import (
    Accepted,
    Answer,
    InvalidMessageError,
    Message,
    Provider,
    ProviderError,
    Request,
    SmsgateError,
    Submission,
)
from smsgate.engine import run
from smsgate.testing import StubTransport, Unpaced, answer
from smsgate_bulksms import BulkSms, BulkSmsSettings

HELLO = Message("+27821234567", "Hello")
NOW = "2026-11-29T10:00:00Z"


def stubbed(says: Sequence[Answer] | Callable[[Request], Answer], **settings: object) -> tuple[Provider, StubTransport]:
    """Return a provider, and the transport that remembers its requests."""
    made = BulkSmsSettings(token_id="T-01", token_secret="s3cret-of-the-tests", **settings)  # type: ignore[arg-type]
    stub = StubTransport(says)
    return Provider("bulk", BulkSms(made, provider="bulk"), stub, pace_store=Unpaced()), stub


def submission(id_: str = "sg0123456789abcdef01", number: int | None = 4711, **others: str | None) -> Submission:
    """Return a submission as the core makes it of a journal's: its id is the reference of a message without one."""
    return Submission(id_, number=number, reference=others.get("reference", id_))


def submit(provider: Provider, message: Message, made: Submission) -> Accepted | SmsgateError:
    """Hand over one message as this submission; return how it ends."""
    try:
        return run(provider.core.submit(message, evolve(made, reference=message.reference or made.reference)))
    except SmsgateError as error:
        return error


def submit_together(
    provider: Provider, messages: Sequence[Message], made: Sequence[Submission]
) -> Sequence[Accepted | ProviderError | InvalidMessageError] | ProviderError | InvalidMessageError:
    """Hand over messages in one bulk call; return how each ends, or the error of the whole call."""
    assert isinstance(provider.adapter, BulkSms)
    return run(provider.core.submit_together(provider.adapter, [*zip(messages, made, strict=True)], None))


def shown(id_: str, **others: object) -> dict[str, object]:
    """Return a message that was sent, as the vendor shows it."""
    return {
        "id": id_,
        "type": "SENT",
        "from": "27600000000",
        "to": "27821234567",
        "body": "Hello",
        "submission": {"id": "2-1", "date": NOW},
        "status": {"id": "SENT.null", "type": "SENT", "subtype": None},
        "userSuppliedId": None,
        **others,
    }


def accepted(request: Request) -> Answer:
    """Return a message for each entry of a submission."""
    assert isinstance(request.json, list)
    status = {"id": "ACCEPTED.null", "type": "ACCEPTED", "subtype": None}
    return answer(
        201,
        [
            shown(
                str(place),
                to=entry["to"][0]["address"].removeprefix("+"),
                body=entry["body"],
                userSuppliedId=entry.get("userSuppliedId"),
                status=status,
            )
            for place, entry in enumerate(request.json, 1)
        ],
    )
