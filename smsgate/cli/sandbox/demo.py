"""`smsgate demo`: a message all the way, with nothing to configure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from smsgate.adapter.abilities.delivery import ListsReplies, TellsStatus
from smsgate.adapter.abilities.sending import TellsBalance
from smsgate.adapter.adapter import Adapter
from smsgate.adapter.registry import adapter_named, installed_adapters
from smsgate.adapter.settings import Settings
from smsgate.blocking.gateway import Gateway
from smsgate.cli.foreground import open_page, until_interrupt, wait_for_interrupt
from smsgate.cli.options import AsJson
from smsgate.cli.output import Output
from smsgate.cli.sandbox.account_settings import account_at
from smsgate.cli.sandbox.demo_steps import CODES, CODES_AT_MOST, Step, steps
from smsgate.cli.sandbox.sandbox import make_sandbox
from smsgate.model.errors import ConfigError

if TYPE_CHECKING:
    from smsgate.sandbox import Sandbox

__all__ = ["add_to", "open_gateway", "show"]

_SHOWN = (TellsStatus, TellsBalance, ListsReplies)
_NEXT = (
    ("smsgate sandbox > smsgate.toml", "the vendors' APIs and an inbox, here"),
    ('smsgate send --to +27821234567 "Hello"', "in a second terminal, same folder"),
)
_WATCH = ("smsgate demo --web", "this again, watched in the inbox")

Web = Annotated[bool, typer.Option("--web", help="Watch it in the browser, in the sandbox's inbox, until Ctrl-C.")]


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the command."""
    app.command(rich_help_panel=topic)(demo)


def demo(*, web: Web = False, as_json: AsJson = False) -> None:
    """Start the sandbox, send messages through a Gateway over HTTP, and show what comes back."""
    if web and as_json:
        raise ConfigError("--web must not be combined with --json; remove one of them")
    output = Output(as_json=as_json)
    with until_interrupt(), make_sandbox(0) as server:
        vendor, other = _chosen(server)
        if web:
            output.console.print(Text(f"Inbox: {server.inbox_url}"))
            open_page(server.inbox_url)
        with open_gateway(server, (vendor, other)) as gateway:
            show(output, steps(server, gateway, vendor), (*_NEXT, *(() if web else (_WATCH,))))
        if web:
            output.console.print(Text("\nPress Ctrl-C to stop the sandbox.", style="dim"))
            wait_for_interrupt()


def show(output: Output, done: Iterable[Step], commands: Iterable[tuple[str, str]] = _NEXT) -> None:
    """Print each step as it is done, and which commands come next; or all of the steps as one JSON value."""
    if output.as_json:
        output.json(dict(done))
        return
    for title, rows in done:
        output.console.print(Text(f"\n{title}", style="bold"))
        output.show(None, rows)
    output.console.print(Text("\nNext:", style="bold"))
    for command, why in commands:
        output.console.print(Text.assemble(f"  {command:<39}", (f"# {why}", "dim")))


def _chosen(server: Sandbox) -> tuple[str, str]:
    """Return the vendor that the demo sends with, which can do all that it shows, and one to fail over to."""
    adapters = installed_adapters()
    usable = [name for name in server.vendors if name in adapters]
    complete = [name for name in usable if _can_show_all(adapter_named(name))]
    if not complete or len(usable) < 2:
        raise ConfigError(
            "the demo needs two sandbox vendors that have an adapter, one of them with statuses, balance and replies; "
            f"installed: {', '.join(usable) or 'none'}"
        )
    return complete[-1], next(name for name in usable if name != complete[-1])


def _can_show_all(adapter: type[Adapter[Settings]]) -> bool:
    """Whether a vendor can do what the demo shows; one with deduplication keys leaves no lost answer unknown."""
    return all(issubclass(adapter, shown) for shown in _SHOWN) and adapter.dedup_window is None


@contextmanager
def open_gateway(server: Sandbox, vendors: Iterable[str]) -> Iterator[Gateway]:
    """Open a gateway over these vendors of the sandbox, which need no pace; its journal ends with it."""
    providers = {vendor: {**account_at(server, vendor), "rate": "unlimited"} for vendor in vendors}
    guard = {"for": {"campaigns": [CODES]}, "burst": f"{CODES_AT_MOST}/10m"}
    with TemporaryDirectory() as folder:
        settings = {"providers": providers, "journal": str(Path(folder) / "smsgate.db"), "guard": {"demo": guard}}
        with Gateway.from_mapping(settings) as gateway:
            yield gateway
