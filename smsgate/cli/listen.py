"""`smsgate listen`: the webhook receiver alone, showing each event, until Ctrl-C."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from smsgate.blocking.gateway import Gateway
from smsgate.cli.events import EventLines
from smsgate.cli.foreground import ended_by_signals
from smsgate.cli.options import ConfigFile, open_gateway
from smsgate.cli.output import Output
from smsgate.model.errors import ConfigError
from smsgate.model.event import Event
from smsgate.runtime.fork import notice_forks

if TYPE_CHECKING:
    from smsgate.cli.listener import Listener

__all__ = ["add_to"]


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the command."""
    app.command(rich_help_panel=topic)(listen)


def listen(
    *,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="N", min=0, max=65535, help="Port to listen on; 0: any free one.")
    ] = 8731,
    show_secret: Annotated[
        bool, typer.Option("--show-secret", help="Show the webhook URLs with their secret.")
    ] = False,
    config: ConfigFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per line.")] = False,
) -> None:
    """Receive the vendors' webhook calls and show each event, until Ctrl-C or SIGTERM.

    Run it behind a proxy with TLS: the secret is part of the URL.

    Calls that are refused, such as those with a wrong secret, are reported on standard error.
    """
    # here, so that no other command waits for the servers of the standard library
    from smsgate.cli.listener import listener  # noqa: PLC0415
    from smsgate.cli.refusals import refusals_shown  # noqa: PLC0415
    from smsgate.webhooks import wsgi  # noqa: PLC0415

    with open_gateway(config) as gateway:
        show = _Show(Output(as_json=as_json))
        application = wsgi(gateway, show)
        try:
            server = listener(host, port, application)
        except (OSError, UnicodeError, TypeError) as error:  # a name that is none
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise ConfigError(f"cannot listen on {host}:{port} ({reason}); give another --host or --port") from None
        try:
            with ended_by_signals(), server, refusals_shown():
                _announce(gateway, server, show.output, host, show_secret=show_secret)
                show.on_begin, show.on_end = server.await_answer, server.shutdown
                server.serve_forever(poll_interval=0.1)
        finally:
            show.end()
        if isinstance(show.broken, BrokenPipeError):
            raise BrokenPipeError  # without a number, by which click would take it for its own
        if show.broken is not None:
            raise show.broken


def _announce(gateway: Gateway, server: Listener, output: Output, host: str, *, show_secret: bool) -> None:
    from smsgate.webhooks import callers  # noqa: PLC0415 - see above

    assert gateway.webhooks is not None  # noqa: S101 - or there would be no application
    shown = gateway.webhooks.path if show_secret else "/{}/<secret>".format
    urls = {name: f"http://{host}:{server.server_port}{shown(name)}" for name in callers(gateway.core)}
    if output.as_json:
        output.json({"urls": urls})
        return
    for name, url in urls.items():
        output.console.print(Text(f"{name} calls {url}"))
    output.console.print(Text("Press Ctrl-C to stop.", style="dim"))


class _Show:
    """Prints events, one at a time."""

    def __init__(self, output: Output) -> None:
        self.output = output
        self.on_begin: Callable[[], None] = lambda: None
        """Has the end wait for the answer."""
        self.on_end: Callable[[], None] = lambda: None
        """Ends the listening."""
        self.broken: OSError | None = None
        """Why nothing can be shown any more."""
        self._lock = Lock()
        self._lines = EventLines(output)
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Start afresh."""
        self._lock = Lock()

    def end(self) -> None:
        """Show nothing more; where the reader of what is shown has stopped to read, do not wait for it."""
        if not self._lock.acquire(blocking=False):  # a thread has the stream, which the interpreter would flush
            sys.stdout = sys.__stdout__ = Path(os.devnull).open("w", encoding="utf-8")  # type: ignore[misc] # noqa: SIM115

    def __call__(self, event: Event) -> None:
        """Print an event; one that cannot be printed was not taken, and the vendor may send it again."""
        self.on_begin()
        try:
            with self._lock:
                self._lines.show(event)
        except OSError as error:
            self.broken = error
            self.on_end()
            raise
