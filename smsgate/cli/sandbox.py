"""`smsgate sandbox`: the vendors' APIs on loopback, until Ctrl-C."""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Mapping, Sequence
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from smsgate.cli.access import AllowHost, Host, Token
from smsgate.cli.options import AsJson
from smsgate.cli.output import Output
from smsgate.cli.reply import reply
from smsgate.model.errors import ConfigError

if TYPE_CHECKING:
    from smsgate.sandbox import Sandbox

__all__ = ["account_at", "add_to", "make_sandbox"]

CallBack = Annotated[
    list[str] | None,
    typer.Option(
        metavar="VENDOR[.KIND]=URL",
        help="Send the vendor's delivery reports and replies, or one kind of them, to this URL, such as "
        "http://127.0.0.1:5000/sms; a host beyond this machine needs --allow-host; may be repeated.",
    ),
]
Style = Annotated[
    str | None,
    typer.Option(metavar="STYLE", help="Format of these calls, where a vendor has several: json, form, query."),
]
Vendors = Annotated[
    list[str] | None,
    typer.Option("--vendor", metavar="VENDOR", help="Serve this vendor; may be repeated. Default: all installed."),
]
Absent = Annotated[
    list[str] | None,
    typer.Option(
        metavar="VENDOR", help="Omit empty fields of this vendor's answers instead of writing null; may be repeated."
    ),
]

_CALL_BACK = re.compile(r"([^.=/]+)(?:\.([^.=/]+))?=(.*)", re.DOTALL)


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the command, and what can be done while it runs."""
    group = typer.Typer(name="sandbox", invoke_without_command=True)
    group.callback()(sandbox)
    group.command()(reply)
    app.add_typer(group, rich_help_panel=topic)


def sandbox(  # noqa: PLR0913 - a command's options
    context: typer.Context,
    *,
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="The port; 0: any free one.")] = 8730,
    host: Host = "127.0.0.1",
    token: Token = None,
    allow_host: AllowHost = None,
    vendor: Vendors = None,
    call_back: CallBack = None,
    style: Style = None,
    absent: Absent = None,
    as_json: AsJson = False,
) -> None:
    """Serve the vendors' APIs on this machine, for development and tests, until Ctrl-C."""
    context.obj = port
    if context.invoked_subcommand is not None:
        return
    server = make_sandbox(port, absent or (), vendor, host=host, token=token, hosts=allow_host or ())
    _call_back(server, call_back or (), style)
    try:
        server.start()
    except OSError as error:
        raise _cannot_listen(error, host, port) from None
    try:
        _announce(server, Output(as_json=as_json))
        Event().wait()
    finally:
        server.close()


def make_sandbox(  # noqa: PLR0913 - the options of a sandbox
    port: int,
    absent: Sequence[str] = (),
    vendors: Sequence[str] | None = None,
    *,
    host: str = "127.0.0.1",
    token: str | None = None,
    hosts: Sequence[str] = (),
) -> Sandbox:
    """Import the sandbox, which comes with an extra, and make one of these vendors, or of all that are installed."""
    try:
        from smsgate.sandbox import Sandbox  # noqa: PLC0415
    except ModuleNotFoundError:
        raise ConfigError("the sandbox is not installed; try: pip install 'smsgate[sandbox]'") from None
    try:
        served = [*dict.fromkeys(vendors)] if vendors else None
        return Sandbox(host=host, port=port, token=token, hosts=hosts, absent=absent, vendors=served)
    except LookupError as error:
        raise ConfigError(f"--absent: {error.args[0]}") from None
    except ValueError as error:
        raise ConfigError(str(error)) from None


def _cannot_listen(error: OSError, host: str, port: int) -> ConfigError:
    reason = os.strerror(error.errno) if error.errno else error.strerror
    if error.errno in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}:
        return ConfigError(f"cannot listen at {host} ({reason}); give an address of this machine with --host")
    return ConfigError(f"cannot listen on port {port} ({reason}); give another with --port")


def _call_back(server: Sandbox, destinations: Sequence[str], style: str | None) -> None:
    styles = sorted({known for vendor in server.vendors for known in server.styles(vendor)})
    if style is not None and style not in styles:
        raise ConfigError(f"--style must be one of {', '.join(styles)}, got {style!r}")
    for destination in destinations:
        parts = _CALL_BACK.fullmatch(destination)
        if parts is None:
            reason = "must be VENDOR=URL or VENDOR.KIND=URL, with a URL such as http://127.0.0.1:5000/sms"
            raise ConfigError(f"--call-back {reason}")
        vendor, kind, url = parts.groups()
        try:
            chosen = style if len(server.styles(vendor)) > 1 else None
            server.call_back(vendor, url, kind=kind, style=chosen)
        except (LookupError, ValueError) as error:
            raise ConfigError(f"--call-back: {error.args[0]}") from None


def _announce(server: Sandbox, output: Output) -> None:
    accounts = {vendor: account_at(server, vendor) for vendor in server.vendors}
    if output.as_json:
        output.json({"providers": accounts})
        return
    output.console.print(Text("# Nothing sent here reaches a phone. This is a smsgate.toml.", style="dim"))
    for vendor, settings in accounts.items():
        lines = "\n".join(f"{name} = {_toml(value)}" for name, value in settings.items())
        output.console.print(Text(f"\n[providers.{vendor}]\n{lines}"))
    output.console.print(Text("\n# Press Ctrl-C to stop the sandbox.", style="dim"))


def _toml(value: object) -> str:
    """Write a value as TOML has it: a table in one line."""
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{name} = {_toml(each)}' for name, each in value.items())} }}"
    return json.dumps(value)


def account_at(server: Sandbox, vendor: str) -> dict[str, object]:
    """Return the settings of a provider that uses this vendor's account in the sandbox."""
    return {
        "adapter": vendor,
        "base_url": server.url(vendor),
        **server.credentials(vendor),
        **server.account(vendor),
    }
