"""A credential is nowhere but on the wire: not in errors, tracebacks, pickles, logs, events or results."""

from __future__ import annotations

import logging
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from smsgate import Gateway, RequestEvent, SmsgateError
from tests.transport.http.fault_server import Script, Serve
from tests.transport.http.faults import FAULTS, Fault, rst
from tests.transport.http.turns import by_turns
from tests.transport.http.vendor import NUMBER, message, open_gateway

CANARY = "c4nary-t0ken"
PROXY_CANARY = "c4nary-pr0xy"
ROWS = [fault for fault in FAULTS if "connect" in fault.kinds and not fault.extra and "status" not in fault.name]


def _everything(error: BaseException) -> str:
    """Return all that a program could show of an error, down to the locals of its frames but the test's own."""
    below = error.__traceback__ and error.__traceback__.tb_next
    shown = [str(error), repr(error), repr(error.args), repr(vars(error)), repr(pickle.dumps(error))]
    shown += traceback.TracebackException(type(error), error, below, capture_locals=True).format(chain=False)
    inner = error.__cause__ or error.__context__
    return "\n".join(shown) + (_everything(inner) if inner is not None else "")


def _send(gateway: Gateway) -> object:
    return gateway.send(message("r1"))


def _read(gateway: Gateway) -> object:
    return gateway.status("m1")


@pytest.mark.parametrize(
    ("transport", "fault", "act"),
    by_turns(
        [pytest.param(fault, act, id=f"{fault.name}-{act.__name__[1:]}") for fault in ROWS for act in (_send, _read)]
    ),
    indirect=["transport"],
)
@pytest.mark.filterwarnings("ignore:.*SSLSocket:pytest.PytestUnraisableExceptionWarning")
def test_nothing_shows_a_credential(
    fault: Fault, act: Callable[[Gateway], object], serve: Serve, ca_bundle: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server, events = serve("connect"), list[RequestEvent]()
    server.script = fault.script
    proxy = f"http://user:{PROXY_CANARY}@127.0.0.1:{server.port}"
    settings: dict[str, Any] = {"token": CANARY, "ca_bundle": ca_bundle, "proxy": proxy, **fault.settings}
    with open_gateway(server.base_url, on_request=events.append, **settings) as gateway:
        try:
            shown = repr(act(gateway)) + repr(gateway)
        except SmsgateError as error:
            shown = _everything(error)
            shown += repr(error.result) + (repr(pickle.dumps(error.result)) if error.result else "")
    shown += caplog.text + repr(events)
    for secret in (CANARY, PROXY_CANARY):
        assert secret not in shown
    assert NUMBER not in caplog.text + repr(events)
    assert "m1" not in caplog.text
    assert caplog.records, "requests are logged"


@pytest.mark.parametrize("token", [f"{CANARY}\r\nX: y", f"{CANARY} ☃"])
def test_a_credential_that_cannot_be_sent_is_not_shown(token: str, serve: Serve) -> None:
    with open_gateway(serve("http").base_url, token=token) as gateway, pytest.raises(SmsgateError) as raised:
        gateway.send(message())
    assert CANARY not in _everything(raised.value)


def test_a_refused_port_shows_no_credential() -> None:
    proxy = f"http://u:{PROXY_CANARY}@127.0.0.1:1"
    with (
        open_gateway("https://127.0.0.1:1", token=CANARY, proxy=proxy) as gateway,
        pytest.raises(SmsgateError) as raised,
    ):
        gateway.send(message())
    shown = _everything(raised.value)
    assert CANARY not in shown
    assert PROXY_CANARY not in shown


def test_a_transport_is_not_pickled(serve: Serve) -> None:
    with open_gateway(serve("http").base_url) as gateway, pytest.raises(TypeError, match="secrets"):
        pickle.dumps(gateway.provider("test").core._paced._transport)


def test_an_error_of_ours_names_the_request_by_its_template(serve: Serve) -> None:
    server = serve("http")
    server.script = Script(request=rst)
    with open_gateway(server.base_url) as gateway, pytest.raises(SmsgateError) as raised:
        gateway.status("id-of-a-message")
    assert "GET messages/{id}" in str(raised.value)
    assert "id-of-a-message" not in str(raised.value)
