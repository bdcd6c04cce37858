"""What was unknown and becomes certain, with a key or with a reference: the verdict against what the vendor has."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from smsgate import (
    Accepted,
    Conversation,
    Doubt,
    Effect,
    Gateway,
    Message,
    OnUnknown,
    Provider,
    Reconciles,
    Request,
    Route,
    Submission,
)
from tests.skipped_waits import skip_waits
from tests.transport.http.fault_server import FaultServer, Serve, http
from tests.transport.http.faults import ACCEPTED, FAULTS, NOT_SENT, UNKNOWN, Fault
from tests.transport.http.turns import by_turns
from tests.transport.http.vendor import NUMBER, Vendor, VendorSettings, accepted, open_transport

ROWS = [fault for fault in FAULTS if fault.send == UNKNOWN and "fresh" in fault.states]
STAYS_UNKNOWN = {
    "key": {
        "a drip",  # no time is left
        *("an empty 200", "a web page", "JSON without an id", "JSON of another shape", "cut gzip"),  # answers in 2xx
        *("an unknown encoding", "a body that ends with the connection, cut"),
    },
    "reference": set[str](),
}
CELLS = [
    pytest.param(fault, means, taken, id=f"{fault.name}-{means}-{'taken' if taken else 'lost'}")
    for fault in ROWS
    for means in ("key", "reference")
    for taken in (True, False)
]


@frozen
class _Found:
    ids: list[str]


class Keyed(Vendor):
    dedup_window = timedelta(hours=11)

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        body = {"reference": submission.id, "text": message.text, **message.extra.get("test", {})}
        return accepted((yield Request("POST", "send", json=body, effect=Effect.KEYED)))


class Referenced(Vendor, Reconciles):
    settling = timedelta(seconds=-1)
    sends_references = True

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        body = {"reference": submission.reference, "text": message.text, **message.extra.get("test", {})}
        return accepted((yield Request("POST", "send", json=body, effect=Effect.SENDS)))

    def reconcile(self, doubt: Doubt) -> Conversation[Accepted | None]:
        assert doubt.reference is not None
        found = (yield Request("GET", "find/{reference}", ids={"reference": doubt.reference})).read(_Found)
        return next((Accepted(message_id=each) for each in found.ids), None)


class Texts:
    """What the vendor has taken: one text for each key or reference. It may lose the request of the fault."""

    def __init__(self, server: FaultServer, *, takes_first: bool) -> None:
        self.ids: dict[str, str] = {}
        self.takes_next = takes_first
        server.whole, server.answer, server.once = self.take, self.answer, True

    def take(self, _: bytes, body: bytes) -> None:
        if body and self.takes_next:
            reference = json.loads(body)["reference"]
            self.ids.setdefault(reference, f"id-{reference}")
        self.takes_next = True

    def answer(self, head: bytes, body: bytes) -> bytes:
        if body:
            return http(json.dumps({"id": self.ids[json.loads(body)["reference"]]}).encode())
        reference = head.split(b" ")[1].decode().rpartition("/")[2]
        return http(json.dumps({"ids": [self.ids[reference]] if reference in self.ids else []}).encode())


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    skip_waits(monkeypatch)


def _gateway(server: FaultServer, adapter: Callable[..., Vendor], ca_bundle: str, settings: dict[str, Any]) -> Gateway:
    tls: dict[str, Any] = {"ca_bundle": ca_bundle, "proxy": server.proxy} if server.kind != "http" else {}
    own = VendorSettings(base_url=server.base_url, **{"read_timeout": 10.0, "deadline": 15.0, **tls, **settings})
    provider = Provider("test", adapter(own, provider="test"), open_transport(own))
    on_unknown = OnUnknown.RECONCILE if adapter is Referenced else OnUnknown.HOLD
    return Gateway([provider], route=Route(name="default", providers=("test",), on_unknown=on_unknown))


def _patient(fault: Fault) -> dict[str, Any]:
    """Return the settings of a fault, with time for the good answer that follows it, on a busy machine too."""
    longer = {"read_timeout": 3.0 if fault.extra else 0.6}
    return {**fault.settings, **longer} if "read_timeout" in fault.settings else fault.settings


@pytest.mark.parametrize(("transport", "fault", "means", "taken"), by_turns(CELLS), indirect=["transport"])
def test_an_outcome_that_becomes_certain_is_what_the_vendor_has(
    fault: Fault, means: str, *, taken: bool, serve: Serve, ca_bundle: str
) -> None:
    server = serve(fault.kinds[0])
    texts = Texts(server, takes_first=taken)
    adapter = Keyed if means == "key" else Referenced
    with _gateway(server, adapter, ca_bundle, _patient(fault)) as gateway:
        server.script = fault.script
        [result] = gateway.send_bulk([Message(NUMBER, "Your code is 4711", extra={"test": fault.extra})])
    server.wait_until_left()
    if result.outcome.value == ACCEPTED:
        assert [result.message_id] == [*texts.ids.values()]
    if result.outcome.value == NOT_SENT:
        assert not texts.ids
    assert (result.outcome.value == UNKNOWN) == (fault.name in STAYS_UNKNOWN[means]), result.error
    assert len(texts.ids) <= 1


def test_the_page_on_failures_has_these_figures() -> None:
    page = Path(__file__).parents[3] / "docs/explanation/what-a-failure-proves.md"
    certain = {means: len(ROWS) - len(stays) for means, stays in STAYS_UNKNOWN.items()}
    assert (
        f"Of {len(ROWS)} faults after which a send is unknown, {certain['key']} become certain with a key "
        f"and {certain['reference']} with a reference"
    ) in " ".join(page.read_text(encoding="utf-8").split())
