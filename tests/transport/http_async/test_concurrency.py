"""Many requests in flight on one transport: each has the end that the server gave it, and no other's answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from smsgate import Answer, UnknownOutcomeError
from tests.transport.http.fault_server import Peer, Script, Serve, Truth, answer_to, http
from tests.transport.http_async.asking import opened, run, send, warm_up

IN_FLIGHT = 64
Play = Callable[[Peer, bytes], object]


def _cut(peer: Peer, good: bytes) -> None:
    peer.write(good[:-3])
    peer.fin()


PLAYS: dict[str, tuple[Play, object]] = {
    "accepted": (lambda peer, good: peer.write(good), 200),
    "refused": (lambda peer, _: peer.write(http(b"{}", status=b"400 No")), 400),
    "moved": (lambda peer, _: peer.write(http(b"{}", b"Location: /else", status=b"302 Found")), 302),
    "failed": (lambda peer, _: peer.write(http(b"{}", status=b"500 Failed")), 500),
    "reset": (lambda peer, _: peer.rst(), UnknownOutcomeError),
    "cut": (_cut, UnknownOutcomeError),
    "silent": (lambda peer, _: peer.stall(), UnknownOutcomeError),
    "hinted": (lambda peer, good: peer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n" + good), UnknownOutcomeError),
}


def _plays_by_reference(peer: Peer, truth: Truth) -> None:
    while True:
        head, body = peer.read_request(truth)
        name = json.loads(body)["reference"].partition("-")[0] if body else "accepted"
        PLAYS[name][0](peer, answer_to(head, body))


def _end(result: Answer | BaseException) -> object:
    return result.status if isinstance(result, Answer) else type(result)


@pytest.mark.slow
@pytest.mark.parametrize("warm", [False, True])
@pytest.mark.parametrize("kind", ["http", "https", "connect"])
def test_each_of_64_requests_in_flight_has_its_own_end(kind: str, serve: Serve, ca_bundle: str, *, warm: bool) -> None:
    server = serve(kind)
    server.script = Script(request=_plays_by_reference)
    references = [f"{name}-{number}" for number in range(IN_FLIGHT // len(PLAYS)) for name in PLAYS]

    async def main() -> list[Answer | BaseException]:
        tls: dict[str, Any] = {} if kind == "http" else {"ca_bundle": ca_bundle, "proxy": server.proxy}
        async with opened(server.base_url, read_timeout=2.0, **tls) as transport:
            if warm:
                await warm_up(transport)
            asking = (send(transport, reference) for reference in references)
            return await asyncio.gather(*asking, return_exceptions=True)

    results = run(main())
    for reference, result in zip(references, results, strict=True):
        name = reference.partition("-")[0]
        assert _end(result) == PLAYS[name][1], (reference, result)
        if name == "accepted":
            assert isinstance(result, Answer)
            assert json.loads(result.body) == {"id": f"id-{reference}"}
    server.wait_until_left()


def test_connections_of_many_requests_are_used_again(serve: Serve) -> None:
    server = serve("http")

    async def main() -> None:
        async with opened(server.base_url) as transport:
            await warm_up(transport)
            for turn in range(5):
                asking = (send(transport, f"{turn}-{number}") for number in range(IN_FLIGHT))
                answers = await asyncio.gather(*asking)
                assert [json.loads(answer.body)["id"] for answer in answers] == [
                    f"id-{turn}-{number}" for number in range(IN_FLIGHT)
                ]

    run(main())
    assert server.connections <= IN_FLIGHT
