"""Tests of what comes back: the vendor's calls to a webhook, and its answers when it is polled."""

from __future__ import annotations

from functools import partial

import pytest
from attrs import evolve

from smsgate.adapter.abilities.delivery import (
    ListsReplies,
    ReadsWebhooks,
    TellsManyStatuses,
    TellsStatus,
    VerifiesWebhooks,
)
from smsgate.adapter.stamp import stamped
from smsgate.adapter.webhook import WebhookCall, WebhookReading
from smsgate.model.errors import WebhookError
from smsgate.model.event import DeliveryReport, Event, OptIn, OptOut, Reply, VendorEvent
from smsgate.model.source import Source
from smsgate.testing.example import WebhookExample
from smsgate.testing.facts import ACCOUNT
from smsgate.testing.forgery import elements_of
from smsgate.testing.leaks import leaks
from smsgate.testing.signed import ADDRESS_SECRET, SignedContract, addressed
from smsgate.testing.stub import answer

__all__ = ["IncomingContract"]


class IncomingContract(SignedContract):
    """Delivery reports and replies."""

    # Webhooks -------------------------------------------------------------------------------------------------------

    def test_a_webhook_comes_with_examples(self) -> None:
        reads = issubclass(self.adapter, ReadsWebhooks)
        assert bool(self.webhooks) == reads, f"{type(self).__name__}.webhooks: needed with ReadsWebhooks, and only then"

    def test_a_call_of_the_vendors_is_read(self, webhook: str) -> None:
        example = self.webhooks[webhook]
        reading = stamped(self._reader().read_webhook(addressed(example.call)), ACCOUNT)
        assert isinstance(reading, WebhookReading), "read_webhook returns a WebhookReading; it makes no request"
        assert tuple(_bare(event) for event in reading.events) == tuple(_expected(example))
        assert (reading.nonce, reading.sent_at) == (example.nonce, example.sent_at)
        assert (reading.answer, reading.unread) == (example.answer, ())

    def test_what_a_call_says_is_kept_raw(self, webhook: str) -> None:
        for event in self._reader().read_webhook(self.webhooks[webhook].call).events:
            assert not isinstance(event, OptOut | OptIn), "what a reply asks for is read by smsgate, the same for all"
            assert event.raw, event

    def test_a_call_that_says_nothing_is_refused(self, webhook: str) -> None:
        call = self.webhooks[webhook].call
        for empty in (WebhookCall(method="POST"), evolve(call, query="", body=b""), evolve(call, query="", body=b"{")):
            with pytest.raises(WebhookError):
                self._reader().read_webhook(empty)

    def test_a_call_with_something_odd_in_one_place_is_read_or_refused(self, webhook: str) -> None:
        """An exception of another kind is an HTTP 500, and a way to fill the receiver's log."""
        reader, verifier = self._reader(), self._verifier  # made once: that takes longer than to read a call
        for call in self._forged(webhook):
            self._check(reader, verifier, call)

    def test_whatever_is_called_is_read_or_refused(self, webhook: str) -> None:
        pytest.importorskip("hypothesis", reason="install hypothesis to try calls of any shape")
        from smsgate.testing.noise import try_noise  # noqa: PLC0415 - needs Hypothesis

        first = webhook == next(iter(self.webhooks))
        try_noise(self.webhooks[webhook].call, partial(self._check, self._reader(), self._verifier), first=first)

    def test_an_element_that_cannot_be_read_hides_no_other(self, webhook: str) -> None:
        """A vendor that sends several events in one array sends them all again, or none."""
        example = self.webhooks[webhook]
        elements = elements_of(example.call)
        if elements is not None:
            call = evolve(example.call, body=f"[{','.join(['1', *elements, '{}'])}]".encode())
            reading = stamped(self._reader().read_webhook(call), ACCOUNT)
            assert tuple(_bare(event) for event in reading.events) == tuple(_expected(example))
            assert len(reading.unread) == 2, "read the elements by WebhookCall.read_each"

    def _check(self, reader: ReadsWebhooks, verifier: VerifiesWebhooks | None, call: WebhookCall) -> None:
        try:
            reading = stamped(reader.read_webhook(self._signed_noise(verifier, addressed(call))), ACCOUNT)
        except WebhookError as error:
            assert leaks([*self._secrets, ADDRESS_SECRET], str(error)) == [], "say no secret in errors"  # noqa: PT017
            return
        assert all(map(_is_sound, reading.events)), reading
        assert leaks(self._secrets, reading) == []
        assert leaks([ADDRESS_SECRET], reading, *map(_raw, reading.events)) == [], "keep call.url nowhere"

    def _reader(self) -> ReadsWebhooks:
        return self.provider()[0].able(ReadsWebhooks, "webhooks")

    # Asked ----------------------------------------------------------------------------------------------------------

    def test_replies_are_listed(self) -> None:
        if self.provider()[0].can(ListsReplies):
            replies = self.outcome("replies")
            assert isinstance(replies, list), replies
            assert replies, "record an answer with a reply, or nothing is tested"
            assert all(isinstance(reply, Reply) and reply.source is Source.POLLED for reply in replies), replies

    def test_statuses_say_what_status_says(self, word: str) -> None:
        provider, _ = self.provider()
        if provider.can(TellsManyStatuses) and provider.can(TellsStatus):
            one, many = self.outcome("status", self.with_status(word)), self.outcome("statuses", self.with_status(word))
            assert isinstance(one, DeliveryReport), one
            assert isinstance(many, list), many
            assert [_bare(report) for report in many] == [_bare(one)]

    def test_statuses_of_unknown_messages_are_left_out(self) -> None:
        if self.provider()[0].can(TellsManyStatuses):
            assert self._all_answered("statuses", answer(404, {})) == []


def _bare(event: Event) -> Event:
    """Return an event without the vendor's own form of it."""
    return event if isinstance(event, OptOut | OptIn) else evolve(event, raw={})


def _raw(event: Event) -> object:
    return None if isinstance(event, OptOut | OptIn) else dict(event.raw)


def _expected(example: WebhookExample) -> list[Event]:
    return [evolve(event, provider=ACCOUNT, source=Source.WEBHOOK, raw={}) for event in example.events]


def _is_sound(event: Event) -> bool:
    """Whether an event is the vendor's, came by webhook, and is about something."""
    if isinstance(event, OptOut | OptIn) or event.provider != ACCOUNT or event.source is not Source.WEBHOOK:
        return False
    return isinstance(event, VendorEvent) or (isinstance(event.message_id, str) and event.message_id != "")
