"""A terminal in a folder of its own, with a sandbox and an application that run beside it."""

from __future__ import annotations

import os
import re
import runpy
import shlex
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout, suppress
from functools import partial
from pathlib import Path

import requests

from smsgate import Gateway
from tests.child_process import Child, fork
from tests.command_process import Command, run_command

PYTEST = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "smsgate.testing.applications.plugin"}
"""The plug-in that the page needs, and none of the others that are installed here: they take seconds."""
LONGEST = 180.0
"""Seconds until what is waited for counts as never to come."""
INTERRUPTED = re.compile(r"^Traceback .*\n(?: .*\n)+SystemExit: 0$", re.MULTILINE)
"""What gunicorn writes where Ctrl-C comes as a worker has sent an answer and not yet noted it."""


def until(happens: Callable[[], object], what: str) -> None:
    """Wait until something is true."""
    ends = time.monotonic() + LONGEST
    while not happens():
        assert time.monotonic() < ends, f"never: {what}"
        time.sleep(0.02)


class Terminal:
    """Runs the commands of a page in `folder`; `sandbox` and `application` are addresses, with a slash at the end."""

    def __init__(self, folder: Path, running: ExitStack) -> None:
        self.folder = folder
        self.sandbox = ""
        self.running = running
        self._listening = running.enter_context(socket.create_server(("127.0.0.1", 0)))
        self._background: Child | None = None
        self._has_imported = False

    @property
    def application(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}/"

    @property
    def socket(self) -> int:
        """The number of the file at which an application that inherits it may listen."""
        return self._listening.fileno()

    def run(self, command: str) -> str:
        """Run one command line; return its output, or what it has printed as it is ready."""
        words = shlex.split(command)
        if words[:2] == ["smsgate", "sandbox"]:
            return self._serve_sandbox(words[1:])
        if words[0] == "smsgate":
            ended = run_command(*words[1:], cwd=self.folder, stdout=-1, stderr=-2, text=True, encoding="utf-8")
            return str(ended.stdout)
        if words[0] == "flask":
            return self._serve_application(command)
        if command == "kill -9 $!":
            return self._kill()
        if words[0] == "python":
            return self._run_program(words[1:])
        return self.start(command, PYTEST).communicate(timeout=LONGEST)[0]

    def _run_program(self, words: list[str]) -> str:
        """Run a program to its end, or start it in the background, in a process that is forked from this one."""
        self._import_all()
        output = self.folder / ".output"
        child = fork(partial(_program, self.folder, words, output))
        if words[-1] == "&":
            self._background = child
            return ""
        child.wait(LONGEST)
        return output.read_text("utf-8")

    def _import_all(self) -> None:
        """Import what a gateway imports as it is opened, once for all programs, as it takes a second."""
        if not self._has_imported:
            self._has_imported = True
            settings = tomllib.loads((self.folder / "smsgate.toml").read_text("utf-8"))
            with Gateway.from_mapping(settings | {"journal": str(self.folder / "imports.db")}) as gateway:
                gateway.plan(gateway.message("082 123 4567", "Hello"))

    def start(self, command: str, environ: Mapping[str, str], files: tuple[int, ...] = ()) -> subprocess.Popen[str]:
        """Start a program in a terminal of 80 columns; what it prints is there at once, in a file too."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        own = inherited | {"COLUMNS": "80", "PYTHONUNBUFFERED": "1"} | {**environ}
        own["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{own['PATH']}"
        shell = ["sh", "-c", f"exec {command}"]
        return subprocess.Popen(
            shell, cwd=self.folder, env=own, stdout=-1, stderr=-2, text=True, encoding="utf-8", pass_fds=files
        )

    @contextmanager
    def serving(self, command: str, log: str) -> Iterator[subprocess.Popen[str]]:
        """Run a server, which may listen at `socket`, until Ctrl-C; what it prints is in the file `log`."""
        (self.folder / log).touch()
        with self.start(f"{command} > {log} 2>&1", {}, (self.socket,)) as process:
            try:
                yield process
                assert process.poll() is None, self.read(log)
                process.send_signal(signal.SIGINT)
                assert process.wait(LONGEST) == 0, self.read(log)
                assert "Traceback" not in INTERRUPTED.sub("", self.read(log)), self.read(log)
            finally:
                process.terminate()  # its workers end with it
                with suppress(subprocess.TimeoutExpired):
                    process.wait(LONGEST)
                process.kill()

    def read(self, name: str) -> str:
        """Return the text of a file of the folder."""
        return (self.folder / name).read_text("utf-8")

    def _serve_sandbox(self, words: list[str]) -> str:
        process: subprocess.Popen[str] = Command(
            [*words, "--port", "0"], cwd=self.folder, stdout=-1, text=True, encoding="utf-8"
        )
        self._ending(process)
        assert process.stdout
        output = ""
        while "# Texts as they arrive" not in output:
            line = process.stdout.readline()
            assert line, output
            output += line
        [self.sandbox] = re.findall(r"# Inbox: (\S+)", output)
        return output

    def _serve_application(self, command: str) -> str:
        """Start Flask at a port that is reserved already, as its reloader does."""
        environ = {"WERKZEUG_RUN_MAIN": "true", "WERKZEUG_SERVER_FD": str(self.socket)}
        process = self._ending(self.start(f"{command} > application.log", environ, (self.socket,)))
        until(lambda: process.poll() is not None or requests.get(self.application, timeout=LONGEST).ok, "an answer")
        assert process.poll() is None, (self.folder / "application.log").read_text("utf-8")
        return ""

    def _ending(self, process: subprocess.Popen[str]) -> subprocess.Popen[str]:
        self.running.enter_context(process)
        self.running.callback(process.terminate)
        return process

    def _kill(self) -> str:
        assert self._background
        os.kill(self._background.pid, signal.SIGKILL)
        assert self._background.wait() == -signal.SIGKILL, "it had ended before"
        return ""


def _program(folder: Path, words: list[str], output: Path) -> None:
    """Run a program in this process, which is a child that was forked for it: importing `smsgate` takes a second."""
    os.chdir(folder)
    sys.argv = words
    sys.path.insert(0, str(folder))
    with output.open("w", encoding="utf-8") as file, redirect_stdout(file), redirect_stderr(file):
        runpy.run_path(words[0], run_name="__main__")
