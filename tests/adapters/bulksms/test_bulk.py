"""Many messages in one call: each is known in the answer by recipient, reference and text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from smsgate import (
    Accepted,
    Answer,
    InvalidMessageError,
    Message,
    NotSentError,
    OptedOutError,
    Request,
    Scope,
    Submission,
    UnknownOutcomeError,
)
from smsgate.testing import answer
from tests.adapters.bulksms.accounts import HELLO, accepted, shown, stubbed, submission, submit_together

TO = ["+27821234567", "+27821234568", "+491711234567"]
TEXTS = ["Hello", "Good bye"]
REFERENCES = [None, "order-4711"]
messages = st.builds(Message, st.sampled_from(TO), st.sampled_from(TEXTS), reference=st.sampled_from(REFERENCES))


def made(count: int) -> list[Submission]:
    return [submission(f"sg{place}", 100 + place) for place in range(count)]


def given_to_vendor(message: Message, its: Submission) -> Submission:
    return evolve(its, reference=message.reference or its.id)


@given(st.lists(messages, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_each_message_has_the_id_of_its_own_text_in_whichever_order_they_are_shown(
    sent: Sequence[Message], chance: st.DrawFn
) -> None:
    texts: dict[str, tuple[object, ...]] = {}

    def shuffled(request: Request) -> Answer:
        assert isinstance(request.json, list)
        listed = []
        for place, entry in enumerate(request.json):
            to = entry["to"][0]["address"]
            texts[str(place)] = (to, entry["body"], entry["userSuppliedId"])
            listed.append(shown(str(place), to=to[1:], body=entry["body"], userSuppliedId=entry["userSuppliedId"]))
        chance.shuffle(listed)  # type: ignore[attr-defined]
        return answer(201, listed)

    provider, _ = stubbed(shuffled)
    each = [given_to_vendor(message, its) for message, its in zip(sent, made(len(sent)), strict=True)]
    results = submit_together(provider, sent, each)
    assert isinstance(results, list)
    ids = [result.message_id for result in results]
    assert len({*ids}) == len(sent)
    assert [texts[str(id_)] for id_ in ids] == [
        (message.to, message.text, its.reference) for message, its in zip(sent, each, strict=True)
    ]


def test_one_message_that_cannot_be_read_leaves_that_one_unknown_and_no_other() -> None:
    provider, _ = stubbed([answer(201, [{"to": "27821234567"}, shown("2", to="27821234568", userSuppliedId="sg1")])])
    results = submit_together(provider, [HELLO, Message(TO[1], "Hello")], made(2))
    assert isinstance(results, list)
    assert [type(result) for result in results] == [UnknownOutcomeError, Accepted]


def test_two_messages_of_which_each_may_be_either_are_unknown() -> None:
    """The vendor shows no reference, and texts that are not quite ours."""
    provider, _ = stubbed([answer(201, [shown("1", body="hello"), shown("2", body="good bye")])])
    results = submit_together(provider, [HELLO, Message(TO[0], "Good bye")], made(2))
    assert isinstance(results, list)
    assert [type(result) for result in results] == [UnknownOutcomeError] * 2


def test_one_that_is_shown_as_blocked_is_rejected_and_the_others_are_accepted() -> None:
    blocked = {"id": "FAILED.BLOCKED", "type": "FAILED", "subtype": "BLOCKED"}
    listed = [shown("2", to="27821234568", userSuppliedId="sg1", status=blocked), shown("1", userSuppliedId="sg0")]
    provider, _ = stubbed([answer(201, listed)])
    results = submit_together(provider, [HELLO, Message(TO[1], "Hello")], made(2))
    assert isinstance(results, list)
    assert [type(result) for result in results] == [Accepted, OptedOutError]
    assert results[1].message_id == "2"


# What one call cannot say --------------------------------------------------------------------------------------------


def test_messages_of_one_date_go_in_one_call() -> None:
    at = datetime(2027, 1, 2, tzinfo=UTC)
    provider, stub = stubbed(accepted)
    results = [*provider.send_bulk([evolve(HELLO, send_at=at), Message(TO[1], "Hello", send_at=at)])]
    assert all(isinstance(result, Accepted) for result in results)
    [request] = stub.requests
    assert request.query["schedule-date"] == "2027-01-02T00:00:00Z"


def test_messages_of_several_dates_go_in_calls_of_their_own_each_with_its_date() -> None:
    first = datetime(2027, 1, 2, tzinfo=UTC)
    dates = [None, None, first, first + timedelta(days=1)]
    provider, stub = stubbed(accepted)
    sent = [Message(f"+2782123456{place}", "Hello", send_at=at) for place, at in enumerate(dates)]
    assert all(isinstance(result, Accepted) for result in provider.send_bulk(sent))
    went = [
        (entry["to"][0]["address"], request.query.get("schedule-date"))
        for request in stub.requests
        if isinstance(request.json, list)
        for entry in request.json
    ]
    written = [None, None, "2027-01-02T00:00:00Z", "2027-01-03T00:00:00Z"]
    assert sorted(went, key=str) == sorted(zip([each.to for each in sent], written, strict=True), key=str)


def test_several_dates_prove_that_nothing_was_sent() -> None:
    provider, stub = stubbed(accepted)
    error = submit_together(provider, [HELLO, evolve(HELLO, send_at=datetime(2027, 1, 2, tzinfo=UTC))], made(2))
    assert isinstance(error, NotSentError)
    assert (error.scope, stub.requests) == (Scope.MESSAGE, [])


def test_a_text_with_a_field_of_a_template_is_refused_and_the_others_go_out() -> None:
    provider, _ = stubbed(accepted)
    results = [*provider.send_bulk([HELLO, Message(TO[1], "Dear {fn##}"), Message(TO[2], "Hello")])]
    assert [type(result) for result in results] == [Accepted, InvalidMessageError, Accepted]
