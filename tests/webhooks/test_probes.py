"""A request that looks for a receiver is answered that this is one; others learn nothing of it."""

from __future__ import annotations

import pytest

from smsgate.config.webhooks import PROBE, RECEIVER
from smsgate.webhooks import Receiver, WebhookAnswer, WebhookRequest
from tests.webhooks.calls import SECRET, Application, gateway

OTHER = "b" * len(SECRET)


def answered(method: str, path: str, *, probes: bool) -> WebhookAnswer:
    receiver = Receiver(gateway(), Application())
    headers = {PROBE: "yes"} if probes else {}
    return receiver.receive(WebhookRequest(method=method, path=path, headers=headers), b"")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"/sales/{SECRET}", 200),
        ("HEAD", f"/sales/{SECRET}", 200),
        ("GET", f"/sales/{OTHER}", 404),
        ("GET", f"/none/{SECRET}", 404),
        ("PUT", f"/sales/{SECRET}", 405),
    ],
)
def test_a_probe_is_answered_as_any_request_and_with_the_receivers_header(method: str, path: str, status: int) -> None:
    probed, other = answered(method, path, probes=True), answered(method, path, probes=False)
    assert (probed.status, other.status) == (status, status)
    assert RECEIVER not in other.headers
    assert probed.headers == {**other.headers, RECEIVER: "yes"}
    assert (probed.text, other.text) == ("", "")


def test_a_probe_with_fields_is_a_call_like_others() -> None:
    receiver = Receiver(gateway(), application := Application())
    request = WebhookRequest(method="POST", path=f"/sales/{SECRET}", headers={PROBE: "yes"})
    assert receiver.receive(request, b"").status >= 400
    assert application.events == []
