"""Budgets: how many messages, segments or how much money may be spent in a time, in all or for each of something."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from attrs import field, frozen

from smsgate.guards.budget_checks import misfits
from smsgate.guards.period import Period, read_zone
from smsgate.model.amount import COUNTED, MESSAGES, SEGMENTS, check_amount, counted_amount
from smsgate.model.errors import ConfigError, InvalidMessageError
from smsgate.model.message import Message, check_label
from smsgate.model.numbers import country_of, line_of
from smsgate.model.price import Price
from smsgate.model.reservation import BudgetLimit, Reservation
from smsgate.model.spelling import did_you_mean

__all__ = ["BY", "Budget", "check_budget_name", "read_by"]

PROVIDER, RECIPIENT = "provider", "recipient"
KEY = "key:"
OF_NUMBERS = (RECIPIENT, "prefix6", "country")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_VALUES: Mapping[str, Callable[[Message], str]] = {
    RECIPIENT: lambda message: line_of(message.to),
    "prefix6": lambda message: message.to[: 1 + 6],
    "country": lambda message: country_of(message.to) or "",
    "campaign": lambda message: message.campaign or "",
    "sender": lambda message: message.sender or "",
}
"""A message without one has the value ""."""
BY = (*_VALUES, PROVIDER)
"""What messages are counted by, beside "key:<name>": a value of `Message.budget_keys`."""


def read_by(by: str) -> str:
    """Return what messages are counted by; raise `ValueError` if it is nothing of them."""
    if by in BY:
        return by
    if not by.startswith(KEY):
        raise ValueError(f"must be one of {', '.join(BY)} or 'key:<name>', got {by!r}{did_you_mean(by, BY)}")
    name = by.removeprefix(KEY)
    try:
        check_label("key", name)
    except InvalidMessageError:
        raise ValueError(f"must name the key, as 'key:customer' (1 to 255 characters), got {by!r}") from None
    return by


def check_budget_name(name: str) -> None:
    """Raise `ValueError` for what is no name of a budget."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"a budget's name must have 1 to 64 of the characters A-Z, a-z, 0-9, _ and -, got {name!r}")


