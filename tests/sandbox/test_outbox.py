"""The texts of an account, by a small vendor that reports each change of a text to the address that came with it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import requests
from aiohttp import web

from smsgate.sandbox import Clock, DeliveryOutcome, Network, Outbox, Payload, Sandbox, TextState, Vendor
from tests.sandbox.listener import Listener

MINUTE = timedelta(minutes=1)
PERSON = "+27821234567"


class Small(Vendor):
    """Takes a form with `to`, `text`, `in` (minutes) and `report` (a URL); signs its calls with the URL's length."""

    name = "small"
    base_path = ""
    id_fields = frozenset({"id"})
    kinds = ("report",)

    @property
    def credentials(self) -> Mapping[str, str]:
        return {}

    def reset(self, network: Network, clock: Clock) -> None:
        self.clock = clock
        self.outbox = Outbox(self.name, network, clock, delivery=MINUTE)

    def application(self) -> web.Application:
        application = web.Application()
        application.router.add_post("/send", self.send)
        application.router.add_post("/cancel", self.cancel)
        return application

    async def recipients(self, request: web.Request) -> Iterable[str]:
        return []

    def failure(self, request: web.Request, status: int, reason: str) -> web.Response:
        return web.Response(status=status, text=reason)

    async def send(self, request: web.Request) -> web.Response:
        form = await request.post()
        due = self.clock.now() + MINUTE * int(str(form["in"]))
        number = str(len([*self.outbox]) + 1)
        stored = self.outbox.send(number, str(form["to"]), str(form["text"]), at=due)

        def write(state: TextState, _style: str) -> Payload:
            body = urlencode({"id": number, "state": state})
            form_type = "application/x-www-form-urlencoded"
            return Payload(body=body, content_type=form_type, sign=lambda url: {"X-Length": str(len(url))})

        for notification in self.outbox.reports(stored, "report", write, url=str(form["report"]) or None):
            self.notify(notification)
        return web.json_response({"id": number})

    async def cancel(self, request: web.Request) -> web.Response:
        stored = self.outbox.get(str((await request.post())["id"]))
        assert stored is not None
        self.outbox.cancel(stored)
        return web.json_response({})


@pytest.fixture(name="vendor")
def _vendor() -> Small:
    return Small()


@pytest.fixture(name="sandbox")
def _sandbox(vendor: Small) -> Iterator[Sandbox]:
    with Sandbox(vendors=[vendor]) as sandbox:
        yield sandbox


def send(sandbox: Sandbox, to: str = PERSON, *, report: str = "", minutes: int = 0) -> str:
    form = {"to": to, "text": "hi", "in": str(minutes), "report": report}
    return str(requests.post(f"{sandbox.url('small')}/send", data=form, timeout=10).json()["id"])


def states(listener: Listener) -> list[str]:
    return [heard.form["state"] for heard in listener.all()]


@pytest.mark.parametrize(
    ("to", "reported"),
    [
        (PERSON, ["sent", "delivered"]),
        ("+27820002001", ["sent", "failed"]),
        ("+27820002003", ["opted out"]),
        ("+27820002004", ["sent", "unknown"]),
        ("+27820002005", ["sent"]),
    ],
)
def test_each_state_is_reported_to_the_address_that_came_with_the_text(
    sandbox: Sandbox, vendor: Small, listener: Listener, to: str, reported: list[str]
) -> None:
    url = listener.url("/hook?token=1")
    number = send(sandbox, to, report=url)
    sandbox.advance(MINUTE)
    sandbox.settle()
    heard = listener.all()
    assert [each.form["state"] for each in heard] == reported
    assert {(each.form["id"], each.path) for each in heard} == {(number, "/hook?token=1")}
    stored = vendor.outbox.get(number)
    assert stored is not None
    assert stored.state(vendor.clock.now()) == reported[-1]
    assert len(sandbox.texts) == (0 if reported == ["opted out"] else 1)


def test_a_call_has_the_headers_that_were_made_for_its_url(sandbox: Sandbox, listener: Listener) -> None:
    url = listener.url("/hook?token=1")
    send(sandbox, report=url)
    sandbox.advance(MINUTE)
    sandbox.settle()
    assert {each.headers["X-Length"] for each in listener.all()} == {str(len(url))}


def test_without_an_address_of_its_own_a_report_goes_to_that_of_its_kind(sandbox: Sandbox, listener: Listener) -> None:
    sandbox.call_back("small", listener.url("/all"))
    send(sandbox)
    sandbox.advance(MINUTE)
    sandbox.settle()
    assert [each.path for each in listener.all()] == ["/all", "/all"]


def test_nothing_is_sent_to_the_address_of_another_machine(sandbox: Sandbox) -> None:
    send(sandbox, report="http://192.0.2.1/hook")
    sandbox.advance(MINUTE)
    sandbox.settle()
    assert sandbox.calls("small") == ()


def test_a_scheduled_text_is_queued_when_it_is_due(sandbox: Sandbox, listener: Listener) -> None:
    send(sandbox, report=listener.url(), minutes=5)
    assert not sandbox.texts
    sandbox.advance(5 * MINUTE)
    sandbox.settle()
    assert (states(listener), len(sandbox.texts)) == (["queued"], 1)
    sandbox.advance(MINUTE)
    sandbox.settle()
    assert states(listener) == ["sent", "delivered"]


def test_a_cancelled_text_is_neither_sent_nor_reported(sandbox: Sandbox, vendor: Small, listener: Listener) -> None:
    number = send(sandbox, report=listener.url(), minutes=5)
    requests.post(f"{sandbox.url('small')}/cancel", data={"id": number}, timeout=10)
    sandbox.advance(10 * MINUTE)
    sandbox.settle()
    assert (states(listener), sandbox.texts) == ([], ())
    stored = vendor.outbox.get(number)
    assert stored is not None
    assert stored.state(vendor.clock.now()) is TextState.CANCELLED


def test_a_deleted_text_is_gone_and_a_received_one_is_kept(sandbox: Sandbox, vendor: Small) -> None:
    number = send(sandbox, minutes=5)
    stored = vendor.outbox.get(number)
    assert stored is not None
    vendor.outbox.delete(stored)
    sandbox.advance(10 * MINUTE)
    assert (vendor.outbox.get(number), sandbox.texts) == (None, ())
    received = vendor.outbox.receive("r1", PERSON, "+27600000000", "yes")
    assert [*vendor.outbox] == [received]
    assert (received.inbound, received.state(vendor.clock.now())) == (True, TextState.RECEIVED)


def test_an_account_may_decide_how_a_delivery_ends(sandbox: Sandbox, vendor: Small) -> None:
    blocked = vendor.outbox.send("1", PERSON, "Hello", outcome=DeliveryOutcome.OPTED_OUT)
    vendor.outbox.send("2", PERSON, "Hello")
    sandbox.advance(2 * MINUTE)
    assert blocked.state(vendor.clock.now()) is TextState.OPTED_OUT
    assert [text.message_id for text in sandbox.texts] == ["2"]
