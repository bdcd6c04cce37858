"""All the way in a browser: a Gateway sends, the person replies in the inbox, the application's receiver gets it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from playwright.sync_api import Page, expect

from smsgate import Event, Gateway, InsufficientCreditError, Message, OptOut, Reply, webhooks
from smsgate.sandbox import Sandbox

ANN, SECRET = "+27821234567", "a-secret-of-the-tests"
SECONDS = 20_000
"""How long a page may take on a busy machine, in milliseconds."""


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - wsgiref's name
        pass


@pytest.fixture
def events() -> Queue[Event]:
    return Queue()


@pytest.fixture
def gateway(sandbox: Sandbox, events: Queue[Event], tmp_path: Path) -> Iterator[Gateway]:
    """Open a gateway on the sandbox's Zoom Connect, which calls its receiver."""
    account = {
        "adapter": "zoomconnect",
        "base_url": sandbox.url("zoomconnect"),
        **sandbox.credentials("zoomconnect"),
    }
    settings = {
        "providers": {"zoom": account},
        "journal": str(tmp_path / "smsgate.db"),
        "webhooks": {"secret": SECRET},
    }
    with (
        Gateway.from_mapping(settings) as gateway,
        make_server("127.0.0.1", 0, webhooks.wsgi(gateway, events.put), handler_class=Quiet) as server,
    ):
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        sandbox.call_back("zoomconnect", f"http://127.0.0.1:{server.server_port}/zoom/{SECRET}", kind="reply")
        yield gateway
        server.shutdown()


@pytest.mark.slow
def test_a_gateways_text_is_replied_to_and_a_fault_is_set_met_and_seen(
    page: Page, gateway: Gateway, events: Queue[Event]
) -> None:
    page.set_default_timeout(SECONDS)
    expect.set_options(timeout=SECONDS)
    with page.expect_response(lambda answer: "/events" in answer.url):
        page.goto("/")
    gateway.send(Message(ANN, "Will you come?", key="invitation"))
    page.get_by_role("link", name=ANN).click()
    expect(page.locator(".bubble")).to_contain_text("Will you come?")

    page.get_by_label("Text of the person").fill("Yes, at six")
    page.get_by_role("button", name="Reply", exact=True).click()
    reply = events.get(timeout=20)
    assert isinstance(reply, Reply)
    assert (reply.sender, reply.text) == (ANN, "Yes, at six")
    assert reply.entry is not None
    assert reply.entry.key == "invitation"

    page.goto("/vendors/zoomconnect")
    page.get_by_role("button", name="No credit").click()
    expect(page.locator(".ordered")).to_contain_text("no credit")
    with pytest.raises(InsufficientCreditError):
        gateway.send(Message(ANN, "We open at nine"))
    expect(page.locator(".request-table")).to_contain_text("no credit")

    page.goto(f"/phones/{ANN}")
    page.get_by_role("button", name="STOP").click()
    assert isinstance(events.get(timeout=20), OptOut)
