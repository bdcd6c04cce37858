"""`smsgate work`: send what is enqueued, in the foreground."""

from __future__ import annotations

from typing import Annotated

import typer

from smsgate.cli.campaign.stop_signals import discard_lost_output, stop_signals
from smsgate.cli.exit_codes import DONE, INTERRUPTED, REFUSED, UNKNOWN
from smsgate.cli.options import AsJson, ConfigFile, open_gateway
from smsgate.cli.output import Output, last_output
from smsgate.cli.runs import show_status
from smsgate.model.run import RunStatus
from smsgate.runtime.shield import Stop

__all__ = ["add_to"]


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the command."""
    app.command(rich_help_panel=topic)(work)


def work(
    *,
    run: Annotated[str | None, typer.Option(metavar="NAME", help="Send only this run; default: all.")] = None,
    in_flight: Annotated[
        int, typer.Option(metavar="N", min=1, max=256, help="Requests to each account at the same time.")
    ] = 8,
    until_empty: Annotated[bool, typer.Option("--until-empty", help="End once nothing is left to send.")] = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> int:
    """Send what is enqueued, until Ctrl-C. Start any number of these, on any number of hosts that share the journal.

    Ctrl-C and SIGTERM end what is in flight; a second one does not wait for it.

    With --run the exit code says what became of that run.
    """
    interrupted = Stop()
    with open_gateway(config) as gateway:
        if run is not None:
            gateway.runs.status(run)  # refuse a name that is none
        runner = gateway.runs.runner(run, in_flight=in_flight)

        def stop() -> None:
            if interrupted.is_set:
                raise KeyboardInterrupt
            hang_up()

        def hang_up() -> None:
            interrupted.set()
            runner.stop()

        with stop_signals(stop, hang_up):
            try:
                runner.work(until_empty=until_empty)
            finally:
                discard_lost_output()
        status = None if run is None else gateway.runs.status(run)
    if status is not None:
        with last_output():
            show_status(Output(as_json=as_json), status)
    return INTERRUPTED if interrupted.is_set else _exit_code(status)


def _exit_code(status: RunStatus | None) -> int:
    if status is None:
        return DONE
    if status.unknown:
        return UNKNOWN
    return REFUSED if status.rejected or status.not_sent or status.cancelled else DONE
