"""Who asked not to be texted is not texted, whatever sends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from smsgate import (
    Gateway,
    InvalidMessageError,
    Message,
    NotSentError,
    OptedOutError,
    OptIn,
    OptOut,
    Outcome,
    Reply,
    Request,
    UnknownOutcomeError,
)
from tests.journal_at import rows
from tests.plain_adapter import DOWN, LOST, OK, TO, InBulk, Line, Said, gateway, message

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def said(text: str, at: datetime = NOON, sender: str = TO) -> Reply:
    return Reply(provider="a", message_id=f"{text}-{at}", sender=sender, text=text, received_at=at)


def receive(opened: Gateway, *replies: Reply) -> list[object]:
    given: list[object] = []
    for reply in replies:
        opened.incoming.deliver(reply, given.append)
    return given


@pytest.fixture(name="line")
def _line() -> Line:
    return Line()


@pytest.fixture(name="opened")
def _opened(path: str, line: Line) -> Iterator[Gateway]:
    with gateway(path, line) as opened:
        yield opened


def test_after_stop_nothing_is_sent_and_no_provider_is_asked(opened: Gateway, line: Line) -> None:
    [event] = receive(opened, said(" Stop! "))
    assert event == OptOut(said(" Stop! "), "STOP")
    with pytest.raises(
        OptedOutError, match=r"\+27821234567 asked not to be texted on 2026-11-20 by 'STOP' to a"
    ) as raised:
        opened.send(message())
    assert raised.value.result is not None
    assert (raised.value.result.outcome, raised.value.result.attempts) == (Outcome.REJECTED, ())
    [result] = opened.send_bulk([message()], run="campaign")
    assert isinstance(result.error, OptedOutError)
    assert isinstance(opened.plan(message()).refusal, OptedOutError)
    with pytest.raises(OptedOutError):
        opened.send(message(), dry_run=True)
    assert line.requests == []
    assert opened.send(Message("+27821234568", "to somebody else")).outcome is Outcome.ACCEPTED


def test_start_takes_it_back(opened: Gateway) -> None:
    events = receive(opened, said("STOP"), said("start", NOON + timedelta(minutes=1)))
    assert [type(event) for event in events] == [OptOut, OptIn]
    assert opened.send(message()).outcome is Outcome.ACCEPTED


def test_what_was_said_last_counts_whatever_arrives_last(opened: Gateway) -> None:
    receive(opened, said("start", NOON + timedelta(minutes=10)), said("STOP"))
    assert TO not in opened.opt_outs
    receive(opened, said("stop", NOON + timedelta(minutes=30)), said("START", NOON + timedelta(minutes=20)))
    assert TO in opened.opt_outs


def test_where_it_is_not_clear_what_was_said_last_it_was_the_stop(opened: Gateway) -> None:
    receive(opened, said("START", NOON + timedelta(seconds=50)), said("STOP"))  # 12:00:59, rounded to the minute
    assert TO in opened.opt_outs
    receive(opened, said("start", NOON + timedelta(minutes=5)))
    assert TO not in opened.opt_outs


def test_a_start_of_the_future_does_not_outlive_the_next_stop(opened: Gateway) -> None:
    receive(opened, said("START", datetime(2099, 1, 1, tzinfo=UTC)), said("STOP", datetime.now(UTC)))
    assert TO in opened.opt_outs


def test_a_stop_from_before_it_was_removed_by_hand_does_not_put_it_back(opened: Gateway) -> None:
    opened.opt_outs.add(TO)
    opened.opt_outs.remove(TO)
    receive(opened, said("STOP", datetime.now(UTC) - timedelta(days=1)))
    assert TO not in opened.opt_outs


def test_a_stop_while_a_message_is_under_way_stops_the_next_provider(path: str) -> None:
    def stopped(_: Request) -> Said:
        receive(opened, said("STOP"))
        return DOWN

    first, second = Line(stopped), Line()
    with gateway(path, first, second) as opened:
        with pytest.raises(OptedOutError) as raised:
            opened.send(message())
        assert raised.value.result is not None
        assert [each.outcome for each in raised.value.result.attempts] == [Outcome.NOT_SENT, Outcome.REJECTED]
        assert second.requests == []


def test_a_stop_during_a_bulk_call_stops_the_next_provider(path: str) -> None:
    def stopped(_: Request) -> Said:
        receive(opened, said("STOP"))
        return DOWN

    first, second = Line(stopped), Line()
    with gateway(path, first, second, adapter=InBulk) as opened:
        results = [*opened.send_bulk([message("one"), message("two"), Message("+27821234568", "three")], workers=1)]
        assert [each.outcome for each in results] == [Outcome.REJECTED, Outcome.REJECTED, Outcome.ACCEPTED]
        assert second.texts == ["three"]


def test_a_confirmation_goes_to_the_next_provider_too(path: str) -> None:
    first, second = Line(DOWN), Line()
    with gateway(path, first, second) as opened:
        [event] = receive(opened, said("STOP"))
        assert isinstance(event, OptOut)
        assert opened.send(message("You get no more texts"), confirms=event).provider == "b"


def test_a_confirmation_whose_key_was_used_before_the_stop_is_the_only_one(path: str) -> None:
    says: list[Said] = [DOWN, OK]
    with gateway(path, Line(lambda _: says.pop(0))) as opened:
        with pytest.raises(NotSentError):
            opened.send(message("Bye", key="bye"))
        [event] = receive(opened, said("STOP"))
        assert isinstance(event, OptOut)
        opened.send(message("Bye", key="bye"), confirms=event)
        with pytest.raises(OptedOutError):
            opened.send(message("Bye again"), confirms=event)


def test_a_new_stop_is_confirmed_anew(opened: Gateway) -> None:
    for minutes in (0, 10):
        at = NOON + timedelta(minutes=minutes)
        [event, *_] = receive(opened, said("STOP", at), said("START", at + timedelta(minutes=5)), said("stop", at))
        assert isinstance(event, OptOut)
        receive(opened, said("quit", at + timedelta(minutes=8)))
        assert opened.send(message(f"No more texts, {minutes}"), confirms=event).outcome is Outcome.ACCEPTED


def test_a_sender_that_is_no_number_is_not_recorded(opened: Gateway) -> None:
    [event] = receive(opened, said("STOP", sender="0821234567"))
    assert isinstance(event, OptOut)
    assert [*opened.opt_outs] == []


def test_another_gateway_on_the_journal_knows_it_at_once(path: str, opened: Gateway) -> None:
    receive(opened, said("STOP"))
    with gateway(path, Line()) as other, pytest.raises(OptedOutError):
        other.send(message())


def test_a_message_that_was_sent_before_keeps_its_result(opened: Gateway) -> None:
    first = opened.send(message(key="order-17"))
    receive(opened, said("STOP"))
    assert opened.send(message(key="order-17")).message_id == first.message_id


def test_one_that_was_not_sent_is_not_sent_by_the_next_run(path: str) -> None:
    says: list[Said] = [DOWN, OK]
    with gateway(path, Line(lambda _: says.pop(0))) as opened:
        [first] = opened.send_bulk([message()], run="campaign")
        receive(opened, said("STOP"))
        [second] = opened.send_bulk([message()], run="campaign")
        receive(opened, said("START", NOON + timedelta(minutes=1)))
        [third] = opened.send_bulk([message()], run="campaign")
    assert [each.outcome for each in (first, second, third)] == [
        Outcome.NOT_SENT,
        Outcome.REJECTED,
        Outcome.ACCEPTED,
    ]


def test_one_in_doubt_is_not_sent_again_by_choice(path: str) -> None:
    with gateway(path, Line(LOST)) as opened:
        with pytest.raises(UnknownOutcomeError):
            opened.send(message())
        receive(opened, said("STOP"))
        [entry] = opened.unknowns.list()
        with pytest.raises(OptedOutError):
            opened.unknowns.resend(entry.id)
        assert [each.id for each in opened.unknowns.list()] == [entry.id]


def test_one_confirmation_goes_through(opened: Gateway, line: Line) -> None:
    [event] = receive(opened, said("STOP"))
    assert isinstance(event, OptOut)
    assert opened.send(message("You get no more texts"), confirms=event).outcome is Outcome.ACCEPTED
    with pytest.raises(OptedOutError):
        opened.send(message("You really get no more texts"), confirms=event)
    assert line.texts == ["You get no more texts"]


def test_a_confirmation_that_was_not_sent_may_be_tried_again(path: str) -> None:
    says: list[Said] = [DOWN, OK]
    with gateway(path, Line(lambda _: says.pop(0))) as opened:
        [event] = receive(opened, said("STOP"))
        assert isinstance(event, OptOut)
        with pytest.raises(NotSentError):
            opened.send(message("You get no more texts"), confirms=event)
        assert opened.send(message("You get no more texts"), confirms=event).outcome is Outcome.ACCEPTED


def test_a_confirmation_goes_to_whom_it_concerns(opened: Gateway, line: Line) -> None:
    [event] = receive(opened, said("STOP"))
    assert isinstance(event, OptOut)
    with pytest.raises(InvalidMessageError, match=r"\+27821234568 did not opt out, \+27821234567 did"):
        opened.send(Message("+27821234568", "You get no more texts"), confirms=event)
    assert line.requests == []


def test_a_number_as_people_write_it_is_the_same_number(path: str) -> None:
    with gateway(path, Line()) as opened:
        receive(opened, said("STOP", sender="+27 82 123-4567"))
        assert "+27821234567" in opened.opt_outs


def test_a_stop_from_an_unknown_sender_is_a_reply(opened: Gateway) -> None:
    assert receive(opened, said("STOP", sender="")) == [said("STOP", sender="")]


def test_opt_outs_are_listed_added_and_removed(opened: Gateway) -> None:
    numbers = [f"+27821{each:06}" for each in range(502)]
    for number in numbers:
        opened.opt_outs.add(number)
    receive(opened, said("STOP", sender="+27841234567"))
    assert [each.number for each in opened.opt_outs] == [*numbers, "+27841234567"]
    opened.opt_outs.remove("+27841234567")
    assert "+27841234567" not in opened.opt_outs
    with pytest.raises(OptedOutError, match=r"not to be texted on \d{4}-\d\d-\d\d$"):
        opened.send(Message(numbers[0], "Hello"))


# Spellings -----------------------------------------------------------------------------------------------------------

SPELLINGS = {
    "Mexico": ("+525512345678", "+5215512345678"),
    "Argentina": ("+5491123456789", "+541123456789"),
    "Brazil": ("+5511987654321", "+551187654321"),
    "Benin": ("+2290197123456", "+22997123456"),
}
OLD_AND_NEW = pytest.mark.parametrize(("current", "older"), SPELLINGS.values(), ids=SPELLINGS.keys())


@OLD_AND_NEW
def test_a_stop_from_the_other_spelling_of_a_number_stops_its_line(
    opened: Gateway, line: Line, current: str, older: str
) -> None:
    receive(opened, said("STOP", sender=older))
    with pytest.raises(OptedOutError):
        opened.send(Message(current, "Hello"))
    assert older in opened.opt_outs
    assert current in opened.opt_outs
    assert line.requests == []
    receive(opened, said("START", NOON + timedelta(minutes=9), sender=current))
    assert opened.send(Message(current, "Hello")).outcome is Outcome.ACCEPTED
    assert older not in opened.opt_outs


@OLD_AND_NEW
def test_a_record_of_an_earlier_version_is_matched_in_every_spelling(path: str, current: str, older: str) -> None:
    with gateway(path, Line()):
        pass
    rows(path, "INSERT INTO opt_outs (number, stopped, at) VALUES (?, 1, 1)", older)
    rows(path, "INSERT INTO opt_outs (number, stopped, at) VALUES (?, 0, 0)", current)
    with gateway(path, Line()) as opened:
        with pytest.raises(OptedOutError):
            opened.send(Message(current, "Hello"))
        assert [each.number for each in opened.opt_outs] == [older]
        opened.opt_outs.remove(current)
        assert [*opened.opt_outs] == []
        assert opened.send(Message(current, "Hello")).outcome is Outcome.ACCEPTED


def test_a_line_that_took_its_stop_back_in_another_spelling_is_not_listed(path: str) -> None:
    with gateway(path, Line()):
        pass
    rows(path, "INSERT INTO opt_outs (number, stopped, at) VALUES ('+525512345678', 0, 9999)")
    rows(path, "INSERT INTO opt_outs (number, stopped, at) VALUES ('+5215512345678', 1, 1)")
    with gateway(path, Line()) as opened:
        assert [*opened.opt_outs] == []
        assert opened.send(Message("+525512345678", "Hello")).outcome is Outcome.ACCEPTED


def test_the_confirmation_goes_to_the_other_spelling_too(path: str) -> None:
    first, second = Line(DOWN), Line()
    with gateway(path, first, second) as opened:
        [event] = receive(opened, said("STOP", sender="+551187654321"))
        assert isinstance(event, OptOut)
        assert opened.send(Message("+5511987654321", "You get no more texts"), confirms=event).provider == "b"
        with pytest.raises(OptedOutError):
            opened.send(Message("+5511987654321", "You really get no more texts"), confirms=event)
