"""What messages take of budgets is reserved with their intents, and given back only where no text can be out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from attrs import evolve

from smsgate import ConflictError, JournalSettings, Message, NotSentError, Outcome, Price, RejectedError, SendResult
from smsgate.journal import Asked, Begun, Claim, Entry, Finding, Intent, State
from smsgate.journal.database.connection import Connection
from smsgate.journal.database.journal import DatabaseJournal
from smsgate.journal.database.reservations import PART
from smsgate.model.errors import BudgetExceededError, SmsgateError
from smsgate.model.reservation import BudgetCrossing, BudgetLimit, BudgetUse, Reservation
from tests.journal.database.test_intent_set import STARTED
from tests.journal.database.test_retention import Wall
from tests.journal.database.test_submissions import unknown
from tests.journal_at import journal_at, rows
from tests.plain_adapter import TO, message

pytestmark = pytest.mark.threads  # no gateway is in this process

SECOND = timedelta(seconds=1)
OTP = BudgetLimit(budget="budgets.otp/campaign/messages", name="budgets.otp", most=3, unit="messages")
PER_PERSON = evolve(OTP, budget="budgets.otp/recipient/messages")
MONEY = BudgetLimit(budget="budgets.money/campaign/EUR", name="budgets.money", most=10**9, unit="EUR")


@pytest.fixture(name="wall")
def _wall() -> Wall:
    return Wall()


@pytest.fixture(name="journal")
def _journal(path: str, wall: Wall) -> Iterator[DatabaseJournal]:
    with closing(journal_at(path, clock=wall)) as opened:
        yield opened
        assert opened.records.check() == []


def taking(limit: BudgetLimit = OTP, **fields: object) -> Reservation:
    """Return what a message takes of a budget: one of it, for a minute, of one campaign."""
    given = {"value": "spring", "amount": 1, "lasts": 60.0, **fields}
    kept = {name: getattr(limit, name) for name in ("budget", "name", "most", "unit")}
    return Reservation(**(kept | given))


def intent(*reservations: Reservation, text: str = "", provider: str | None = "a", **fields: object) -> Intent:
    return Intent(message(text or "Your code is 4711", **fields), provider, reservations=reservations)


def begin(journal: DatabaseJournal, *intents: Intent) -> list[Begun]:
    return [*journal.begin(intents).wait(10)]


def claim(journal: DatabaseJournal, *reservations: Reservation, **fields: object) -> Claim:
    [begun] = begin(journal, intent(*reservations, **fields))  # type: ignore[arg-type]
    assert isinstance(begun, Claim)
    return begun


def refused(journal: DatabaseJournal, *reservations: Reservation) -> BudgetExceededError:
    [begun] = begin(journal, intent(*reservations))
    assert isinstance(begun, BudgetExceededError)
    return begun


def ended(claimed: Claim, outcome: Outcome, price: str | None = None) -> tuple[Claim, SendResult]:
    errors = {Outcome.NOT_SENT: NotSentError("no"), Outcome.REJECTED: RejectedError("no")}
    if outcome is Outcome.UNKNOWN:
        return claimed, unknown(message(), claimed.provider or "a")
    accepted = outcome is Outcome.ACCEPTED
    return claimed, evolve(
        unknown(message(), claimed.provider or "a"),
        outcome=outcome,
        message_id=f"m{claimed.entry_id}" if accepted else None,
        attempts=(),
        error=None if accepted else errors[outcome],
        price=None if price is None else Price(Decimal(price), "EUR"),
    )


def settle(journal: DatabaseJournal, claimed: Claim, outcome: Outcome, price: str | None = None) -> None:
    journal.settle([ended(claimed, outcome, price)]).wait(10)


def use(journal: DatabaseJournal, *limits: BudgetLimit) -> dict[str, int]:
    return {each.value: each.used for each in journal.budgets.use(limits or [OTP, PER_PERSON, MONEY])}


def test_a_budget_is_reserved_with_the_intents_and_refuses_those_for_which_it_has_no_room(
    journal: DatabaseJournal,
) -> None:
    begun = begin(journal, *[intent(taking(), text=str(each)) for each in range(5)])
    assert [type(each) for each in begun] == [Claim] * 3 + [BudgetExceededError] * 2
    assert use(journal) == {"spring": 3}
    error = refused(journal, taking())
    assert (error.budget, error.used, error.most) == ("budgets.otp", 3, 3)
    assert error.frees_at == datetime(2026, 11, 20, 12, 1, tzinfo=UTC)
    assert str(error) == "budgets.otp: 3 of 3 messages for spring used; there is room at 2026-11-20 12:01:00 UTC"


def test_what_is_refused_makes_no_entry_and_takes_nothing_of_its_other_budgets(
    path: str, journal: DatabaseJournal
) -> None:
    begin(journal, *[intent(taking(PER_PERSON, value=TO, is_secret=True)) for _ in range(3)])
    error = refused(journal, taking(), taking(PER_PERSON, value=TO, is_secret=True))
    assert str(error).startswith(f"budgets.otp: 3 of 3 messages to {TO} used; ")
    assert rows(path, "SELECT count(*) FROM entries") == [(3,)]
    assert use(journal) == {TO: 3}


def test_values_of_one_budget_count_apart(journal: DatabaseJournal) -> None:
    claim(journal, taking(most=1))
    claim(journal, taking(most=1, value="summer"))
    refused(journal, taking(most=1))


@pytest.mark.parametrize("outcome", [Outcome.NOT_SENT, Outcome.REJECTED])
def test_what_was_certainly_not_sent_is_given_back(journal: DatabaseJournal, outcome: Outcome) -> None:
    settle(journal, claim(journal, taking(), taking(PER_PERSON, value=TO)), outcome)
    assert use(journal) == {}


def test_what_was_accepted_counts_until_its_time_is_over(path: str, journal: DatabaseJournal, wall: Wall) -> None:
    settle(journal, claim(journal, taking(most=1)), Outcome.ACCEPTED)
    wall.now += 59 * SECOND
    refused(journal, taking(most=1))
    wall.now += 2 * SECOND  # the journal's time may be a little behind
    assert use(journal) == {}
    claim(journal, taking(most=1))
    assert rows(path, "SELECT count(*) FROM reservations") == [(1,)]


def test_an_unknown_counts_until_it_is_settled_however_long_that_takes(journal: DatabaseJournal, wall: Wall) -> None:
    lost = claim(journal, taking(most=1))
    settle(journal, lost, Outcome.UNKNOWN)
    wall.now += timedelta(days=7)
    error = refused(journal, taking(most=1))
    assert error.frees_at is None
    assert "messages in flight or of unknown outcome" in str(error)
    assert use(journal) == {"spring": 1}
    journal.resolve(lost.entry_id, Finding(outcome=Outcome.ACCEPTED, provider="a", message_id="9"))
    assert use(journal) == {}  # its time was over long ago
    claim(journal, taking(most=1))


def test_an_unknown_that_was_sent_counts_as_long_as_any_other(journal: DatabaseJournal, wall: Wall) -> None:
    lost = claim(journal, taking(most=1))
    settle(journal, lost, Outcome.UNKNOWN)
    wall.now += 30 * SECOND
    journal.resolve(lost.entry_id, Finding(outcome=Outcome.ACCEPTED, provider="a", message_id="9"))
    refused(journal, taking(most=1))
    wall.now += 31 * SECOND
    claim(journal, taking(most=1))


def test_an_unknown_that_was_not_sent_is_given_back(journal: DatabaseJournal) -> None:
    lost = claim(journal, taking(most=1))
    settle(journal, lost, Outcome.UNKNOWN)
    journal.resolve(lost.entry_id, Finding(outcome=Outcome.NOT_SENT, reason="not there"))
    assert use(journal) == {}


def test_what_is_in_flight_counts_beyond_its_time(journal: DatabaseJournal, wall: Wall) -> None:
    slow = claim(journal, taking(most=1))
    wall.now += 61 * SECOND
    refused(journal, taking(most=1))
    settle(journal, slow, Outcome.ACCEPTED)
    claim(journal, taking(most=1))


def test_a_message_with_a_key_that_was_not_sent_reserves_again(journal: DatabaseJournal) -> None:
    settle(journal, claim(journal, taking(most=1), key="k"), Outcome.NOT_SENT)
    settle(journal, claim(journal, taking(most=1), key="k"), Outcome.ACCEPTED)
    assert use(journal) == {"spring": 1}
    [again] = begin(journal, intent(taking(most=1), key="k"))
    assert isinstance(again, Entry)  # the stored result, whatever is used


def test_a_text_that_may_be_out_and_is_sent_again_counts_twice(journal: DatabaseJournal) -> None:
    lost = claim(journal, taking())
    settle(journal, lost, Outcome.UNKNOWN)
    again = journal.reclaim(lost.entry_id, "a", reservations=[taking()]).wait(10)
    assert use(journal) == {"spring": 2}
    settle(journal, again, Outcome.ACCEPTED)
    assert use(journal) == {"spring": 2}


def test_what_was_reserved_to_send_an_unknown_again_is_given_back_if_that_put_no_text_out(
    journal: DatabaseJournal,
) -> None:
    lost = claim(journal, taking())
    settle(journal, lost, Outcome.UNKNOWN)
    again = journal.reclaim(lost.entry_id, "a", reservations=[taking()]).wait(10)
    journal.settle([(again, evolve(unknown(message(), "a"), attempts=()))]).wait(10)
    assert journal.find(lost.entry_id).state is State.UNKNOWN
    assert use(journal) == {"spring": 1}


def test_an_unknown_is_not_sent_again_without_room(journal: DatabaseJournal) -> None:
    lost = claim(journal, taking(most=1))
    settle(journal, lost, Outcome.UNKNOWN)
    with pytest.raises(BudgetExceededError):
        journal.reclaim(lost.entry_id, "a", reservations=[taking(most=1)]).wait(10)
    assert journal.find(lost.entry_id).state is State.UNKNOWN


def test_all_that_an_unknown_had_reserved_long_ago_is_given_back_once_a_second_one_was_accepted(
    journal: DatabaseJournal, wall: Wall
) -> None:
    lost = claim(journal, taking())
    settle(journal, lost, Outcome.UNKNOWN)
    wall.now += 61 * SECOND
    claim(journal, taking(value="other"))
    again = journal.reclaim(lost.entry_id, "a", reservations=[taking()]).wait(10)
    settle(journal, again, Outcome.ACCEPTED)
    assert use(journal) == {"spring": 1, "other": 1}


def at(provider: str, most: int = 3) -> Reservation:
    return taking(value=provider, provider=provider, most=most)


def test_the_budget_of_a_provider_is_reserved_when_that_is_asked(journal: DatabaseJournal) -> None:
    both = (taking(), at("a"), at("b"))
    first = claim(journal, *both)
    assert use(journal) == {"spring": 1, "a": 1}
    second = journal.intend(first, "b", [], reservations=both)
    assert use(journal) == {"spring": 1, "b": 1}
    settle(journal, second, Outcome.NOT_SENT)
    assert use(journal) == {}


def test_a_provider_that_may_have_the_text_keeps_what_was_reserved_and_another_text_counts(
    journal: DatabaseJournal,
) -> None:
    both = (taking(), at("a"), at("b"))
    journal.intend(claim(journal, *both), "b", [Asked("a", STARTED)], reservations=both)
    assert use(journal) == {"spring": 2, "a": 1, "b": 1}


def test_a_message_whose_first_provider_has_no_budget_left_is_claimed_for_the_next(journal: DatabaseJournal) -> None:
    both = (taking(), at("a", most=1), at("b"))
    claim(journal, at("a", most=1))
    first = claim(journal, *both)
    assert first.provider is None
    assert journal.find(first.entry_id).asked == ()
    with pytest.raises(BudgetExceededError, match=r"^budgets\.otp: 1 of 1 message for a used; there is room at"):
        journal.intend(first, "a", [], reservations=both)
    second = journal.intend(first, "b", [], reservations=both)
    settle(journal, second, Outcome.ACCEPTED)
    assert use(journal) == {"spring": 1, "a": 1, "b": 1}


def test_the_price_that_was_paid_counts_where_more_was_reserved(journal: DatabaseJournal) -> None:
    settle(journal, claim(journal, taking(MONEY, amount=40_000_000)), Outcome.ACCEPTED, "0.0250000001")
    assert use(journal) == {"spring": 25_000_001}
    settle(journal, claim(journal, taking(MONEY, amount=40_000_000)), Outcome.ACCEPTED, "0.04")
    error = refused(journal, taking(MONEY, amount=950_000_000))
    assert str(error).startswith("budgets.money: 0.065000001 of 1.00 EUR for spring used; there is room at ")


def test_a_message_that_takes_more_than_there_ever_is_is_refused(journal: DatabaseJournal) -> None:
    error = refused(journal, taking(amount=4))
    assert error.frees_at is None
    assert str(error) == (
        "budgets.otp: 0 of 3 messages for spring used; this message alone takes 4; raise max, or send a shorter one"
    )


def test_there_is_room_again_when_enough_of_what_is_used_is_over(journal: DatabaseJournal, wall: Wall) -> None:
    for _ in range(3):
        settle(journal, claim(journal, taking()), Outcome.ACCEPTED)
        wall.now += 10 * SECOND
    assert refused(journal, taking(amount=2)).frees_at == datetime(2026, 11, 20, 12, 1, 10, tzinfo=UTC)
    begun = begin(journal, *[intent(taking(value="new"), text=str(each)) for each in range(4)])
    assert isinstance(begun[-1], BudgetExceededError)
    assert begun[-1].frees_at == datetime(2026, 11, 20, 12, 1, 30, tzinfo=UTC)


def test_a_guard_that_observes_counts_and_lets_pass(journal: DatabaseJournal) -> None:
    watched = taking(most=1, observe=True)
    assert claim(journal, watched).observed == ()
    assert claim(journal, watched).observed == (watched,)
    assert use(journal) == {"spring": 2}


def test_each_share_of_a_budget_is_crossed_once_until_less_than_half_is_used(
    journal: DatabaseJournal, wall: Wall
) -> None:
    def crossed() -> list[int]:
        wall.now += SECOND
        claimed = claim(journal, taking(most=10))
        settle(journal, claimed, Outcome.ACCEPTED)
        return [each.level for each in claimed.crossed]

    assert [crossed() for _ in range(10)] == [[], [], [], [], [50], [], [], [80], [], [100]]
    wall.now += 54 * SECOND  # four are over
    assert [crossed() for _ in range(2)] == [[], []]
    wall.now += 57 * SECOND  # all but the last
    assert [claim(journal, taking(most=10)).crossed for _ in range(2)] == [(), ()]
    assert claim(journal, taking(most=10)).crossed == (
        BudgetCrossing(name="budgets.otp", value="spring", level=50, used=5, most=10, unit="messages"),
    )


def test_many_that_are_over_at_once_are_taken_away_a_part_at_a_time(
    path: str, journal: DatabaseJournal, wall: Wall
) -> None:
    wanted = taking(most=1200)
    begun = begin(journal, *[intent(wanted, text=str(each)) for each in range(1200)])
    journal.settle([ended(each, Outcome.ACCEPTED) for each in begun if isinstance(each, Claim)]).wait(10)
    wall.now += 61 * SECOND
    claim(journal, evolve(wanted, lasts=1e6))
    assert use(journal) == {"spring": 1}
    [(kept, used)] = rows(path, "SELECT count(*), sum(amount) FROM reservations")
    assert kept == used
    assert kept <= 1200 - PART + 1  # the upkeep may have taken some more
    claim(journal, evolve(wanted, amount=1100))
    assert use(journal) == {"spring": 1101}
    assert journal.budgets.room([evolve(wanted, amount=100)]) is not None


def test_upkeep_deletes_what_is_over_of_values_that_are_never_met_again(
    path: str, journal: DatabaseJournal, wall: Wall
) -> None:
    people = [taking(PER_PERSON, value=str(each), is_secret=True) for each in range(250)]
    begun = begin(journal, *[intent(each, text=each.value) for each in people])
    journal.settle([ended(each, Outcome.ACCEPTED) for each in begun if isinstance(each, Claim)]).wait(10)
    lost = claim(journal, taking())
    settle(journal, lost, Outcome.UNKNOWN)
    assert journal.records.prune(keep="90d").reservations == 0
    wall.now += 61 * SECOND
    assert journal.records.prune(keep="90d").reservations > 300  # the journal may do some of it by itself
    assert rows(path, "SELECT count(*) FROM reservations") == rows(path, "SELECT count(*) FROM budgets") == [(1,)]
    assert use(journal) == {"spring": 1}


def test_the_upkeep_of_a_journal_that_keeps_all_entries_deletes_what_is_over_of_budgets(path: str, wall: Wall) -> None:
    with closing(journal_at(JournalSettings(path=path), clock=wall)) as journal:
        settle(journal, claim(journal, taking()), Outcome.ACCEPTED)
        while rows(path, "SELECT count(*) FROM budgets") != [(0,)]:
            wall.now += timedelta(hours=1)
            journal.find(1)


def test_a_person_who_was_erased_is_shown_by_a_hash(path: str, journal: DatabaseJournal) -> None:
    settle(journal, claim(journal, taking(PER_PERSON, value=TO, is_secret=True)), Outcome.ACCEPTED)
    assert use(journal) == {TO: 1}
    journal.records.erase(TO)
    [(shown, used)] = use(journal).items()
    assert (shown[:5], len(shown), used) == ("hash:", 37, 1)
    assert TO not in str(rows(path, "SELECT * FROM budgets")) + str(rows(path, "SELECT * FROM reservations"))
    settle(journal, claim(journal, taking(PER_PERSON, value=TO, is_secret=True)), Outcome.ACCEPTED)
    assert use(journal) == {TO: 2}


def test_uses_are_listed_page_by_page(journal: DatabaseJournal, wall: Wall) -> None:
    begin(journal, *[intent(taking(value=f"v{each}"), text=str(each)) for each in range(150)])
    first = journal.budgets.use([OTP])
    rest = journal.budgets.use([OTP], after=first[-1].place)
    assert [each.value for each in (*first, *rest)] == [f"v{each}" for each in range(150)]
    assert journal.budgets.use([OTP], after=rest[-1].place) == []
    assert first[0] == BudgetUse(name="budgets.otp", value="v0", used=1, most=3, unit="messages")
    assert first[0].frees_at == wall.now + 60 * SECOND
    assert journal.budgets.use([MONEY]) == []


def test_a_list_goes_on_after_values_of_which_nothing_counts_any_more(journal: DatabaseJournal, wall: Wall) -> None:
    begun = begin(journal, *[intent(taking(value=f"v{each}"), text=str(each)) for each in range(250)])
    journal.settle([ended(each, Outcome.ACCEPTED) for each in begun if isinstance(each, Claim)]).wait(10)
    wall.now += 61 * SECOND
    claim(journal, taking(value="new"), taking(MONEY))
    assert [each.value for each in journal.budgets.use([OTP])] == ["new"]
    assert [(each.name, each.value) for each in journal.budgets.use([OTP, MONEY])] == [
        ("budgets.otp", "new"),
        ("budgets.money", "spring"),
    ]


def test_messages_are_claimed_while_uses_are_read(journal: DatabaseJournal, monkeypatch: pytest.MonkeyPatch) -> None:
    claim(journal, taking())
    reading = journal._database.reading

    @contextmanager
    def slow() -> Iterator[Connection]:
        with reading() as connection:
            claim(journal, taking())
            yield connection

    monkeypatch.setattr(journal._database, "reading", slow)
    assert use(journal)["spring"] in {1, 2}  # PostgreSQL reads what there is when the first statement begins
    monkeypatch.undo()
    assert use(journal) == {"spring": 2}


def test_room_is_looked_for_without_taking_it(journal: DatabaseJournal) -> None:
    wanted = [taking(most=1), at("a")]
    assert journal.budgets.room(wanted) is None
    claim(journal, *wanted)
    assert journal.budgets.room([]) is None
    error = journal.budgets.room(wanted)
    assert error is not None
    assert error.used == 1


def test_an_end_that_the_journal_could_not_take_gives_back_when_it_is_written(journal: DatabaseJournal) -> None:
    claimed = claim(journal, taking())
    journal._unrecorded.keep([ended(claimed, Outcome.NOT_SENT)])
    claim(journal, taking(value="other"))
    assert use(journal) == {"other": 1}


def test_a_claim_that_was_withdrawn_gives_back(journal: DatabaseJournal) -> None:
    claimed = claim(journal, taking())
    journal._unrecorded.withdraw([claimed], State.NOT_SENT)
    claim(journal, taking(value="other"))
    assert use(journal) == {"other": 1}


def test_what_is_interrupted_keeps_what_it_has_reserved(journal: DatabaseJournal) -> None:
    journal.interrupt([claim(journal, taking())])
    assert use(journal) == {"spring": 1}


def test_two_guards_may_count_the_same(journal: DatabaseJournal) -> None:
    claimed = claim(journal, taking(), taking())
    assert use(journal) == {"spring": 2}
    settle(journal, claimed, Outcome.NOT_SENT)
    assert use(journal) == {}


def test_a_key_of_another_message_takes_nothing(journal: DatabaseJournal) -> None:
    claim(journal, key="k")
    [begun] = begin(journal, intent(taking(), text="another", key="k"))
    assert isinstance(begun, ConflictError)
    assert use(journal) == {}


def errors(begun: Sequence[Begun]) -> list[SmsgateError]:
    return [each for each in begun if isinstance(each, SmsgateError)]


def test_an_opted_out_recipient_takes_nothing(journal: DatabaseJournal) -> None:
    journal.inbox.opt_out(TO)
    assert len(errors(begin(journal, Intent(Message(TO, "text"), "a", reservations=(taking(),))))) == 1
    assert use(journal) == {}
