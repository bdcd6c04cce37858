"""What a file of messages would do, before it is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from attrs import Factory, define

from smsgate.blocking.gateway import Gateway
from smsgate.cli.campaign.ceiling import ceiling_of
from smsgate.cli.campaign.earlier import Earlier, known_rows
from smsgate.cli.campaign.source import Source
from smsgate.cli.campaign.tally import Prices, add_price
from smsgate.engine import run as run_coroutine
from smsgate.model.errors import InvalidMessageError
from smsgate.sending.recipients import Reject, Row

__all__ = ["CampaignPlan", "Share", "plan_campaign"]

SHOWN = 10
"""Invalid rows that a plan names one by one."""


@define
class Share:
    """What one provider would get."""

    messages: int = 0
    segments: int = 0
    prices: Prices = Factory(dict)
    unpriced: int = 0
    """Messages for which it has no price."""
    senders: dict[str, int] = Factory(dict)
    """Messages by the sender that they would go out under; those without one are left out."""


@define
class CampaignPlan:
    """What a file would do, without what its run has done before."""

    rows: int = 0
    lines: int = 0
    """Of the file, to its last row."""
    several_lines: int = 0
    """Rows on several lines: their text has line breaks."""
    messages: int = 0
    """Rows that are sent, or refused, by the next pass."""
    invalid: int = 0
    refused: int = 0
    """Messages that limits or the providers' abilities would stop."""
    duplicates: int = 0
    """Rows whose number, text and media came before, without a key of their own."""
    skipped: int = 0
    """Those of them that are not sent."""
    segments: int = 0
    problems: list[str] = Factory(list)
    """The first of what is invalid or would be refused, with the line."""
    providers: dict[str, Share] = Factory(dict)
    """By the provider that would be asked first."""
    most: Prices = Factory(dict)
    """What it costs where each message goes to the dearest provider of its route."""
    unbounded: int = 0
    """Messages for which a provider of their route has no price."""
    reject_columns: list[str] = Factory(list)
    """The columns of the invalid rows."""

    @property
    def cost(self) -> Prices:
        """What it costs at the providers that are asked first, as far as their prices are known."""
        whole: Prices = {}
        for share in self.providers.values():
            for unit, amount in share.prices.items():
                whole[unit] = whole.get(unit, Decimal()) + amount
        return whole


def plan_campaign(gateway: Gateway, source: Source, run: str | None, *, enqueue: bool) -> tuple[CampaignPlan, Earlier]:
    """Go through a file and send nothing; the plan is of what its run has left to send, or to enqueue."""
    plan, earlier = CampaignPlan(), Earlier()
    ahead: Counter[str] = Counter()
    own = 0
    for row, known in known_rows(gateway, run, _rows(plan, source), distinct=source.skips):
        earlier.add(known)
        own += known.entry is not None and known.entry.run == run
        if known.entry is None or (known.is_left and not enqueue):
            plan.messages += 1
            _add(plan, gateway, row, ahead)
    if run is not None:
        earlier.others = max(0, gateway.journal.run_size(run) - own)
    source.duplicates.end()
    return plan, earlier


def _rows(plan: CampaignPlan, source: Source) -> Iterator[Row]:
    """Give the rows of a file that are messages; count them and the others."""
    for row in source.rows:
        plan.rows += 1
        plan.lines = row.line + row.lines - 1
        plan.several_lines += row.lines > 1
        if isinstance(row, Reject):
            plan.invalid += 1
            plan.reject_columns += [name for name in row.fields if name not in plan.reject_columns]
            _note(plan, row.line, row.reason)
            continue
        if source.duplicates.find(row):
            plan.duplicates += 1
            if source.skips:
                plan.skipped += 1
                continue
        yield row


def _add(plan: CampaignPlan, gateway: Gateway, row: Row, ahead: Counter[str]) -> None:
    """Plan a message behind those of its route that are `ahead` of it: an order may go by how many they are."""
    try:
        way = run_coroutine(gateway.core.sender.plan(row.message, None, ahead))
    except InvalidMessageError as error:
        plan.refused += 1
        _note(plan, row.line, str(error))
        return
    if row.message.provider is None:
        ahead[way.route] += 1
    step = way.first
    if step is None:
        plan.refused += 1
        _note(plan, row.line, str(way.reason))
        return
    plan.segments += way.segments
    ceiling = ceiling_of(way)
    plan.unbounded += ceiling is None
    add_price(plan.most, ceiling)
    share = plan.providers.setdefault(step.provider, Share())
    share.messages += 1
    share.segments += way.segments
    share.unpriced += step.price is None
    add_price(share.prices, step.price)
    if step.sender is not None:
        share.senders[step.sender] = share.senders.get(step.sender, 0) + 1


def _note(plan: CampaignPlan, line: int, reason: str) -> None:
    if len(plan.problems) < SHOWN:
        plan.problems.append(f"line {line}: {reason}")
