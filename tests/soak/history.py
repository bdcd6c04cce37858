"""One history of real processes: they send, are killed, start again; in the end every promise must have been kept."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from signal import SIGKILL
from threading import Lock
from typing import Any

from attrs import define, frozen

from smsgate import Gateway, OnUnknown, SmsgateError
from tests.soak.ends import Ends
from tests.soak.plan import SoakPlan
from tests.soak.sender import NOT_OPENED, receive, send
from tests.soak.server import SoakServer
from tests.soak.story import Story
from tests.soak.vendors import STALL, Account, order

SETTLING = 2.0
"""Seconds after which "it is not there" counts: twice as long as a sandbox keeps a request."""
BETWEEN_FAULTS = 0.03
MOST_WAITS = 2_000
"""Waits of so many seconds, after which a process hangs. They are counted: a machine that stands still makes none."""
_STARTING = Lock()
"""A process that starts looks after all others, and two threads that ask at once how one has ended confuse it."""
ROUNDS = 4
"""How often the vendors are asked what became of the unknown messages."""


@frozen
class Played:
    """What came of a history."""

    messages: int
    killed: int
    unknown: int
    """Entries whose outcome was unknown when the last process had ended."""
    still_unknown: int
    """Those that are so after the vendors were asked."""


@define
class _Slot:
    """The place of a process, and what is left of its killings."""

    number: int
    killings: list[Any]
    process: BaseProcess | None = None


class SoakHistory:
    """Plays a plan on two accounts, whose sandboxes nothing else uses meanwhile."""

    def __init__(
        self,
        plan: SoakPlan,
        accounts: Sequence[Account],
        processes: ForkServerContext,
        folder: Path,
        server: SoakServer | None = None,
    ) -> None:
        self.plan = plan
        self._server = server
        self._journal = f"{folder}/journal.db" if server is None else server.create_database()
        self.folder = str(folder)
        self.story = Story(self.folder, "history")
        self._accounts = dict(zip("ab", accounts, strict=True))
        self._processes = processes
        self._faults = list(plan.faults)
        self._killed = 0
        self._slots = [_Slot(work.slot, list(work.killings)) for work in plan.works]

    def play(self) -> Played:
        """Play it; raise `AssertionError` for a broken promise."""
        for account in self._accounts.values():
            account.clear()
        self._run_processes()
        for account in self._accounts.values():
            account.behave()
        time.sleep(STALL)  # what was stalled takes effect until then
        with Gateway.from_mapping(self.settings) as gateway:
            unknown = len([*gateway.unknowns.list()])
            still_unknown = self._reconcile(gateway)
            self._send_rest(gateway)
        texts = {name: account.texts() for name, account in self._accounts.items()}
        ends = Ends.read(self._journal, self.plan, texts)
        ends.check()
        return Played(len(ends.entries), self._killed, unknown, still_unknown)

    @property
    def settings(self) -> Mapping[str, Any]:
        """The settings of every process."""
        plan = self.plan
        common = {
            "adapter": "zoomconnect",
            "references": plan.references,
            "bulk_size": plan.bulk_size,
            "read_timeout": plan.read_timeout,
            "settling": SETTLING,
        }
        return {
            "providers": {name: {**common, **account.settings} for name, account in self._accounts.items()},
            "on_unknown": plan.on_unknown.value,
            "deadline": 3.5 if plan.on_unknown is OnUnknown.RECONCILE else 2.0,
            "breaker": {"failures": 5, "window": 1, "rest": 0.1},
            "journal": {"path": self._journal, "lease": 5, "patience": 20},
        }

    def _run_processes(self) -> None:
        """Run the processes until each has done its work, with faults of the vendors meanwhile."""
        waits = 0
        receiver = None
        if self.plan.reports == "calls":
            receiver = self._start(receive, self.settings, self._accounts["a"].control, self.folder)
        for slot in self._slots:
            self._start_in(slot)
        try:
            while running := {slot.process.sentinel: slot for slot in self._slots if slot.process is not None}:
                waits += 1
                assert waits < MOST_WAITS, f"HANGS: processes {[slot.number for slot in running.values()]}"
                for sentinel in wait([*running], BETWEEN_FAULTS):
                    self._ended(running[sentinel])  # type: ignore[index] # a sentinel is a number here
                self._misbehave()
                if self._server is not None:
                    self._server.misbehave(self._journal)
        finally:
            for process in (receiver, *(slot.process for slot in self._slots)):
                if process is not None:
                    with _STARTING:
                        process.kill()
                        process.join()

    def _start(self, target: Any, *args: Any) -> BaseProcess:
        process = self._processes.Process(target=target, args=args, daemon=True)
        with _STARTING:
            process.start()
        return process

    def _start_in(self, slot: _Slot) -> None:
        killing = slot.killings.pop(0) if slot.killings else None
        slot.process = self._start(send, self.plan, slot.number, killing, self.settings, self.folder)

    def _ended(self, slot: _Slot) -> None:
        assert slot.process is not None
        with _STARTING:
            slot.process.join()
            code, slot.process = slot.process.exitcode, None
        if code == -SIGKILL:
            self._killed += 1
            self._start_in(slot)
        elif code == NOT_OPENED and self._server is not None:
            self._start_in(slot)
        else:
            assert code == 0, f"RAISED: process {slot.number} ended with {code}"

    def _misbehave(self) -> None:
        if self._faults:
            one = self._faults.pop()
            control = self._accounts[one.account].control
            order(control, "faults", vendor="zoomconnect", fault=one.fault, times=one.times, path=one.path)

    def _reconcile(self, gateway: Gateway) -> int:
        """Ask the vendors what became of the unknown messages; return how many stay unknown."""
        for _ in range(ROUNDS):
            entries = [*gateway.unknowns.list()]
            if not entries:
                return 0
            time.sleep(SETTLING)  # counts from when they were listed
            for entry in entries:
                self._ask(gateway, entry.id)
            if not self.plan.references:
                break
        return len([*gateway.unknowns.list()])

    def _ask(self, gateway: Gateway, entry_id: int) -> None:
        try:
            found = gateway.unknowns.reconcile(entry_id)
        except SmsgateError as error:  # it stays unknown, or a report has settled it
            self.story.tell(f"entry {entry_id}: {error}")
        else:
            self.story.tell(f"entry {entry_id} is {found.state}")

    def _send_rest(self, gateway: Gateway) -> None:
        """Send what was certainly not sent."""
        for result in gateway.send_bulk(self.plan.run, run="run"):
            self.story.ended(result)
        for message in self.plan.keyed:
            with self.story.failing(message):
                self.story.ended(gateway.send(message))
