from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from smsgate import Doubt, Message, NotSentError, UnknownOutcomeError
from smsgate.testing import Answers, Recorded, StubTransport, answer
from tests.adapters.twilio.samples import MESSAGE, NUMBER, PERSON, SENT, SERVICE, SID, account, listed, refusal

SINCE = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
DOUBT = Doubt(SENT, SINCE, None, SINCE + timedelta(seconds=10))


def shown(seconds: float = 1, others: Mapping[str, object] | None = None) -> dict[str, object]:
    """Return a message as it is listed, made so long after the lost one was submitted."""
    created = SINCE + timedelta(seconds=seconds)
    return {**MESSAGE, "date_created": f"{created:%a, %d %b %Y %H:%M:%S} +0000", **(others or {})}


def found(*messages: dict[str, object], doubt: Doubt = DOUBT, answers: Answers | None = None) -> str | None:
    """Return the id of the message that is taken for the lost one."""
    stub = StubTransport(Recorded(answers or {"GET Messages.json": listed(messages)}))
    accepted = account(stub, read_attempts=1).reconcile(doubt)
    return None if accepted is None else accepted.message_id


def test_the_messages_to_the_recipient_are_asked_for_whole_and_by_no_day() -> None:
    stub = StubTransport([listed([shown()], "/x?To=%2B27821234567&PageSize=100&Page=1&PageToken=PASM1"), listed([])])
    assert account(stub).reconcile(DOUBT) is not None
    first, second = (dict(request.query) for request in stub.requests)
    assert first == {"To": PERSON, "PageSize": "100"}
    assert second == {"To": PERSON, "PageSize": "100", "Page": "1", "PageToken": "PASM1"}


def test_the_message_with_this_text_and_time_is_taken() -> None:
    assert found(shown()) == SID


@pytest.mark.parametrize(
    "other",
    [
        {"body": "Your code is 4712"},
        {"direction": "outbound-reply"},
        {"direction": "inbound"},
        {"from": "+15005550001"},
    ],
)
def test_another_text_direction_or_number_is_not_it(other: dict[str, object]) -> None:
    assert found(shown(others=other)) is None


@pytest.mark.parametrize("seconds", [-3600, 3600])
def test_an_equal_message_of_another_time_is_not_it(seconds: float) -> None:
    assert found(shown(seconds)) is None


@pytest.mark.parametrize(
    "doubtful",
    [
        {"body": "Your code is \N{LEFT DOUBLE QUOTATION MARK}4711\N{RIGHT DOUBLE QUOTATION MARK}!"},
        {"body": ""},
        {"body": None},
        {"date_created": None},
    ],
)
def test_a_text_that_may_be_it_leaves_the_outcome_open(doubtful: dict[str, object]) -> None:
    with pytest.raises(UnknownOutcomeError):
        found(shown(others=doubtful))


def test_a_message_that_may_be_older_leaves_the_outcome_open() -> None:
    with pytest.raises(UnknownOutcomeError):
        found(shown(-60))


def test_two_equal_messages_leave_the_outcome_open() -> None:
    with pytest.raises(UnknownOutcomeError, match="2 texts"):
        found(shown(), shown(2, {"sid": "SM" + "f" * 32}))


@pytest.mark.parametrize("sender", [None, NUMBER])
def test_a_message_by_a_service_is_found_whatever_its_number_is(sender: str | None) -> None:
    doubt = evolve(DOUBT, message=evolve(SENT, sender=SERVICE))
    assert found(shown(others={"from": sender}), doubt=doubt) == SID


def test_a_message_of_files_alone_is_found() -> None:
    doubt = evolve(DOUBT, message=evolve(SENT, text="", media=["https://example.com/1.png"]))
    assert found(shown(others={"body": "", "num_media": "1"}), doubt=doubt) == SID


@pytest.mark.parametrize("files", [None, "0", "2"])
@pytest.mark.parametrize("text", ["", "Your code is 4711"])
def test_a_message_with_other_files_is_not_taken_for_ours(text: str, files: str | None) -> None:
    doubt = evolve(DOUBT, message=evolve(SENT, text=text, media=["https://example.com/1.png"]))
    with pytest.raises(UnknownOutcomeError):
        found(shown(others={"body": text, "num_media": files}), doubt=doubt)


def test_a_message_with_files_is_not_taken_for_a_text() -> None:
    with pytest.raises(UnknownOutcomeError):
        found(shown(others={"num_media": "1"}))


def test_a_message_whose_id_is_known_is_asked_for_by_it() -> None:
    answers: Answers = {f"GET Messages/{SID}.json": answer(200, MESSAGE)}
    assert found(doubt=evolve(DOUBT, message_id=SID), answers=answers) == SID


def test_a_message_whose_id_is_gone_is_searched_for() -> None:
    gone: Answers = {f"GET Messages/{SID}.json": refusal(404, 20404), "GET Messages.json": listed([shown()])}
    assert found(doubt=evolve(DOUBT, message_id=SID), answers=gone) == SID


def test_an_entry_that_cannot_be_read_leaves_the_outcome_open() -> None:
    with pytest.raises(UnknownOutcomeError, match="cannot be read"):
        found(shown(others={"sid": None}))


def test_a_list_that_is_too_long_leaves_the_outcome_open() -> None:
    pages = iter(range(1000))
    answers: Answers = {"GET Messages.json": lambda _: listed([], f"/x?Page={next(pages)}&PageToken=PASM1")}
    with pytest.raises(UnknownOutcomeError, match="too many"):
        found(answers=answers)


@pytest.mark.parametrize("field", ["AddressRetention", "ContentRetention", "ContentSid", "ShortenUrls"])
def test_a_message_that_is_shown_otherwise_than_it_was_sent_is_never_absent(field: str) -> None:
    message = Message(PERSON, "Your code is 4711", sender=NUMBER, extra={"twilio": {field: "x"}})
    with pytest.raises(UnknownOutcomeError, match=field):
        found(doubt=evolve(DOUBT, message=message))


def test_absent_counts_after_the_settling_time_only() -> None:
    now = datetime.now(UTC)
    assert found(doubt=Doubt(SENT, now - timedelta(minutes=17), None, now - timedelta(minutes=16))) is None
    with pytest.raises((UnknownOutcomeError, NotSentError), match="certain from"):
        found(doubt=Doubt(SENT, now - timedelta(minutes=14), None, now - timedelta(minutes=13)))
