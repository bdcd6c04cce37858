"""`smsgate sandbox`: the vendors' APIs on loopback, until Ctrl-C."""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from smsgate.adapter.price_list import PriceList
from smsgate.cli.foreground import until_interrupt, wait_for_interrupt
from smsgate.cli.options import AsJson
from smsgate.cli.output import Output, write_no_more
from smsgate.cli.sandbox.access import AllowHost, Host, Token
from smsgate.cli.sandbox.account_settings import accounts_at, toml
from smsgate.cli.sandbox.reply import reply
from smsgate.model.errors import ConfigError

if TYPE_CHECKING:
    from smsgate.sandbox import Sandbox

__all__ = ["add_to", "make_sandbox"]

CallBack = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[VENDOR[.KIND]=]URL",
        help="Send all vendors' delivery reports and replies, or those of one, or one kind of them, to this URL, such "
        "as http://127.0.0.1:5000/sms; a host beyond this machine needs --allow-host; may be repeated.",
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
StatePath = Annotated[
    Path | None,
    typer.Option(
        "--state",
        metavar="FILE",
        help="Keep texts, accounts and all else in this file, and continue with it. It may contain secrets of URLs.",
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
    state: StatePath = None,
    as_json: AsJson = False,
) -> None:
    """Serve the vendors' APIs on this machine, for development and tests, until Ctrl-C."""
    context.obj = port
    if context.invoked_subcommand is not None:
        return
    server = make_sandbox(
        port, absent or (), vendor or None, host=host, token=token, hosts=allow_host or (), state=state
    )
    _call_back(server, call_back or (), style)
    with until_interrupt(), _listening(server, host, port):
        _serve(server, Output(as_json=as_json))


@contextmanager
def _listening(server: Sandbox, host: str, port: int) -> Iterator[None]:
    """Start the sandbox, and close it at the end."""
    try:
        server.start()
    except OSError as error:
        raise _cannot_listen(error, host, port) from None
    try:
        yield
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
    state: Path | None = None,
    prices: Mapping[str, PriceList] = MappingProxyType({}),
) -> Sandbox:
    """Import the sandbox, which comes with an extra, and make one of these vendors, or of all that are installed."""
    try:
        from smsgate.sandbox import Sandbox  # noqa: PLC0415
    except ModuleNotFoundError:
        raise ConfigError("the sandbox is not installed; try: pip install 'smsgate[sandbox]'") from None
    try:
        return Sandbox(
            host=host,
            port=port,
            token=token,
            hosts=hosts,
            absent=absent,
            vendors=None if vendors is None else [*dict.fromkeys(vendors)],
            state=state,
            prices=prices,
        )
    except LookupError as error:
        raise ConfigError(f"--absent: {error.args[0]}") from None
    except ValueError as error:
        raise ConfigError(str(error)) from None


def _cannot_listen(error: OSError, host: str, port: int) -> ConfigError:
    number = error.errno or errno.EADDRNOTAVAIL  # CPython 3.13 says no number for an address of another machine
    reason = os.strerror(number)
    if number in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}:
        return ConfigError(f"cannot listen at {host} ({reason}); give an address of this machine with --host")
    return ConfigError(f"cannot listen on port {port} ({reason}); give another with --port")


def _call_back(server: Sandbox, destinations: Sequence[str], style: str | None) -> None:
    styles = sorted({known for vendor in server.vendors for known in server.styles(vendor)})
    if style is not None and style not in styles:
        raise ConfigError(f"--style must be one of {', '.join(styles)}, got {style!r}")
    for destination in destinations:
        for vendor, kind, url in _parts(server, destination):
            try:
                chosen = style if len(server.styles(vendor)) > 1 else None
                server.call_back(vendor, url, kind=kind, style=chosen)
            except (LookupError, ValueError) as error:
                raise ConfigError(f"--call-back: {error.args[0]}") from None


def _parts(server: Sandbox, destination: str) -> Iterable[tuple[str, str | None, str]]:
    """Return the vendors, kinds and URL of an option; a URL alone is that of every vendor that has webhooks."""
    if destination.startswith(("http://", "https://")):
        return [(vendor, None, destination) for vendor in server.vendors if server.kinds(vendor)]
    parts = _CALL_BACK.fullmatch(destination)
    if parts is None:
        reason = "must be URL, VENDOR=URL or VENDOR.KIND=URL, with a URL such as http://127.0.0.1:5000/sms"
        raise ConfigError(f"--call-back {reason}")
    vendor, kind, url = parts.groups()
    return [(vendor, kind, url)]


def _serve(server: Sandbox, output: Output) -> None:
    """Print the settings, then what arrives, until Ctrl-C; an application is served on when the reader has gone."""
    from smsgate.cli.sandbox.arrivals import ArrivalLines, Arrivals  # noqa: PLC0415 - the sandbox comes with an extra

    _write_to_the_end()
    arrivals, lines = Arrivals(), ArrivalLines(output, server.vendors)
    server.watch(arrivals.add_text, arrivals.add_request)
    _announce(server, output)
    try:
        for batch, left_out in arrivals.batches():
            lines.print(batch, left_out)
    except OSError:  # the disk is full, or the terminal has gone: the inbox has every text
        write_no_more()
    wait_for_interrupt()


def _write_to_the_end() -> None:
    """Let each line go to the end of a file that the output was redirected to: a person may edit the settings in it."""
    if sys.platform == "win32":
        return
    import fcntl  # noqa: PLC0415 - not on Windows

    with suppress(OSError, ValueError):  # an output that is closed, or is no file
        output = sys.stdout.fileno()
        if stat.S_ISREG(os.fstat(output).st_mode):
            fcntl.fcntl(output, fcntl.F_SETFL, fcntl.fcntl(output, fcntl.F_GETFL) | os.O_APPEND)


def _announce(server: Sandbox, output: Output) -> None:
    """Print the settings in one piece: a file that another program reads meanwhile is valid TOML, too."""
    accounts, inbox = accounts_at(server), server.inbox_url
    if output.as_json:
        output.json({"providers": accounts, "inbox": inbox})
        return
    first = "# Nothing sent here reaches a phone. This is a smsgate.toml.\n"
    last = f"# Inbox: {inbox}\n# Press Ctrl-C to stop the sandbox.\n"
    columns = "# Texts as they arrive: time (UTC), vendor, phone, segments, text\n"
    dim = "dim"
    output.console.print(Text.assemble((first, dim), "\n", toml(accounts), "\n", (last, dim), (columns, dim)), end="")
