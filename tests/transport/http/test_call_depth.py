"""How deep the way from `Gateway.send` to the socket is: each layer is one that a reader has to know."""

from __future__ import annotations

import socket
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import smsgate
from smsgate import Gateway, SqliteJournal
from tests.transport.http.fault_server import Serve
from tests.transport.http.vendor import message, open_gateway

# The other transport writes from an event loop, not from the thread that sends.
pytestmark = pytest.mark.parametrize("transport", ["requests"], indirect=True)
OURS = Path(smsgate.__file__).parent
ENGINE = ("blocking", "engine", "runtime")
"""Folders that run the core, whatever it does."""
MOST = 16
"""Frames of the core from what both gateways send with to the socket, in all threads that take part."""
MOST_OF_ENGINE = 7
"""Frames of the engine of threads that run them."""


def frames_of(frame: FrameType | None) -> list[str]:
    found = []
    while frame is not None:
        if frame.f_code.co_filename.startswith(str(OURS)):
            found.append(f"{Path(frame.f_code.co_filename).relative_to(OURS)}: {frame.f_code.co_name}")
        frame = frame.f_back
    return found[::-1]


@pytest.mark.parametrize("in_main_thread", [True, False])
@pytest.mark.parametrize("journal", [True, False])
def test_a_send_takes_few_steps_to_the_socket(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, in_main_thread: bool, journal: bool
) -> None:
    server = serve("http")
    steps: list[str] = []
    write = socket.socket.send

    def watched(sock: socket.socket, *data: Any) -> int:
        if sock.getpeername()[1] == server.port and not steps:
            caller = threading.main_thread().ident if in_main_thread else thread.ident
            frames = sys._current_frames()
            waiting = [] if caller == threading.get_ident() else frames_of(frames[caller or 0])
            steps.extend([*waiting, *frames_of(frames[threading.get_ident()])])
        return write(sock, *data)

    provider = open_gateway(server.base_url).providers[0]
    with Gateway([provider], journal=SqliteJournal(str(tmp_path / "j.db")) if journal else None) as gateway:
        monkeypatch.setattr(socket.socket, "send", watched)
        thread = threading.Thread(target=gateway.send, args=[message()])
        if in_main_thread:
            gateway.send(message())
        else:
            thread.start()
            thread.join(10)
    core = [step for step in steps if not step.startswith(ENGINE)]
    assert core[0] == "sending/single.py: send_single"
    assert core[-1] == "transport/http/connection.py: _write"
    assert len(core) <= MOST, core
    assert len(steps) - len(core) <= MOST_OF_ENGINE, steps
