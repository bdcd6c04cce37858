"""The steps of `smsgate demo`, each done when it is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from smsgate.blocking.gateway import Gateway
from smsgate.model.errors import OptedOutError, UnknownOutcomeError
from smsgate.model.errors.base import ResultShown
from smsgate.model.event import DeliveryReport, Reply
from smsgate.model.message import Message
from smsgate.model.result import SendResult

if TYPE_CHECKING:
    from smsgate.sandbox import Sandbox

__all__ = ["CODES", "CODES_AT_MOST", "Step", "steps"]

Step: TypeAlias = tuple[str, dict[str, object]]
"""What was done, and what came of it."""

_TEXT = "Your code is 4711 👍"
_MANY = 25
_CODES = 100
CODES_AT_MOST = 10
"""Of those that the demo's guard lets through within ten minutes."""
CODES = "sign-in"
"""The campaign that it guards."""


def steps(server: Sandbox, gateway: Gateway, vendor: str) -> Iterator[Step]:
    """Yield each step once it is done; the next one begins when it is asked for."""
    yield from _all_the_way(gateway, vendor)
    yield "gateway.send_bulk(messages)", _in_bulk(gateway)
    yield from _failing(server, gateway, vendor)
    yield from _back(server, gateway, vendor)
    title = f"a bot asks for codes for {_CODES} numbers of one range: a guard lets {CODES_AT_MOST} through"
    yield title, _attacked(gateway)


def _all_the_way(gateway: Gateway, vendor: str) -> Iterator[Step]:
    message = Message("+27821234567", _TEXT, reference="demo-1")
    analysis = gateway.analyse(message)
    yield (
        f"gateway.analyse({_TEXT!r})",
        {
            "encoding": analysis.encoding.value,
            "units": analysis.units,
            "segments": analysis.segments,
            "because of": " ".join(character for _, character in analysis.offenders),
        },
    )
    result = gateway.send(message)
    yield "gateway.send(message)", _sent(result)
    assert result.message_id is not None  # noqa: S101 - accepted
    report = gateway.status(result.message_id)
    yield "gateway.status(message_id)", {"status": report.status.value, "vendor says": report.raw_status}
    balance = gateway.provider(vendor).balance()
    yield f'gateway.provider("{vendor}").balance()', {"balance": f"{balance.amount} {balance.unit}"}


def _sent(result: SendResult) -> dict[str, object]:
    return {
        "outcome": result.outcome.value,
        "provider": result.provider,
        "message id": result.message_id,
        "seconds": f"{result.attempts[0].seconds:.3f}",
    }


def _in_bulk(gateway: Gateway) -> dict[str, object]:
    messages = (Message(f"+2782123{place:04}", "We open at nine") for place in range(_MANY))
    outcomes = Counter(result.outcome.value for result in gateway.send_bulk(messages))
    return dict(outcomes)


def _attacked(gateway: Gateway) -> dict[str, object]:
    """Let a bot ask for codes for numbers of a range whose operator earns with each text."""
    codes = (Message(f"+3712123{place:04}", "Your code is 4711", campaign=CODES) for place in range(_CODES))
    results = [*gateway.send_bulk(codes)]
    refused = next(result.error for result in results if result.error is not None)
    return {**Counter(result.outcome.value for result in results), "error": str(refused)}


def _failing(server: Sandbox, gateway: Gateway, vendor: str) -> Iterator[Step]:
    """Let a vendor fail in the two ways that matter: certainly without sending the message, and perhaps after it."""
    from smsgate.sandbox import Fault  # noqa: PLC0415 - it comes with an extra

    message = Message("+12025550123", _TEXT)
    server.misbehave(vendor, Fault.NO_CREDIT, path=server.send_path(vendor))
    certain = gateway.send(message)
    title = "the first vendor has no credit: certainly not sent, so the next one is asked"
    yield title, _attempts(certain)
    server.misbehave(vendor, Fault.DROP_AFTER, path=server.send_path(vendor))
    try:
        gateway.send(message)
    except UnknownOutcomeError as error:
        unknown = error
    assert unknown.result is not None  # noqa: S101 - every ended send has one
    title = "the first vendor's answer is lost: perhaps sent, so no other one is asked"
    yield title, {**_attempts(unknown.result), "error": str(unknown)}


def _attempts(result: SendResult | ResultShown) -> dict[str, object]:
    attempts = {attempt.provider: attempt.outcome.value for attempt in result.attempts}
    return {"outcome": result.outcome.value, **attempts}


def _back(server: Sandbox, gateway: Gateway, vendor: str) -> Iterator[Step]:
    """Let people answer, and ask what came back."""
    question = gateway.send(Message("+27821234568", "Will you come?"))
    server.receive(vendor, "+27821234568", "Yes", message_id=question.message_id)
    server.receive(vendor, "+27821230001", "STOP")
    server.advance(timedelta(seconds=1))
    yield "gateway.poll()", _received(gateway)
    try:
        gateway.send(Message("+27821230001", "We open at ten"))
    except OptedOutError as error:
        refused = error
    yield "a person who replied STOP is not texted again", {"error": str(refused)}


def _received(gateway: Gateway) -> dict[str, object]:
    events = [*gateway.poll()]
    [reply] = [event for event in events if isinstance(event, Reply)]
    assert reply.entry is not None  # noqa: S101 - it answers the question
    assert reply.entry.message is not None  # noqa: S101 - the journal keeps texts
    statuses = Counter(event.status.value for event in events if isinstance(event, DeliveryReport))
    return {f"{reply.entry.message.text!r}": f"{reply.sender} replied {reply.text!r}", **statuses}
