"""A process of an application whose opt-outs have scopes."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from smsgate import JournalError, OptOutRecord, OptOutScopes, Programme, StopScope
from tests.simulation.opt_outs.journal import OptOutJournal
from tests.simulation.opt_outs.plan import ALL, CAMPAIGN, SENDERS, By, Division, OptOutPlan, Wish
from tests.simulation.plan import Plan
from tests.simulation.process import Process

_PROGRAMMES = {"shop": Programme(senders=SENDERS[:1]), "news": Programme(senders=SENDERS[1:2], campaigns=[CAMPAIGN])}


class OptOutProcess(Process):
    """The same process, in which somebody adds opt-outs, too."""

    journal_type = OptOutJournal

    @staticmethod
    def scopes(plan: Plan) -> OptOutScopes | None:
        division = cast("OptOutPlan", plan).division
        if division is Division.NOT:
            return None
        return OptOutScopes(
            scope=StopScope.ALL if division is Division.PROGRAMMES else StopScope.SENDER,
            programmes={} if division is Division.SENDER else _PROGRAMMES,
        )

    async def decide(self, wish: Wish) -> bool:
        """Do what a person wants without a reply; return whether that is done."""
        plan = cast("OptOutPlan", self.plan)
        number, scope = plan.numbers[wish.person], ALL if wish.sender is None else plan.scope(wish.sender)
        opt_outs = self.gateway.opt_outs
        try:
            if wish.by is By.IMPORT:
                since = self.engine.utc() - timedelta(seconds=wish.age)
                await opt_outs.add_many([OptOutRecord(number, since, None, None, scope)])
            elif wish.stops:
                await opt_outs.add(number, scope)
            else:
                await opt_outs.remove(number, None if scope == ALL else scope)
        except JournalError as error:
            self.engine.simulation.tell(self.host.name, f"cannot do what {number} wants: {error}")
            return False
        return True
