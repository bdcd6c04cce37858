"""What is shown of a campaign: its plan before it is sent, and its summary."""

from __future__ import annotations

from typing import TypeGuard

from rich.text import Text

from smsgate.cli.campaign.ceiling import Ceiling
from smsgate.cli.campaign.earlier import Earlier
from smsgate.cli.campaign.files import CampaignFiles
from smsgate.cli.campaign.order import Order
from smsgate.cli.campaign.plan import CampaignPlan, Share
from smsgate.cli.campaign.tally import Tally, money
from smsgate.cli.output import Output, write_no_more
from smsgate.model.entry import State
from smsgate.model.errors import SmsgateError
from smsgate.model.outcome import Outcome

__all__ = ["show_plan", "show_summary"]

SENDERS = 5
"""How many senders of a provider a plan names."""


def show_plan(output: Output, order: Order, *, dry_run: bool) -> None:
    """Print the plan; raise `SmsgateError` where its reader has gone and the messages would be sent next.

    As JSON, it is printed by itself for a dry run only, and otherwise with the results.
    """
    if output.as_json:
        if dry_run or (order.enqueue and order.is_complete):
            output.json({"plan": order.plan, "earlier": order.earlier})
        return
    try:
        output.show(order.plan, _plan_rows(order))
        for problem in order.plan.problems:
            output.line(Text(problem, style="dim"))
        if order.earlier is not None and order.is_complete:
            output.line(f"run {order.run!r} is complete: {_complete(order, order.earlier)}")
    except BrokenPipeError:
        if dry_run:
            raise
        write_no_more()
        raise SmsgateError("the plan cannot be shown: the output was closed; nothing was sent") from None


def _plan_rows(order: Order) -> dict[str, object]:
    plan, earlier = order.plan, order.earlier
    before = order.destinations.earlier if order.run is None else None
    return {
        "run": order.run,
        **(_of_run(earlier) if earlier else {}),
        "rows": f"{plan.rows:,} in {plan.lines:,} lines",
        "rows of several lines": f"{plan.several_lines:,}" if plan.several_lines else None,
        "messages": f"{plan.messages:,}",
        "segments": f"{plan.segments:,}",
        "duplicates": _duplicates(plan) if plan.duplicates else None,
        "invalid rows": f"{plan.invalid:,}" if plan.invalid else None,
        "sent before": before and f"{before} exists; without a journal all messages are sent again",
        "cost at most": f"{money(plan.most)}, if each goes to its dearest provider" if _may_cost_more(plan) else None,
        "to be refused": f"{plan.refused:,}" if plan.refused else None,
        **{f"by {name}": _share(share) for name, share in plan.providers.items()},
    }


def show_summary(  # noqa: PLR0913 - all that there is to say
    output: Output,
    order: Order,
    tally: Tally,
    files: CampaignFiles | None,
    *,
    is_stopped: bool,
    ceiling: Ceiling | None = None,
) -> None:
    """Print the summary of the results."""
    if output.as_json:
        output.json({"plan": order.plan, "result": _result(tally, files, is_stopped=is_stopped)})
        return
    costly = f"the next message might cost more than --max-cost {ceiling.most}; " if _is_reached(ceiling) else ""
    again = "run it again to go on" if order.run else "without a journal, running it again sends all messages again"
    rows = {
        **{
            outcome.value: f"{tally.outcomes[outcome]:,}"
            for outcome in Outcome
            if outcome is not Outcome.HELD or tally.outcomes[outcome]
        },
        "sent before": f"{tally.before:,}" if tally.before else None,
        "duplicates": f"{tally.skipped:,}, skipped" if tally.skipped else None,
        "invalid rows": f"{tally.invalid:,}" if tally.invalid else None,
        "cost": money(tally.cost) or None,
        "results": files and str(files.results),
        "rejects": files and files.rejects and str(files.rejects),
        "stopped": f"{costly}{again}" if is_stopped else None,
        "what next": _what_next(tally),
    }
    output.show(None, rows)


def _what_next(tally: Tally) -> str | None:
    if tally.outcomes[Outcome.UNKNOWN]:
        return "smsgate unknown list"
    return "smsgate work sends what is held, at its time" if tally.outcomes[Outcome.HELD] else None


def _of_run(earlier: Earlier) -> dict[str, str | None]:
    """Say how far a run is, and what its file has that is new."""
    states = ", ".join(f"{count:,} {state.value}" for state, count in earlier.states.items())
    tried = f"{earlier.tried:,} tried and not sent, " if earlier.tried else ""
    left = f"{earlier.left:,} of {earlier.total:,} messages: {tried}{earlier.new:,} new to the run"
    changed = f"{earlier.others:,} messages of the run are not among them; the file or the template has changed"
    return {
        "done before": states or None,
        "left": left if earlier.left else "nothing",
        "not in the file": changed if earlier.others else None,
    }


def _complete(order: Order, earlier: Earlier) -> str:
    if order.enqueue:
        return f"all {earlier.total:,} messages are in it; nothing to enqueue"
    unsent = earlier.states[State.QUEUED] + earlier.states[State.HELD] + earlier.states[State.INTENT]
    if unsent:
        return f"{unsent:,} of its {earlier.total:,} messages are queued or in flight elsewhere; nothing to send"
    unknown = earlier.states[State.UNKNOWN]
    also = f" ({unknown:,} unknown: smsgate unknown list)" if unknown else ""
    return f"all {earlier.total:,} messages have results{also}; nothing to send"


def _duplicates(plan: CampaignPlan) -> str:
    what = f"{plan.duplicates:,}: the same number and text as an earlier row; "
    return what + ("skipped, --duplicates send sends them" if plan.skipped else "sent all the same")


def _may_cost_more(plan: CampaignPlan) -> bool:
    return bool(plan.most) and not plan.unbounded and plan.most != plan.cost


def _is_reached(ceiling: Ceiling | None) -> TypeGuard[Ceiling]:
    return ceiling is not None and ceiling.is_reached


def _share(share: Share) -> str:
    price = money(share.prices) or "no price known"
    unpriced = f", {share.unpriced:,} without a price" if share.unpriced and share.prices else ""
    return f"{share.messages:,} messages, {share.segments:,} segments, {price}{unpriced}{_senders(share)}"


def _senders(share: Share) -> str:
    """Name the senders that most of the messages would go out under."""
    most = sorted(share.senders.items(), key=lambda each: -each[1])
    named = "".join(f"; from {sender}: {count:,}" for sender, count in most[:SENDERS])
    return f"{named}; and {len(most) - SENDERS:,} more senders" if len(most) > SENDERS else named


def _result(tally: Tally, files: CampaignFiles | None, *, is_stopped: bool) -> dict[str, object]:
    return {
        **{outcome.value: tally.outcomes[outcome] for outcome in Outcome},
        "before": tally.before,
        "invalid": tally.invalid,
        "skipped": tally.skipped,
        "segments": tally.segments,
        "cost": tally.cost,
        "stopped": is_stopped,
        "results": files and str(files.results),
        "rejects": files and files.rejects and str(files.rejects),
    }
