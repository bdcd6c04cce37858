"""What is shown of a campaign: its plan before it is sent, and its summary."""

from __future__ import annotations

from smsgate.cli.campaign.campaign import Campaign
from smsgate.cli.campaign.files import Destinations
from smsgate.cli.campaign.plan import CampaignPlan, Share
from smsgate.cli.campaign.tally import money
from smsgate.cli.output import Output
from smsgate.model.errors import SmsgateError
from smsgate.model.outcome import Outcome

__all__ = ["show_plan", "show_summary"]

SENDERS = 5
"""How many senders of a provider a plan names."""


def show_plan(
    output: Output, plan: CampaignPlan, run: str | None, destinations: Destinations, *, dry_run: bool
) -> None:
    """Print the plan; raise `SmsgateError` where its reader has gone and the messages would be sent next."""
    earlier = destinations.earlier if run is None else None
    rows: dict[str, object] = {
        "run": run,
        "rows": f"{plan.rows:,} in {plan.lines:,} lines",
        "rows of several lines": f"{plan.several_lines:,}" if plan.several_lines else None,
        "messages": f"{plan.messages:,}",
        "segments": f"{plan.segments:,}",
        "duplicates": f"{plan.duplicates:,} with the number and text of another" if plan.duplicates else None,
        "invalid rows": f"{plan.invalid:,}" if plan.invalid else None,
        "sent before": earlier and f"{earlier} exists; without a journal all messages are sent again",
        "to be refused": f"{plan.refused:,}" if plan.refused else None,
        **{f"by {name}": _share(share) for name, share in plan.providers.items()},
    }
    try:
        output.show(plan, rows)
        for problem in plan.problems:
            output.console.print(problem, style="dim", markup=False)
    except BrokenPipeError:
        if dry_run:
            raise
        raise SmsgateError("the plan cannot be shown: the output was closed; nothing was sent") from None


def show_summary(output: Output, plan: CampaignPlan, campaign: Campaign, run: str | None) -> None:
    """Print the summary of the results."""
    if output.as_json:
        output.json({"plan": plan, "result": _result(campaign)})
        return
    tally, files = campaign.tally, campaign.files
    again = "run it again to go on" if run else "without a journal, running it again sends all messages again"
    rows = {
        **{outcome.value: f"{tally.outcomes[outcome]:,}" for outcome in Outcome},
        "sent before": f"{tally.before:,}" if tally.before else None,
        "invalid rows": f"{tally.invalid:,}" if tally.invalid else None,
        "cost": money(tally.cost) or None,
        "results": files and str(files.results),
        "rejects": files and files.rejects and str(files.rejects),
        "stopped": again if campaign.stopped.is_set else None,
        "what next": "smsgate unknown list" if tally.outcomes[Outcome.UNKNOWN] else None,
    }
    output.show(None, rows)


def _share(share: Share) -> str:
    price = money(share.prices) or "no price known"
    unpriced = f", {share.unpriced:,} without a price" if share.unpriced and share.prices else ""
    return f"{share.messages:,} messages, {share.segments:,} segments, {price}{unpriced}{_senders(share)}"


def _senders(share: Share) -> str:
    """Name the senders that most of the messages would go out under."""
    most = sorted(share.senders.items(), key=lambda each: -each[1])
    named = "".join(f"; from {sender}: {count:,}" for sender, count in most[:SENDERS])
    return f"{named}; and {len(most) - SENDERS:,} more senders" if len(most) > SENDERS else named


def _result(campaign: Campaign) -> dict[str, object]:
    tally, files = campaign.tally, campaign.files
    return {
        **{outcome.value: tally.outcomes[outcome] for outcome in Outcome},
        "before": tally.before,
        "invalid": tally.invalid,
        "segments": tally.segments,
        "cost": tally.cost,
        "stopped": campaign.stopped.is_set,
        "results": files and str(files.results),
        "rejects": files and files.rejects and str(files.rejects),
    }
