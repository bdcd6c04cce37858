"""Looking for a message whose outcome is unknown, by what the vendor was given as its reference."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from smsgate import (
    Accepted,
    Answer,
    Doubt,
    MalformedAnswerError,
    Message,
    Provider,
    Request,
    Status,
    Submission,
    UnknownOutcomeError,
)
from smsgate.sandbox import Fault, Sandbox
from smsgate.testing import answer
from tests.adapters.bulksms.accounts import HELLO, shown, stubbed, submission, submit

Open = Callable[..., Provider]

MADE = submission(number=None)
SINCE = datetime(2026, 11, 29, 9, 59, 58, tzinfo=UTC)
LONG_AGO = "2026-11-28T10:00:00Z"


def doubt(message: Message = HELLO, made: Submission | None = MADE, **others: object) -> Doubt:
    """Return a doubt of a day ago, by a clock that is not the machine's."""
    elapsed, until = timedelta(days=1), SINCE + timedelta(seconds=9)
    return Doubt(message, SINCE, until=until, submission=made, elapsed=elapsed, **others)  # type: ignore[arg-type]


def pages(*every: list[dict[str, object]], **headers: str) -> Callable[[Request], Answer]:
    """Return what gives pages in order, and then empty ones; the profile has no use here but its date."""
    left = [*every]

    def says(request: Request) -> Answer:
        if request.path == "profile":
            return answer(200, {"credits": {"balance": 1}}, **headers)
        return answer(200, left.pop(0) if left else [], **headers)

    return says


def looked_for(says: Callable[[Request], Answer], wanted: Doubt) -> str | None:
    found = stubbed(says)[0].reconcile(wanted)
    return None if found is None else found.message_id


def own(id_: str = "7", **others: object) -> dict[str, object]:
    return shown(id_, userSuppliedId=MADE.id, **others)


def test_a_message_is_asked_for_by_its_submissions_id() -> None:
    provider, stub = stubbed(pages([own()]))
    found = provider.reconcile(doubt())
    assert found == Accepted(message_id="7", sender="+27600000000", raw=own())
    assert stub.requests[0].query == {"limit": 200, "filter": f"type=SENT&userSuppliedId={MADE.id}"}


def test_a_message_that_is_not_listed_was_not_sent() -> None:
    assert looked_for(pages(), doubt()) is None


@pytest.mark.parametrize("reference", ["a" * 21, "a&b"])
def test_a_message_whose_reference_does_not_fit_is_asked_for_by_its_submissions_id(reference: str) -> None:
    assert looked_for(pages([own()]), doubt(evolve(HELLO, reference=reference))) == "7"


def test_a_message_that_went_out_without_a_reference_cannot_be_looked_for() -> None:
    without = (doubt(made=submission(reference=None)), doubt(made=None))
    for wanted in (*without, doubt(evolve(HELLO, reference="a" * 21), made=None)):
        with pytest.raises(UnknownOutcomeError, match="went out with a reference"):
            looked_for(pages([own()]), wanted)


def test_what_has_the_submissions_id_is_the_message_whatever_the_clocks_say() -> None:
    late = own(submission={"id": "2-1", "date": LONG_AGO})
    assert looked_for(pages([late]), doubt(taken=frozenset({"7"}))) == "7"


@pytest.mark.parametrize(
    "other", [{"userSuppliedId": "another"}, {"userSuppliedId": None}, {"to": "27829999999"}, {"userSuppliedId": "SG0"}]
)
def test_a_vendor_that_does_not_filter_gives_another_message_for_none(other: dict[str, object]) -> None:
    assert looked_for(pages([own() | other]), doubt()) is None


def test_a_message_may_be_on_a_later_page() -> None:
    assert looked_for(pages([shown("9", userSuppliedId="x")], [own()]), doubt()) == "7"


def test_a_message_that_cannot_be_read_may_be_the_one() -> None:
    with pytest.raises(UnknownOutcomeError, match="cannot be read"):
        looked_for(pages([{"to": "27821234567"}, shown("9")]), doubt())


def test_a_list_that_does_not_end_proves_nothing() -> None:
    many = [[shown(str(100 - place), userSuppliedId="x")] for place in range(30)]
    with pytest.raises(UnknownOutcomeError, match="many"):
        looked_for(pages(*many), doubt())
    with pytest.raises(MalformedAnswerError):
        looked_for(lambda _: answer(200, [shown("9", userSuppliedId="x")]), doubt())


