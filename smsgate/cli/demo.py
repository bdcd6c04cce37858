"""`smsgate demo`: a message all the way, with nothing to configure."""

from __future__ import annotations

import typer
from rich.text import Text

from smsgate.cli.options import AsJson
from smsgate.cli.output import Output
from smsgate.cli.sandbox import make_sandbox
from smsgate.gateway import Gateway
from smsgate.message import Message

__all__ = ["add_to"]

_TEXT = "Your code is 4711 👍"


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(*, as_json: AsJson = False) -> None:
    """Start the sandbox, send a message through a Gateway over HTTP, and show what comes back."""
    output = Output(as_json=as_json)
    with make_sandbox(0) as server:
        settings = {
            "adapter": "zoomconnect",
            "base_url": server.url("zoomconnect"),
            **server.credentials("zoomconnect"),
        }
        with Gateway.from_mapping({"providers": {"zoom": settings}}) as gateway:
            steps = _steps(gateway)
    if output.as_json:
        output.json(steps)
        return
    for title, rows in steps.items():
        output.console.print(Text(f"\n{title}", style="bold"))
        output.show(None, rows)


def _steps(gateway: Gateway) -> dict[str, dict[str, object]]:
    message = Message("+27821234567", _TEXT, reference="demo-1")
    analysis = gateway.analyse(message)
    result = gateway.send(message)
    assert result.message_id is not None  # noqa: S101 - accepted
    report = gateway.status(result.message_id)
    balance = gateway.provider("zoom").balance()
    return {
        f"gateway.analyse({_TEXT!r})": {
            "encoding": analysis.encoding.value,
            "units": analysis.units,
            "segments": analysis.segments,
            "because of": " ".join(character for _, character in analysis.offenders),
        },
        "gateway.send(message)": {
            "outcome": result.outcome.value,
            "provider": result.provider,
            "message id": result.message_id,
            "seconds": f"{result.attempts[0].seconds:.3f}",
        },
        "gateway.status(message_id)": {"status": report.status.value, "vendor says": report.raw_status},
        'gateway.provider("zoom").balance()': {"balance": f"{balance.amount} {balance.unit}"},
    }
