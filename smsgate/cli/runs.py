"""`smsgate run`: how far runs on a queue are, and whether they are sent."""

from __future__ import annotations

from shlex import quote
from typing import Annotated

import typer

from smsgate.cli.campaign.tally import money, rate
from smsgate.cli.options import AsJson, Assent, ConfigFile, Limit, confirm, open_gateway
from smsgate.cli.output import Output, last_output, moment
from smsgate.model.run import LaneStatus, RunStatus

__all__ = ["add_to", "show_status"]

_COLUMNS = (
    *("name", "state", "total", "queued", "held", "in_flight", "accepted"),
    *("rejected", "not_sent", "unknown", "cancelled"),
)

RunName = Annotated[str, typer.Argument(metavar="NAME", help="The name that it was enqueued under.")]

runs = typer.Typer(help="Runs on a queue: what `smsgate bulk --enqueue` wrote.", no_args_is_help=True)


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the commands."""
    app.add_typer(runs, rich_help_panel=topic, name="run")


@runs.command("list")
def list_runs(*, limit: Limit = None, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show the runs, by name."""
    with open_gateway(config) as gateway:
        Output(as_json=as_json).items(gateway.runs.list(), _COLUMNS, limit)


@runs.command("status")
def status(name: RunName, *, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show how far a run is: counts, rate, estimated end, cost so far."""
    with open_gateway(config) as gateway:
        show_status(Output(as_json=as_json), gateway.runs.status(name))


@runs.command("pause")
def pause(name: RunName, *, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Send no more of a run until it is resumed; what is in flight ends."""
    with open_gateway(config) as gateway:
        _show_changed(gateway.runs.pause(name), as_json=as_json)


@runs.command("resume")
def resume(name: RunName, *, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Send the rest of a paused run."""
    with open_gateway(config) as gateway:
        _show_changed(gateway.runs.resume(name), as_json=as_json)


@runs.command("cancel")
def cancel(name: RunName, *, yes: Assent = False, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Cancel what is queued or held of a run, for good; what is in flight ends."""
    with open_gateway(config) as gateway:
        status = gateway.runs.status(name)
        confirm(f"Cancel {status.queued + status.held:,} messages of {name}?", yes=yes)
        _show_changed(gateway.runs.cancel(name), as_json=as_json)


def show_status(output: Output, status: RunStatus) -> None:
    """Print how far a run is."""
    counts = {name: getattr(status, name) for name in _COLUMNS[2:]}
    value = {
        "name": status.name,
        "state": status.state,
        **counts,
        "segments": status.segments,
        "cost": status.cost,
        **{name: getattr(status, name) for name in ("created", "first", "last", "rate", "estimated_end", "lanes")},
    }
    rows = {
        "run": status.name,
        "state": status.state,
        **{name.replace("_", " "): f"{count:,}" for name, count in counts.items() if count or name == "total"},
        "segments": f"{status.segments:,}" if status.segments else None,
        "cost": money(status.cost) or None,
        "rate": None if status.is_over or status.rate is None else rate(status.rate),
        "estimated end": status.estimated_end,
        "last": status.last,
        **{f"lane {lane.name}": _lane(lane) for lane in status.lanes if lane.paused_until or lane.waits_until},
        "what next": f"smsgate unknown list --run {quote(status.name)}" if status.unknown else None,
    }
    output.show(value, rows)


def _show_changed(status: RunStatus, *, as_json: bool) -> None:
    with last_output():
        show_status(Output(as_json=as_json), status)


def _lane(lane: LaneStatus) -> str:
    if lane.paused_until is not None:
        return f"paused until {moment(lane.paused_until)}: {lane.reason}"
    return f"waits until {lane.waits_until and moment(lane.waits_until)}: {lane.waits_for}"
