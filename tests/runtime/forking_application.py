"""An application that forks while it works: `python -m tests.runtime.forking_application`, its orders on stdin.

Each line of its orders is a round: settings, a seed and a way to fork. It appends what became of each message to the
round's report and prints the way in which the round ended.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import Any

from attrs import frozen

from smsgate import Gateway, Message, SmsgateError

TO = "+27821234567"
PATIENCE = 60
"""Seconds that a child may take; one takes well under a second."""


@frozen
class Round:
    """One round: what is sent, by whom, is a function of its seed."""

    seed: int
    settings: dict[str, Any]
    way: str
    report: Path

    @property
    def has_journal(self) -> bool:
        return "journal" in self.settings

    def open(self) -> Gateway:
        return Gateway.from_mapping(self.settings)

    def message(self, name: str) -> Message:
        text = f"{self.seed} {name}"
        return Message(TO, text, key=text if self.has_journal else None)

    def send(self, gateway: Gateway, name: str) -> None:
        """Send a message and write what became of it, and which message the vendor then tells of."""
        message = self.message(name)
        try:
            result = gateway.send(message)
            asked = gateway.provider("zoom").status(result.message_id).message_id if result.message_id else None
            line = {"text": message.text, "outcome": result.outcome.value, "id": result.message_id, "asked": asked}
        except SmsgateError as error:
            line = {"text": message.text, "outcome": "error", "error": repr(error)}
        self.write(line)

    def write(self, line: dict[str, Any]) -> None:
        append(self.report, line)


def append(path: Path, line: dict[str, Any]) -> None:
    """Write a line in one piece: processes and threads share the file."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, f"{json.dumps(line)}\n".encode())
    finally:
        os.close(file)


def play(plan: Round) -> None:
    """Warm a gateway, fork while threads send, let everybody send, and send every key again at the end."""
    dice = random.Random(plan.seed)
    gateway = plan.open()
    for name in names("warm", dice.randint(1, 2)):
        plan.send(gateway, name)
    threads = [
        Thread(target=send_each, args=(plan, gateway, names(f"thread {each}", 3))) for each in range(dice.randint(0, 2))
    ]
    for thread in threads:
        thread.start()
    children = [start(plan, child(plan, gateway, number, dice)) for number in range(dice.randint(1, 3))]
    closes_first = dice.random() < 0.5  # while the children are busy
    for thread in threads:
        thread.join(PATIENCE)
    send_each(plan, gateway, [*names("parent", dice.randint(0, 2)), *shared(plan)])
    if closes_first:
        gateway.close()
    for wait in children:
        if (status := wait()) != 0:
            plan.write({"text": "a child", "outcome": f"ended with {status}"})
    gateway.close()


def child(plan: Round, inherited: Gateway, number: int, dice: random.Random) -> Callable[[], None]:
    """Return what a child does: with the gateway it inherits or with its own, and how it ends."""
    own, ending, count = dice.random() < 0.5, dice.choice(["exit", "close", "leave"]), dice.randint(1, 3)

    def work() -> None:
        gateway = plan.open() if own else inherited
        send_each(plan, gateway, [*names(f"child {number}", count), *shared(plan)])
        if ending != "exit":
            gateway.close()
        if ending == "leave":
            os._exit(0)

    return work


def send_each(plan: Round, gateway: Gateway, each: Iterable[str]) -> None:
    for name in each:
        plan.send(gateway, name)


def names(whose: str, count: int) -> Iterator[str]:
    return (f"{whose} {each}" for each in range(count))


def shared(plan: Round) -> list[str]:
    """Return the messages that every process sends: only a journal makes them go out once."""
    return ["shared 0", "shared 1"] if plan.has_journal else []


def start(plan: Round, work: Callable[[], None]) -> Callable[[], int | None]:
    """Start a child in the round's way; return a function that waits for it and gives its exit status."""
    if plan.way == "multiprocessing":
        process: BaseProcess = multiprocessing.get_context("fork").Process(target=work)
        process.start()
        return lambda: _joined(process)
    if (pid := os.fork()) == 0:
        work()
        sys.exit(0)  # through everything that the parent had begun, as a program ends
    return lambda: _waited(pid)


def _joined(process: BaseProcess) -> int | None:
    process.join(PATIENCE)
    if process.is_alive():
        process.kill()
        process.join()
        return None
    return process.exitcode


def _waited(pid: int) -> int | None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None


def main() -> None:
    for line in sys.stdin:
        orders = json.loads(line)
        plan = Round(orders["seed"], orders["settings"], orders["way"], Path(orders["report"]))
        try:
            play(plan)
            ended = "done"
        except Exception:  # noqa: BLE001 - the test shows it
            ended = traceback.format_exc()
        sys.stdout.write(f"{json.dumps(ended)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
