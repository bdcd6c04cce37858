"""`smsgate demo`: a message all the way, with nothing to configure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from smsgate.cli.options import AsJson
from smsgate.cli.output import Output
from smsgate.cli.sandbox import make_sandbox
from smsgate.errors import OptedOutError, UnknownOutcomeError
from smsgate.event import DeliveryReport, Reply
from smsgate.gateway import Gateway
from smsgate.message import Message

if TYPE_CHECKING:
    from smsgate.sandbox import Sandbox

__all__ = ["add_to"]

_TEXT = "Your code is 4711 👍"


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(*, as_json: AsJson = False) -> None:
    """Start the sandbox, send messages through a Gateway over HTTP, and show what comes back."""
    output = Output(as_json=as_json)
    with make_sandbox(0) as server, _gateway(server) as gateway:
        steps = {**_all_the_way(gateway), **_failing(server, gateway), **_back(server, gateway)}
    if output.as_json:
        output.json(steps)
        return
    for title, rows in steps.items():
        output.console.print(Text(f"\n{title}", style="bold"))
        output.show(None, rows)


@contextmanager
def _gateway(server: Sandbox) -> Iterator[Gateway]:
    """Open a gateway with a journal that lasts as long as the demo."""
    with (
        TemporaryDirectory() as folder,
        Gateway.from_mapping({**_settings(server), "journal": str(Path(folder) / "smsgate.db")}) as gateway,
    ):
        yield gateway


def _settings(server: Sandbox) -> dict[str, object]:
    vendors = {"zoom": "zoomconnect", "sales": "salesmsg"}
    return {
        "providers": {
            name: {
                "adapter": vendor,
                "base_url": server.url(vendor),
                **server.credentials(vendor),
                **server.account(vendor),
            }
            for name, vendor in vendors.items()
        }
    }


def _all_the_way(gateway: Gateway) -> dict[str, dict[str, object]]:
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
        "gateway.send_bulk(messages)": _in_bulk(gateway),
    }


def _in_bulk(gateway: Gateway) -> dict[str, object]:
    messages = (Message(f"+2782123{place:04}", "We open at nine") for place in range(25))
    outcomes = Counter(result.outcome.value for result in gateway.send_bulk(messages))
    return dict(outcomes)


def _failing(server: Sandbox, gateway: Gateway) -> dict[str, dict[str, object]]:
    """Let a vendor fail in the two ways that matter: certain that no text is out, and not certain."""
    from smsgate.sandbox import Fault  # noqa: PLC0415 - it comes with an extra

    message = Message("+12025550123", _TEXT)
    server.misbehave("zoomconnect", Fault.NO_CREDIT, path="sms/send")
    certain = gateway.send(message)
    server.misbehave("zoomconnect", Fault.DROP_AFTER, path="sms/send")
    try:
        gateway.send(message)
    except UnknownOutcomeError as error:
        unknown = error
    assert unknown.result is not None  # noqa: S101 - every ended send has one
    return {
        "the first vendor has no credit: no text is out, so the next is asked": {
            "outcome": certain.outcome.value,
            **{attempt.provider: attempt.outcome.value for attempt in certain.attempts},
        },
        "the first vendor's answer is lost: a text may be out, so nobody else is asked": {
            "outcome": unknown.result.outcome.value,
            **{attempt.provider: attempt.outcome.value for attempt in unknown.result.attempts},
            "error": str(unknown),
        },
    }


def _back(server: Sandbox, gateway: Gateway) -> dict[str, dict[str, object]]:
    """Let people answer, and ask what came back."""
    question = gateway.send(Message("+27821234568", "Will you come?"))
    server.receive("zoomconnect", "+27821234568", "Yes", message_id=question.message_id)
    server.receive("zoomconnect", "+27821230001", "STOP")
    server.advance(timedelta(seconds=1))
    events = [*gateway.poll()]
    [reply] = [event for event in events if isinstance(event, Reply)]
    assert reply.entry is not None  # noqa: S101 - it answers the question
    assert reply.entry.message is not None  # noqa: S101 - the journal keeps texts
    statuses = Counter(event.status.value for event in events if isinstance(event, DeliveryReport))
    try:
        gateway.send(Message("+27821230001", "We open at ten"))
    except OptedOutError as error:
        refused = error
    return {
        "gateway.poll()": {f"{reply.entry.message.text!r}": f"{reply.sender} replied {reply.text!r}", **statuses},
        "whoever replied STOP is not texted again": {"error": str(refused)},
    }