# The application's own reference -------------------------------------------------------------------------------------

ORDER = evolve(HELLO, reference="order-4711")


def order(id_: str = "7", **others: object) -> dict[str, object]:
    return shown(id_, userSuppliedId="order-4711", **others)


def test_one_message_with_the_applications_reference_is_the_one() -> None:
    assert looked_for(pages([order()]), doubt(ORDER)) == "7"


def test_messages_of_before_and_of_others_are_left_out() -> None:
    older = order("5", submission={"id": "2-1", "date": LONG_AGO})
    assert looked_for(pages([order("7"), order("6"), older]), doubt(ORDER, taken=frozenset({"6"}))) == "7"
    assert looked_for(pages([older]), doubt(ORDER)) is None


@pytest.mark.parametrize(
    "other", [{"body": "Good bye"}, {"submission": None}, {"submission": {"id": "1", "date": "?"}}]
)
def test_one_with_another_text_or_without_a_date_is_neither_the_one_nor_proof_that_there_is_none(
    other: dict[str, object],
) -> None:
    with pytest.raises(UnknownOutcomeError):
        looked_for(pages([order() | other]), doubt(ORDER))


# A scheduled message -------------------------------------------------------------------------------------------------

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
LATER = evolve(HELLO, send_at=AT)


@pytest.mark.parametrize(
    ("date", "settings", "known"),
    [
        ("Mon, 30 Nov 2026 09:00:00 GMT", {}, False),
        ("Tue, 01 Dec 2026 09:14:59 GMT", {}, False),
        ("Tue, 01 Dec 2026 09:15:00 GMT", {}, True),
        ("Tue, 01 Dec 2026 09:15:00 GMT", {"settling": 3600.0}, False),
        ("Tue, 01 Dec 2026 10:00:00 GMT", {"settling": 3600.0}, True),
        ("Tue, 01 Dec 2026 09:01:00 GMT", {"settling": 1.0}, False),
        ("some day", {}, False),
    ],
)
def test_a_scheduled_message_that_is_not_listed_is_unknown_until_its_date_has_settled(
    date: str,
    settings: dict[str, float],
    known: bool,  # noqa: FBT001 - a case
) -> None:
    provider, _ = stubbed(pages(date=date), **settings)
    if known:
        assert provider.reconcile(doubt(LATER)) is None
        return
    with pytest.raises(UnknownOutcomeError, match="after its date only"):
        provider.reconcile(doubt(LATER))


def test_a_scheduled_message_that_is_listed_is_the_one() -> None:
    assert looked_for(pages([own()]), doubt(LATER)) == "7"


# Over HTTP -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reference", [None, "order-4711", "an order with a very long name"])
def test_a_message_whose_answer_was_lost_is_found(sandbox: Sandbox, open_provider: Open, reference: str | None) -> None:
    provider = open_provider()
    for _ in range(3):
        provider.send(Message("+27829999999", "Hello"))
    sandbox.misbehave("bulksms", Fault.ERROR_AFTER)
    message, since = evolve(HELLO, reference=reference), datetime.now(UTC)
    assert isinstance(submit(provider, message, MADE), UnknownOutcomeError)
    found = provider.reconcile(Doubt(message, since, submission=evolve(MADE, reference=reference or MADE.id)))
    assert found is not None
    assert found.message_id == sandbox.texts[-1].message_id


def test_a_scheduled_message_whose_answer_was_lost_is_found_once_its_date_has_come(
    sandbox: Sandbox, provider: Provider
) -> None:
    sandbox.misbehave("bulksms", Fault.ERROR_AFTER)
    message = evolve(HELLO, send_at=datetime.now(UTC).replace(microsecond=0) + timedelta(days=2))
    wanted = Doubt(message, datetime.now(UTC), submission=MADE)
    assert isinstance(submit(provider, message, MADE), UnknownOutcomeError)
    with pytest.raises(UnknownOutcomeError, match="after its date only"):
        provider.reconcile(wanted)
    sandbox.advance(timedelta(days=2, hours=1))
    found = provider.reconcile(wanted)
    assert found is not None
    assert (found.message_id, found.status) == (sandbox.texts[0].message_id, Status.QUEUED)
    lost = evolve(wanted, submission=submission("sgneversent", None), elapsed=timedelta(days=2))
    assert provider.reconcile(lost) is None
