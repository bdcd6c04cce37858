"""All the way and back: out through the sandbox over HTTP, and what becomes of it in through the receiver."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from smsgate import (
    DeliveryReport,
    Event,
    Gateway,
    Message,
    NotFoundError,
    OptedOutError,
    OptIn,
    OptOut,
    Outcome,
    Reply,
    Source,
    State,
    Status,
    UnknownOutcomeError,
    webhooks,
)
from smsgate.sandbox import Fault, Sandbox

SECRET = "a-secret-of-the-tests"
ME = "+27821234567"


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - wsgiref's name
        pass


class RoundTrip:
    """A gateway on the sandbox, and the receiver that the sandbox calls back."""

    def __init__(self, gateway: Gateway, sandbox: Sandbox) -> None:
        self.gateway = gateway
        self.sandbox = sandbox
        self.events: list[Event] = []

    def send(self, text: str = "Your code is 4711", provider: str = "zoom", **fields: str) -> str:
        to = ME if provider == "zoom" else "+15005550006"
        message_id = self.gateway.send(Message(to, text, provider=provider, **fields)).message_id  # type: ignore[arg-type]
        assert message_id is not None
        return message_id

    def wait(self) -> None:
        """Let a second pass at the vendors, and all their calls be answered."""
        self.sandbox.advance(timedelta(seconds=1))
        self.sandbox.settle()

    def status(self, message_id: str) -> Status:
        return self.gateway.deliveries.get(message_id, provider="zoom").result().status


@contextmanager
def round_trip(sandbox: Sandbox, path: Path, style: str | None = None, *, confirm: bool = False) -> Iterator[RoundTrip]:
    accounts = {
        name: {
            "adapter": vendor,
            "base_url": sandbox.url(vendor),
            **sandbox.credentials(vendor),
            **sandbox.account(vendor),
        }
        for name, vendor in {"zoom": "zoomconnect", "sales": "salesmsg"}.items()
    }
    settings = {
        "providers": accounts,
        "journal": str(path / "smsgate.db"),
        "webhooks": {"secret": SECRET, "confirm": confirm},
    }
    with Gateway.from_mapping(settings) as gateway:
        made = RoundTrip(gateway, sandbox)
        with make_server("127.0.0.1", 0, webhooks.wsgi(gateway, made.events.append), handler_class=Quiet) as server:
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
            url = f"http://127.0.0.1:{server.server_port}"
            sandbox.call_back("zoomconnect", f"{url}/zoom/{SECRET}", style=style)
            sandbox.call_back("salesmsg", f"{url}/sales?secret={SECRET}")
            sandbox.settle()
            yield made
            server.shutdown()


@pytest.fixture(name="sandbox")
def _sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.mark.parametrize("style", ["json", "form", "query"])
@pytest.mark.parametrize("confirm", [False, True])
def test_a_message_goes_out_and_the_journal_says_that_it_was_delivered(
    sandbox: Sandbox, tmp_path: Path, style: str, *, confirm: bool
) -> None:
    with round_trip(sandbox, tmp_path, style, confirm=confirm) as way:
        message_id = way.send(key="order-17")
        way.wait()
        [event] = way.events
        assert isinstance(event, DeliveryReport)
        assert (event.status, event.message_id) == (Status.DELIVERED, message_id)
        assert event.source is (Source.POLLED if confirm else Source.WEBHOOK)
        assert event.entry is not None
        assert event.entry.key == "order-17"
        assert way.status(message_id) is Status.DELIVERED


@pytest.mark.parametrize("provider", ["zoom", "sales"])
def test_a_reply_reaches_the_application_with_the_message_that_it_answers(
    sandbox: Sandbox, tmp_path: Path, provider: str
) -> None:
    with round_trip(sandbox, tmp_path) as way:
        message_id = way.send("Will you come?", provider=provider)
        way.wait()
        way.events.clear()
        vendor = {"zoom": "zoomconnect", "sales": "salesmsg"}[provider]
        sender, answered = (ME, message_id) if provider == "zoom" else ("+15005550006", None)
        sandbox.receive(vendor, sender, "Yes ☺", message_id=answered)
        way.wait()
        [reply] = [event for event in way.events if isinstance(event, Reply)]
        assert (reply.text, reply.sender) == ("Yes ☺", sender)
        assert reply.entry is not None
        assert reply.entry.message is not None
        assert reply.entry.message.text == "Will you come?"


def test_reports_that_come_twice_late_and_in_another_order_are_delivered_once(sandbox: Sandbox, tmp_path: Path) -> None:
    with round_trip(sandbox, tmp_path) as way:
        sandbox.disturb("zoomconnect", copies=3, reorder=4)
        ids = [way.send(f"{each}") for each in range(4)]
        way.wait()
        assert sorted(event.message_id for event in way.events if isinstance(event, DeliveryReport)) == sorted(ids)
        assert [way.status(message_id) for message_id in ids] == [Status.DELIVERED] * 4


def test_a_report_that_overtakes_the_answer_to_the_send_is_joined(sandbox: Sandbox, tmp_path: Path) -> None:
    with round_trip(sandbox, tmp_path) as way:
        sandbox.disturb("zoomconnect", early=True)
        message_id = way.send()
        assert len(way.events) == 1
        assert way.status(message_id) is Status.DELIVERED


def test_a_report_settles_the_message_whose_answer_was_lost(sandbox: Sandbox, tmp_path: Path) -> None:
    with round_trip(sandbox, tmp_path) as way:
        sandbox.misbehave("zoomconnect", Fault.DROP_AFTER)
        with pytest.raises(UnknownOutcomeError):
            way.send(reference="order-17")
        assert len([*way.gateway.unknowns.list()]) == 1
        way.wait()
        [event] = way.events
        assert isinstance(event, DeliveryReport)
        assert event.entry is not None
        assert (event.entry.state, event.entry.result().outcome) == (State.ACCEPTED, Outcome.ACCEPTED)
        assert [*way.gateway.unknowns.list()] == []


def test_stop_takes_effect_before_any_request_and_start_revokes_it(sandbox: Sandbox, tmp_path: Path) -> None:
    with round_trip(sandbox, tmp_path) as way:
        way.send()
        way.wait()
        sandbox.receive("zoomconnect", ME, "Stop")
        way.wait()
        assert isinstance(way.events[-1], OptOut)
        before = len(sandbox.texts)
        with pytest.raises(OptedOutError):
            way.send("Are you sure?")
        assert len(sandbox.texts) == before
        way.gateway.send(Message(ME, "You get no more texts from us."), confirms=way.events[-1])
        assert len(sandbox.texts) == before + 1
        sandbox.receive("zoomconnect", ME, "START")
        way.wait()
        assert [each.word for each in way.events if isinstance(each, OptIn)] == ["START"]
        way.send("Welcome back")


def test_what_another_program_sent_from_the_account_is_unmatched(sandbox: Sandbox, tmp_path: Path) -> None:
    with round_trip(sandbox, tmp_path) as way:
        elsewhere = way.gateway.provider("zoom").send(Message(ME, "Not by the journal")).message_id
        way.wait()
        assert [each.message_id for each in way.gateway.deliveries.unmatched()] == [elsewhere]
        with pytest.raises(NotFoundError):
            way.gateway.deliveries.get(elsewhere, provider="zoom")
