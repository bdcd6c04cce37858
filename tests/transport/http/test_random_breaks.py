"""Random breaks at random bytes of either direction, TLS and CONNECT included, against what the server saw."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pytest

from smsgate import Gateway, ProviderError, UnknownOutcomeError
from smsgate.model.errors import NotSentError, SmsgateError
from tests.transport.http.fault_server import FaultServer, Serve, Truth
from tests.transport.http.relay import DOWN, UP, Break, Relay
from tests.transport.http.vendor import message, open_gateway, warm_up

TRIALS = 400
"""Of each transport in `make slow`; `make soak` makes 125 times as many."""
SHARDS, SOAK_TRIALS = 4, 50_000
WORKERS = 4
# See ClosingSocket; here it is the client's.
pytestmark = pytest.mark.filterwarnings("ignore:.*SSLSocket:pytest.PytestUnraisableExceptionWarning")
KINDS = ("http", "https", "connect")
QUICK = 0.1
"""Seconds; what a stall costs."""


@dataclass(frozen=True)
class Trial:
    name: str
    kind: str
    effect: str
    reused: bool
    broken: Break | None
    garbled: bool


class Line:
    """A server, a relay in front of it, and the sizes of what passes when nothing breaks."""

    def __init__(self, kind: str, server: FaultServer, ca_bundle: str) -> None:
        self.server = server
        self.relay = Relay(server.port)
        self._kind = kind
        self._ca = ca_bundle
        self.sizes = {(effect, reused): self._size(effect, reused) for effect in ("send", "read") for reused in (0, 1)}

    @contextmanager
    def gateway(self, **settings: Any) -> Iterator[Gateway]:
        url = self.server.base_url.replace(str(self.server.port), str(self.relay.port))
        proxy = f"http://127.0.0.1:{self.relay.port}" if self._kind == "connect" else None
        tls: dict[str, Any] = {} if self._kind == "http" else {"ca_bundle": self._ca, "proxy": proxy}
        with open_gateway(url, reuse_within=30.0, **tls, **settings) as gateway:
            yield gateway

    def _size(self, effect: str, reused: int) -> dict[str, int]:
        verdict, _ = self.play(Trial("size", self._kind, effect, bool(reused), None, garbled=False))
        assert verdict in {"accepted", "ok"}
        return dict(self.relay.passed)

    def play(self, trial: Trial) -> tuple[str, list[Truth]]:
        """Make one trial; return its verdict and what the server knows."""
        stalls = trial.broken is not None and trial.broken.how in {"stall", "garbage"}
        limits = {"connect_timeout": QUICK, "read_timeout": QUICK, "deadline": 3 * QUICK} if stalls else {}
        self.relay.arm(None)
        with self.gateway(**limits) as gateway:
            if trial.reused:
                with suppress(ProviderError):  # on a busy machine it may be too slow; then the connection is fresh
                    warm_up(gateway)
            before = len(self.server.truths)
            self.relay.arm(trial.broken)
            verdict = _verdict(gateway, trial)
        sizes = dict(self.relay.passed)
        self.relay.settle()
        self.server.wait_until_left(self.relay.connections)
        self.relay.passed = sizes
        # A warm-up that was too slow for the client may have been read since.
        return verdict, [truth for truth in self.server.truths[before:] if b"/warm-up " not in truth.head]


def _verdict(gateway: Gateway, trial: Trial) -> str:
    if trial.effect == "read":
        try:
            report = gateway.status(trial.name)
        except UnknownOutcomeError:
            return "a read that may have sent"
        except NotSentError:
            return "not sent"
        except ProviderError:
            return "lost"
        assert trial.garbled or report.message_id == f"id-{trial.name}"
        return "ok"
    try:
        result = gateway.send(message(trial.name))
    except SmsgateError as error:
        return error.result.outcome.value if error.result else "no result"
    assert trial.garbled or result.message_id == f"id-{trial.name}"
    return result.outcome.value


def _trial(chance: random.Random, name: str, line: Line, kind: str) -> Trial:
    effect, reused = chance.choice(("send", "send", "read")), chance.random() < 0.5
    how = chance.choice(("cut", "reset", "stall", "garbage", "nothing"))
    direction = chance.choice((UP, DOWN))
    at = chance.randrange(line.sizes[effect, reused][direction] + 1)
    broken = None if how == "nothing" else Break(direction, at, how, chance.randbytes(chance.randint(1, 8)))
    return Trial(name, kind, effect, reused, broken, garbled=how == "garbage")


def _check(trial: Trial, verdict: str, asked: list[Truth]) -> None:
    assert verdict != "a read that may have sent", trial
    if verdict == "not sent":
        assert not any(truth.whole for truth in asked), trial
    if verdict in {"accepted", "ok"}:
        assert any(truth.answered for truth in asked), trial
    if trial.broken is None:
        assert verdict in {"accepted", "ok"}, trial
    assert len([truth for truth in asked if truth.whole]) <= 1, trial


def _work(seed: str, trials: int, kind: str, server: FaultServer, ca_bundle: str) -> Counter[str]:
    chance, counted = random.Random(seed), Counter[str]()
    line = Line(kind, server, ca_bundle)
    try:
        for number in range(trials):
            trial = _trial(chance, f"t{number}", line, kind)
            verdict, asked = line.play(trial)
            _check(trial, verdict, asked)
            counted[verdict] += 1
            server.forget()
    finally:
        line.relay.close()
    return counted


def _fuzz(shard: int, trials: int, serve: Serve, ca_bundle: str) -> None:
    seed = os.environ.get("SMSGATE_FUZZ_SEED", str(time.time_ns()))
    print(f"repeat with SMSGATE_FUZZ_SEED={seed}")  # noqa: T201 - shown when it fails
    kinds = [KINDS[(shard + worker) % 3] for worker in range(WORKERS)]
    servers = [serve(kind) for kind in kinds]
    with ThreadPoolExecutor(WORKERS) as pool:
        works = [
            pool.submit(_work, f"{seed}-{shard}-{worker}", trials // WORKERS, kinds[worker], servers[worker], ca_bundle)
            for worker in range(WORKERS)
        ]
    counted = sum((work.result() for work in works), Counter[str]())
    print(dict(counted))  # noqa: T201
    assert counted.total() == trials
    assert min(counted[verdict] for verdict in ("accepted", "ok", "unknown", "lost", "not sent")) >= trials // 80


@pytest.mark.slow
def test_no_verdict_is_unsafe_wherever_a_connection_breaks(serve: Serve, ca_bundle: str) -> None:
    _fuzz(0, TRIALS, serve, ca_bundle)


@pytest.mark.soak
@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_verdict_is_unsafe_in_a_long_run(shard: int, serve: Serve, ca_bundle: str) -> None:
    _fuzz(shard, SOAK_TRIALS // SHARDS, serve, ca_bundle)
