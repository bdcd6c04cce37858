from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.valkey_server import Valkey, running_valkey

Senders = Callable[..., "list[subprocess.Popen[str]]"]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def senders() -> Iterator[Senders]:
    """Start processes that share an account and wait for the word to begin."""
    with ExitStack() as running:

        def start(settings: dict[str, Any], numbers: Sequence[Sequence[int]], threads: int, **more: str) -> Any:
            processes = []
            for own in numbers:
                process = running.enter_context(
                    subprocess.Popen(
                        [sys.executable, "-m", "tests.transport.sending_process"],
                        cwd=ROOT,
                        stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE,
                        text=True,
                    )
                )
                running.callback(process.kill)
                orders = {"settings": settings, "numbers": [*own], "threads": threads, **more}
                write_line(process, json.dumps(orders))
                processes.append(process)
            assert [read_line(process) for process in processes] == ["ready"] * len(processes)
            return processes

        yield start


def write_line(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def read_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def release(processes: Sequence[subprocess.Popen[str]]) -> list[str]:
    """Let them begin, and return what became of all their messages."""
    for process in processes:
        write_line(process, "begin")
    return [outcome for process in processes for outcome in json.loads(read_line(process) or "[]")]


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[Valkey]:
    with running_valkey() as server:
        yield server


@pytest.fixture
def valkey(valkey_server: Valkey) -> Valkey:
    """Return a server, which all tests share, with nothing in it."""
    valkey_server.command("FLUSHALL")
    return valkey_server


@pytest.fixture
def mortal_valkey() -> Iterator[Valkey]:
    """Return a server to kill."""
    with running_valkey() as server:
        yield server
