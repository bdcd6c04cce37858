"""`smsgate` in a process of its own that is forked from one which has imported it, as that takes half a second.

It has its own signals, streams, folder, environment and end. What an interpreter settles before it imports `smsgate`,
such as the encoding of its streams, needs a start of its own.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, AnyStr

__all__ = ["Command", "run_command"]

ROOT = Path(__file__).parents[1]
_FIRST, _CWD, _ENVIRON, _STREAMS, _NEW_SESSION = 1, 4, 5, slice(9, 15), 20
"""Places of what `Popen` gives to `_execute_child`, behind its arguments; the first is `preexec_fn`."""

_INHERITED = [getattr(signal, name) for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name)]
"""Signals that a process ignores where the one that starts it does."""


@cache
def _server() -> socket.socket:
    """Start the server at the first command; it ends with the tests."""
    ours, its = socket.socketpair()
    with its:
        environ = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
        program = [sys.executable, "-m", "tests.command_server", str(its.fileno())]
        process = subprocess.Popen(program, pass_fds=[its.fileno()], cwd=ROOT, env=environ, stdin=subprocess.DEVNULL)
    atexit.register(_end, ours, process)
    return ours


def _end(server: socket.socket, process: subprocess.Popen[bytes]) -> None:
    server.shutdown(socket.SHUT_RDWR)  # also where a child that a test has forked has it open
    server.close()
    process.wait()


class Command(subprocess.Popen[AnyStr]):
    """A command that was started; it takes what `Popen` does, and as arguments what is behind `smsgate`."""

    def _execute_child(self, arguments: list[str], *given: Any) -> None:
        assert given[_FIRST] is None, "needs a start of its own"
        streams: tuple[int, ...] = given[_STREAMS]
        request = {
            "arguments": [*map(os.fsdecode, arguments)],
            "cwd": os.fspath(given[_CWD] or Path.cwd()),
            "environ": dict(os.environ if given[_ENVIRON] is None else given[_ENVIRON]),
            "new_session": bool(given[_NEW_SESSION]),
            "ignored": [number for number in _INHERITED if signal.getsignal(number) is signal.SIG_IGN],
        }
        stdin, _, _, out, _, err = streams
        own: list[int] = [number if stream == -1 else stream for number, stream in enumerate((stdin, out, err))]
        self._answers: socket.socket
        self._answers, its = socket.socketpair()
        with its:
            socket.send_fds(_server(), [b"1"], [its.fileno(), *own])
        self._answers.sendall(json.dumps(request).encode() + b"\n")
        self.pid = self._next_answer()
        self._child_created = True
        self._close_pipe_fds(*streams)  # type: ignore[attr-defined]

    def poll(self) -> int | None:
        """Return the exit code once there is one."""
        if self.returncode is None and select.select([self._answers], [], [], 0)[0]:
            self._end()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the exit code."""
        if self.returncode is None:
            if not select.select([self._answers], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(self.args, timeout or 0.0)
            self._end()
        return self.returncode

    def _end(self) -> None:
        self.returncode = self._next_answer()
        self._answers.close()

    def _next_answer(self) -> int:
        read = b""
        while not read.endswith(b"\n"):
            one = self._answers.recv(1)
            assert one, "the server of commands has gone"
            read += one
        return int(read)


def run_command(*arguments: str, **options: Any) -> subprocess.CompletedProcess[Any]:
    """Run a command to its end, as `subprocess.run` does."""
    given, timeout = options.pop("input", None), options.pop("timeout", 60)
    if options.pop("capture_output", False):
        options |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    if given is not None:
        options["stdin"] = subprocess.PIPE
    with Command([*arguments], **options) as process:
        try:
            out, err = process.communicate(given, timeout)
        finally:
            process.kill()
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)
