"""Sits between a client and a server, counts the bytes of each direction, and breaks one at a given byte."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
from dataclasses import dataclass

PATIENCE = 20.0
UP, DOWN = "up", "down"


@dataclass(frozen=True)
class Break:
    """What happens at one byte of one direction, counted from when it is armed."""

    direction: str
    at: int
    how: str
    """cut, reset, stall or garbage."""
    garbage: bytes = b""


class Relay:
    """Passes connections on to a port, one at a time."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.port: int = self._listener.getsockname()[1]
        self._wake, self._woken = socket.socketpair()
        self._lock = threading.Lock()
        self._break: Break | None = None
        self.passed = {UP: 0, DOWN: 0}
        self.connections = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def arm(self, broken: Break | None) -> None:
        """Count from now on, and break where it says."""
        with self._lock:
            self._break = broken
            self.passed = {UP: 0, DOWN: 0}

    def settle(self) -> None:
        """Return once every connection that was made so far was passed on and is over."""
        self.arm(None)
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as last:
            last.shutdown(socket.SHUT_WR)
            with contextlib.suppress(ConnectionResetError):
                last.recv(1)

    def close(self) -> None:
        self._wake.close()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        self._listener.close()
        self._woken.close()

    def _run(self) -> None:
        while True:
            ready, _, _ = select.select([self._listener, self._woken], [], [])
            if self._woken in ready:
                return
            client, _ = self._listener.accept()
            self.connections += 1
            with client, socket.create_connection(("127.0.0.1", self._target), PATIENCE) as server:
                for sock in (client, server):
                    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with contextlib.suppress(OSError):
                    self._pass_on(client, server)

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        """Relay until one side closes, or what is armed breaks it."""
        others = {client: (UP, server), server: (DOWN, client)}
        if self._strikes(UP, b"", client, server) or self._strikes(DOWN, b"", client, server):
            return
        while True:
            ready, _, _ = select.select([client, server, self._woken], [], [])
            if self._woken in ready:
                return
            for sock in ready:
                data = sock.recv(65536)
                direction, other = others[sock]
                if not data:
                    return
                if self._strikes(direction, data, client, server):
                    return
                other.sendall(self._changed(direction, data))

    def _changed(self, direction: str, data: bytes) -> bytes:
        """Count what passes, with garbage in its place."""
        with self._lock:
            start = self.passed[direction]
            self.passed[direction] += len(data)
            broken = self._break
        if broken is None or broken.how != "garbage" or broken.direction != direction:
            return data
        offset = broken.at - start
        if not 0 <= offset < len(data):
            return data
        return (data[:offset] + broken.garbage + data[offset + len(broken.garbage) :])[: len(data)]

    def _strikes(self, direction: str, data: bytes, client: socket.socket, server: socket.socket) -> bool:
        """End the connection if the armed byte is in this data; pass on what is before it."""
        with self._lock:
            broken, start = self._break, self.passed[direction]
        if broken is None or broken.how == "garbage" or broken.direction != direction:
            return False
        if broken.at > start + len(data) or (broken.at == start + len(data) and data):
            return False
        if data:
            (server if direction == UP else client).sendall(data[: broken.at - start])
        elif broken.at != start:
            return False
        if broken.how == "stall":
            self._pause(client, server, direction)
        elif broken.how == "reset":
            for sock in (client, server):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return True

    def _pause(self, client: socket.socket, server: socket.socket, direction: str) -> None:
        """Let one direction stand still, and pass on the other, until the client gives up."""
        while True:
            ready, _, _ = select.select([client, server, self._woken], [], [])
            if self._woken in ready:
                return
            for sock in ready:
                data = sock.recv(65536)
                if not data:
                    return
                if sock is client and direction == DOWN:
                    server.sendall(data)
                if sock is server and direction == UP:
                    client.sendall(data)
