"""What messages take of budgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from smsgate import Budget, ConfigError, InvalidMessageError, Message, Price
from smsgate.guards.guards import Guards
from smsgate.model.amount import counted_amount, read_amount, shown_amount
from smsgate.model.reservation import Reservation

NOW = datetime(2026, 11, 30, 22, 0, tzinfo=UTC)
PRICES = {"a": Price(Decimal("0.05"), "EUR"), "b": Price(Decimal("0.0700000001"), "EUR")}
NUMBER = "+27821234567"


def taken(
    budget: Budget,
    message: Message,
    *,
    segments: int = 1,
    route: str = "default",
    prices: Mapping[str, Price | None] = PRICES,
) -> Sequence[Reservation]:
    return budget.reservations(message, segments, route, prices, NOW)


def values(by: str | None, **fields: object) -> list[str]:
    message = Message(NUMBER, "hi", **fields)  # type: ignore[arg-type]
    return [each.value for each in taken(Budget(name="x", per="1d", most=1, by=by), message)]


def test_a_message_takes_one_of_a_budget_of_messages() -> None:
    budget = Budget(name="otp", per="1d", most=50, by="recipient")
    assert taken(budget, Message(NUMBER, "hi"), segments=3) == [
        Reservation(
            budget="budgets.otp/recipient/messages",
            name="budgets.otp",
            value=NUMBER,
            is_secret=True,
            amount=1,
            most=50,
            unit="messages",
            lasts=86_400.0,
        )
    ]


def test_messages_are_counted_by_what_the_budget_says() -> None:
    assert values(None) == [""]
    assert values("prefix6") == ["+278212"]
    assert values("country") == ["ZA"]
    assert values("campaign") == [""]
    assert values("campaign", campaign="spring") == ["spring"]
    assert values("sender") == [""]
    assert values("sender", sender="Acme") == ["Acme"]
    assert values("provider") == ["a", "b"]
    assert values("key:customer", budget_keys={"customer": "4711", "shop": "x"}) == ["4711"]


def test_every_spelling_of_a_line_is_one_recipient() -> None:
    budget = Budget(name="x", per="1d", most=1, by="recipient")
    assert {
        each.value for number in ("+5491123456789", "+541123456789") for each in taken(budget, Message(number, "x"))
    } == {"+5491123456789"}


def test_numbers_and_keys_are_secret_and_nothing_else_is() -> None:
    secret = {
        by: Budget(name="x", per="1d", most=1, by=by).is_secret for by in ("recipient", "key:a", "prefix6", "sender")
    }
    assert secret == {"recipient": True, "key:a": True, "prefix6": False, "sender": False}


def test_a_message_without_the_key_is_refused() -> None:
    budget = Budget(name="x", per="1d", most=1, by="key:customer")
    with pytest.raises(InvalidMessageError) as raised:
        taken(budget, Message(NUMBER, "hi", budget_keys={"shop": "1"}))
    assert str(raised.value) == (
        "budgets.x counts by 'key:customer' and the message has no such key; give budget_keys={'customer': ...}"
    )


def test_segments_are_counted_as_they_are_billed() -> None:
    [each] = taken(Budget(name="x", per="day", most=500, unit="segments"), Message(NUMBER, "hi"), segments=3)
    assert (each.amount, each.most, each.unit, each.lasts) == (3, 500, "segments", 7200.0)


def test_money_is_that_of_the_dearest_provider_rounded_up() -> None:
    [each] = taken(Budget(name="x", per="month", most="250.00", unit="EUR"), Message(NUMBER, "hi"))
    assert (each.amount, each.most, each.unit) == (70_000_001, 250_000_000_000, "EUR")


def test_each_provider_has_a_budget_of_its_own_at_its_own_price() -> None:
    reserved = taken(Budget(name="x", per="1d", most=1, unit="EUR", by="provider"), Message(NUMBER, "hi"))
    assert [(each.value, each.provider, each.amount) for each in reserved] == [
        ("a", "a", 50_000_000),
        ("b", "b", 70_000_001),
    ]


@pytest.mark.parametrize(
    ("prices", "why"),
    [
        ({"a": None}, "budgets.x is in EUR and no price is known for this number at a; give prices in EUR"),
        (
            {**PRICES, "c": Price(Decimal(1), "USD")},
            "budgets.x is in EUR and the price is in USD for this number at c; give prices in EUR",
        ),
    ],
)
@pytest.mark.parametrize("by", [None, "provider"])
def test_a_price_that_cannot_be_counted_refuses_the_message(
    prices: Mapping[str, Price | None], why: str, by: str | None
) -> None:
    with pytest.raises(InvalidMessageError) as raised:
        taken(Budget(name="x", per="1d", most=1, unit="EUR", by=by), Message(NUMBER, "hi"), prices=prices)
    assert str(raised.value) == why


def test_only_the_messages_that_a_budget_is_for_are_counted() -> None:
    budget = Budget(name="x", per="1d", most=1, campaigns=["otp"], routes=["fast", "default"])
    assert taken(budget, Message(NUMBER, "hi", campaign="otp"))
    assert not taken(budget, Message(NUMBER, "hi", campaign="otp"), route="slow")
    assert not taken(budget, Message(NUMBER, "hi", campaign="news"))
    assert not taken(budget, Message(NUMBER, "hi"))


def test_guards_take_of_all_budgets() -> None:
    guards = Guards(counting=[Budget(name=name, per="1d", most=1) for name in ("a", "b")])
    reserved = guards.reservations(Message(NUMBER, "hi"), 1, "default", PRICES, NOW)
    assert [each.name for each in reserved] == ["budgets.a", "budgets.b"]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"per": "1x"}, "must be a time such as"),
        ({"most": 0}, "must be over 0"),
        ({"most": Decimal("1.5")}, "must be a whole number of messages, got 1.5"),
        ({"most": Decimal("NaN")}, "must be a number, got NaN"),
        ({"by": "recipent"}, "did you mean 'recipient'"),
        ({"by": "key:"}, "must name the key, as 'key:customer'"),
        ({"zone": "Mars/Base"}, "must be a time zone"),
        ({"name": "a b"}, "a budget's name must have"),
    ],
)
def test_a_budget_that_is_none_is_refused(fields: Mapping[str, object], why: str) -> None:
    with pytest.raises(ConfigError, match=rf"budgets\..*{why}"):
        Budget(**{"name": "x", "per": "1d", "most": 1, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "amount", "shown"),
    [
        ("50", (Decimal(50), "messages"), "50 messages"),
        ("1 message", (Decimal(1), "messages"), "1 message"),
        ("1_500 segments", (Decimal(1500), "segments"), "1,500 segments"),
        ("250.00 EUR", (Decimal("250.00"), "EUR"), "250.00 EUR"),
        ("0.0125 EUR", (Decimal("0.0125"), "EUR"), "0.0125 EUR"),
        ("100000 bulk credits", (Decimal(100_000), "bulk credits"), "100,000.00 bulk credits"),
    ],
)
def test_amounts_are_read_and_shown(text: str, amount: tuple[Decimal, str], shown: str) -> None:
    assert read_amount(text) == amount
    assert shown_amount(counted_amount(*amount), amount[1]) == shown


@pytest.mark.parametrize("text", ["", "EUR", "-1", "0", "1.5", "1e3 EUR", "12.0000000001 EUR", "NaN EUR", "9" * 18])
def test_other_amounts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be"):
        read_amount(text) if text != "9" * 18 else read_amount(text + " EUR")
