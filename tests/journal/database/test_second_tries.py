"""A second try is made once a report proves that no text arrived, by the next provider, and linked with the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from smsgate import (
    Budget,
    BudgetExceededError,
    DeliveryReport,
    Entry,
    Gateway,
    LimitsValidity,
    Message,
    NotSentError,
    OnUndelivered,
    Outcome,
    PumpingError,
    QuietHoursError,
    Route,
    SendResult,
    Source,
    State,
    Status,
)
from smsgate.guards.guards import Guards
from smsgate.guards.pumping import PumpingGuard
from smsgate.guards.quiet_hours import Then
from smsgate.journal import Intent
from smsgate.model.count_within import CountWithin
from smsgate.model.reservation import Reservation
from tests.journal.database.test_inbox import asked_for, hand, report
from tests.journal_at import journal_at, rows
from tests.plain_adapter import DOWN, LOST, NO, OK, TO, Line, Plain, Said, gateway, message, provider
from tests.sending.test_quiet_hours import night

pytestmark = pytest.mark.threads  # the journal is the same in both

RULE = OnUndelivered(providers=("b", "c"), statuses=(Status.FAILED, Status.EXPIRED))


def ruled(rule: OnUndelivered | None = RULE) -> Route:
    return Route(name="default", providers=("a",), on_undelivered=rule)


@pytest.fixture(name="lines")
def _lines() -> tuple[Line, Line, Line]:
    return Line(), Line(), Line()


@pytest.fixture(name="opened")
def _opened(path: str, lines: tuple[Line, Line, Line]) -> Iterator[Gateway]:
    with gateway(path, *lines, route=ruled()) as opened:
        for number, provider in enumerate(opened.providers):  # each vendor has ids of its own
            for _ in range(10 * number):
                next(provider.core.adapter.ids)  # type: ignore[attr-defined]
        yield opened


def proof(status: Status = Status.FAILED, message_id: str = "1", provider: str = "a") -> DeliveryReport:
    return asked_for(report(status, message_id, provider=provider))


def due(path: str) -> list[tuple[object, ...]]:
    return rows(path, "SELECT entry, kind, needs, owner FROM due ORDER BY entry")


def send_due(opened: Gateway, path: str) -> list[SendResult]:
    """Send what is due, as if its time had come."""
    rows(path, "UPDATE due SET moment = 0")
    return [*opened.send_due()]


def tries(entry: Entry) -> list[tuple[str | None, str | None, str, Status | None]]:
    return [
        (each.provider, each.message_id, each.state.value, None if each.delivery is None else each.delivery.status)
        for each in entry.attempts
    ]


def sent(opened: Gateway, key: str | None = None) -> SendResult:
    return opened.send(message(key=key))


def only(opened: Gateway) -> Entry:
    [entry] = opened.journal.find(to=TO)
    return entry


def test_a_report_that_proves_it_leads_to_the_next_provider_once_each(
    opened: Gateway, path: str, lines: tuple[Line, Line, Line]
) -> None:
    sent(opened, key="order-17")
    hand(opened, proof())
    assert due(path) == [(1, "second try", '{"provider": "b"}', None)]
    [second] = send_due(opened, path)
    assert (second.outcome, second.provider, second.message_id) == (Outcome.ACCEPTED, "b", "11")
    hand(opened, proof(), evolve(proof(), raw_status="OTHER"))  # on the first one again
    assert due(path) == []
    hand(opened, proof(message_id="11", provider="b"))
    [third] = send_due(opened, path)
    assert (third.provider, third.message_id) == ("c", "21")
    hand(opened, proof(message_id="21", provider="c"))
    assert (send_due(opened, path), due(path)) == ([], [])
    entry = only(opened)
    assert tries(entry) == [
        ("a", "1", "accepted", Status.FAILED),
        ("b", "11", "accepted", Status.FAILED),
        ("c", "21", "accepted", Status.FAILED),
    ]
    assert (entry.state, entry.key, entry.delivery and entry.delivery.provider) == (State.ACCEPTED, "order-17", "c")
    assert [line.texts for line in lines] == [["Your code is 4711"]] * 3
    assert sent(opened, key="order-17").message_id == "21"  # the same message, and no fourth text
    assert opened.journal.check() == []


@pytest.mark.parametrize("said", [Status.SENT, Status.UNDELIVERED, Status.REJECTED, Status.CANCELLED, Status.UNKNOWN])
def test_what_is_no_proof_by_the_rule_leads_to_nothing(opened: Gateway, path: str, said: Status) -> None:
    sent(opened)
    hand(opened, proof(said))
    assert due(path) == []


def test_a_webhook_without_a_signature_proves_nothing_until_the_vendor_says_the_same(
    opened: Gateway, path: str
) -> None:
    sent(opened)
    hand(opened, report(Status.FAILED))
    assert due(path) == []
    hand(opened, proof())
    assert len(due(path)) == 1


def test_a_signed_webhook_is_proof(opened: Gateway, path: str) -> None:
    sent(opened)
    hand(opened, evolve(report(Status.EXPIRED), source=Source.SIGNED))
    assert len(due(path)) == 1


def test_a_report_that_came_before_the_vendors_answer_was_recorded_is_proof(opened: Gateway, path: str) -> None:
    hand(opened, proof())
    sent(opened)
    assert len(due(path)) == 1


def test_a_message_that_is_bound_to_one_provider_is_tried_by_no_other(opened: Gateway, path: str) -> None:
    opened.send(message(), provider="a")
    opened.send(message(provider="a"))
    hand(opened, proof(), proof(message_id="2"))
    assert due(path) == []


def test_the_rule_is_that_under_which_the_message_was_accepted(path: str) -> None:
    with gateway(
        path, Line(), Line(), route=ruled(OnUndelivered(providers=("b",), after=timedelta(hours=1)))
    ) as opened:
        sent(opened)
    with gateway(path, Line(), Line()) as other:  # receives reports, and has no rule
        hand(other, proof())
        assert len(due(path)) == 1
        assert [*other.send_due()] == []  # an hour later
        assert [each.provider for each in send_due(other, path)] == ["b"]


def test_what_arrives_before_the_second_try_calls_it_off(opened: Gateway, path: str, lines: tuple[Line, ...]) -> None:
    sent(opened)
    hand(opened, proof())
    assert hand(opened, report(Status.DELIVERED)) == []  # it was reported as failed for certain
    assert (due(path), send_due(opened, path)) == ([], [])
    hand(opened, evolve(proof(), raw_status="UNDELIV"))
    assert due(path) == []
    assert lines[1].texts == []
    assert tries(only(opened)) == [("a", "1", "accepted", Status.FAILED), ("b", None, "cancelled", None)]


def test_a_message_that_arrives_after_the_second_try_is_reported_as_a_possible_duplicate(
    opened: Gateway, path: str
) -> None:
    sent(opened)
    hand(opened, proof())
    send_due(opened, path)
    late, again = report(Status.DELIVERED), report(Status.DELIVERED)
    [event] = hand(opened, late, again)
    assert isinstance(event, DeliveryReport)
    assert event.possible_duplicate
    assert event.entry is not None
    assert tries(event.entry) == [("a", "1", "accepted", Status.DELIVERED), ("b", "11", "accepted", None)]
    assert event.entry.attempts[0].delivered_late is not None
    stats = opened.journal.stats()
    assert (stats.second_tries, stats.possible_duplicates) == (1, 1)
    [arrived] = hand(opened, report(Status.DELIVERED, "11", provider="b"))
    assert isinstance(arrived, DeliveryReport)
    assert not arrived.possible_duplicate
    assert opened.journal.check() == []


@pytest.mark.parametrize(("said", "state"), [(DOWN, "not sent"), (NO, "rejected")], ids=str)
def test_a_second_try_that_is_certainly_not_sent_leaves_the_entry_as_it_was(
    path: str, said: NotSentError, state: str
) -> None:
    with gateway(path, Line(), Line(said), route=ruled(OnUndelivered(providers=("b",)))) as opened:
        sent(opened)
        before = only(opened)
        hand(opened, proof())
        [result] = send_due(opened, path)
        assert result.outcome.value == state
        entry = only(opened)
        assert (entry.state, entry.recorded, entry.delivery and entry.delivery.status, entry.changed) == (
            State.ACCEPTED,
            before.recorded,
            Status.FAILED,
            before.changed,
        )
        assert tries(entry) == [("a", "1", "accepted", Status.FAILED), ("b", None, state, None)]
        hand(opened, evolve(proof(), raw_status="UNDELIV"))
        assert (due(path), send_due(opened, path)) == ([], [])
        assert opened.journal.check() == []


def test_the_next_provider_is_asked_where_one_has_certainly_sent_nothing(
    path: str,
) -> None:
    with gateway(path, Line(), Line(DOWN), Line(), route=ruled()) as opened:
        sent(opened)
        hand(opened, proof())
        assert [each.provider for each in send_due(opened, path) + send_due(opened, path)] == ["b", "c"]
        assert [each[:3] for each in tries(only(opened))] == [
            ("a", "1", "accepted"),
            ("b", None, "not sent"),
            ("c", "1", "accepted"),
        ]
        assert due(path) == []


def test_a_person_who_opted_out_gets_no_second_try(opened: Gateway, path: str, lines: tuple[Line, ...]) -> None:
    sent(opened)
    hand(opened, proof())
    opened.opt_outs.add(TO)
    [result] = send_due(opened, path)
    assert result.outcome is Outcome.NOT_SENT or result.outcome is Outcome.REJECTED
    assert lines[1].texts == lines[2].texts == []
    assert [each[:3] for each in tries(only(opened))] == [("a", "1", "accepted"), ("b", None, result.outcome.value)]
    assert (due(path), only(opened).state) == ([], State.ACCEPTED)


def test_a_process_that_lost_a_second_try_makes_none_by_what_it_knew(opened: Gateway, path: str) -> None:
    sent(opened)
    hand(opened, proof())
    rows(path, "UPDATE due SET moment = 0")
    with journal_at(path) as slow:
        [taken] = slow.due.next(10)
        rows(path, "UPDATE due SET owner = NULL, moment = 0")  # its lease ran out
        assert [each.provider for each in send_due(opened, path)] == ["b"]
        hand(opened, proof(message_id="11", provider="b"))  # c is due
        [begun] = slow.begin([Intent(taken.message, "b", entry_id=taken.entry_id)]).wait(30)
        assert isinstance(begun, Entry)
    assert [each.provider for each in send_due(opened, path)] == ["c"]


def unknown(path: str) -> Iterator[Gateway]:
    with gateway(path, Line(), Line(LOST), Line(), route=ruled()) as opened:
        sent(opened)
        hand(opened, proof())
        [result] = send_due(opened, path)
        assert result.outcome is Outcome.UNKNOWN
        yield opened


@pytest.fixture(name="doubtful")
def _doubtful(path: str) -> Iterator[Gateway]:
    yield from unknown(path)


def test_a_second_try_of_unknown_outcome_is_listed_and_sent_again_by_nothing(doubtful: Gateway, path: str) -> None:
    [entry] = doubtful.unknowns.list()
    assert [each.provider for each in entry.asked] == ["b"]
    assert [each[:3] for each in tries(entry)] == [("a", "1", "accepted"), ("b", None, "unknown")]
    assert send_due(doubtful, path) == []
    hand(doubtful, evolve(proof(), raw_status="UNDELIV"))
    assert due(path) == []


def test_an_unknown_second_try_that_was_not_sent_leaves_the_entry_as_it_was(doubtful: Gateway, path: str) -> None:
    [entry] = doubtful.unknowns.list()
    resolved = doubtful.unknowns.resolve(entry.id, Outcome.NOT_SENT)
    assert resolved.state is State.ACCEPTED
    assert [each[:3] for each in tries(resolved)] == [("a", "1", "accepted"), ("b", None, "not sent")]
    assert [each.provider for each in send_due(doubtful, path)] == ["c"]  # b has certainly no text
    assert doubtful.journal.check() == []


def test_no_further_provider_is_asked_once_the_first_text_arrived_after_all(doubtful: Gateway, path: str) -> None:
    hand(doubtful, report(Status.DELIVERED))  # while it is not known whether b has a text
    [entry] = doubtful.unknowns.list()
    doubtful.unknowns.resolve(entry.id, Outcome.NOT_SENT)
    assert (due(path), send_due(doubtful, path)) == ([], [])
    assert tries(only(doubtful)) == [("a", "1", "accepted", Status.DELIVERED), ("b", None, "not sent", None)]
    assert doubtful.journal.check() == []


def test_a_report_settles_an_unknown_second_try(doubtful: Gateway) -> None:
    hand(doubtful, report(Status.SENT, "17", provider="b"))
    entry = only(doubtful)
    assert [each[:3] for each in tries(entry)] == [("a", "1", "accepted"), ("b", "17", "accepted")]
    assert doubtful.deliveries.get("1", provider="a").id == doubtful.deliveries.get("17", provider="b").id == entry.id


def test_the_first_vendors_id_stays_the_messages_own(opened: Gateway, path: str) -> None:
    sent(opened)
    hand(opened, proof())
    send_due(opened, path)
    assert [each.id for each in opened.journal.find(message_id="1", provider="a")] == [1]
    assert [each.id for each in opened.journal.find(message_id="1")] == [1]
    assert opened.deliveries.get("1", provider="a").id == 1
    assert [*opened.deliveries.unmatched()] == []


def test_texts_and_people_are_removed_from_all_tries(opened: Gateway, path: str) -> None:
    secret = "Hello Ms Nkosi"
    lines_reason = asked_for(evolve(report(Status.FAILED), reason=f"{secret} was filtered"))
    opened.send(Message(TO, secret))
    hand(opened, lines_reason)
    send_due(opened, path)
    opened.journal.erase(TO)
    for table in ("tries", "entries", "deliveries", "due"):
        assert secret not in str(rows(path, f"SELECT * FROM {table}"))
        assert TO not in str(rows(path, f"SELECT * FROM {table}"))
    assert opened.journal.check() == []


def test_a_text_that_is_not_kept_any_more_is_not_sent_again(opened: Gateway, path: str) -> None:
    sent(opened)
    sent(opened)
    hand(opened, proof())
    rows(path, "UPDATE entries SET moment = 0, created = 0")
    opened.journal.prune(keep_text="1h")
    assert (due(path), send_due(opened, path)) == ([], [])


def test_pruning_leaves_nothing_of_tries(opened: Gateway, path: str) -> None:
    sent(opened)
    hand(opened, proof())
    send_due(opened, path)
    sent(opened)
    rows(path, "UPDATE entries SET moment = 0, created = 0 WHERE id = 1")
    opened.journal.prune(keep="31d")
    assert rows(path, "SELECT * FROM tries") == rows(path, "SELECT * FROM deliveries") == []
    assert opened.journal.check() == []


def test_a_run_counts_a_message_once_and_both_its_texts(path: str) -> None:
    with gateway(path, Line(OK), Line(DOWN), Line(OK), route=ruled()) as opened:
        opened.enqueue([message()], run="spring")
        opened.runs.runner().work(until_empty=True)
        hand(opened, proof())
        for _ in range(2):
            send_due(opened, path)
            status = opened.runs.status("spring")
            assert (status.accepted, status.not_sent, status.in_flight, status.total) == (1, 0, 0, 1)
        assert status.segments == 2


def test_the_history_tells_of_all_tries(opened: Gateway, path: str) -> None:
    sent(opened)
    hand(opened, proof())
    [waiting] = opened.journal.look_up("1")
    assert opened.journal.history(waiting.entry.id).next.startswith("a second try: `smsgate work` or")
    send_due(opened, path)
    hand(opened, report(Status.DELIVERED))
    history = opened.journal.history(1)
    words = [step.text.partition(" after ")[0] for step in history.steps[1:]]
    assert words == ["a: accepted", "second try, b: accepted", "delivered by a"]
    assert history.next == "waits for a report: by webhook, or when the vendor is asked (`smsgate poll`)"


def test_the_report_on_a_run_counts_second_tries_and_what_they_cost(path: str) -> None:
    with gateway(path, Line(), Line(), Line(), route=ruled()) as opened:
        [*opened.send_bulk([message("a"), message("b")], run="spring")]
        hand(opened, proof())
        send_due(opened, path)
        hand(opened, report(Status.DELIVERED))
        found = opened.journal.report("spring")
        assert (found.messages, found.second_tries, found.possible_duplicates, found.segments) == (2, 1, 1, 3)
        assert found.states == {State.ACCEPTED: 2}
        assert sum(found.statuses.values()) == 2


def test_a_possible_duplicate_is_logged(opened: Gateway, path: str, caplog: pytest.LogCaptureFixture) -> None:
    sent(opened)
    hand(opened, proof())
    send_due(opened, path)
    hand(opened, report(Status.DELIVERED))
    [record] = [each for each in caplog.records if each.name == "smsgate.receiving.incoming"]
    assert record.getMessage() == (
        "a: message '1' was delivered after all, and another provider had been asked for a second try: "
        "a possible duplicate (entry 1)"
    )


class CountsAll:
    """A budget of all messages."""

    def reservations(self, *_: object) -> Sequence[Reservation]:
        return [
            Reservation(budget="all", name="budgets.all", value="all", amount=1, most=10, unit="messages", lasts=3600.0)
        ]


@pytest.mark.parametrize(
    ("said", "used"), [(OK, 2), (DOWN, 1), (LOST, 2)], ids=["accepted", "certainly not sent", "unknown"]
)
def test_a_second_text_takes_of_a_budget_again(path: str, said: Said, used: int) -> None:
    providers = [provider("a", Line()), provider("b", Line(said))]
    route = ruled(OnUndelivered(providers=("b",)))
    guards = Guards(counting=[CountsAll()])
    with Gateway(providers, route=route, journal=journal_at(path), guards=guards) as opened:
        sent(opened)
        hand(opened, proof())
        send_due(opened, path)
        assert rows(path, "SELECT used FROM budgets") == [(used,)]
        for entry in opened.unknowns.list():
            opened.unknowns.resolve(entry.id, Outcome.NOT_SENT)
            assert rows(path, "SELECT used FROM budgets") == [(1,)]
        assert opened.journal.check() == []


class WithValidity(Plain, LimitsValidity):
    """Takes one message a call, with its validity."""

    name = "withvalidity"


def shared(most: int) -> Guards:
    return Guards(counting=[Budget(name="all", per="1h", most=most)])


@contextmanager
def with_guards(path: str, guards: Guards, *lines: Line) -> Iterator[Gateway]:
    providers = [provider(name, line, WithValidity) for name, line in zip("abc", lines, strict=False)]
    with Gateway(providers, route=ruled(), journal=journal_at(path), guards=guards) as opened:
        yield opened


def test_a_second_try_for_which_a_shared_budget_has_no_room_waits_for_room(path: str) -> None:
    lines = Line(), Line(), Line()
    with with_guards(path, shared(1), *lines) as opened:
        sent(opened)
        hand(opened, proof())
        for _ in range(2):
            [refused] = send_due(opened, path)
            assert isinstance(refused.error, BudgetExceededError)
            assert [*opened.send_due()] == []  # it waits
        assert due(path) == [(1, "second try", '{"provider": "b"}', None)]
        assert tries(only(opened)) == [("a", "1", "accepted", Status.FAILED)]
        assert opened.journal.history(1).next.startswith("a second try: `smsgate work` or")
    with with_guards(path, shared(2), *lines) as opened:
        assert [(each.outcome, each.provider) for each in send_due(opened, path)] == [(Outcome.ACCEPTED, "b")]
        assert lines[2].texts == []
        assert opened.journal.check() == []


def bursts(most: int) -> Guards:
    guard = PumpingGuard(name="guard.otp", burst=CountWithin(most, 3600))
    return Guards(counting=[guard], pumping=[guard])


def test_a_second_try_for_which_a_burst_has_no_room_waits_for_room(path: str) -> None:
    lines = Line(), Line(), Line()
    with with_guards(path, bursts(1), *lines) as opened:
        sent(opened)
        hand(opened, proof())
        [refused] = send_due(opened, path)
        assert isinstance(refused.error, PumpingError)
        assert refused.error.frees_at is not None
        assert [*opened.send_due()] == []  # it waits
        assert due(path) == [(1, "second try", '{"provider": "b"}', None)]
        assert tries(only(opened)) == [("a", "1", "accepted", Status.FAILED)]
    with with_guards(path, bursts(2), *lines) as opened:
        assert [(each.outcome, each.provider) for each in send_due(opened, path)] == [(Outcome.ACCEPTED, "b")]
        assert opened.journal.check() == []


def test_a_second_try_waits_no_longer_than_its_message_is_valid(path: str) -> None:
    with with_guards(path, shared(1), Line(), Line(), Line()) as opened:
        opened.send(message(validity=timedelta(minutes=5)))
        hand(opened, proof())
        while send_due(opened, path):
            pass
        states = [(each.provider, each.state) for each in only(opened).attempts]
        assert states == [("a", State.ACCEPTED), ("b", State.REJECTED), ("c", State.REJECTED)]
        assert due(path) == []


@pytest.mark.parametrize("most", [{"b": 0}, {"b": 0, "c": 0}], ids=["of one", "of all"])
def test_a_provider_whose_budget_is_full_is_passed_over_while_there_is_another(path: str, most: dict[str, int]) -> None:
    lines = Line(), Line(), Line()
    each = Budget(name="each", per="1h", most=1, by="provider")
    with with_guards(path, Guards(counting=[each]), *lines) as opened:
        for name in most:
            opened.send(Message("+27821234568", "Hello"), provider=name)
        sent(opened)
        hand(opened, proof())
        first, *others = [*send_due(opened, path), *send_due(opened, path)]
        assert isinstance(first.error, BudgetExceededError)
        assert first.error.provider == "b"
        found = [(each.provider, each.state) for each in only(opened).attempts]
        if "c" in most:
            assert [type(each.error) for each in others] == [BudgetExceededError]
            assert due(path) == [(3, "second try", '{"provider": "c"}', None)]
            assert found == [("a", State.ACCEPTED), ("b", State.REJECTED)]
        else:
            assert [each.provider for each in others] == ["c"]
            assert found == [("a", State.ACCEPTED), ("b", State.REJECTED), ("c", State.ACCEPTED)]
        assert opened.journal.check() == []


@pytest.mark.parametrize("then", [*Then])
def test_a_second_try_waits_until_quiet_hours_are_over(path: str, then: Then) -> None:
    lines = Line(), Line(), Line()
    with with_guards(path, Guards(), *lines) as opened:
        sent(opened)
        hand(opened, proof())
    with with_guards(path, night(then), *lines) as opened:
        [held] = send_due(opened, path)
        entry = only(opened)
        assert (held.outcome, held.held_until, entry.state) == (Outcome.HELD, entry.due, State.ACCEPTED)
        assert entry.due is not None
        assert timedelta(hours=1) < entry.due - datetime.now(UTC) <= timedelta(hours=3)
        assert [*opened.send_due()] == []
        assert due(path) == [(1, "second try", '{"provider": "b"}', None)]
    with with_guards(path, Guards(), *lines) as opened:
        assert [each.provider for each in send_due(opened, path)] == ["b"]
        assert tries(only(opened))[:1] == [("a", "1", "accepted", Status.FAILED)]
        assert opened.journal.check() == []


def test_a_second_try_whose_message_is_not_valid_after_quiet_hours_is_refused(path: str) -> None:
    with with_guards(path, Guards(), Line(), Line(), Line()) as opened:
        opened.send(message(validity=timedelta(minutes=5)))
        hand(opened, proof())
    with with_guards(path, night(Then.SCHEDULE), Line(), Line(), Line()) as opened:
        [refused] = send_due(opened, path)
        assert isinstance(refused.error, QuietHoursError)
        assert [(each.provider, each.state) for each in only(opened).attempts][1:] == [("b", State.REJECTED)]
        assert due(path) == []


def test_a_second_try_that_is_to_wait_longer_stays_one(opened: Gateway, path: str) -> None:
    sent(opened)
    hand(opened, proof())
    journal = opened.core.sender.journal
    assert journal is not None
    later = datetime.now(UTC) + timedelta(hours=8)
    [begun] = journal.begin([Intent(message(), None, entry_id=1, hold_until=later)]).wait(30)
    assert isinstance(begun, Entry)
    assert begun.state is State.ACCEPTED
    assert due(path) == [(1, "second try", '{"provider": "b"}', None)]
    assert [*opened.send_due()] == []
    assert [each.provider for each in send_due(opened, path)] == ["b"]
