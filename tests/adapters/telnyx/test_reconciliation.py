"""After a lost answer: what Telnyx's list of webhooks proves, and that nothing proves a message to be absent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from smsgate import Accepted, Doubt, Matches, Message, Provider, Submission, UnknownOutcomeError
from smsgate.sandbox import Fault, Sandbox
from smsgate.testing import StubTransport, answer
from smsgate_telnyx import Telnyx

Stubbed = Callable[..., tuple[Provider, StubTransport]]
ADA = "+27821234567"
SINCE = datetime(2026, 11, 29, 20, 0, tzinfo=UTC)
OWN = Submission("sg0123456789abcdef01", callback_url="https://example.com/sms/tel/secret/sg0123456789abcdef01")


def shown(number: int, **payload: Any) -> dict[str, Any]:
    message = {
        "id": f"m-{number}",
        "direction": "outbound",
        "to": [{"phone_number": ADA, "status": "sent"}],
        "text": "Your code is 4711",
        "received_at": "2026-11-29T20:00:01Z",
        "webhook_url": None,
        **payload,
    }
    return {"webhook": {"event_type": "message.sent", "payload": message}}


MESSAGE = Message(ADA, "Your code is 4711")


def found(
    stubbed: Stubbed,
    *entries: object,
    submission: Submission | None = None,
    pages: int = 1,
    message: Message = MESSAGE,
    until: datetime | None = None,
) -> object:
    """Return what `reconcile` makes of these webhooks."""
    provider, stub = stubbed(lambda _: answer(200, {"data": [*entries], "meta": {"total_pages": pages}}))
    adapter = provider.core.adapter
    assert isinstance(adapter, Telnyx)
    doubt = Doubt(message, SINCE, submission=submission, until=until)
    conversation = adapter.reconcile(doubt)
    request = next(conversation)
    while True:
        try:
            request = conversation.send(stub.ask(request, {}))
        except StopIteration as stop:
            return stop.value
        except UnknownOutcomeError as error:
            return error


def test_a_webhook_of_the_submissions_own_address_is_proof(stubbed: Stubbed) -> None:
    own = found(stubbed, shown(1), shown(2, webhook_url=OWN.callback_url), submission=OWN)
    assert isinstance(own, Accepted)
    assert own.message_id == "m-2"


def test_without_an_address_recipient_and_text_are_compared(stubbed: Stubbed) -> None:
    others = [
        shown(2, text="Another text"),
        shown(3, to=[{"phone_number": "+27827654321", "status": "sent"}]),
        shown(4, received_at="2026-11-29T19:00:00Z"),
        shown(5, received_at="2026-11-29T19:55:00Z"),
    ]
    matches = found(stubbed, shown(1), shown(1), *others)
    assert isinstance(matches, Matches)
    assert [one.message_id for one in matches.fitting] == ["m-1"]
    assert matches.doubtful == ("m-5",)


@pytest.mark.parametrize("text", ["", "Your code is 4711"])
def test_a_message_with_other_files_is_not_taken_for_ours(stubbed: Stubbed, text: str) -> None:
    album = Message(ADA, text, media=["https://example.com/1.png"])
    same = {"text": text or None, "media": [{"url": "https://example.com/1.png"}]}
    matches = found(stubbed, shown(1, **same), shown(2, text=text), message=album)
    assert isinstance(matches, Matches)
    assert ([one.message_id for one in matches.fitting], matches.doubtful) == (["m-1"], ("m-2",))
    matches = found(stubbed, shown(3, media=same["media"]))
    assert isinstance(matches, Matches)
    assert (matches.fitting, matches.doubtful) == ((), ("m-3",))


@pytest.mark.parametrize(("minute", "kind"), [(10, Matches), (20, UnknownOutcomeError)])
def test_a_message_that_was_taken_long_after_the_submission_ended_is_another(
    stubbed: Stubbed, minute: int, kind: type
) -> None:
    later = shown(1, received_at=f"2026-11-29T20:{minute}:00Z")
    assert isinstance(found(stubbed, later, until=SINCE + timedelta(seconds=30)), kind)


def test_a_message_that_reports_elsewhere_is_another(stubbed: Stubbed) -> None:
    elsewhere = shown(1, webhook_url="https://example.com/sms/tel/secret/sgffffffffffffffffff")
    assert isinstance(found(stubbed, elsewhere, submission=OWN), UnknownOutcomeError)


@pytest.mark.parametrize(
    ("entries", "pages"),
    [((), 1), ((shown(1), {"webhook": {"event_type": "message.sent", "payload": None}}), 1), ((shown(1),), 10_000)],
    ids=["nothing there", "one that cannot be read", "too many pages"],
)
def test_what_is_not_certain_stays_unknown_and_is_never_absent(
    stubbed: Stubbed, entries: tuple[object, ...], pages: int
) -> None:
    assert isinstance(found(stubbed, *entries, pages=pages), UnknownOutcomeError)


def test_two_messages_with_one_address_are_none(stubbed: Stubbed) -> None:
    both = [shown(number, webhook_url=OWN.callback_url) for number in (1, 2)]
    assert isinstance(found(stubbed, *both, submission=OWN), UnknownOutcomeError)


def test_a_lost_message_is_found_over_http_once_it_was_sent(provider: Provider, sandbox: Sandbox) -> None:
    sandbox.call_back("telnyx", "http://127.0.0.1:9/hook")  # nothing listens there
    sandbox.misbehave("telnyx", Fault.DROP_AFTER)
    since = datetime.now(UTC)
    with pytest.raises(UnknownOutcomeError):
        provider.send(Message(ADA, "Your code is 4711"))
    doubt = Doubt(Message(ADA, "Your code is 4711"), since)
    with pytest.raises(UnknownOutcomeError, match="one that is queued has none yet"):
        provider.reconcile(doubt)
    sandbox.advance(timedelta(minutes=2))
    sandbox.settle()
    lost = provider.reconcile(doubt)
    assert lost is not None
    assert [text.message_id for text in sandbox.texts] == [lost.message_id]
