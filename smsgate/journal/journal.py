"""The narrow door between gateways and whatever keeps their journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from smsgate.journal.audit import JournalAudit
from smsgate.journal.budgets import JournalBudgets
from smsgate.journal.due import JournalDue
from smsgate.journal.evidence import JournalEvidence
from smsgate.journal.inbox import JournalInbox
from smsgate.journal.queue import JournalQueue
from smsgate.journal.records import JournalRecords
from smsgate.journal.result_record import Finding
from smsgate.model.claim import Begun, Claim, Intent
from smsgate.model.entry import Asked, Entry
from smsgate.model.opt_out_scope import EVERY_OPT_OUT, MessageScope
from smsgate.model.reservation import Reservation
from smsgate.model.result import SendResult
from smsgate.model.vendor_ids import Found
from smsgate.runtime.shield import Pending

__all__ = ["Journal"]


class Journal(Protocol):
    """Remembers every send; threads and processes share it. Every method raises `JournalError` where it fails.

    What a method says is durable once it has returned, or once what it has returned is done; no caller waits for that
    longer than `within` seconds. An intent whose process died, or gave no sign of life for longer than its lease, is
    unknown from then on and never sent again by itself.
    """

    @property
    def inbox(self) -> JournalInbox:
        """What comes back is taken in here."""

    @property
    def queue(self) -> JournalQueue:
        """Runs on a queue are enqueued and claimed here."""

    @property
    def due(self) -> JournalDue:
        """Messages that wait for a time are listed and taken here."""

    @property
    def records(self) -> JournalRecords:
        """The records themselves are searched, counted, pruned, erased, copied and checked here."""

    @property
    def budgets(self) -> JournalBudgets:
        """What is used of budgets is shown here."""

    @property
    def evidence(self) -> JournalEvidence:
        """Consents are recorded, and what there is of a person is read here."""

    @property
    def audit(self) -> JournalAudit:
        """Entries are compared with what a vendor has by this."""

    @property
    def keeps_texts(self) -> bool:
        """Whether texts are kept in full."""

    @property
    def key_days(self) -> float:
        """For how many days after the end of a message its key is remembered."""

    def begin(self, intents: Sequence[Intent], *, within: float | None = None) -> Pending[Sequence[Begun]]:
        """Record what is about to be sent, all of it at once; what is pending says of each whether it may be sent.

        What an intent takes of budgets is reserved with it. Where only its provider's budget has no room, the claim
        names no provider, and `intend` refuses that one.
        Waits for nothing. A caller who waits no longer cancels what is pending, or settles the claims that come.
        """

    def intend(  # noqa: PLR0913 - all by name
        self,
        claim: Claim,
        provider: str,
        asked: Sequence[Asked],
        *,
        account: str | None = None,
        referenced: bool = True,
        reservations: Sequence[Reservation] = (),
        within: float | None = None,
    ) -> Claim:
        """Record which provider is asked next, before it is; `asked` are those asked before that may have the text.

        The claim that is returned has a submission of its own for that provider; `account` and `referenced` are as in
        `Intent`. Of the `reservations` of the intent, those for the provider are reserved, and those of the one before
        it given back. If that one may have the text, those for any provider are reserved once more.
        Raises `BudgetExceededError` if there is no room: another provider may be asked, or none.
        Raises `JournalError` if this process's lease has run out since the claim: others may have listed it as unknown.
        """

    def settle(self, settled: Sequence[tuple[Claim, SendResult]]) -> Pending[None]:
        """Record how claims ended; what is pending is done once that is durable, or fails with a `JournalError`.

        Ends that cannot be written are kept in memory and written as soon as they can be; meanwhile `find`, `unknowns`
        and `begin` tell of them. A claim that was listed as unknown meanwhile is taken; one that was claimed again is
        not.
        """

    def interrupt(self, claims: Sequence[Claim]) -> None:
        """Record, soon, that claims were given up while a provider may have been asked: they are unknown."""

    def open_run(self, run: str) -> None:
        """Begin a pass through a run's messages; `JournalError` while another process has it open."""

    def close_run(self, run: str) -> None:
        """End the pass."""

    def find(self, entry_id: int, *, within: float | None = None) -> Entry:
        """Return an entry; `NotFoundError` if there is none."""

    def unknowns(self, after: int = 0, run: str | None = None) -> Sequence[Entry]:
        """Return the next unknown entries with an id over `after`, the oldest first; an empty page is the end.

        Among them are those of this process that have ended, however, and could not be recorded yet.
        """

    def resolve(self, entry_id: int, finding: Finding) -> Entry:
        """Record what was found out about an unknown entry.

        `ConflictError` if it is not unknown, another entry has the vendor's id, or it was sent again since
        `finding.asked`.
        """

    def converted(self, key: str, *, within: float | None = None) -> None:
        """Record that a person has entered the code of the message that has a key; once is enough.

        `NotFoundError` if there is none; `ConflictError` if it was not sent, so that no code of it can be entered.
        """

    def choose_id(
        self, entry_id: int, provider: str, found: Found, since: datetime, *, within: float | None = None
    ) -> str | None:
        """Pick which of a vendor's ids is an open entry's own, and keep it for that entry, in one transaction.

        None if all of them belong to other entries; `UnknownOutcomeError` if that is unclear.
        """

    def taken_ids(
        self, entry_id: int, provider: str, since: datetime, *, within: float | None = None
    ) -> frozenset[str]:
        """Return ids of a provider's that other messages to an entry's recipient have, since shortly before a moment.

        Those of 10,000 messages at most, half of them before this one and half after it. `choose_id` knows of all.
        """

    def reclaim(  # noqa: PLR0913 - all by name
        self,
        entry_id: int,
        provider: str | None,
        *,
        account: str | None = None,
        referenced: bool = True,
        trace: str | None = None,
        reservations: Sequence[Reservation] = (),
        scope: MessageScope = EVERY_OPT_OUT,
        within: float | None = None,
    ) -> Pending[Claim]:
        """Claim an unknown entry, to send it again, as another submission; as `begin` does.

        `account`, `trace` and `scope` are as in `Intent`.

        `reservations` are taken beside those of the text that may be out. It fails with `ConflictError` if it is not
        unknown, `OptedOutError` if its recipient asked not to be texted, `BudgetExceededError` if there is no room.
        """

    def close(self) -> None:
        """Wait for what was claimed, each no longer than its `within`, write it, and close the file."""
