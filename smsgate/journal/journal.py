"""The narrow door between gateways and whatever keeps their journal."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Protocol

from smsgate.errors import ConflictError, OptedOutError
from smsgate.journal.entry import Asked, Claim, Entry, Intent
from smsgate.journal.inbox import JournalInbox
from smsgate.journal.record import Finding
from smsgate.result import SendResult

__all__ = ["Journal"]


class Journal(Protocol):
    """Remembers every send; threads and processes share it. Every method raises `JournalError` where it fails.

    What a method says is durable once it has returned. An intent whose process died, or gave no sign of life for
    longer than its lease, is unknown from then on and never sent again by itself.
    """

    @property
    def inbox(self) -> JournalInbox:
        """What comes back is taken in here."""

    def begin(self, intents: Sequence[Intent]) -> Sequence[Claim | Entry | ConflictError | OptedOutError]:
        """Record what is about to be sent, all of it at once; tell of each whether it may be.

        A `Claim`: it is recorded and may be sent. An `Entry`: its key, or its place in the run, was sent before and
        ended accepted, refused by the vendor or unknown, or another is sending it now (`State.INTENT`). A
        `ConflictError`: its key belongs to a message with other content. An `OptedOutError`: its recipient asked not to
        be texted.
        """

    def intend(self, claim: Claim, provider: str, doubts: Sequence[Asked]) -> Claim:
        """Record which provider is asked next, before it is; `doubts` are those asked before that may have the text.

        Raises `JournalError` if this process's lease has run out since the claim: others may have listed it as unknown.
        """

    def settle(self, settled: Sequence[tuple[Claim, SendResult]]) -> Future[None]:
        """Record how claims ended; the future ends once that is durable, or with a `JournalError`.

        A claim that was listed as unknown meanwhile is taken; one that was claimed again is not.
        """

    def interrupt(self, claims: Sequence[Claim]) -> None:
        """Record that claims were given up while a provider may have been asked: they are unknown."""

    def open_run(self, run: str) -> None:
        """Begin a pass through a run's messages; `JournalError` while another process has it open."""

    def close_run(self, run: str) -> None:
        """End the pass."""

    def find(self, entry_id: int) -> Entry:
        """Return an entry; `NotFoundError` if there is none."""

    def unknowns(self, after: int = 0, run: str | None = None) -> Sequence[Entry]:
        """Return the next unknown entries with an id over `after`, the oldest first; an empty page is the end."""

    def resolve(self, entry_id: int, finding: Finding) -> Entry:
        """Record what was found out about an unknown entry; `ConflictError` if it is not unknown."""

    def reclaim(self, entry_id: int, provider: str | None) -> Claim:
        """Claim an unknown entry, to send it again.

        Raises `ConflictError` if it is not unknown, `OptedOutError` if its recipient asked not to be texted.
        """

    def close(self) -> None:
        """Finish what was begun and let go of the file."""
