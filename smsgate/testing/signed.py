"""Tests of signatures: what the vendor signed is believed, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from smsgate.adapter.abilities.delivery import ReadsWebhooks, VerifiesWebhooks
from smsgate.adapter.call_reading import check_signature
from smsgate.adapter.stamp import stamped
from smsgate.adapter.webhook import FORM, WebhookCall
from smsgate.blocking.gateway import Gateway
from smsgate.model.errors import WebhookError
from smsgate.model.event import Event
from smsgate.testing.example import WebhookExample
from smsgate.testing.facts import ACCOUNT, AdapterFacts
from smsgate.testing.forgery import fields_of, forgeries, paths

__all__ = ["ADDRESS_SECRET", "SignedContract", "addressed"]

ADDRESS_SECRET = "s3cret-of-the-address"  # noqa: S105 - of these tests
_URL = f"https://example.com/sms/{ACCOUNT}/{ADDRESS_SECRET}"
_SECOND = timedelta(seconds=1)


def addressed(call: WebhookCall) -> WebhookCall:
    """Return a call with the URL that a receiver would say."""
    return evolve(call, url=f"{_URL}?{call.query}" if call.query else _URL)


class SignedContract(AdapterFacts):
    """What the vendor signed; without `VerifiesWebhooks` there is nothing to test."""

    def test_the_settings_have_the_key_by_which_calls_are_verified(self) -> None:
        if issubclass(self.adapter, VerifiesWebhooks):
            assert self.provider()[0].can(VerifiesWebhooks), f"{type(self).__name__}.settings: add the key"

    def test_a_signed_call_is_verified(self, webhook: str) -> None:
        for verify, call in self._signing(webhook):
            verify(call)
            for off in self._tolerance:
                verify(self._signed(webhook, off))

    def test_a_call_is_verified_whatever_the_order_of_its_headers(self, webhook: str) -> None:
        for verify, call in self._signing(webhook):
            verify(evolve(call, headers=call.headers[::-1]))
            verify(evolve(call, headers=(("x-of-a-proxy", "1"), *call.headers)))

    def test_the_order_of_fields_matters_as_the_facts_say(self, webhook: str) -> None:
        for verify, call in self._signing(webhook):
            fields = call.body.split(b"&")
            if call.media_type == FORM and len(fields) > 1:
                another = evolve(call, body=b"&".join(fields[::-1]))
                verify(another) if self.any_field_order else _refuse(verify, another)

    def test_a_call_without_the_accounts_signature_is_refused(self, webhook: str) -> None:
        for verify, call in self._signing(webhook):
            bare = addressed(self.webhooks[webhook].call)
            _refuse(verify, bare)
            _refuse(verify, self.signed(bare, _now(), by_another=True))
            for name, _ in _added(call, bare):
                _refuse(verify, evolve(call, headers=[line for line in call.headers if line[0] != name]))

    def test_a_forged_call_is_refused(self, webhook: str) -> None:
        for verify, call in self._signing(webhook):
            bare = self.webhooks[webhook].call
            said = fields_of(bare)
            for forged in self._forged(webhook):
                if fields_of(forged) != said:
                    headers = (*forged.headers, *_added(call, bare))
                    _refuse(verify, evolve(addressed(forged), headers=headers))

    def test_a_call_that_was_cut_is_refused(self, webhook: str) -> None:
        for verify, call in self._signing(webhook):
            for length in {0, 1, len(call.body) // 2, len(call.body) - 1} if call.body else ():
                _refuse(verify, evolve(call, body=call.body[:length]))
            for name, value in _added(call, self.webhooks[webhook].call):
                whole = value.rstrip("=")
                for cut in {"", whole[:1], whole[: len(whole) // 2], whole[:-1]}:
                    lines = [(each, cut if each == name else kept) for each, kept in call.headers]
                    _refuse(verify, evolve(call, headers=lines))

    def test_a_signature_of_another_time_is_refused(self, webhook: str) -> None:
        for verify, _ in self._signing(webhook):
            for off in self._tolerance:
                _refuse(verify, self._signed(webhook, off + (10 * _SECOND if off > timedelta() else -10 * _SECOND)))
            if not self._tolerance:
                same = self._signed(webhook, timedelta(days=-1)) == self._signed(webhook)
                assert same, "the vendor signs a time: return it as signed_at, and set signature_tolerance"

    def test_a_signed_call_that_comes_twice_is_delivered_once(self, webhook: str) -> None:
        for verify, call in self._signing(webhook):
            gateway, given = Gateway([self.provider()[0]]), list[Event]()
            for _ in range(2):
                verify(call)
                for event in self._read(call):
                    gateway.incoming.deliver(event, given.append)
            assert len(given) == len(self._read(call)), "a signed call that comes again is delivered again"

    def test_nothing_that_is_not_signed_is_read(self, webhook: str) -> None:
        """A query that is added to a call which the vendor signed is refused, or changes nothing."""
        for verify, call in self._signing(webhook):
            forged = addressed(evolve(call, query=f"{call.query}&smsgate_forged=1".lstrip("&")))
            try:
                verify(forged)
                events = self._read(forged)
            except WebhookError:
                continue
            assert events == self._read(call), "a query that is not signed is read: read evolve(call, query='')"

    # -----------------------------------------------------------------------------------------------------------------

    @property
    def _verifier(self) -> VerifiesWebhooks | None:
        provider = self.provider()[0]
        return provider.able(VerifiesWebhooks, "webhooks.verify") if provider.can(VerifiesWebhooks) else None

    @property
    def _tolerance(self) -> tuple[timedelta, ...]:
        """A little less than what is tolerated, both ways; nothing where no time is signed."""
        most = self._verifier and self._verifier.signature_tolerance
        return (most - 5 * _SECOND, 5 * _SECOND - most) if most else ()

    def _forged(self, webhook: str) -> Iterator[WebhookCall]:
        """Give a webhook's call with something odd in one place; less where an earlier one's had that field."""
        example = self.webhooks[webhook]
        earlier = [*self.webhooks.values()][: [*self.webhooks].index(webhook)]
        alike = [each.call for each in earlier if _kinds(each) == _kinds(example)]
        return forgeries(example.call, {path for call in alike for path in paths(fields_of(call))})

    def _signed(self, webhook: str, off: timedelta = timedelta()) -> WebhookCall:
        return self.signed(addressed(self.webhooks[webhook].call), _now() + off)

    def _signing(self, webhook: str) -> Iterator[tuple[Callable[[WebhookCall], None], WebhookCall]]:
        """Give what checks a signature, and a call that is signed; nothing for a vendor that does not sign."""
        if verifier := self._verifier:
            yield lambda call: check_signature(verifier, call, _now()), self._signed(webhook)

    def _read(self, call: WebhookCall) -> tuple[Event, ...]:
        reader = self.provider()[0].able(ReadsWebhooks, "webhooks")
        return stamped(reader.read_webhook(call), ACCOUNT).events

    def _signed_noise(self, verifier: VerifiesWebhooks | None, call: WebhookCall) -> WebhookCall:
        """Return a call of any shape as it reaches `read_webhook`; raise `WebhookError` where it does not."""
        if verifier is None:
            return call
        _refuse(lambda given: check_signature(verifier, given, _now()), addressed(call))
        signed = self.signed(addressed(call), _now())
        check_signature(verifier, signed, _now())
        return signed


def _kinds(example: WebhookExample) -> tuple[str, set[type[Event]]]:
    return example.call.media_type, {type(event) for event in example.events}


def _now() -> datetime:
    return datetime.now(UTC)


def _added(signed: WebhookCall, bare: WebhookCall) -> list[tuple[str, str]]:
    """Return the header lines by which a call is signed."""
    return [line for line in signed.headers if line not in bare.headers]


def _refuse(verify: Callable[[WebhookCall], None], call: WebhookCall) -> None:
    """Fail the test unless a call is refused, and not by an error of the adapter's own."""
    with pytest.raises(WebhookError) as refused:
        verify(call)
    assert not str(refused.value).startswith("its adapter failed"), refused.value
    assert ADDRESS_SECRET not in str(refused.value), "keep call.url out of errors: they are logged"
