"""A person ends a delivery, at each vendor: what its API shows from then on, and what the application is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any
from wsgiref.types import StartResponse

import pytest
from attrs import define, field

from smsgate import DeliveryReport, Event, Gateway, Message, Provider, Status, webhooks
from smsgate.cli.listener import listener
from smsgate.sandbox import DeliveryOutcome, Sandbox, Vendor
from smsgate.sandbox.installed import installed_vendors

PERSON, OTHER = "+27821234567", "+27821234568"
SECRET = "a-secret-of-the-tests"
SENDERS = {"telnyx": "+13125550001", "vonage": "27600000000"}
"""Of the vendors that send nothing without one, and whose account in the sandbox names none."""
NO_REPORTS = {"salesbox", "salesmsg"}
"""The first has no webhooks, the second no event of a delivery."""

LOWER = {
    DeliveryOutcome.DELIVERED: ("delivered", Status.DELIVERED),
    DeliveryOutcome.FAILED: ("failed", Status.FAILED),
    DeliveryOutcome.REFUNDED: ("failed", Status.FAILED),
    DeliveryOutcome.OPTED_OUT: ("failed", Status.FAILED),
    DeliveryOutcome.UNKNOWN: ("unknown", Status.UNKNOWN),
    DeliveryOutcome.EXPIRED: ("failed", Status.FAILED),
    DeliveryOutcome.STAYS_SENT: ("sent", Status.SENT),
}
WORDS: dict[str, dict[DeliveryOutcome, tuple[str, Status]]] = {
    "bulksms": {
        DeliveryOutcome.DELIVERED: ("DELIVERED", Status.DELIVERED),
        DeliveryOutcome.FAILED: ("FAILED.HANDSET_ERROR", Status.UNDELIVERED),
        DeliveryOutcome.REFUNDED: ("FAILED.HANDSET_ERROR", Status.UNDELIVERED),
        DeliveryOutcome.OPTED_OUT: ("FAILED.BLOCKED", Status.REJECTED),
        DeliveryOutcome.UNKNOWN: ("UNKNOWN", Status.UNKNOWN),
        DeliveryOutcome.EXPIRED: ("FAILED.EXPIRED", Status.EXPIRED),
        DeliveryOutcome.STAYS_SENT: ("SENT", Status.SENT),
    },
    "telnyx": {
        DeliveryOutcome.DELIVERED: ("delivered", Status.DELIVERED),
        DeliveryOutcome.FAILED: ("delivery_failed", Status.UNDELIVERED),
        DeliveryOutcome.REFUNDED: ("delivery_failed", Status.UNDELIVERED),
        DeliveryOutcome.OPTED_OUT: ("delivery_failed", Status.UNDELIVERED),
        DeliveryOutcome.UNKNOWN: ("delivery_unconfirmed", Status.UNKNOWN),
        DeliveryOutcome.EXPIRED: ("expired", Status.EXPIRED),
        DeliveryOutcome.STAYS_SENT: ("sent", Status.SENT),
    },
    "twilio": {
        DeliveryOutcome.DELIVERED: ("delivered", Status.DELIVERED),
        DeliveryOutcome.FAILED: ("undelivered", Status.UNDELIVERED),
        DeliveryOutcome.REFUNDED: ("undelivered", Status.UNDELIVERED),
        DeliveryOutcome.OPTED_OUT: ("failed", Status.FAILED),
        DeliveryOutcome.UNKNOWN: ("partially_delivered", Status.UNKNOWN),
        DeliveryOutcome.EXPIRED: ("undelivered", Status.EXPIRED),
        DeliveryOutcome.STAYS_SENT: ("sent", Status.SENT),
    },
    "vonage": {
        DeliveryOutcome.DELIVERED: ("delivered", Status.DELIVERED),
        DeliveryOutcome.FAILED: ("undeliverable", Status.FAILED),
        DeliveryOutcome.REFUNDED: ("undeliverable", Status.FAILED),
        DeliveryOutcome.OPTED_OUT: ("rejected", Status.REJECTED),
        DeliveryOutcome.UNKNOWN: ("rejected", Status.UNKNOWN),
        DeliveryOutcome.EXPIRED: ("rejected", Status.EXPIRED),
        DeliveryOutcome.STAYS_SENT: ("submitted", Status.SENT),
    },
    "zoomconnect": {
        DeliveryOutcome.DELIVERED: ("DELIVERED", Status.DELIVERED),
        DeliveryOutcome.FAILED: ("FAILED", Status.FAILED),
        DeliveryOutcome.REFUNDED: ("FAILED_REFUNDED", Status.FAILED),
        DeliveryOutcome.OPTED_OUT: ("FAILED_OPTOUT", Status.FAILED),
        DeliveryOutcome.UNKNOWN: ("UNKNOWN", Status.UNKNOWN),
        DeliveryOutcome.EXPIRED: ("FAILED", Status.FAILED),
        DeliveryOutcome.STAYS_SENT: ("SENT", Status.SENT),
    },
    "salesbox": LOWER,
    "salesmsg": LOWER,
}


@define
class Program:
    """An application on one vendor of the sandbox, with a real server that receives its reports."""

    vendor: Vendor
    sandbox: Sandbox
    gateway: Gateway
    events: list[Event] = field(factory=list)

    @property
    def name(self) -> str:
        return self.vendor.name

    @property
    def provider(self) -> Provider:
        return self.gateway.provider("main")

    def send(self, to: str = PERSON) -> str:
        message_id = self.provider.send(Message(to, "Hello", sender=SENDERS.get(self.name))).message_id
        assert message_id is not None
        return message_id

    def pass_time(self) -> None:
        self.sandbox.advance(timedelta(hours=1))
        self.sandbox.settle()

    def own(self, message_id: str) -> str:
        """Return the id that the vendor itself gave; the adapter of Salesmsg puts the conversation before it."""
        return message_id.rpartition(":")[2]

    def end(self, message_id: str, outcome: DeliveryOutcome) -> None:
        self.sandbox.end(self.name, self.own(message_id), outcome)
        self.sandbox.settle()

    def seen(self, message_id: str) -> tuple[str | None, Status]:
        """Return the vendor's word as the sandbox has it, and what the adapter makes of the vendor's answer."""
        return self.vendor.state(self.own(message_id)), self.provider.status(message_id).status

    def reports(self, message_id: str) -> list[Status]:
        reports = [event for event in self.events if isinstance(event, DeliveryReport)]
        return [report.status for report in reports if report.message_id == message_id]

    def calls(self, message_id: str) -> int:
        """Return how many reports the vendor has sent, also those that say nothing new."""
        return sum(call.message_id == self.own(message_id) for call in self.sandbox.calls(self.name))


@contextmanager
def running(vendor: Vendor) -> Iterator[Program]:
    programs: list[Any] = []

    def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        return programs[0](environ, start_response)  # type: ignore[no-any-return] # WSGI

    server = listener("127.0.0.1", 0, application)
    url = f"http://127.0.0.1:{server.server_port}"
    with server, Sandbox(vendors=[vendor]) as sandbox:
        account = {**sandbox.credentials(vendor.name), **sandbox.account(vendor.name)}
        settings = {"adapter": vendor.name, "base_url": sandbox.url(vendor.name), "rate": "unlimited", **account}
        receiving = {"secret": SECRET, "public_url": url}
        with Gateway.from_mapping({"webhooks": receiving, "providers": {"main": settings}}) as gateway:
            program = Program(vendor, sandbox, gateway)
            thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
            if vendor.kinds:
                programs.append(webhooks.wsgi(gateway, program.events.append))
                sandbox.call_back(vendor.name, f"{url}/main/{SECRET}")
            thread.start()
            try:
                yield program
            finally:
                server.shutdown()
                thread.join(30)


def named(vendor: str) -> Vendor:
    """Return a vendor whose texts take longer than any test, so that only the clock delivers one."""
    made = next(each for each in installed_vendors() if each.name == vendor)
    return type(made)(delivery=timedelta(minutes=30))  # type: ignore[call-arg] # each of these takes it


@pytest.fixture(name="program", params=sorted(WORDS))
def _program(request: pytest.FixtureRequest) -> Iterator[Program]:
    with running(named(request.param)) as program:
        yield program


def test_every_installed_vendor_is_tested_here_with_every_outcome() -> None:
    assert {vendor.name for vendor in installed_vendors()} == {*WORDS}
    assert all({*words} == {*DeliveryOutcome} for words in WORDS.values())


def test_a_waiting_text_ends_as_asked_for_and_the_report_arrives(program: Program) -> None:
    program.sandbox.end_texts(program.name, DeliveryOutcome.STAYS_SENT)
    for outcome, (word, status) in WORDS[program.name].items():
        message_id = program.send()
        program.pass_time()
        before = program.reports(message_id)
        program.end(message_id, outcome)
        assert program.seen(message_id) == (word, status), outcome
        silent = program.name in NO_REPORTS or outcome is DeliveryOutcome.STAYS_SENT
        assert program.reports(message_id) == [*before, *([] if silent else [status])], outcome
        program.pass_time()
        assert program.seen(message_id) == (word, status)
        assert len(program.reports(message_id)) == len(before) + (not silent)


def test_a_lost_text_stays_in_transit_and_no_report_that_was_planned_goes_out(program: Program) -> None:
    message_id = program.send()
    program.end(message_id, DeliveryOutcome.STAYS_SENT)
    before = program.reports(message_id)
    program.pass_time()
    assert program.seen(message_id) == WORDS[program.name][DeliveryOutcome.STAYS_SENT]
    assert program.reports(message_id) == before
    assert Status.DELIVERED not in before


def test_a_delivery_that_has_ended_ends_again_as_often_as_it_is_asked_for(program: Program) -> None:
    message_id = program.send()
    program.pass_time()
    before = program.calls(message_id)
    for outcome in (DeliveryOutcome.EXPIRED, DeliveryOutcome.DELIVERED, DeliveryOutcome.DELIVERED):
        program.end(message_id, outcome)
        assert program.seen(message_id) == WORDS[program.name][outcome]
    assert program.calls(message_id) - before == (0 if program.name in NO_REPORTS else 3)


def test_texts_of_each_way_to_send_end_as_the_vendors_texts_do_from_now_on(program: Program) -> None:
    program.sandbox.end_texts(program.name, DeliveryOutcome.EXPIRED)
    messages = [Message(number, "Hello", sender=SENDERS.get(program.name)) for number in (PERSON, OTHER)]
    ids = [result.message_id for result in program.gateway.send_bulk(messages)]
    if program.name == "salesbox":
        ids += [scheduled(program)]
    program.pass_time()
    assert [program.seen(str(message_id)) for message_id in ids] == [
        WORDS[program.name][DeliveryOutcome.EXPIRED] for _ in ids
    ]


def scheduled(program: Program) -> str:
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=30)
    sender = f"MG{'0' * 32}" if program.name == "twilio" else SENDERS.get(program.name)
    message_id = program.provider.send(Message(PERSON, "Hello", sender=sender, send_at=at)).message_id
    assert message_id is not None
    return message_id


def test_the_magic_number_says_how_a_text_ends_whatever_was_ordered(program: Program) -> None:
    program.sandbox.end_texts(program.name, DeliveryOutcome.FAILED)
    message_id = program.send("+27820002006")
    program.pass_time()
    assert program.seen(message_id) == WORDS[program.name][DeliveryOutcome.EXPIRED]


def test_what_cannot_end_is_refused_with_its_reason(program: Program) -> None:
    with pytest.raises(LookupError, match=f"{program.name} has no message '4711'"):
        program.end("4711", DeliveryOutcome.DELIVERED)
    assert program.vendor.state("4711") is None
    if program.provider.capabilities["send later"] is not None:
        later = scheduled(program)
        with pytest.raises(ValueError, match="has not left yet"):
            program.end(later, DeliveryOutcome.DELIVERED)
    if program.name != "salesbox":
        reply = program.sandbox.receive(program.name, PERSON, "Yes")
        with pytest.raises(ValueError, match="is a reply"):
            program.end(reply, DeliveryOutcome.DELIVERED)
