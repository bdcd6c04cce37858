"""Budgets as a gateway keeps them, with a journal and in memory."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest

from smsgate import (
    AsyncGateway,
    AsyncProvider,
    Budget,
    BudgetCrossing,
    BudgetExceededError,
    ConfigError,
    Gateway,
    Guards,
    InvalidMessageError,
    JournalError,
    Message,
    NotSentError,
    OnUnknown,
    OptedOutError,
    Outcome,
    PriceList,
    PumpingError,
    RejectedError,
    Route,
    SendResult,
    UnknownOutcomeError,
)
from smsgate.engine.event_loop import EventLoop
from smsgate.guards.pumping import PumpingGuard
from smsgate.model.count_within import CountWithin
from smsgate.runtime.shield import LateError, Pending
from smsgate.sending.budget_watch import OnBudget
from smsgate.testing import StubTransport
from smsgate.transport.transport import Unblocked
from tests.journal_at import journal_at
from tests.sending.test_due import come, hold
from tests.stub_provider import SENT, Said, StubAdapter, StubProvider, StubSettings, send_result
from tests.telemetry_sdk import Metrics

T = TypeVar("T")
TO, OTHER = "+27821234567", "+27821234568"
PRICES = PriceList("EUR", {"+27": Decimal("0.05")})
OTP = Budget(name="otp", per="1d", most=2, by="recipient")


@pytest.fixture(name="path", params=["journal", "memory"])
def _path(request: pytest.FixtureRequest, tmp_path: Path) -> str | None:
    return str(tmp_path / "journal.db") if request.param == "journal" else None


@contextmanager
def opened(
    path: str | None,
    *budgets: Budget | PumpingGuard,
    says: Sequence[Said] = (SENT,),
    hook: OnBudget | None = None,
    route: Route | None = None,
) -> Iterator[tuple[Gateway, list[StubProvider]]]:
    """Open a gateway on providers called a, b, ..., each of which says one thing."""
    providers = [
        StubProvider(name, lambda _, said=each: said, prices=PRICES)  # type: ignore[misc]
        for name, each in zip("abc", says, strict=False)
    ]
    hooks = {} if hook is None else {"on_budget": hook}
    journal = None if path is None else journal_at(path)
    with Gateway(providers, guards=Guards(counting=budgets), journal=journal, route=route, **hooks) as gateway:  # type: ignore[arg-type]
        yield gateway, providers


def message(to: str = TO, **fields: object) -> Message:
    return Message(to, "Your code is 4711", **fields)  # type: ignore[arg-type]


def refused(gateway: Gateway, sent: Message) -> BudgetExceededError:
    result = send_result(gateway, sent)
    assert isinstance(result.error, BudgetExceededError)
    assert result.outcome is Outcome.REJECTED
    return result.error


def uses(gateway: Gateway) -> dict[str, int]:
    return {each.value: each.used for each in gateway.budgets}


def test_a_full_budget_refuses_a_message_and_no_provider_is_asked(path: str | None) -> None:
    with opened(path, OTP) as (gateway, [vendor]):
        for _ in range(2):
            gateway.send(message())
        error = refused(gateway, message())
        gateway.send(message(OTHER))
        assert vendor.asked == 3
        assert (error.budget, error.used, error.most) == ("budgets.otp", 2, 2)
        assert error.frees_at is not None
        assert str(error).startswith(f"budgets.otp: 2 of 2 messages to {TO} used; there is room at ")
        assert uses(gateway) == {TO: 2, OTHER: 1}


def test_every_message_counts_once_however_often_it_is_sent_with_its_key(tmp_path: Path) -> None:
    with opened(str(tmp_path / "journal.db"), OTP) as (gateway, [vendor]):
        for _ in range(4):
            gateway.send(message(key="order-17"))
        assert (vendor.asked, uses(gateway)) == (1, {TO: 1})


@pytest.mark.parametrize("said", [NotSentError("down"), RejectedError("no")])
def test_a_message_that_was_certainly_not_sent_gives_back_what_it_took(path: str | None, said: Said) -> None:
    with opened(path, OTP, says=[said]) as (gateway, [vendor]):
        for _ in range(3):
            assert type(send_result(gateway, message()).error) is type(said)
        assert (vendor.asked, uses(gateway)) == (3, {})


def test_a_message_of_unknown_outcome_keeps_it(path: str | None) -> None:
    with opened(path, OTP, says=[UnknownOutcomeError("lost")]) as (gateway, _):
        for _ in range(2):
            assert send_result(gateway, message()).outcome is Outcome.UNKNOWN
        refused(gateway, message())
        if path is not None:
            [first, _] = gateway.unknowns.list()
            gateway.unknowns.resolve(first.id, Outcome.NOT_SENT)
            assert uses(gateway) == {TO: 1}


def test_bulk_messages_count_and_are_refused_one_by_one(path: str | None) -> None:
    with opened(path, Budget(name="all", per="day", most=3)) as (gateway, [vendor]):
        results = [*gateway.send_bulk([message() for _ in range(5)])]
        outcomes = [each.outcome for each in results if isinstance(each, SendResult)]
        assert sorted(outcomes) == [Outcome.ACCEPTED] * 3 + [Outcome.REJECTED] * 2
        assert vendor.asked == 3


@pytest.mark.parametrize("by", [None, "provider"])
def test_a_message_that_a_budget_refused_is_left_for_a_later_pass_of_its_run(tmp_path: Path, by: str | None) -> None:
    path, messages = str(tmp_path / "journal.db"), [message(TO), message(OTHER)]

    def outcomes(most: int) -> list[Outcome]:
        with opened(path, Budget(name="all", per="day", most=most, by=by)) as (gateway, [vendor]):
            results = [*gateway.send_bulk(messages, run="r")]
            assert vendor.asked == 1
        return sorted(each.outcome for each in results if isinstance(each, SendResult))

    assert outcomes(1) == [Outcome.ACCEPTED, Outcome.REJECTED]
    assert outcomes(2) == [Outcome.ACCEPTED, Outcome.ACCEPTED]


PER_PROVIDER = Budget(name="each", per="1d", most=1, by="provider")


def test_a_provider_whose_budget_is_full_is_passed_over_for_the_next(path: str | None) -> None:
    with opened(path, PER_PROVIDER, says=[SENT, SENT]) as (gateway, _):
        assert [gateway.send(message()).provider for _ in range(2)] == ["a", "b"]
        error = refused(gateway, message())
        assert str(error).startswith("no provider of the route accepted the message: a: budgets.each: 1 of 1 message")
        assert error.frees_at is not None
        assert uses(gateway) == {"a": 1, "b": 1}


def test_a_provider_that_did_not_send_it_keeps_nothing(path: str | None) -> None:
    with opened(path, PER_PROVIDER, says=[NotSentError("down"), SENT]) as (gateway, _):
        assert gateway.send(message()).provider == "b"
        assert uses(gateway) == {"b": 1}


def test_money_counts_by_the_price_lists(path: str | None) -> None:
    with opened(path, Budget(name="spend", per="month", most="0.12", unit="EUR")) as (gateway, _):
        for _ in range(2):
            gateway.send(message())
        assert refused(gateway, message()).used == 100_000_000
        [use] = gateway.budgets.list("spend")
        assert (use.used, use.most, use.unit, use.percent) == (100_000_000, 120_000_000, "EUR", 83)


def test_a_message_that_takes_more_than_there_is_says_so(path: str | None) -> None:
    with opened(path, Budget(name="spend", per="month", most="0.01", unit="EUR")) as (gateway, _):
        error = refused(gateway, message())
        assert not error.may_have_room
        assert "this message alone takes 0.05" in str(error)


def test_a_price_that_is_not_known_refuses_the_message(path: str | None) -> None:
    with opened(path, Budget(name="spend", per="month", most=1, unit="EUR")) as (gateway, [vendor]):
        with pytest.raises(InvalidMessageError, match=r"budgets\.spend is in EUR and no price is known"):
            gateway.send(message("+4915123456789"))
        assert vendor.asked == 0


def test_a_message_without_the_key_is_refused(path: str | None) -> None:
    with opened(path, Budget(name="shop", per="1d", most=1, by="key:customer")) as (gateway, [vendor]):
        with pytest.raises(InvalidMessageError, match=r"give budget_keys=\{'customer': \.\.\.\}"):
            gateway.send(message())
        gateway.send(message(budget_keys={"customer": "4711"}))
        refused(gateway, message(OTHER, budget_keys={"customer": "4711"}))
        gateway.send(message(budget_keys={"customer": "4712"}))
        assert vendor.asked == 2


# What is used --------------------------------------------------------------------------------------------------------


def test_the_use_of_one_value_is_looked_up(path: str | None) -> None:
    total = Budget(name="all", per="day", most=10)
    campaigns = Budget(name="campaigns", per="day", most=10, by="campaign")
    with opened(path, OTP, total, campaigns) as (gateway, _):
        assert gateway.budgets.use("otp", to=TO).used == 0
        gateway.send(message(campaign="spring"))
        otp = gateway.budgets.use("otp", to="+27 82 123 4567")
        assert (otp.name, otp.value, otp.used, otp.most, otp.percent) == ("budgets.otp", TO, 1, 2, 50)
        assert otp.frees_at is not None
        assert gateway.budgets.use("otp", to=OTHER).used == 0
        assert gateway.budgets.use("all").used == 1
        assert gateway.budgets.use("campaigns", value="spring").used == 1
        assert gateway.budgets.use("campaigns", value="").used == 0


def test_a_budget_of_all_messages_is_listed_before_anything_is_used(path: str | None) -> None:
    with opened(path, OTP, Budget(name="all", per="day", most=10)) as (gateway, _):
        assert [(each.name, each.value, each.used) for each in gateway.budgets] == [("budgets.all", "", 0)]


def test_what_does_not_fit_a_budget_is_refused(path: str | None) -> None:
    with opened(path, OTP, Budget(name="all", per="day", most=10), PER_PROVIDER) as (gateway, _):
        with pytest.raises(ConfigError, match=r"no budget 'opt' \(there are: otp, all, each\)"):
            gateway.budgets.use("opt")
        with pytest.raises(ConfigError, match=r"budgets\.otp counts by 'recipient'; give to"):
            gateway.budgets.use("otp")
        with pytest.raises(ConfigError, match=r"budgets\.each counts by 'provider'; give value"):
            gateway.budgets.use("each")
        with pytest.raises(
            ConfigError, match=r"budgets\.all counts by all messages together, not by number; leave `to`"
        ):
            gateway.budgets.use("all", to=TO)
        with pytest.raises(ConfigError, match=r"budgets\.all counts by all messages together; leave value out"):
            gateway.budgets.use("all", value="x")
        with pytest.raises(ConfigError, match=r"no budget 'opt'"):
            [*gateway.budgets.list("opt")]


# Before it is sent ---------------------------------------------------------------------------------------------------


def test_a_plan_a_quote_and_a_dry_run_tell_of_a_full_budget_and_take_nothing(path: str | None) -> None:
    with opened(path, OTP) as (gateway, [vendor]):
        for _ in range(2):
            gateway.send(message())
        plan = gateway.plan(message())
        assert isinstance(plan.refusal, BudgetExceededError)
        assert plan.provider is None
        with pytest.raises(BudgetExceededError):
            gateway.send(message(), dry_run=True)
        quote = gateway.quote([message(), message(OTHER), message(OTHER)])
        assert (quote.messages, quote.refused) == (2, 1)
        assert gateway.plan(message(OTHER)).provider == "a"
        assert (vendor.asked, uses(gateway)) == (2, {TO: 2})


def test_a_plan_passes_a_provider_over_whose_budget_is_full(path: str | None) -> None:
    with opened(path, PER_PROVIDER, says=[SENT, SENT]) as (gateway, _):
        gateway.send(message())
        plan = gateway.plan(message())
        assert plan.provider == "b"
        assert [str(step.obstacle).partition(":")[0] for step in plan.steps] == ["budgets.each", "None"]
        assert gateway.send(message(), dry_run=True).provider == "b"


# The application is notified -----------------------------------------------------------------------------------------


def test_the_hook_is_called_once_for_each_share_that_is_reached(path: str | None) -> None:
    told: list[BudgetCrossing] = []
    with opened(path, Budget(name="all", per="day", most=10), hook=told.append) as (gateway, _):
        for _ in range(12):
            send_result(gateway, message())
    assert [(each.name, each.value, each.level, each.used, each.most) for each in told] == [
        ("budgets.all", "", 50, 5, 10),
        ("budgets.all", "", 80, 8, 10),
        ("budgets.all", "", 100, 10, 10),
    ]


def test_the_hook_is_called_before_a_provider_is_asked_and_once_the_claim_is_recorded(path: str | None) -> None:
    seen: list[tuple[int, int]] = []
    with opened(path, Budget(name="all", per="day", most=1)) as (gateway, [vendor]):
        pass
    with opened(path, Budget(name="all", per="day", most=2), hook=lambda _: seen.append((vendor.asked, used()))) as (
        gateway,
        [vendor],
    ):

        def used() -> int:
            return gateway.budgets.use("all").used

        gateway.send(message())
    assert seen == [(0, 1)]


def test_a_hook_that_fails_is_logged_and_changes_nothing(path: str | None, caplog: pytest.LogCaptureFixture) -> None:
    def fails(_: BudgetCrossing) -> None:
        raise RuntimeError("a bug in the application")

    with opened(path, Budget(name="all", per="day", most=1), hook=fails) as (gateway, _):
        assert gateway.send(message()).outcome is Outcome.ACCEPTED
    logged = [each.getMessage() for each in caplog.records if each.levelno == logging.ERROR]
    assert logged == ["on_budget failed with RuntimeError; the message is sent all the same"] * 3


def test_crossings_of_a_provider_are_reported_as_it_is_asked(path: str | None) -> None:
    told: list[BudgetCrossing] = []
    with opened(path, PER_PROVIDER, says=[NotSentError("down"), SENT], hook=told.append) as (gateway, _):
        gateway.send(message())
    assert [(each.value, each.level) for each in told] == [(name, level) for name in "ab" for level in (50, 80, 100)]


def test_what_is_asked_after_an_unknown_gives_back_where_it_certainly_sent_nothing(path: str | None) -> None:
    shared = Budget(name="all", per="day", most=9)
    each = Budget(name="each", per="day", most=9, by="provider")
    says = (UnknownOutcomeError("lost"), NotSentError("down"), SENT)
    route = Route(name="default", providers=("a", "b", "c"), on_unknown=OnUnknown.FAILOVER)
    with opened(path, shared, each, says=says, route=route) as (gateway, vendors):
        send_result(gateway, message())
        assert [vendor.asked for vendor in vendors] == [1, 1, 1]
        assert [(use.name, use.value, use.used) for use in gateway.budgets.list()] == [
            ("budgets.all", "", 2),  # b's text takes nothing more
            ("budgets.each", "a", 1),
            ("budgets.each", "c", 1),
        ]


@pytest.mark.parametrize(
    ("guard", "error"),
    [
        (Budget(name="all", per="day", most=1), BudgetExceededError),
        (PumpingGuard(name="guard.otp", burst=CountWithin(1, 600)), PumpingError),
    ],
    ids=["budget", "burst"],
)
def test_an_unknown_message_that_a_budget_does_not_let_be_sent_again_is_as_unknown_as_before(
    tmp_path: Path, guard: Budget | PumpingGuard, error: type[InvalidMessageError]
) -> None:
    with opened(str(tmp_path / "journal.db"), guard, says=[UnknownOutcomeError("lost")]) as (gateway, [vendor]):
        sent = send_result(gateway, message(key="order-17"))
        [entry] = gateway.unknowns.list()
        with pytest.raises(error) as refused:
            gateway.unknowns.resend(entry.id)
        result = refused.value.result
        assert isinstance(result, SendResult)
        assert (result.outcome, result.provider, result.message.key) == (Outcome.UNKNOWN, "a", "order-17")
        assert str(result.error) == str(sent.error)
        assert (vendor.asked, [each.id for each in gateway.unknowns.list()]) == (1, [entry.id])


def test_a_person_who_opted_out_gets_no_unknown_message_again(tmp_path: Path) -> None:
    with opened(str(tmp_path / "journal.db"), says=[UnknownOutcomeError("lost")]) as (gateway, [vendor]):
        send_result(gateway, message())
        [entry] = gateway.unknowns.list()
        gateway.opt_outs.add(TO)
        with pytest.raises(OptedOutError) as refused:
            gateway.unknowns.resend(entry.id)
        assert refused.value.result is not None
        assert (refused.value.result.outcome, vendor.asked) == (Outcome.UNKNOWN, 1)


def test_what_a_guard_only_observes_is_sent_and_logged(path: str | None, caplog: pytest.LogCaptureFixture) -> None:
    with opened(path, Budget(name="all", per="day", most=1, observe=True)) as (gateway, [vendor]):
        for _ in range(2):
            gateway.send(message())
        assert vendor.asked == 2
    warned = [each.getMessage() for each in caplog.records if each.name == "smsgate.budgets" and each.levelno > 20]
    assert warned == ["budgets.all has no room; the message is sent all the same (observe)"]


def test_a_held_message_that_has_no_room_is_held_again(tmp_path: Path) -> None:
    path = str(tmp_path / "journal.db")
    for budget in (Budget(name="all", per="1h", most=1), Budget(name="each", per="1h", most=1, by="provider")):
        with opened(path, budget) as (gateway, [vendor]):
            gateway.send(message())
            [entry_id] = hold(gateway, message(OTHER))
            come(path)
            [result] = gateway.send_due()
            assert isinstance(result.error, BudgetExceededError)
            assert [each.id for each in gateway.held.list()] == [entry_id]
            assert [*gateway.send_due()] == []  # it waits
            assert vendor.asked == 1
        with opened(path) as (gateway, _):
            come(path)
            assert [each.outcome for each in gateway.send_due()] == [Outcome.ACCEPTED]


def test_crossings_and_refusals_are_counted_by_budget(path: str | None, measured: Metrics) -> None:
    name = "journaled" if path else "remembered"
    with opened(path, Budget(name=name, per="day", most=1, by="recipient")) as (gateway, _):
        for to in (TO, TO, OTHER):
            send_result(gateway, message(to))
    budget = f"budgets.{name}"
    crossings = measured.values("smsgate.budget.crossings", budget=budget)
    assert {dict(each)["budget.percent"]: count for each, count in crossings.items()} == {50: 2, 80: 2, 100: 2}
    assert measured.value("smsgate.budget.refusals", budget=budget) == 1


@pytest.mark.threads
def test_the_hook_of_an_asyncio_gateway_may_be_a_coroutine(path: str | None) -> None:
    seen: list[int] = []

    async def notice(crossing: BudgetCrossing) -> None:
        await asyncio.sleep(0)
        seen.append(crossing.level)

    async def send() -> None:
        guards = Guards(counting=[Budget(name="all", per="day", most=2)])
        adapter = StubAdapter(StubSettings(), provider="a")
        providers = [AsyncProvider("a", adapter, Unblocked(StubTransport(lambda _: SENT)), EventLoop())]
        journal = None if path is None else journal_at(path)
        async with AsyncGateway(providers, guards=guards, journal=journal, on_budget=notice) as gateway:
            await gateway.send(message())
            assert [each.used async for each in gateway.budgets.list()] == [1]

    asyncio.run(send())
    assert seen == [50]


class GivesUp(EventLoop):
    """Its callers wait until a change is durable, and give up at that instant."""

    error: BaseException | None = None

    async def wait(self, pending: Pending[T], within: float | None = None) -> T:
        given = await super().wait(pending, within)
        if self.error is not None:
            raise self.error
        return given


def tells(path: str, error: BaseException, *, goes_on: bool) -> list[int]:
    """Return the shares that are reported where the caller of the fourth of five messages gives up."""
    told: list[int] = []

    def notice(crossing: BudgetCrossing) -> None:
        told.append(crossing.level)

    async def send() -> None:
        engine, adapter = GivesUp(), StubAdapter(StubSettings(), provider="a")
        providers = [AsyncProvider("a", adapter, Unblocked(StubTransport(lambda _: SENT)), engine)]
        guards = Guards(counting=[Budget(name="all", per="day", most=5)])
        async with AsyncGateway(providers, guards=guards, journal=journal_at(path), on_budget=notice) as gateway:
            for _ in range(3):
                await gateway.send(message())
            engine.error = error
            with pytest.raises((asyncio.CancelledError, JournalError)):
                await gateway.send(message())
            engine.error = None
            if goes_on:
                await gateway.send(message())
                assert told == [50, 80]

    asyncio.run(send())
    return told


@pytest.mark.threads
@pytest.mark.parametrize("error", [asyncio.CancelledError, LateError])
@pytest.mark.parametrize("goes_on", [True, False], ids=["next message", "end"])
def test_a_crossing_is_reported_later_where_the_caller_gave_up_as_it_was_recorded(
    tmp_path: Path, error: type[BaseException], *, goes_on: bool
) -> None:
    assert tells(str(tmp_path / "journal.db"), error(), goes_on=goes_on) == [50, 80]


@pytest.mark.threads
def test_crossings_are_reported_though_the_hook_was_cancelled_at_an_earlier_one(path: str | None) -> None:
    told: list[int] = []

    async def notice(crossing: BudgetCrossing) -> None:
        told.append(crossing.level)
        if crossing.level == 50:
            raise asyncio.CancelledError

    async def send() -> None:
        guards = Guards(counting=[Budget(name="all", per="day", most=1)])
        adapter = StubAdapter(StubSettings(), provider="a")
        providers = [AsyncProvider("a", adapter, Unblocked(StubTransport(lambda _: SENT)), EventLoop())]
        journal = None if path is None else journal_at(path)
        async with AsyncGateway(providers, guards=guards, journal=journal, on_budget=notice) as gateway:
            with pytest.raises(asyncio.CancelledError):
                await gateway.send(message())

    asyncio.run(send())
    assert told == [50, 80, 100]
