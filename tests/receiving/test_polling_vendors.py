"""From a send to what came of it, at the vendors' sandboxes: by asking alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from smsgate import (
    DeliveryReport,
    Event,
    Gateway,
    Message,
    OptedOutError,
    OptIn,
    OptOut,
    ProviderError,
    Reply,
    Status,
)
from smsgate.sandbox import Fault, Sandbox
from smsgate_salesbox_sandbox import Salesbox
from smsgate_salesmsg_sandbox import Salesmsg
from smsgate_zoomconnect_sandbox import ZoomConnect

TO = "+27821234567"
HOUR = timedelta(hours=1)
NOW = timedelta()
REPLYING = ("zoomconnect", "salesmsg")


@pytest.fixture(params=["null", "absent"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    vendors = [ZoomConnect(delivery=HOUR), Salesmsg(delivery=HOUR, limit=1_000), Salesbox(delivery=HOUR)]
    names = [vendor.name for vendor in vendors]
    with Sandbox(vendors=vendors, absent=names if request.param == "absent" else ()) as sandbox:
        yield sandbox


def open_gateway(sandbox: Sandbox, path: str, *vendors: str, **settings: object) -> Gateway:
    """Open a gateway whose providers are called like the vendors."""
    providers = {
        vendor: {
            "adapter": vendor,
            "base_url": sandbox.url(vendor),
            "rate": "1000/s",
            **sandbox.credentials(vendor),
            **sandbox.account(vendor),
            **settings,
        }
        for vendor in vendors
    }
    return Gateway.from_mapping({"providers": providers, "journal": path})


@pytest.mark.parametrize("vendor", ["zoomconnect", "salesmsg", "salesbox"])
def test_the_journal_says_delivered_once_the_vendor_does(sandbox: Sandbox, path: str, vendor: str) -> None:
    with open_gateway(sandbox, path, vendor) as gateway:
        id_ = str(gateway.send(Message(TO, "Hello", key="order-17")).message_id)
        first = [event for event in gateway.poll(pause=NOW) if isinstance(event, DeliveryReport)]
        assert [(report.message_id, report.status.is_final) for report in first] == [(id_, False)]
        sandbox.advance(2 * HOUR)
        [report] = gateway.poll(pause=NOW)
        assert isinstance(report, DeliveryReport)
        assert (report.message_id, report.status) == (id_, Status.DELIVERED)
        assert report.entry is not None
        assert report.entry.key == "order-17"
        entry = gateway.deliveries.get(id_, provider=vendor)
        assert entry.delivery is not None
        assert entry.delivery.status is Status.DELIVERED
        assert [*gateway.poll(pause=NOW)] == []


@pytest.mark.parametrize("vendor", REPLYING)
def test_a_reply_comes_with_the_message_that_it_answers(sandbox: Sandbox, path: str, vendor: str) -> None:
    with open_gateway(sandbox, path, vendor) as gateway:
        gateway.send(Message(TO, "Coming?", key="order-17"))
        sandbox.receive(vendor, TO, "Yes", message_id=sandbox.texts[0].message_id)
        [reply] = [event for event in gateway.poll() if isinstance(event, Reply)]
        assert (reply.sender, reply.text) == (TO, "Yes")
        assert reply.entry is not None
        assert reply.entry.key == "order-17"
        assert [event for event in gateway.poll() if isinstance(event, Reply)] == []


@pytest.mark.parametrize("vendor", REPLYING)
def test_a_polled_stop_takes_effect_and_start_revokes_it(sandbox: Sandbox, path: str, vendor: str) -> None:
    with open_gateway(sandbox, path, vendor) as gateway:
        gateway.send(Message(TO, "Hello"))
        [*gateway.poll()]
        sandbox.receive(vendor, TO, "Stop!", message_id=sandbox.texts[0].message_id)
        [stop] = gateway.poll()
        assert isinstance(stop, OptOut)
        with pytest.raises(OptedOutError, match="asked not to be texted"):
            gateway.send(Message(TO, "Hello again"))
        assert len(sandbox.texts) == 1
        sandbox.advance(timedelta(seconds=5))  # the vendor's times have no fractions
        sandbox.receive(vendor, TO, "START", message_id=sandbox.texts[0].message_id)
        [start] = gateway.poll()
        assert isinstance(start, OptIn)
        assert TO not in gateway.opt_outs


def test_a_campaign_that_went_out_last_is_read_off_the_list(sandbox: Sandbox, path: str) -> None:
    asked: list[str] = []
    with open_gateway(sandbox, path, "zoomconnect", bulk_size=15) as gateway:
        results = [*gateway.send_bulk(Message(TO, f"Hello {number}") for number in range(130))]
        assert [result.error for result in results if result.error is not None] == []
        sandbox.advance(2 * HOUR)
        gateway.provider("zoomconnect").on_request = lambda event: asked.append(event.operation)
        assert sum(1 for event in gateway.poll() if isinstance(event, DeliveryReport)) == 130
    assert asked == ["replies"] + ["statuses"] * 2


def test_one_vendor_that_fails_in_the_middle_does_not_stop_the_other(sandbox: Sandbox, path: str) -> None:
    with open_gateway(sandbox, path, "zoomconnect", "salesmsg", read_attempts=1) as gateway:
        for vendor in REPLYING:
            gateway.send(Message(TO, "Hello"), provider=vendor)
        [*gateway.poll(pause=NOW)]
        sandbox.advance(2 * HOUR)
        sandbox.receive("zoomconnect", TO, "Yes")
        sandbox.misbehave("zoomconnect", Fault.UNAVAILABLE, times=None)
        said: list[Event] = []
        with pytest.raises(ProviderError, match=r"zoomconnect: .*503"):
            said.extend(gateway.poll(pause=NOW))
        assert [summary(event) for event in said] == [("salesmsg", Status.DELIVERED)]
        sandbox.behave()
        rest = [summary(event) for event in gateway.poll(pause=NOW)]
        assert rest == [("zoomconnect", "Yes"), ("zoomconnect", Status.DELIVERED)]


def summary(event: Event) -> tuple[str, object]:
    assert isinstance(event, DeliveryReport | Reply)
    return event.provider, event.status if isinstance(event, DeliveryReport) else event.text
