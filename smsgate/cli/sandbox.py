"""`smsgate sandbox`: the vendors' APIs on loopback, until Ctrl-C."""

from __future__ import annotations

import json
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from smsgate.cli.options import AsJson
from smsgate.cli.output import Output
from smsgate.errors import ConfigError

if TYPE_CHECKING:
    from smsgate.sandbox import Sandbox

__all__ = ["add_to", "make_sandbox"]


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(sandbox)


def sandbox(
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Loopback port; 0 takes any free one.")] = 8730,
    as_json: AsJson = False,
) -> None:
    """Speak the vendors' protocols on loopback, for development and tests, until Ctrl-C."""
    server = make_sandbox(port)
    try:
        server.start()
    except OSError as error:
        raise ConfigError(f"port {port} cannot be listened on ({error.strerror}); name another with --port") from None
    try:
        _announce(server, Output(as_json=as_json))
        Event().wait()
    finally:
        server.close()


def make_sandbox(port: int) -> Sandbox:
    """Import the sandbox, which comes with an extra, and make one."""
    try:
        from smsgate.sandbox import Sandbox  # noqa: PLC0415
    except ModuleNotFoundError:
        raise ConfigError("the sandbox is not installed; try: pip install 'smsgate[sandbox]'") from None
    return Sandbox(port=port)


def _announce(server: Sandbox, output: Output) -> None:
    accounts = {
        vendor: {
            "adapter": vendor,
            "base_url": server.url(vendor),
            **server.credentials(vendor),
            **server.account(vendor),
        }
        for vendor in server.vendors
    }
    if output.as_json:
        output.json({"providers": accounts})
        return
    output.console.print(Text("Nothing sent here reaches a phone. For smsgate.toml:", style="dim"))
    for vendor, settings in accounts.items():
        lines = "\n".join(f"{name} = {json.dumps(value)}" for name, value in settings.items())
        output.console.print(Text(f"\n[providers.{vendor}]\n{lines}"))
    output.console.print(Text("\nCtrl-C ends it.", style="dim"))
