"""`smsgate demo`: a message all the way, with nothing to configure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from smsgate.adapter.abilities.delivery import ListsReplies, TellsStatus
from smsgate.adapter.abilities.sending import TellsBalance
from smsgate.adapter.adapter import Adapter
from smsgate.adapter.registry import adapter_named, installed_adapters
from smsgate.adapter.settings import Settings
from smsgate.blocking.gateway import Gateway
from smsgate.cli.account_settings import account_at
from smsgate.cli.options import AsJson
from smsgate.cli.output import Output
from smsgate.cli.sandbox import make_sandbox
from smsgate.model.errors import ConfigError, OptedOutError, UnknownOutcomeError
from smsgate.model.event import DeliveryReport, Reply
from smsgate.model.message import Message

if TYPE_CHECKING:
    from smsgate.sandbox import Sandbox

__all__ = ["add_to"]

_TEXT = "Your code is 4711 👍"
_SHOWN = (TellsStatus, TellsBalance, ListsReplies)


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the command."""
    app.command(rich_help_panel=topic)(demo)


def demo(*, as_json: AsJson = False) -> None:
    """Start the sandbox, send messages through a Gateway over HTTP, and show what comes back."""
    output = Output(as_json=as_json)
    with make_sandbox(0) as server:
        vendor, other = _chosen(server)
        with _gateway(server, (vendor, other)) as gateway:
            steps = {
                **_all_the_way(gateway, vendor),
                **_failing(server, gateway, vendor),
                **_back(server, gateway, vendor),
            }
    if output.as_json:
        output.json(steps)
        return
    for title, rows in steps.items():
        output.console.print(Text(f"\n{title}", style="bold"))
        output.show(None, rows)


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
def _gateway(server: Sandbox, vendors: Iterable[str]) -> Iterator[Gateway]:
    """Open a gateway with a journal that lasts as long as the demo."""
    providers = {vendor: account_at(server, vendor) for vendor in vendors}
    with (
        TemporaryDirectory() as folder,
        Gateway.from_mapping({"providers": providers, "journal": str(Path(folder) / "smsgate.db")}) as gateway,
    ):
        yield gateway


def _all_the_way(gateway: Gateway, vendor: str) -> dict[str, dict[str, object]]:
    message = Message("+27821234567", _TEXT, reference="demo-1")
    analysis = gateway.analyse(message)
    result = gateway.send(message)
    assert result.message_id is not None  # noqa: S101 - accepted
    report = gateway.status(result.message_id)
    balance = gateway.provider(vendor).balance()
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
        f'gateway.provider("{vendor}").balance()': {"balance": f"{balance.amount} {balance.unit}"},
        "gateway.send_bulk(messages)": _in_bulk(gateway),
    }


def _in_bulk(gateway: Gateway) -> dict[str, object]:
    messages = (Message(f"+2782123{place:04}", "We open at nine") for place in range(25))
    outcomes = Counter(result.outcome.value for result in gateway.send_bulk(messages))
    return dict(outcomes)


def _failing(server: Sandbox, gateway: Gateway, vendor: str) -> dict[str, dict[str, object]]:
    """Let a vendor fail in the two ways that matter: certainly without sending the message, and perhaps after it."""
    from smsgate.sandbox import Fault  # noqa: PLC0415 - it comes with an extra

    message = Message("+12025550123", _TEXT)
    server.misbehave(vendor, Fault.NO_CREDIT, path=server.send_path(vendor))
    certain = gateway.send(message)
    server.misbehave(vendor, Fault.DROP_AFTER, path=server.send_path(vendor))
    try:
        gateway.send(message)
    except UnknownOutcomeError as error:
        unknown = error
    assert unknown.result is not None  # noqa: S101 - every ended send has one
    return {
        "the first vendor has no credit: the message was not sent, so the next vendor is asked": {
            "outcome": certain.outcome.value,
            **{attempt.provider: attempt.outcome.value for attempt in certain.attempts},
        },
        "the first vendor's answer is lost: the message may have been sent, so no other vendor is asked": {
            "outcome": unknown.result.outcome.value,
            **{attempt.provider: attempt.outcome.value for attempt in unknown.result.attempts},
            "error": str(unknown),
        },
    }


def _back(server: Sandbox, gateway: Gateway, vendor: str) -> dict[str, dict[str, object]]:
    """Let people answer, and ask what came back."""
    question = gateway.send(Message("+27821234568", "Will you come?"))
    server.receive(vendor, "+27821234568", "Yes", message_id=question.message_id)
    server.receive(vendor, "+27821230001", "STOP")
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
        "a person who replied STOP is not texted again": {"error": str(refused)},
    }
