"""Whatever comes, one of the documented answers goes back, and without the secret no call is believed."""

from __future__ import annotations

import json

from hypothesis import example, given
from hypothesis import strategies as st

from smsgate import Source
from smsgate.adapter.webhook import FORM, JSON
from smsgate.webhooks import Receiver, WebhookRequest
from tests.webhooks.calls import SECRET, STATUSES, Application, gateway

WIRE = st.binary(max_size=60).map(lambda raw: raw.decode("latin-1"))
QUERY = WIRE | st.lists(
    st.sampled_from(
        [
            "messageId=1",
            "status=SENT",
            "from=%2B27",
            "message=%ff",
            f"secret={SECRET}",
            "secret",
            "&",
            "=",
            "nonce-date=1",
        ]
    )
).map("&".join)
STEPS = st.sampled_from(
    ["zoom", "sales", "dumb", "hooli", SECRET, SECRET[1:], "", "..", "/", "sécret\udc80"]
) | st.text(max_size=9)
PATHS = st.lists(STEPS, max_size=4).map("/".join)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
NAMES = st.sampled_from(
    ["messageId", "status", "from", "message", "nonce", "nonce-date", "event", "data", "contact", "number"]
)
OBJECTS = st.recursive(
    SCALARS | st.sampled_from(["message.received", "message.sent", "20180203111524"]),
    lambda inner: st.dictionaries(NAMES, inner, max_size=8) | st.lists(inner, max_size=3),
    max_leaves=12,
)
BODIES = st.binary(max_size=200) | OBJECTS.map(lambda value: json.dumps(value).encode()) | st.just(b" " * 70_000)
HEADERS = st.dictionaries(
    st.sampled_from(["Content-Type", "content-type", "X-Forwarded-For", "Content-Length", "Cookie"]) | WIRE,
    st.sampled_from([FORM, JSON, f"{JSON}; charset=latin-1", "", "-1", "127.0.0.1"]) | WIRE,
    max_size=4,
)
METHODS = st.sampled_from(["POST", "POST", "POST", "GET", "HEAD", "PUT"]) | WIRE
PEERS = st.sampled_from(["127.0.0.1", "::1", ""]) | WIRE


def says(secret: str, request: WebhookRequest) -> bool:
    return secret in request.path or secret in request.query


REQUESTS = st.builds(WebhookRequest, method=METHODS, path=PATHS, query=QUERY, headers=HEADERS, peer=PEERS)
HEARD = WebhookRequest(method="POST", path=f"zoom/{SECRET}", headers={"Content-Type": JSON})


@given(REQUESTS, BODIES, st.sampled_from([(), ("127.0.0.1",)]))
@example(HEARD, b'{"messageId": "1", "status": "SENT"}', ())
def test_whatever_is_called_gets_a_documented_answer(
    request: WebhookRequest, body: bytes, allow: tuple[str, ...]
) -> None:
    application = Application()
    receiver = Receiver(gateway(allow=allow), application)
    answer = receiver.receive(request, body)
    assert answer.status in STATUSES - {500, 501, 503}
    assert set(answer.headers) <= {"Content-Type", "Cache-Control", "X-Content-Type-Options", "Allow"}
    if not says(SECRET, request):
        assert answer.status in {403, 404, 405}
        assert application.events == []
    if application.events:
        assert (answer.status, request.method) == (200, "POST")
        assert SECRET not in repr([getattr(event, "raw", None) for event in application.events])
        assert all(getattr(event, "source", Source.WEBHOOK) is Source.WEBHOOK for event in application.events)


@given(BODIES, QUERY, HEADERS)
def test_whatever_is_said_with_the_secret_gets_a_documented_answer(
    body: bytes, query: str, headers: dict[str, str]
) -> None:
    for name in ("zoom", "sales"):
        request = WebhookRequest(method="POST", path=f"/{name}/{SECRET}", query=query, headers=headers)
        assert Receiver(gateway(), Application()).receive(request, body).status in STATUSES - {500, 501, 503}
