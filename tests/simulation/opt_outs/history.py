"""One history in which people opt out of some senders: who is silenced, and who is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from smsgate import OptedOutError, Outcome
from tests.simulation.adapter import SETTLING
from tests.simulation.history import History
from tests.simulation.opt_outs.plan import ALL, SENDERS, By, OptOutPlan, Wish
from tests.simulation.opt_outs.process import OptOutProcess
from tests.simulation.opt_outs.truth import OptOutTruth
from tests.simulation.process import Process
from tests.simulation.vendor import Vendor

TRIES = 5


class OptOutHistory(History):
    """Plays a plan with opt-outs."""

    truth_type = OptOutTruth
    process_type = OptOutProcess

    def make_vendors(self) -> Sequence[Vendor]:
        self._plan, self._truth = cast("OptOutPlan", self.plan), cast("OptOutTruth", self.truth)
        self._truth.plan = self._plan
        self._wishes = 0
        return super().make_vendors()

    def begin_others(self) -> None:
        super().begin_others()
        for wish in self._plan.wishes:
            self._wishes += 1
            self.simulation.spawn(self.simulation.world, "person", self._wish(wish))

    async def _wish(self, wish: Wish) -> None:
        await self.simulation.sleep(wish.at)
        if wish.by in {By.HAND, By.IMPORT}:
            await self._decide(wish)
        else:
            await self._reply(wish)
        self._wishes -= 1

    async def _decide(self, wish: Wish) -> None:
        plan, stops = self._plan, wish.stops
        scope = ALL if wish.sender is None else plan.scope(wish.sender)
        await self.call_until_taken(lambda process: cast("OptOutProcess", process).decide(wish))
        decision = plan.numbers[wish.person], scope if stops or scope != ALL else None, stops
        if decision not in self._truth.by_hand:
            self.truth.violate(f"LOST: {decision} was taken, and is not durable")

    async def _reply(self, wish: Wish) -> None:
        number = self._plan.numbers[wish.person]
        vendor = self.vendors[wish.by is By.POLLING]
        last = [one.message_id for one in self.truth.on_air if one.to == number and one.provider == vendor.name]
        answers = last[-1] if last and wish.sender is None else None
        reply = vendor.receive_reply(number, "STOP" if wish.stops else "START", to=wish.sender, in_reply_to=answers)
        self.truth.expected.append(f"reply {reply.provider}/{reply.message_id}")
        if wish.by is By.WEBHOOK:
            await self._call_webhook(reply)
            if reply.message_id not in self._truth.heard:
                self.truth.violate(f"LOST: {reply.message_id} was taken, and is not durable")

    async def _finish(self, process: Process) -> None:
        """Send one more message under each sender, to each person: it is silenced exactly if the person wants that."""
        await super()._finish(process)
        for person in (1, 2):
            for sender in SENDERS:
                await self._send_fresh(process, person, sender)

    async def _send_fresh(self, process: Process, person: int, sender: str) -> None:
        message = self._plan.last(person, sender)
        self.truth.wanted[message.text] = 1
        for _ in range(TRIES):
            before = bool(self._truth.silencing(message))
            result = await process.send(message)
            if before is not bool(self._truth.silencing(message)):
                return  # said meanwhile
            if before is not isinstance(result.error, OptedOutError):
                self.truth.violate(f"WRONGLY {'TEXTED' if before else 'SILENCED'}: {message.text!r}: {result.outcome}")
            if before or result.outcome is Outcome.ACCEPTED:
                return
            await self.simulation.sleep(SETTLING)
        self.truth.violate(f"NO PROGRESS: {message.text!r} ends {result.error}")

    async def _deliver_rest(self) -> None:
        await super()._deliver_rest()
        while self._wishes:
            await self.simulation.sleep(SETTLING)
        process = cast("OptOutProcess", self._alive[0])
        with process.journal._writer.at_once():
            found = {(each.number, each.scope) for each in process.journal.inbox.opt_outs()}
        if found != self._truth.stopped:
            self.truth.violate(f"OPT-OUTS DIFFER: {sorted(found)} in the journal, {sorted(self._truth.stopped)} said")
