"""Signed calls through real frameworks on real servers: URL, body and headers reach the adapter unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from smsgate import DeliveryReport, Source, WebhookCall
from tests.signed_vendors import SIGNERS, Signs, SignsUrl
from tests.webhooks.calls import SECRET, Application
from tests.webhooks.servers import MOUNTS, Served
from tests.webhooks.test_signed_calls import FORM, PUBLIC_URL, opened

BODY = b"id=%C3%A9+%2B&state=seen"
ENCODED = SECRET.replace("-", "%2D", 1)
PATHS = {
    "plain": f"/vendor/{SECRET}",
    "a slash at its end": f"/vendor/{SECRET}/",
    "a submission": f"/vendor/{SECRET}/0123456789abcdefghij",
    "the secret in the query": f"/vendor?secret={SECRET}&b=1&a=%7e%41",
    "an odd query": f"/vendor/{SECRET}?&&a=&=b&c&d=+%2b&e=e",
    "encoded": f"/vend%6Fr/{ENCODED}/%61bc",
}


@pytest.fixture(name="application")
def _application() -> Application:
    return Application()


@pytest.fixture(name="kind", params=SIGNERS, ids=lambda kind: kind.name)
def _kind(request: pytest.FixtureRequest) -> type[Signs]:
    kind: type[Signs] = request.param
    return kind


@pytest.fixture(name="served", params=MOUNTS, ids=lambda mount: mount.__name__)
def _served(request: pytest.FixtureRequest, application: Application, kind: type[Signs]) -> Iterator[Served]:
    with request.param(opened(kind), application) as served:
        yield served


def status(served: Served, call: WebhookCall, path: str, body: bytes = b"") -> int:
    """Make a call whose Host and Forwarded headers name another host."""
    lines = [f"{name}: {value}" for name, value in call.headers]
    lines += ["X-Forwarded-Host: evil.example", "Forwarded: host=evil.example", f"Content-Length: {len(body)}"]
    return served.status(served.request(path, *lines, body=body))


def test_a_signed_call_is_believed_and_a_forged_one_refused(
    served: Served, application: Application, kind: type[Signs]
) -> None:
    for name, path in PATHS.items():
        call = WebhookCall(method="POST", url=PUBLIC_URL + path, headers=FORM, body=BODY)
        signed = SIGNERS[kind](call, datetime.now(UTC))
        assert status(served, signed, path, BODY) in {200, 204}, name
        assert status(served, signed, path, BODY.replace(b"seen", b"sent")) == 403, name
        if kind is SignsUrl:
            assert status(served, signed, path + ("&x=1" if "?" in path else "?x=1"), BODY) == 403, name
    assert isinstance(application.event, DeliveryReport)
    assert (application.event.message_id, application.event.source) == ("é +", Source.SIGNED)
