"""Signals for what comes back: from webhooks, and from ``manage.py smsgate poll``.

A receiver gets the `event`; its `sender` is the class of the adapter. What a receiver raises fails the call, so that
the vendor calls again, and the receivers that ran before are called again too.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.dispatch import Signal

from smsgate.blocking.gateway import Gateway
from smsgate.contrib.django.outbox import adapter_class
from smsgate.model.event import DeliveryReport, Event, OptIn, OptOut, Reply, VendorEvent

__all__ = ["delivery_report", "opt_in", "opt_out", "reply", "send_event", "vendor_event"]

delivery_report = Signal()
"""A `DeliveryReport`: what a vendor says of one message's delivery."""
reply = Signal()
"""A `Reply`: a text that a person sent, unless it is an opt-out or an opt-in."""
opt_out = Signal()
"""An `OptOut`: a person asks not to be texted any more."""
opt_in = Signal()
"""An `OptIn`: a person takes that back."""
vendor_event = Signal()
"""A `VendorEvent`: any other event that a vendor sends."""

_SIGNALS: Mapping[type, Signal] = {
    DeliveryReport: delivery_report,
    Reply: reply,
    OptOut: opt_out,
    OptIn: opt_in,
    VendorEvent: vendor_event,
}


def send_event(gateway: Gateway, event: Event) -> None:
    """Send the signal of an event; raise what a receiver raises."""
    subject = event.reply if isinstance(event, OptOut | OptIn) else event
    sender = adapter_class(gateway.provider(subject.provider).adapter)
    _SIGNALS[type(event)].send(sender=sender, event=event)
