"""A vendor made up for these tests: it sends, and tells a status."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import Any

from attrs import field, frozen

from smsgate import (
    Accepted,
    Adapter,
    Answer,
    Conversation,
    DeliveryReport,
    Effect,
    Gateway,
    MalformedAnswerError,
    Message,
    Observer,
    Provider,
    Request,
    Settings,
    Status,
    Submission,
    TellsStatus,
)
from smsgate.transport.http import HttpTransport, Transport
from tests.transport.http.driven import DrivenTransport

TRANSPORT = "SMSGATE_TESTED_TRANSPORT"
TRANSPORTS: Mapping[str, Callable[[Settings], Transport]] = {"requests": HttpTransport, "h11": DrivenTransport}
NUMBER = "+27821234567"
QUIET = 0.03
"""Seconds; more than a first connection has to be quiet for before it is used again."""


@frozen(kw_only=True)
class VendorSettings(Settings):
    token: str = field(default="canary-token", repr=False)


@frozen
class _Reply:
    id: str | None = None


def accepted(answer: Answer) -> Accepted:
    """Read the answer to a send."""
    reply = answer.read(_Reply)
    if reply.id is None:
        raise MalformedAnswerError("no id")
    return Accepted(message_id=reply.id)


class Vendor(Adapter[VendorSettings], TellsStatus):
    name = "test"
    Settings = VendorSettings

    def headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.settings.token}"}

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        body = {"reference": message.reference, "text": message.text, **message.extra.get("test", {})}
        return accepted((yield Request("POST", "send", json=body, effect=Effect.SENDS)))

    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        answer = yield Request("GET", "messages/{id}", ids={"id": message_id})
        reply = answer.read(_Reply)
        if reply.id is None:
            raise MalformedAnswerError("no id")
        return DeliveryReport(provider=self.provider, message_id=reply.id, status=Status.SENT, raw_status="SENT")


def warm_up(gateway: Gateway) -> None:
    """Have the host known as one that answers once: from here on its connections are used again."""
    gateway.status("warm-up")
    time.sleep(QUIET)


def open_transport(settings: Settings) -> Transport:
    """Open the transport that is tested; its name is in the environment, so that other processes have the same."""
    return TRANSPORTS[os.environ.get(TRANSPORT, "requests")](settings)


def open_gateway(base_url: str, *, on_request: Observer | None = None, **settings: Any) -> Gateway:
    """Open a gateway with this vendor alone; time-outs are generous unless given."""
    defaults = {"connect_timeout": 10.0, "read_timeout": 10.0, "deadline": 15.0, "read_attempts": 1}
    own = VendorSettings(base_url=base_url, **{**defaults, **settings})
    provider = Provider("test", Vendor(own, provider="test"), open_transport(own))
    return Gateway([provider], on_request=on_request) if on_request else Gateway([provider])


def message(reference: str = "r1", **extra: Any) -> Message:
    return Message(NUMBER, "Your code is 4711", reference=reference, extra={"test": extra})
