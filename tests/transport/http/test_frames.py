"""How deep the way from a provider to its socket is: each layer is one that a reader has to know."""

from __future__ import annotations

import socket
import sys
import threading
from pathlib import Path
from types import FrameType

from faultserver import Serve
from vendor import message, open_gateway

import smsgate

OURS = str(Path(smsgate.__file__).parent)
MOST = 12
"""Frames from `Provider.send` to the socket."""


def frames_of(frame: FrameType | None) -> list[str]:
    found = []
    while frame is not None:
        if frame.f_code.co_filename.startswith(OURS):
            found.append(frame.f_code.co_qualname)
        frame = frame.f_back
    return found[::-1]


def test_a_send_takes_few_steps_from_its_provider_to_the_socket(serve: Serve) -> None:
    server = serve("http")
    stacks: list[list[str]] = []

    def watch(frame: FrameType, event: str, called: object) -> None:
        of_socket = isinstance(getattr(called, "__self__", None), socket.socket)
        if event == "c_call" and of_socket and getattr(called, "__name__", "") == "send":
            stacks.append(frames_of(frame))

    def send() -> None:
        sys.setprofile(watch)
        try:
            provider.send(message())
        finally:
            sys.setprofile(None)

    with open_gateway(server.base_url) as gateway:
        provider = gateway.providers[0]
        thread = threading.Thread(target=send)
        thread.start()
        thread.join(10)
    steps = stacks[-1][stacks[-1].index("Provider.send") :]
    assert steps[-1] == "WatchedConnection._write"
    assert len(steps) <= MOST, steps
