"""A process that has imported the command line, and forks for each command: `tests.command_process` starts one."""

from __future__ import annotations

import gc
import io
import json
import os
import runpy
import signal
import socket
import sys
import time
from contextlib import redirect_stdout, suppress
from typing import TextIO

import rich.progress  # noqa: F401 - imported before the forks, as the others here

import smsgate.cli.report.page
import smsgate.sandbox.server  # noqa: F401
from smsgate import Config
from smsgate.cli.app import run
from smsgate.sandbox.installed import installed_vendors

LONGEST_REQUEST = 1 << 20
FIRST_FREE = 3
"""The first descriptor behind the standard streams."""


def serve(control: socket.socket) -> None:
    """Fork for each request, until the tests have ended; in a child, return what it is to do."""
    while True:
        data, descriptors, _, _ = socket.recv_fds(control, 1, 4)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not data:
            return
        if not os.fork():
            control.close()
            _answer(descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _answer(descriptors: list[int]) -> None:
    """Start the command in a child, and give its process id and its exit code; a process between has no other end."""
    answers, *streams = descriptors
    with socket.socket(fileno=answers) as caller:
        request = json.loads(caller.makefile("rb").readline(LONGEST_REQUEST))
        pid = os.fork()
        if pid:
            for stream in streams:
                os.close(stream)
            caller.sendall(b"%d\n" % pid)
            caller.sendall(b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            os._exit(0)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.closerange(FIRST_FREE, max(streams) + FIRST_FREE)
    _become(**request)


def _become(arguments: list[str], cwd: str, environ: dict[str, str], *, new_session: bool, ignored: list[int]) -> None:
    """Be what `python -m smsgate` is, and leave as it does."""
    if new_session:
        os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    sys.stdin = sys.__stdin__ = _stream(0, "rb", sys.stdin)  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = _stream(1, "wb", sys.stdout, by_line=os.isatty(1))  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _stream(2, "wb", sys.stderr, by_line=True)  # type: ignore[misc]
    sys.argv = ["smsgate", *arguments]
    runpy.run_module("smsgate", run_name="__main__", alter_sys=True)
    sys.exit()


def _stream(number: int, mode: str, like: TextIO, *, by_line: bool = False) -> io.TextIOWrapper:
    """Return a stream as the interpreter opens one."""
    binary = os.fdopen(number, mode, closefd=False)
    return io.TextIOWrapper(binary, encoding=like.encoding, errors=like.errors, line_buffering=by_line)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal of the tests is for the tests
    with redirect_stdout(io.StringIO()):
        run(["providers", "--help"])  # typer imports more with its first command
        run(["analyse", "Hello"])
    installed_vendors()
    zoom = {"adapter": "zoomconnect", "email": "ops@example.com", "token": "of no account"}
    Config.from_mapping({"providers": {"zoom": zoom}}, {})  # makes what reads settings
    gc.freeze()
    serve(socket.socket(fileno=int(sys.argv[1])))
