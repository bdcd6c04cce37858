"""A plan binds what is sent: the providers that it shows, their prices and senders, until it expires, and once."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve

from smsgate import (
    BreakerSettings,
    ConfigError,
    Event,
    Gateway,
    InvalidMessageError,
    JournalSettings,
    Limits,
    Message,
    NotSentError,
    OnUndelivered,
    OptedOutError,
    OptOut,
    Outcome,
    Plan,
    PlanError,
    PlanExpiredError,
    PriceList,
    Reply,
    Route,
    SenderTable,
    SendResult,
    SqliteJournal,
    UnknownOutcomeError,
    UnreachableError,
)
from smsgate.engine import run
from smsgate.routing.sent_plans import FIRST_LOOK, SentPlans
from tests.journal_at import journal_at
from tests.sender_adapters import Hooli, provider
from tests.stub_provider import SENT, Said, StubProvider, accepting

MESSAGE = Message("+27821234567", "Hello")
BOTH = Route(name="both", providers=("a", "b"), order="cheapest")


def priced(name: str, price: str | None, says: Callable[[object], Said] = lambda _: SENT) -> StubProvider:
    prices = None if price is None else PriceList("EUR", {"+27": Decimal(price)})
    return StubProvider(name, says, prices=prices)


def refused(gateway: Gateway, plan: Plan, *, dry_run: bool = False) -> str:
    with pytest.raises(PlanError) as caught:
        gateway.send(plan, dry_run=dry_run)
    assert isinstance(caught.value, InvalidMessageError)
    assert isinstance(result := caught.value.result, SendResult)
    assert (result.outcome, result.attempts) == (Outcome.REJECTED, ())
    return f"{type(caught.value).__name__}: {caught.value}"


def test_a_plan_is_sent_by_the_providers_that_it_shows_in_their_order_whatever_the_order_is_now() -> None:
    first = priced("a", "0.07", lambda _: UnreachableError("down"))
    plan = Gateway([priced("a", "0.07"), priced("b", "0.08")], route=BOTH).plan(MESSAGE)
    second, third = priced("b", "0.06"), priced("c", "0.01")
    gateway = Gateway([first, second, third], route=evolve(BOTH, providers=("c", "b", "a")))
    assert gateway.send(MESSAGE).provider == "c"
    result = gateway.send(plan)
    assert [attempt.provider for attempt in result.attempts] == ["a", "b"]
    assert (result.message, result.price and result.price.amount) == (MESSAGE, Decimal("0.06"))
    assert (first.asked, second.asked, third.asked) == (1, 1, 1)


def test_a_provider_that_would_not_have_been_asked_is_not_asked() -> None:
    resting = StubProvider("a", lambda _: UnreachableError("down"))
    gateway = Gateway([resting, accepting("b")], breaker=BreakerSettings(failures=1, rest=3600))
    gateway.send(MESSAGE)
    plan = gateway.plan(MESSAGE)
    assert [step.provider for step in plan.asked] == ["b"]
    free = Gateway([accepting("a"), accepting("b")])
    assert (free.plan(MESSAGE).provider, free.send(plan).provider) == ("a", "b")


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ({"a": "0.09", "b": "0.08"}, "the price at a is now 0.09 EUR and the plan says 0.07 EUR"),
        ({"a": None, "b": "0.08"}, "the price at a is now not known and the plan says 0.07 EUR"),
        (
            {"a": "0.071", "b": "0.10"},
            (
                "the price at a is now 0.071 EUR and the plan says 0.07 EUR; "
                "the price at b is now 0.10 EUR and the plan says 0.08 EUR"
            ),
        ),
        ({"b": "0.08"}, "there is no provider 'a' any more"),
    ],
)
def test_a_plan_is_refused_where_a_provider_or_a_price_has_changed(now: Mapping[str, str | None], said: str) -> None:
    plan = Gateway([priced("a", "0.07"), priced("b", "0.08")], route=BOTH).plan(MESSAGE)
    providers = [priced(name, price) for name, price in now.items()]
    gateway = Gateway(providers, route=evolve(BOTH, providers=tuple(now), order="priority"))
    for dry_run in (True, False):
        assert refused(gateway, plan, dry_run=dry_run) == f"PlanChangedError: {said}; make a new plan"
    assert [each.asked for each in providers] == [0] * len(providers)


def test_a_plan_without_a_price_may_cost_anything_and_one_in_another_unit_is_not_the_same() -> None:
    plan = Gateway([priced("a", None)]).plan(MESSAGE)
    assert Gateway([priced("a", "9")]).send(plan).provider == "a"
    in_credits = StubProvider("a", lambda _: SENT, prices=PriceList("credits", {"+27": Decimal("0.01")}))
    plan = Gateway([priced("a", "0.07")]).plan(MESSAGE)
    assert refused(Gateway([in_credits]), plan) == (
        "PlanChangedError: the price at a is now 0.01 credits and the plan says 0.07 EUR; make a new plan"
    )


def test_a_plan_is_refused_where_its_route_is_gone_or_has_lost_a_provider() -> None:
    plan = Gateway([accepting("a"), accepting("b")], route=BOTH).plan(MESSAGE)
    assert refused(Gateway([accepting("a"), accepting("b")]), plan) == (
        "PlanChangedError: there is no route 'both' any more; make a new plan"
    )
    assert refused(Gateway([accepting("a"), accepting("b")], route=evolve(BOTH, providers=("b",))), plan) == (
        "PlanChangedError: the route 'both' does not have 'a' any more; make a new plan"
    )
    only = Gateway([accepting("a"), accepting("b")], route=("a",)).plan(MESSAGE, provider="b")
    assert Gateway([accepting("a"), accepting("b")], route=("a",)).send(only).provider == "b"


def test_a_plan_is_refused_where_its_sender_has_changed() -> None:
    plan = Gateway([provider(Hooli, SenderTable({"ZA": "27820001111"}))[0]]).plan(MESSAGE)
    for table, now in ((SenderTable({"ZA": "27820002222"}), "'27820002222'"), (None, "the account's own")):
        changed, stub = provider(Hooli, table)
        assert refused(Gateway([changed]), plan) == (
            f"PlanChangedError: the sender at hooli is now {now} and the plan says '27820001111'; make a new plan"
        )
        assert not stub.requests


def test_a_plan_expires() -> None:
    gateway = Gateway([accepting("a")])
    plan = gateway.plan(MESSAGE)
    left = plan.expires - datetime.now(UTC)
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)
    past = evolve(plan, expires=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    assert refused(gateway, past) == "PlanExpiredError: the plan expired at 2026-01-02 03:04:05 UTC; make a new plan"
    with pytest.raises(PlanExpiredError):
        gateway.send(gateway.plan(MESSAGE, valid_for=timedelta(microseconds=1)), dry_run=True)
    for wrong in (timedelta(), timedelta(days=1, seconds=1)):
        with pytest.raises(ConfigError, match="valid_for must be over 0 and at most 1 day, 0:00:00, got"):
            gateway.plan(MESSAGE, valid_for=wrong)


def test_a_plan_by_which_no_provider_is_asked_is_refused_with_its_reason() -> None:
    gateway = Gateway([accepting("a")], limits=Limits(countries=frozenset({"US"})))
    plan = gateway.plan(MESSAGE)
    said = "limits.countries allows US and +27821234567 is in ZA"
    assert refused(Gateway([accepting("a")]), plan) == (
        f"PlanError: by the plan no provider is asked ({said}); make a new plan"
    )
    with_sender = gateway.plan(Message("+12025550123", "Hello", sender="ACME"))
    assert refused(gateway, with_sender).startswith("PlanError: by the plan no provider is asked (a: a (stub) takes no")
    assert refused(gateway, evolve(plan, steps=())) == "PlanError: the plan shows no provider; make a new plan"


def test_guards_are_asked_again_as_a_plan_is_sent() -> None:
    plan = Gateway([accepting("a")]).plan(MESSAGE)
    gateway = Gateway([accepting("a")], limits=Limits(countries=frozenset({"US"})))
    with pytest.raises(InvalidMessageError, match=r"limits\.countries allows US"):
        gateway.send(plan)


def test_a_dry_run_of_a_plan_makes_no_request_and_does_not_use_it_up() -> None:
    first = accepting("a")
    gateway = Gateway([first])
    plan = gateway.plan(MESSAGE)
    for _ in range(2):
        assert gateway.send(plan, dry_run=True).outcome is Outcome.NOT_SENT
    assert first.asked == 0
    assert gateway.send(plan, deadline=5).outcome is Outcome.ACCEPTED


def test_a_plan_that_is_sent_counts_in_the_order_of_its_route() -> None:
    gateway = Gateway(
        [accepting("a"), accepting("b")], route=Route(name="r", providers=("a", "b"), order="round_robin")
    )
    assert [gateway.send(gateway.plan(MESSAGE)).provider for _ in range(4)] == ["a", "b", "a", "b"]


def test_a_plan_survives_pickling() -> None:
    gateway = Gateway([priced("a", "0.07"), priced("b", "0.08")], route=BOTH)
    plan = gateway.plan(MESSAGE)
    copied = pickle.loads(pickle.dumps(plan))
    assert copied == plan
    assert gateway.send(copied).provider == "a"
    assert "was sent before" in refused(gateway, plan)
    barred = Gateway([priced("a", "0.07")], limits=Limits(max_segments=1)).plan(evolve(MESSAGE, text="a" * 200))
    assert str(pickle.loads(pickle.dumps(barred)).refusal) == str(barred.refusal)


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "journal.db")
    make: Callable[[], str] = request.getfixturevalue("new_journal_database")
    return make()


def test_a_plan_is_sent_once_and_with_a_journal_its_result_is_returned_again(place: str) -> None:
    first = accepting("a")
    with Gateway([first], journal=journal_at(place)) as gateway:
        plan = gateway.plan(MESSAGE)
        with ThreadPoolExecutor(8) as threads:
            results = list(threads.map(gateway.send, [plan] * 8))
    assert {(each.outcome, each.message_id, each.message.key) for each in results} == {
        (Outcome.ACCEPTED, results[0].message_id, plan.id)
    }
    with Gateway([first], journal=journal_at(place)) as gateway:
        assert gateway.send(evolve(plan, expires=plan.expires - timedelta(days=1))).message_id == results[0].message_id
        assert gateway.send(gateway.plan(MESSAGE)).outcome is Outcome.ACCEPTED
    assert first.asked == 2


def test_a_plan_whose_message_has_a_key_is_one_text_with_every_other_send_of_the_key(place: str) -> None:
    first, message = accepting("a"), evolve(MESSAGE, key="order 17")
    with Gateway([first], journal=journal_at(place)) as gateway:
        plan, again = gateway.plan(message), gateway.plan(message)
        assert len({gateway.send(each).message_id for each in (plan, again, plan)}) == 1
        assert gateway.send(message).message.key == "order 17"
    assert first.asked == 1


def test_a_plan_lasts_no_longer_than_the_journal_knows_that_it_was_sent(tmp_path: Path) -> None:
    journal = SqliteJournal(JournalSettings(path=str(tmp_path / "journal.db"), key_days=0.001))
    with Gateway([accepting("a")], journal=journal) as gateway:
        plan = gateway.plan(MESSAGE, valid_for=timedelta(hours=1))
    assert plan.expires <= datetime.now(UTC) + timedelta(days=0.001)


def test_an_expired_plan_with_a_key_leaves_the_key_to_a_new_plan(place: str) -> None:
    first, message = accepting("a"), evolve(MESSAGE, key="order 17")
    with Gateway([first], journal=journal_at(place)) as gateway:
        plan = gateway.plan(message)
        assert "PlanExpiredError" in refused(gateway, evolve(plan, expires=plan.expires - timedelta(days=1)))
        [entry] = gateway.journal.find(key="order 17")
        assert isinstance(entry.result(message).error, PlanExpiredError)
        assert gateway.send(gateway.plan(message)).outcome is Outcome.ACCEPTED


def test_without_a_journal_a_plan_is_sent_once_by_a_gateway_unless_it_certainly_was_not() -> None:
    says: list[Said] = [UnreachableError("down"), UnknownOutcomeError("lost")]
    first = StubProvider("a", lambda _: says.pop(0))
    gateway = Gateway([first])
    plan = gateway.plan(MESSAGE)
    with pytest.raises(NotSentError):
        gateway.send(plan)
    with pytest.raises(UnknownOutcomeError):
        gateway.send(plan)
    assert refused(gateway, plan) == "PlanError: the plan was sent before; make a new plan to send it again"
    assert first.asked == 2


def test_plans_that_were_sent_are_remembered_until_they_expire() -> None:
    plan, sent = Gateway([accepting("a")]).plan(MESSAGE), SentPlans()
    for number in range(FIRST_LOOK):
        assert sent.claim(
            evolve(plan, id=str(number), expires=plan.expires + timedelta(hours=number % 2)), plan.expires
        )
    assert sent.claim(plan, plan.expires)
    assert len(sent._sent) == FIRST_LOOK // 2 + 1
    assert not sent.claim(evolve(plan, id="1"), plan.expires)


def test_a_plan_of_a_confirmation_goes_to_a_number_that_has_just_opted_out(place: str) -> None:
    first = accepting("a")
    with Gateway([first], journal=journal_at(place)) as gateway:
        events: list[Event] = []
        gateway.incoming.deliver(Reply(provider="a", message_id="1", sender=MESSAGE.to, text="STOP"), events.append)
        [stop] = events
        assert isinstance(stop, OptOut)
        plan = gateway.plan(MESSAGE)
        assert plan.provider is None
        with pytest.raises(OptedOutError):
            gateway.send(plan)
        assert gateway.send(plan, confirms=stop).provider == "a"
    assert first.asked == 1


def test_what_is_no_message_and_a_provider_beside_a_plan_are_refused() -> None:
    gateway = Gateway([accepting("a")])
    with pytest.raises(TypeError, match="send takes a Message or a Plan, got str"):
        gateway.send("Hello")  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="a plan names its providers; give provider to plan"):
        gateway.send(gateway.plan(MESSAGE), provider="a")  # type: ignore[call-overload]


@pytest.mark.threads
def test_a_plan_is_not_tried_again_by_a_provider_that_it_does_not_show(tmp_path: Path) -> None:
    rule = OnUndelivered(providers=("b",))
    route = Route(name="r", providers=("a",), on_undelivered=rule)
    with Gateway([accepting("a"), accepting("b")], route=route, journal=journal_at(str(tmp_path / "j.db"))) as gateway:
        sender, plan = gateway.core.sender, gateway.plan(MESSAGE)
        assert run(sender.prepare(MESSAGE)).intent.on_undelivered == rule
        assert run(sender.prepare(MESSAGE, plan=plan)).intent.on_undelivered is None
