"""What a file would do, and what it did so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from attrs import Factory, define

from smsgate.gateway import Gateway
from smsgate.model.errors import InvalidMessageError
from smsgate.model.outcome import Outcome
from smsgate.model.price import Price
from smsgate.model.result import SendResult
from smsgate.sending.recipients import Reject, Row

__all__ = ["CampaignPlan", "Tally", "money", "plan_campaign", "rate"]

SHORTEST = 2.0
"""Seconds after which a rate is shown."""
_EXACT = 10
"""A rate from which a decimal says nothing."""
SHOWN = 10
"""Invalid rows that a plan names one by one."""
Prices = dict[str, Decimal]
"""Amounts by unit."""


@define
class Share:
    """What one provider would get."""

    messages: int = 0
    segments: int = 0
    prices: Prices = Factory(dict)
    unpriced: int = 0
    """Messages for which it has no price."""


@define
class CampaignPlan:
    """What a file would do."""

    rows: int = 0
    lines: int = 0
    """Of the file, to its last row."""
    several_lines: int = 0
    """Rows that stand on several lines, as a text with line breaks does."""
    messages: int = 0
    invalid: int = 0
    refused: int = 0
    """Messages that limits or the providers' abilities would stop."""
    duplicates: int = 0
    """Messages whose number and text came before, without a key of their own."""
    segments: int = 0
    problems: list[str] = Factory(list)
    """The first of what is invalid or would be refused, with the line."""
    providers: dict[str, Share] = Factory(dict)
    """By the provider that would be asked first."""
    reject_columns: list[str] = Factory(list)
    """The columns of the invalid rows."""


def plan_campaign(gateway: Gateway, rows: Iterable[Row | Reject]) -> CampaignPlan:
    """Go through a file and send nothing."""
    plan = CampaignPlan()
    seen: set[int] = set()
    for row in rows:
        plan.rows += 1
        plan.lines = row.line + row.lines - 1
        plan.several_lines += row.lines > 1
        if isinstance(row, Reject):
            plan.invalid += 1
            plan.reject_columns += [name for name in row.fields if name not in plan.reject_columns]
            _note(plan, row.line, row.reason)
            continue
        plan.messages += 1
        mark = hash((row.message.to, row.message.text, row.message.key))
        plan.duplicates += mark in seen
        seen.add(mark)
        _add(plan, gateway, row)
    return plan


def _add(plan: CampaignPlan, gateway: Gateway, row: Row) -> None:
    try:
        way = gateway.plan(row.message)
    except InvalidMessageError as error:
        plan.refused += 1
        _note(plan, row.line, str(error))
        return
    step = next((step for step in way.steps if step.provider == way.provider), None)
    if step is None:
        plan.refused += 1
        _note(plan, row.line, str(way.refusal or "; ".join(f"{each.provider}: {each.obstacle}" for each in way.steps)))
        return
    plan.segments += way.analysis.segments
    share = plan.providers.setdefault(step.provider, Share())
    share.messages += 1
    share.segments += way.analysis.segments
    share.unpriced += step.price is None
    _add_price(share.prices, step.price)


def _note(plan: CampaignPlan, line: int, reason: str) -> None:
    if len(plan.problems) < SHOWN:
        plan.problems.append(f"line {line}: {reason}")


def _add_price(prices: Prices, price: Price | None) -> None:
    if price is not None:
        prices[price.unit] = prices.get(price.unit, Decimal()) + price.amount


@define
class Tally:
    """What a campaign did so far."""

    began: datetime = Factory(lambda: datetime.now(UTC))
    outcomes: Counter[Outcome] = Factory(Counter)
    before: int = 0
    """Of the accepted, those that an earlier run had sent."""
    invalid: int = 0
    segments: int = 0
    """Of the messages that this run got accepted."""
    cost: Prices = Factory(dict)

    def add(self, result: SendResult) -> None:
        """Count a result."""
        self.outcomes[result.outcome] += 1
        if result.outcome is not Outcome.ACCEPTED:
            return
        if not result.attempts or result.attempts[-1].started < self.began:
            self.before += 1
            return
        self.segments += result.segments
        _add_price(self.cost, result.price)

    def progress(self, seconds: float) -> str:
        """Say on one line how it goes, `seconds` after the beginning."""
        done = self.outcomes.total() - self.before
        parts = [rate(done, seconds), money(self.cost) or None]
        parts += [
            f"{self.outcomes[outcome]:,} {outcome.value}"
            for outcome in Outcome
            if outcome is not Outcome.ACCEPTED and self.outcomes[outcome]
        ]
        return "  ".join(part for part in parts if part)


def rate(count: int, seconds: float) -> str | None:
    """Say how many a second or a minute, once that is more than a guess."""
    if count == 0 or seconds < SHORTEST:
        return None
    each_second = count / seconds
    if each_second >= 1:
        return f"{each_second:,.0f}/s" if each_second >= _EXACT else f"{each_second:.1f}/s"
    return f"{each_second * 60:,.1f}/min"


def money(prices: Mapping[str, Decimal]) -> str:
    """Say an amount in each of its units."""
    return " + ".join(f"{amount:,} {unit}" for unit, amount in prices.items())
