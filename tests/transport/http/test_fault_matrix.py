"""Each fault, on each kind of connection, fresh and reused, for a send and a read: the verdict against the truth."""

from __future__ import annotations

from typing import Any

import pytest
from _pytest.mark import ParameterSet

from smsgate import Gateway, ProviderError, SmsgateError, UnknownOutcomeError, UnreachableError
from smsgate.model.errors import NotSentError
from tests.transport.http.fault_server import FaultServer, Serve
from tests.transport.http.faults import ACCEPTED, LOST, NO, NOT_SENT, OK, UNREACHED, Fault, cells
from tests.transport.http.turns import by_turns
from tests.transport.http.vendor import message, open_gateway, warm_up

CELLS = cells()
# CPython itself leaves a socket to the garbage collector when it finds it reset while wrapping it for TLS.
LEFT = pytest.mark.filterwarnings("ignore:.*SSLSocket:pytest.PytestUnraisableExceptionWarning")


def _cell(fault: Fault, kind: str, state: str, effect: str) -> ParameterSet:
    marks = [LEFT] if fault.name in {"RST instead of a handshake", "RST after accept"} else []
    return pytest.param(fault, kind, state, effect, id=f"{fault.name}-{kind}-{state}-{effect}", marks=marks)


def test_the_matrix_has_at_least_500_cells_for_each_transport() -> None:
    assert len(CELLS) // 2 >= 500


@pytest.mark.parametrize(
    ("transport", "fault", "kind", "state", "effect"),
    by_turns([_cell(*cell) for cell in CELLS]),
    indirect=["transport"],
)
def test_verdicts_agree_with_what_the_server_saw(  # noqa: PLR0917 - a cell has four sides
    fault: Fault, kind: str, state: str, effect: str, serve: Serve, ca_bundle: str
) -> None:
    server = serve(kind)
    tls: dict[str, Any] = {"ca_bundle": ca_bundle, "proxy": server.proxy} if kind != "http" else {}
    with open_gateway(server.base_url, reuse_within=30.0, **tls, **fault.settings) as gateway:
        if state == "reused":
            warm_up(gateway)
        before = len(server.truths)
        server.script = fault.script
        verdict = _send(gateway, fault) if effect == "send" else _read(gateway)
        if state == "reused":
            assert server.truths[before].connection == 1
    assert verdict == (fault.send if effect == "send" else fault.read)
    server.wait_until_left()
    _agrees(verdict, server, before)


def _agrees(verdict: str, server: FaultServer, before: int) -> None:
    asked = server.truths[before:]
    assert len(asked) <= 1
    if verdict == UNREACHED:
        assert not asked
    if verdict in {ACCEPTED, OK}:
        assert asked[0].answered
    if verdict == NOT_SENT:
        assert not any(truth.answered for truth in asked)


def _send(gateway: Gateway, fault: Fault) -> str:
    try:
        result = gateway.send(message(**fault.extra))
    except SmsgateError as error:
        return error.result.outcome.value if error.result else "no result"
    assert result.message_id == "id-r1"
    return result.outcome.value


def _read(gateway: Gateway) -> str:
    try:
        report = gateway.status("m1")
    except UnreachableError:
        return UNREACHED
    except NotSentError:
        return NO
    except UnknownOutcomeError:
        return "a read that may have sent a text"
    except ProviderError as error:
        return NO if error.code and error.code != "200" else LOST
    assert report.message_id == "id-m1"
    return OK
