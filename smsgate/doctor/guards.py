"""Guards beside the journal that counts for them, and budgets beside the balance that pays for them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from attrs import frozen

from smsgate.config import Config
from smsgate.doctor.finding import Finding
from smsgate.doctor.subject import Subject
from smsgate.guards.budget import PROVIDER, Budget
from smsgate.guards.guards import Guards
from smsgate.journal.inspection import GuardsCounted
from smsgate.model.balance import Balance

__all__ = ["Need", "counted", "examine_balance", "full_budgets", "needs_of", "unconverted", "uncounted"]


@frozen
class Need:
    """A balance below which there is a warning."""

    amount: Decimal
    unit: str | None
    """None: that of the balance, whichever it is."""
    reason: str
    fix: str


def needs_of(config: Config, provider: str) -> Sequence[Need]:
    """Return what the money budgets allow to be spent at a provider in their time.

    Those that count for each recipient, country or the like are left out: how much they allow in all is not known.
    """
    routes = {route.name: route.providers for route in (*config.routes, config.route)}
    return [
        _need(budget)
        for budget in config.guards.budgets.values()
        if budget.is_money and budget.by in {None, PROVIDER} and _reaches(budget, provider, routes)
    ]


def _reaches(budget: Budget, provider: str, routes: Mapping[str, Collection[str]]) -> bool:
    counted = routes if budget.routes is None else budget.routes & routes.keys()
    return any(provider in routes[name] for name in counted)


def _need(budget: Budget) -> Need:
    reason = f"{budget.title} allows {budget.most} {budget.unit} per {budget.per}"
    return Need(budget.most, budget.unit, reason, f"buy credit, or set {budget.title}.max lower")


def examine_balance(subject: Subject, balance: Balance, needs: Sequence[Need]) -> Iterator[Finding]:
    """Warn where a balance is below what is needed of it."""
    for need in needs:
        if need.unit in {None, balance.unit} and 0 < balance.amount < need.amount:
            what = f"{balance.amount:,} {balance.unit} are left, and {need.reason}"
            yield subject.warning("balance", what, need.fix)


def counted(guards: Guards) -> GuardsCounted:
    """Return what guards count in a journal."""
    return GuardsCounted(
        budgets={each.counter: each.limit for each in guards.budgets.values()},
        conversions={each.name: each.conversion for each in guards.pumping if each.conversion is not None},
    )


def unconverted(subject: Subject, texts: Mapping[str, int]) -> Iterator[Finding]:
    """Warn of guards that judge by codes that are entered, where none ever was."""
    for guard, count in texts.items():
        what = f"{guard}.min_conversion: of {count:,} texts no code was entered, so every prefix looks like an attack"
        yield subject.warning("conversion", what, "call gateway.converted(key) where the application accepts a code")


def uncounted(subject: Subject, budgets: Mapping[str, Budget]) -> Iterator[Finding]:
    """Warn of budgets without a journal."""
    if budgets:
        what = f"{_named(budgets.values())} counted by each process for itself, from its start on"
        yield subject.warning("budgets", what, 'set journal = "smsgate.db", and they count for all processes')


def full_budgets(subject: Subject, budgets: Mapping[str, Budget], full: Mapping[str, int]) -> Iterator[Finding]:
    """Warn of budgets that refuse messages now."""
    for budget in budgets.values():
        if count := full.get(budget.counter):
            values = f"for {count:,} {'value' if count == 1 else 'values'} of {budget.by!r}, " if budget.by else ""
            effect = "messages are sent all the same, and logged" if budget.observe else "messages are refused"
            what = f"{budget.title} is full, {values}{budget.most} {budget.unit} per {budget.per}: {effect}"
            yield subject.warning("budgets", what, f"wait, or set {budget.title}.max higher")


def _named(budgets: Collection[Budget]) -> str:
    names = ", ".join(budget.title for budget in budgets)
    return f"{names} {'is' if len(budgets) == 1 else 'are'}"
