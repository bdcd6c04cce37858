"""What the journal knows, for threads: unknown messages, delivery reports, opt-outs, and what comes in."""

from __future__ import annotations

from collections.abc import Iterator

from smsgate.blocking.face import blocking, direct, generating
from smsgate.engine import iterate
from smsgate.journal import Inbox, OptOutRecord
from smsgate.model.reservation import BudgetUse
from smsgate.receiving.consents import AsyncConsents
from smsgate.receiving.deliveries import AsyncDeliveries
from smsgate.receiving.incoming import AsyncIncoming
from smsgate.receiving.journal_records import AsyncJournalRecords
from smsgate.receiving.opt_outs import AsyncOptOuts
from smsgate.sending.budgets import AsyncBudgets
from smsgate.sending.due import AsyncHeld
from smsgate.sending.unknowns import AsyncUnknowns

__all__ = ["Budgets", "Consents", "Deliveries", "Held", "Incoming", "JournalRecords", "OptOuts", "Unknowns"]


class Unknowns:
    """What is to be done about a journal's unknown entries; `gateway.unknowns` gives it.

    Nothing here happens by itself: smsgate sends an unknown message again only when it is asked to.
    """

    def __init__(self, core: AsyncUnknowns) -> None:
        self.core = core

    list = generating(AsyncUnknowns.list)
    get = blocking(AsyncUnknowns.get)
    reconcile = blocking(AsyncUnknowns.reconcile)
    resolve = blocking(AsyncUnknowns.resolve)
    resend = blocking(AsyncUnknowns.resend)


class Held:
    """Messages that are kept until their time; `gateway.held` gives it.

    `gateway.send_due()` sends those whose time has come, and so does `smsgate work`.
    """

    def __init__(self, core: AsyncHeld) -> None:
        self.core = core

    list = generating(AsyncHeld.list)
    cancel = blocking(AsyncHeld.cancel)


class Deliveries:
    """Where messages are by the reports that came; asks no vendor. `gateway.deliveries` gives it."""

    def __init__(self, core: AsyncDeliveries) -> None:
        self.core = core

    get = blocking(AsyncDeliveries.get)
    unmatched = generating(AsyncDeliveries.unmatched)


class JournalRecords:
    """What the journal has; asks no vendor. `gateway.journal` gives it."""

    def __init__(self, core: AsyncJournalRecords) -> None:
        self.core = core

    get = blocking(AsyncJournalRecords.get)
    find = generating(AsyncJournalRecords.find)
    look_up = generating(AsyncJournalRecords.look_up)
    history = blocking(AsyncJournalRecords.history)
    report = blocking(AsyncJournalRecords.report)
    in_run = generating(AsyncJournalRecords.in_run)
    run_size = blocking(AsyncJournalRecords.run_size)
    stats = blocking(AsyncJournalRecords.stats)
    prune = blocking(AsyncJournalRecords.prune)
    erase = blocking(AsyncJournalRecords.erase)
    backup = blocking(AsyncJournalRecords.backup)
    check = blocking(AsyncJournalRecords.check)


class OptOuts:
    """The numbers that a gateway sends nothing to; `gateway.opt_outs` gives it.

    Replies add to them and take away. Numbers are read as those of messages are, and match every spelling of their
    line.
    """

    def __init__(self, core: AsyncOptOuts) -> None:
        self.core = core

    def __contains__(self, number: str) -> bool:
        return self.get(number) is not None

    def __iter__(self) -> Iterator[OptOutRecord]:
        return iterate(self.core.list())

    get = blocking(AsyncOptOuts.get)
    add = blocking(AsyncOptOuts.add)
    add_many = blocking(AsyncOptOuts.add_many)
    import_csv = blocking(AsyncOptOuts.import_csv)
    sync = blocking(AsyncOptOuts.sync)
    remove = blocking(AsyncOptOuts.remove)


class Consents:
    """What people agreed to; `gateway.consents` gives it.

    Messages add to it by their `consent`. Numbers are read as those of messages are, and match every spelling of their
    line.
    """

    def __init__(self, core: AsyncConsents) -> None:
        self.core = core

    record = blocking(AsyncConsents.record)
    list = generating(AsyncConsents.list)


class Budgets:
    """The budgets of the settings, and what is used of them now; `gateway.budgets` gives it.

    With a journal they count for all threads, processes and hosts that share it, else in this process alone.
    """

    def __init__(self, core: AsyncBudgets) -> None:
        self.core = core

    def __iter__(self) -> Iterator[BudgetUse]:
        return iterate(self.core.list())

    list = generating(AsyncBudgets.list)
    of_number = generating(AsyncBudgets.of_number)
    use = blocking(AsyncBudgets.use)


class Incoming:
    """Delivers the events of one gateway; threads share it. `gateway.incoming` gives it."""

    def __init__(self, core: AsyncIncoming) -> None:
        self.core = core

    @property
    def inbox(self) -> Inbox:
        """Where events are recorded."""
        return self.core.inbox

    deliver = blocking(AsyncIncoming.deliver)
    record = blocking(AsyncIncoming.record)
    read = direct(AsyncIncoming.read)