def _names(names: Iterable[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)


@frozen(kw_only=True)
class Budget:
    """What may be spent in a time; messages of a period are refused that would exceed it.

    Raises `ConfigError` for a field that is no such thing; the settings report their errors with their places.
    """

    name: str
    """What errors and commands call it, such as "otp"."""
    per: str
    """The time: a window that rolls on, such as "1h" or "7d", or "day", "week" (from Monday) or "month"."""
    most: Decimal = field(converter=Decimal)
    """What may be spent in it, over 0."""
    unit: str = MESSAGES
    """"messages", "segments", or the unit of the providers' prices, such as "EUR"."""
    by: str | None = None
    """Each value of it has a budget of its own: one of `BY`, or "key:<name>"; None: all messages share one."""
    campaigns: frozenset[str] | None = field(default=None, converter=_names)
    """The campaigns whose messages are counted; None: those of any, or none."""
    routes: frozenset[str] | None = field(default=None, converter=_names)
    """The routes whose messages are counted; None: those of any."""
    zone: str = "UTC"
    """The IANA name of the time zone in which days, weeks and months begin."""
    observe: bool = False
    """Whether a message that has no room is sent all the same, and logged."""
    period: Period = field(init=False, repr=False, eq=False)
    limit: int = field(init=False, repr=False, eq=False)
    """What may be spent as it is counted: of money, billionths of its unit."""

    def __attrs_post_init__(self) -> None:
        try:
            check_budget_name(self.name)
            check_amount(self.most, self.unit)
            object.__setattr__(self, "period", Period(self.per, read_zone(self.zone)))
            object.__setattr__(self, "limit", counted_amount(self.most, self.unit))
            _ = None if self.by is None else read_by(self.by)
        except ValueError as error:
            raise ConfigError(f"{self.title}: {error}") from None

    @property
    def title(self) -> str:
        """Its place in the settings, such as "budgets.otp"."""
        return f"budgets.{self.name}"

    @property
    def is_money(self) -> bool:
        """Whether prices are counted."""
        return self.unit not in COUNTED

    @property
    def counter(self) -> str:
        """What the journal counts it as: one that is defined otherwise begins anew."""
        return f"{self.title}/{self.by or 'all'}/{self.unit}"

    @property
    def is_secret(self) -> bool:
        """Whether its values are kept as hashes: they are numbers of people, or what an application gives."""
        return self.by is not None and (self.by == RECIPIENT or self.by.startswith(KEY))

    def check(self, routes: Mapping[str, Collection[str]], units: Mapping[str, str]) -> None:
        """Raise `ConfigError` if it does not fit the providers of the routes, or the units of their prices."""
        problems = [
            f"{self.title}.{setting}: {what}" for setting, what in misfits(self.unit, self.routes, routes, units)
        ]
        if problems:
            raise ConfigError(*problems)

    @property
    def limits(self) -> BudgetLimit:
        """What the journal lists it by."""
        return BudgetLimit(budget=self.counter, name=self.title, most=self.limit, unit=self.unit)

    @property
    def is_of_numbers(self) -> bool:
        """Whether a recipient's number says what a message is counted for."""
        return self.by in OF_NUMBERS

    def probe(self, value: str) -> Reservation:
        """Return what would take all of it for a value; it is asked for and never reserved."""
        return Reservation(
            budget=self.counter,
            name=self.title,
            value=value,
            is_secret=self.is_secret,
            amount=self.limit,
            most=self.limit,
            unit=self.unit,
            lasts=1.0,
        )

    def counts(self, message: Message, route: str) -> bool:
        """Whether a message that takes a route is counted."""
        return (self.campaigns is None or message.campaign in self.campaigns) and (
            self.routes is None or route in self.routes
        )

    def value(self, message: Message) -> str:
        """Return what a message is counted for, unless that is the provider.

        Raises `InvalidMessageError` for a message without the key.
        """
        if self.by is None:
            return ""
        if not self.by.startswith(KEY):
            return _VALUES[self.by](message)
        name = self.by.removeprefix(KEY)
        try:
            return message.budget_keys[name]
        except KeyError:
            what = f"{self.title} counts by {self.by!r} and the message has no such key"
            raise InvalidMessageError(f"{what}; give budget_keys={{{name!r}: ...}}") from None

    def reservations(
        self, message: Message, segments: int, route: str, prices: Mapping[str, Price | None], now: datetime
    ) -> Sequence[Reservation]:
        """Return what a message takes; see `Reserves`."""
        if not self.counts(message, route):
            return ()
        if self.by != PROVIDER:
            amounts = [self._amount(message, segments, *each) for each in prices.items()]
            return [self._reservation(max(amounts), self.value(message), now)] if amounts else ()
        return [
            self._reservation(self._amount(message, segments, name, price), name, now, provider=name)
            for name, price in prices.items()
        ]

    def _amount(self, message: Message, segments: int, provider: str, price: Price | None) -> int:
        if not self.is_money:
            return segments if self.unit == SEGMENTS else 1
        if price is None or price.unit != self.unit:
            known = "no price is known" if price is None else f"the price is in {price.unit}"
            what = "media to this number" if message.media else "this number"
            raise InvalidMessageError(
                f"{self.title} is in {self.unit} and {known} for {what} at {provider}; give prices in {self.unit}"
            )
        return counted_amount(price.amount, self.unit)

    def _reservation(self, amount: int, value: str, now: datetime, provider: str | None = None) -> Reservation:
        return Reservation(
            budget=self.counter,
            name=self.title,
            value=value,
            is_secret=self.is_secret,
            amount=amount,
            most=self.limit,
            unit=self.unit,
            lasts=self.period.lasts(now),
            provider=provider,
            observe=self.observe,
        )
