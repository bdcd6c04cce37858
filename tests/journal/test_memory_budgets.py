"""What a gateway without a journal uses of budgets: taken, given back, and over after its time."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from attrs import evolve

from smsgate import BudgetExceededError, Message, NotSentError, Outcome, Price, SendResult, Status, UnknownOutcomeError
from smsgate.journal.memory_budgets import SWEPT, MemoryBudgets, MemoryClaim
from smsgate.model.reservation import Reservation
from smsgate.sending.failure import not_begun

START = datetime(2026, 11, 30, 12, tzinfo=UTC)
ONE = Reservation(
    budget="budgets.x/all/messages", name="budgets.x", value="", amount=1, most=2, unit="messages", lasts=60
)
MESSAGE = Message("+27821234567", "hi")
NOT_SENT = not_begun(MESSAGE, NotSentError("no"))
UNKNOWN = not_begun(MESSAGE, UnknownOutcomeError("lost"))


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def now(self) -> float:
        return self.seconds

    def utc(self) -> datetime:
        return START + timedelta(seconds=self.seconds - 1_000)


@pytest.fixture(name="clock")
def _clock() -> Clock:
    return Clock()


@pytest.fixture(name="budgets")
def _budgets(clock: Clock) -> MemoryBudgets:
    return MemoryBudgets(clock.now, clock.utc)


def accepted(provider: str = "a", price: Price | None = None) -> SendResult:
    return SendResult(
        message=MESSAGE,
        outcome=Outcome.ACCEPTED,
        status=Status.QUEUED,
        provider=provider,
        message_id="1",
        segments=1,
        attempts=(),
        price=price,
    )


def used(budgets: MemoryBudgets, reserved: Reservation = ONE) -> dict[str, int]:
    return {each.value: each.used for each in budgets.use([reserved])}


def test_what_is_taken_leaves_no_room_for_more(budgets: MemoryBudgets) -> None:
    claims = [budgets.begin([ONE], "a") for _ in range(2)]
    with pytest.raises(BudgetExceededError) as raised:
        budgets.begin([ONE], "a")
    assert (raised.value.budget, raised.value.used, raised.value.most) == ("budgets.x", 2, 2)
    assert raised.value.frees_at == START + timedelta(seconds=60)
    assert used(budgets) == {"": 2}
    assert len(claims) == 2


def test_a_refused_message_takes_of_no_budget(budgets: MemoryBudgets) -> None:
    other = evolve(ONE, budget="budgets.y/all/messages", name="budgets.y", most=1)
    budgets.end(budgets.begin([other], "a"), accepted())
    with pytest.raises(BudgetExceededError, match=r"budgets\.y"):
        budgets.begin([ONE, other], "a")
    assert used(budgets) == {}


@pytest.mark.parametrize(
    ("result", "left"), [(NOT_SENT, {}), (UNKNOWN, {"": 1}), (accepted(), {"": 1})], ids=["not sent", "unknown", "sent"]
)
def test_only_a_message_that_was_certainly_not_sent_gives_back(
    budgets: MemoryBudgets, result: SendResult, left: dict[str, int]
) -> None:
    budgets.end(budgets.begin([ONE], "a"), result)
    assert used(budgets) == left


def test_what_is_over_counts_no_more(budgets: MemoryBudgets, clock: Clock) -> None:
    budgets.end(budgets.begin([ONE], "a"), accepted())
    clock.seconds += 30
    budgets.end(budgets.begin([ONE], "a"), UNKNOWN)
    clock.seconds += 29.9
    assert used(budgets) == {"": 2}
    clock.seconds += 0.1
    assert used(budgets) == {"": 1}
    clock.seconds += 30
    assert used(budgets) == {}
    assert budgets.room([ONE]) is None


def test_a_message_that_is_being_sent_counts_however_long_that_takes(budgets: MemoryBudgets, clock: Clock) -> None:
    claim = budgets.begin([evolve(ONE, most=1)], "a")
    clock.seconds += 100
    full = budgets.room([evolve(ONE, most=1)])
    assert full is not None
    assert full.frees_at is None
    budgets.end(claim, accepted())
    assert budgets.room([evolve(ONE, most=1)]) is None


def test_a_message_that_is_abandoned_counts_for_its_time(budgets: MemoryBudgets, clock: Clock) -> None:
    budgets.begin([ONE], "a")  # its sender has gone without a word
    assert used(budgets) == {"": 1}
    clock.seconds += 60
    assert used(budgets) == {}


def test_in_a_forked_child_what_the_parent_was_sending_counts_for_its_time(
    budgets: MemoryBudgets, clock: Clock
) -> None:
    claim = budgets.begin([ONE], "a")  # of a thread that the child does not have
    budgets.after_fork_in_child()
    assert used(budgets) == {"": 1}
    clock.seconds += 60
    assert used(budgets) == {}
    assert claim.reservations == (ONE,)


def of(provider: str, most: int = 1) -> Reservation:
    return evolve(ONE, budget="budgets.p/provider/messages", value=provider, provider=provider, most=most)


def test_a_provider_without_room_is_passed_over(budgets: MemoryBudgets) -> None:
    first = budgets.begin([of("a"), of("b")], "a")
    assert first.provider == "a"
    second = budgets.begin([of("a"), of("b")], "a")
    assert second.provider is None
    with pytest.raises(BudgetExceededError):
        budgets.intend(second, "a", may_be_out=False)
    budgets.intend(second, "b", may_be_out=False)
    budgets.end(second, accepted("b"))
    assert used(budgets, of("a")) == {"a": 1, "b": 1}


def test_a_provider_that_did_not_send_it_gives_back_as_the_next_one_is_asked(budgets: MemoryBudgets) -> None:
    claim = budgets.begin([ONE, of("a"), of("b")], "a")
    budgets.intend(claim, "b", may_be_out=False)
    assert used(budgets, of("a")) == {"b": 1}
    assert used(budgets) == {"": 1}


def test_a_provider_that_may_have_sent_it_keeps_its_part_and_the_text_counts_again(budgets: MemoryBudgets) -> None:
    claim = budgets.begin([ONE, of("a"), of("b")], "a")
    budgets.intend(claim, "b", may_be_out=True)
    assert used(budgets, of("a")) == {"a": 1, "b": 1}
    assert used(budgets) == {"": 2}
    budgets.end(claim, UNKNOWN)
    assert used(budgets) == {"": 2}


def test_a_provider_that_did_not_send_it_gives_back_though_one_before_may_have(budgets: MemoryBudgets) -> None:
    claim = budgets.begin([ONE, of("a"), of("b"), of("c")], "a")
    budgets.intend(claim, "b", may_be_out=True)
    budgets.intend(claim, "c", may_be_out=False)  # b certainly has no text
    assert used(budgets, of("a")) == {"a": 1, "c": 1}
    assert used(budgets) == {"": 2}


def test_money_counts_at_the_price_of_the_provider_that_took_it(budgets: MemoryBudgets) -> None:
    money = evolve(ONE, unit="EUR", amount=70_000_000, most=1_000_000_000)
    budgets.end(budgets.begin([money], "a"), accepted(price=Price(Decimal("0.05"), "EUR")))
    assert used(budgets, money) == {"": 50_000_000}


def test_each_share_that_is_reached_is_reported_once(budgets: MemoryBudgets, clock: Clock) -> None:
    ten = evolve(ONE, most=10)
    levels = [[each.level for each in budgets.begin([ten], "a").crossed] for _ in range(10)]
    assert levels == [[], [], [], [], [50], [], [], [80], [], [100]]
    clock.seconds += 61
    again = [[each.level for each in budgets.begin([ten], "a").crossed] for _ in range(5)]
    assert again == [[], [], [], [], [50]]


def test_a_guard_that_observes_refuses_nothing_and_says_so(budgets: MemoryBudgets) -> None:
    watching = evolve(ONE, most=1, observe=True)
    assert [budgets.begin([watching], "a").observed for _ in range(2)] == [(), (watching,)]


def test_values_are_listed_in_pages(budgets: MemoryBudgets) -> None:
    for each in range(250):
        budgets.begin([evolve(ONE, value=str(each))], "a")
    pages, last = [], 0
    while page := budgets.use([ONE], last):
        pages.append(len(page))
        last = page[-1].place
    assert pages == [100, 100, 50]


def test_values_of_which_nothing_counts_are_forgotten(budgets: MemoryBudgets, clock: Clock) -> None:
    for each in range(10 * SWEPT):
        budgets.end(budgets.begin([evolve(ONE, value=str(each))], "a"), accepted())
        clock.seconds += 1
    assert len(budgets._counts) < 2 * SWEPT


def test_threads_take_exactly_what_there_is(budgets: MemoryBudgets) -> None:
    wanted = [evolve(ONE, most=100), evolve(ONE, budget="budgets.y/all/messages", most=150)]
    kept: list[MemoryClaim] = []

    def take(each: int) -> str:
        try:
            claim = budgets.begin(wanted, "a")
        except BudgetExceededError:
            return "refused"
        kept.append(claim)
        if each % 3 == 0:
            budgets.end(claim, NOT_SENT)
            return "given back"
        budgets.end(claim, accepted())
        return "sent"

    with ThreadPoolExecutor(16) as pool:
        ends = Counter(pool.map(take, range(600)))
    assert ends["sent"] == 100
    assert used(budgets, wanted[0]) == {"": 100}
    assert used(budgets, wanted[1]) == {"": 100}
