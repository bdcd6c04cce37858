"""One history: processes come and go, vendors fail and recover, and in the end every promise must have been kept."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from itertools import count

from smsgate import Event, JournalError, OnUnknown, Outcome, SendResult
from smsgate.journal import Entry
from smsgate.journal.database.lease import Lease
from smsgate.journal.event_identity import DELIVERY_TIME
from smsgate.provider import AsyncProvider
from smsgate.runtime.shield import LateError, Pending
from tests.simulation.adapter import BULK, SETTLING, WithToken
from tests.simulation.disk import Disk
from tests.simulation.invariants import check_end, missing_events
from tests.simulation.journal import LEASE
from tests.simulation.kinds import Kind
from tests.simulation.plan import Plan
from tests.simulation.process import KEYED, Process
from tests.simulation.schedule import Simulation
from tests.simulation.shared import Shared
from tests.simulation.task import Host
from tests.simulation.truth import CONFIRMATION, Truth
from tests.simulation.two_vendors import two_vendors
from tests.simulation.vendor import DELIVERED_AFTER, Vendor

HALT = LEASE + 1.0
"""Seconds for which a process is halted."""
DOWN = 1.0
"""Seconds between a process's death and the next one's beginning, at most."""
WEBHOOK_PATIENCE, WEBHOOK_PAUSE, LONGEST_WEBHOOK_PAUSE = 2.0, 0.5, 4.0
MOST_LATE = 4
"""Processes that may be needed to take an event that others had in hand when they died."""
ROUNDS = 12
"""Rounds of reconciliation after which everything must have ended."""


class History:
    """Plays a plan."""

    truth_type = Truth
    process_type = Process

    def __init__(self, plan: Plan, story: list[str] | None = None) -> None:
        self.plan = plan
        self.simulation = Simulation(plan.seed, story)
        self.truth = self.truth_type(self.simulation)
        self.disk = Disk(self.truth, see_each_other=not plan.containers)
        self.vendors = self.make_vendors()
        self.shared = Shared(plan)
        self.truth.wanted.update(message.text for message in (*plan.messages, *self.shared.once))
        self.truth.wanted[KEYED] = self.truth.wanted[CONFIRMATION] = 1
        self.truth.copies = len(self.vendors) if plan.on_unknown is OnUnknown.FAILOVER else 1
        self.truth.has_unsearchable = plan.kind is Kind.REFERENCED and plan.turns_references_on
        self.truth.is_undisturbed = not plan.halts and plan.full_disk is None
        self._deaths = list(plan.deaths)
        self._alive: list[Process] = []
        self._has_died = False
        self._calls = 0
        """Calls of webhooks that have not come to an end."""

    def make_vendors(self) -> Sequence[Vendor]:
        """Return the vendors, in the order of the route."""
        first, second = two_vendors(self.plan, self.truth)
        if self.plan.calls:
            first.reports = self._call_webhook
        return first, second

    def play(self) -> None:
        """Play it; raise `AssertionError` for a broken promise."""
        try:
            self.simulation.run(self.simulation.spawn(self.simulation.world, "history", self._main()))
        except Exception as error:
            if isinstance(error, AssertionError):
                raise
            raise AssertionError(f"RAISED: {type(error).__name__}: {error}") from error
        finally:
            self.simulation.end()
            self.disk.close()
        assert not self.truth.violations, self.truth.violations[0]

    async def _main(self) -> None:
        simulation, plan = self.simulation, self.plan
        self.begin_others()
        slots = [simulation.spawn(simulation.world, f"slot {n}", self._keep_alive(n)) for n in range(plan.processes)]
        recovery = simulation.spawn(simulation.world, "recovery", self._get_well())
        for ended in (*slots, recovery):
            await simulation.wait(ended)
        last = self._alive[0]
        await simulation.wait(last.engine.spawn("last", self._finish(last)))
        await self._deliver_rest()
        for name in missing_events(self.truth):
            self.truth.violate(f"NEVER HANDED OVER: {name}")

    def begin_others(self) -> None:
        """Begin what the plan has happen to the processes, the disk and the person."""
        simulation, plan = self.simulation, self.plan
        for at in plan.halts:
            simulation.spawn(simulation.world, "halt", self._halt(at))
        for moment, word in ((plan.stop, "STOP"), (plan.start, "START")):
            if moment is not None:
                simulation.spawn(simulation.world, "person", self._text(moment, word))
        if plan.full_disk is not None:
            simulation.spawn(simulation.world, "disk", self._fill_disk(plan.full_disk))

    async def _keep_alive(self, slot: int) -> None:
        """Keep a process running until its work is done; another one takes the place of each that dies."""
        for number in count(1):
            host = Host(f"p{slot}.{number}")
            process = await self._start(host)
            ended: Pending[bool] = Pending()
            host.on_death = lambda process=process, ended=ended: self._died(process, ended)  # type: ignore[misc]
            if self._deaths and not self.vendors[0].is_well:
                host.dies_at = self._deaths.pop(0)
            work = process.engine.spawn("work", process.work())
            work.then(lambda ended=ended: ended.done or ended.give(True))  # type: ignore[misc]
            if await self.simulation.wait(ended) and not host.dead:
                host.dies_at = None
                return
            await self.simulation.sleep(self.simulation.random.random() * DOWN)

    async def _start(self, host: Host) -> Process:
        while True:
            try:
                process = self.process_type(self.plan, host, self.disk, self.vendors, self.shared)
            except JournalError as error:
                self.simulation.tell(host.name, f"cannot start: {error}")
                await self.simulation.sleep(0.2)
            else:
                self.simulation.tell(host.name, "starts")
                self._alive.append(process)
                host.on_death = partial(self._alive.remove, process)
                return process

    def _died(self, process: Process, ended: Pending[bool]) -> None:
        self._alive.remove(process)
        self._has_died = True
        self.truth.is_undisturbed = False
        lease: Lease = process.journal._lease
        if self.plan.full_disk is None:
            chunk = BULK if self.plan.bulk else 1
            given_back = chunk * len(self.plan.cancels)  # or will be in a moment
            single = self.plan.keyed + self.plan.once + self.plan.resends + process.confirming + process.due_in_flight
            at_once = self.plan.in_flight * chunk + single + given_back
            [[intents]] = self.disk.connection.execute(
                "SELECT count(*) FROM entries WHERE state = 'intent' AND owner = ?", (lease.owner,)
            )
            if intents > at_once:
                self.truth.violate(f"TOO MANY OPEN: {intents} intents at a crash, and at most {at_once} are in flight")
        if not ended.done:
            ended.give(False)

    async def _get_well(self) -> None:
        await self.simulation.sleep(self.plan.well)
        self.simulation.tell("world", "all faults are over")
        self._deaths.clear()
        for process in self._alive:
            process.host.dies_at = None
        for vendor in self.vendors:
            vendor.is_well = True

    async def _halt(self, at: float) -> None:
        await self.simulation.sleep(at)
        for process in self._alive[:1]:
            self.simulation.tell(process.host.name, "is halted for longer than its lease")
            process.host.halted_until = self.simulation.now + HALT

    async def _fill_disk(self, at: float) -> None:
        await self.simulation.sleep(at)
        self.disk.is_full = True
        self.simulation.tell("disk", "is full")
        await self.simulation.sleep(min(self.simulation.random.random() * LEASE, self.plan.well - at))
        self.disk.is_full = False
        self.simulation.tell("disk", "has room")

    async def _text(self, at: float, words: str) -> None:
        await self.simulation.sleep(at)
        polled = self.plan.polls and self.simulation.chance(0.5)
        reply = self.vendors[1 if polled else 0].receive_reply(self.plan.numbers[1], words)
        self.truth.expected.append(f"reply {reply.provider}/{reply.message_id}")
        if not polled:
            await self._call_webhook(reply)

    async def _call_webhook(self, event: Event) -> None:
        await self.call_until_taken(lambda process: process.receive(event))

    async def call_until_taken(self, call: Callable[[Process], Coroutine[object, None, bool]]) -> None:
        """Call the application until it has taken an event."""
        self._calls += 1
        simulation, taken, pause = self.simulation, False, WEBHOOK_PAUSE
        while not taken:
            if self._alive:
                process = self._alive[int(simulation.random.random() * len(self._alive))]
                try:
                    taken = await simulation.wait(process.engine.spawn("webhook", call(process)), WEBHOOK_PATIENCE)
                except LateError:
                    taken = False
            if not taken:
                await simulation.sleep(pause)
                pause = min(2 * pause, LONGEST_WEBHOOK_PAUSE)
        self._calls -= 1

    async def _deliver_rest(self) -> None:
        """Let the last reports come; then have a new process take what another one had in hand when it died."""
        await self.simulation.sleep(DELIVERED_AFTER if self.plan.calls else 0.0)
        for number in range(MOST_LATE):
            await self.simulation.sleep(LONGEST_WEBHOOK_PAUSE if self._calls else 0.0)
            if not self._calls and not missing_events(self.truth):
                return
            for each in list(self._alive):
                self.simulation.kill(each.host)
            await self.simulation.sleep(DELIVERY_TIME)
            late = await self._start(Host(f"late.{number}"))
            if self.plan.polls:
                await self.simulation.wait(late.engine.spawn("late", late.poll()))

    async def _finish(self, process: Process) -> None:
        """Bring everything to its end with vendors that are well, and check that it is the right one."""
        simulation = self.simulation
        await simulation.sleep(SETTLING + (LEASE if self._has_died and self.plan.containers else 0.0))
        if self.plan.token:
            await _log_in(process.gateway.provider("b"))
        for _ in range(ROUNDS):
            still_unknown = await process.reconcile()
            results = await process.send_all()
            if self.has_ended(still_unknown, results):
                break
            await simulation.sleep(SETTLING)
        for vendor in self.vendors:
            if not vendor.has_failed:
                continue
            self.truth.wanted[text := f"fresh to {vendor.name}"] = 1
            result = await process.send(self.plan.message(0, text), vendor.name)
            if result.outcome is not Outcome.ACCEPTED:
                self.truth.violate(f"NO PROGRESS: {vendor.name} is well, and a message ends {result.error}")
        if self.plan.polls:
            await simulation.sleep(SETTLING)
            while not await process.poll():
                await simulation.sleep(SETTLING)
        while any(each.confirming or each.has_unrecorded_ends for each in self._alive):
            await simulation.sleep(SETTLING)
        self.check_end(process.journal.entries(self.truth.messages), results)

    def has_ended(self, still_unknown: int, results: Sequence[SendResult]) -> bool:
        """Whether another round changes nothing."""
        return not still_unknown and all(result.outcome is not Outcome.UNKNOWN for result in results)

    def check_end(self, entries: Sequence[Entry], results: Sequence[SendResult]) -> None:
        """Check that each message has ended as it should."""
        check_end(self.truth, entries, results)


async def _log_in(provider: AsyncProvider) -> None:
    assert isinstance(provider.adapter, WithToken)
    await provider.authorise(provider.adapter.login())
