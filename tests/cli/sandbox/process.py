"""`smsgate sandbox` in a process of its own, with a reader that checks that its output is TOML at every moment."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from attrs import define

from tests.command_process import Command

__all__ = ["Running", "on_pipe", "on_terminal", "sandbox_process"]

_LAST_OF_SETTINGS = "\n# Texts as they arrive"
_STYLE = re.compile(r"\x1b(\[([0-9;]*(m|$)|$)|$)")
"""A terminal's style, also the beginning of one at the end of what was read."""


@define
class Running:
    """A sandbox that runs, and what was read of its output so far."""

    process: subprocess.Popen[bytes]
    descriptor: int
    _read: bytes = b""

    @property
    def printed(self) -> str:
        """Return what was read, without styles."""
        return _STYLE.sub("", self._read.decode(errors="replace").replace("\r\n", "\n"))

    def lines(self, count: int) -> list[str]:
        """Read until there are so many lines behind the settings; return them."""
        while self._behind_settings().count("\n") < count:
            self.read()
        return self._behind_settings().splitlines()

    def read(self) -> None:
        """Read what has been written, and check that all of it is TOML."""
        read = os.read(self.descriptor, 64 * 1024)
        assert read, f"the output has ended: {self.printed}"
        self._read += read
        tomllib.loads(self.printed)

    @property
    def providers(self) -> dict[str, Any]:
        """Return the settings that it has printed."""
        while _LAST_OF_SETTINGS not in self.printed:
            self.read()
        providers: dict[str, Any] = tomllib.loads(self.printed)["providers"]
        return providers

    @property
    def origin(self) -> str:
        """Return where it listens."""
        return "/".join(self.providers["zoomconnect"]["base_url"].split("/")[:3])

    def ask(self, path: str, **fields: object) -> None:
        """Use the API for tests."""
        requests.post(f"{self.origin}/_sandbox/{path}", json=fields, timeout=30).raise_for_status()

    def _behind_settings(self) -> str:
        return self.printed.partition(_LAST_OF_SETTINGS)[2].partition("\n")[2]


@contextmanager
def sandbox_process(*arguments: str, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Start one; end it whatever happens."""
    unwanted = {"COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "PYTHONUNBUFFERED"}
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SMSGATE_")}
    environ = {name: value for name, value in environ.items() if name not in unwanted} | {"TERM": "xterm"}
    command = ["sandbox", "--port", "0", *arguments]
    process: Command[bytes] = Command(command, stderr=subprocess.PIPE, env=environ, **options)
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=30)


@contextmanager
def on_pipe(*arguments: str) -> Iterator[Running]:
    """Start one that writes to a pipe."""
    with sandbox_process(*arguments, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield Running(process, process.stdout.fileno())


@contextmanager
def on_terminal(columns: int, *arguments: str) -> Iterator[Running]:
    """Start one on a terminal of this width."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    try:
        with sandbox_process(*arguments, stdin=theirs, stdout=theirs) as process:
            yield Running(process, ours)
    finally:
        os.close(theirs)
        os.close(ours)
