"""The interface for the records themselves: searched, counted, pruned, erased, copied and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from attrs import field, frozen

from smsgate.journal.trail import Trail
from smsgate.model.entry import Entry
from smsgate.model.errors import ConfigError
from smsgate.model.message import Message
from smsgate.model.run_report import RunReport

__all__ = ["Erased", "JournalRecords", "JournalStats", "KnownMessage", "Pruned", "Search"]


@frozen(kw_only=True)
class Search:
    """By what entries are looked for: one of these, and `provider` beside `message_id` only."""

    to: str | None = None
    """E.164, in any spelling of its line; erased entries are found by it too."""
    key: str | None = None
    run: str | None = None
    reference: str | None = None
    message_id: str | None = None
    """The vendor's; of any provider if none is named."""
    provider: str | None = None

    def __attrs_post_init__(self) -> None:
        wanted = (self.to, self.key, self.run, self.reference, self.message_id)
        if sum(each is not None for each in wanted) != 1:
            raise ConfigError("entries are found by one of to, key, run, reference and message_id; give one of them")
        if self.provider is not None and self.message_id is None:
            raise ConfigError("provider says whose message_id is looked for; give that too")


@frozen(kw_only=True)
class JournalStats:
    """How much a journal has."""

    name: str
    version: int
    """Of its tables."""
    bytes: int
    """On the disk."""
    entries: int
    oldest: datetime | None
    newest: datetime | None
    """When the first and the last of the entries that it has were begun."""
    queued: int
    held: int
    """Kept until their time."""
    in_flight: int
    unknown: int
    awaited: int
    """Accepted messages whose status polling asks for."""
    reports: int
    unmatched: int
    """Reports on messages that no entry has."""
    events: int
    """Events of the last 30 days, remembered so that each is delivered once."""
    second_tries: int
    """Tries that were accepted, reported as not delivered, and replaced by another provider's."""
    possible_duplicates: int
    """Those that were reported as delivered after that."""
    opt_outs: int
    runs: int
    processes: int
    """That use it, or have not shown for less than a lease that they do not."""


@frozen(kw_only=True)
class Pruned:
    """What was deleted."""

    entries: int = 0
    texts: int = 0
    """Entries that stay without their text."""
    runs: int = 0
    reports: int = 0
    """On messages that no entry has, after 30 days."""
    events: int = 0
    """Hashes of events that were delivered, after 30 days."""
    opt_outs: int = 0
    """That were revoked a year ago."""
    reservations: int = 0
    """What does not count any more of budgets, and the sums of those of which nothing is used."""
    consents: int = 0
    """That were given again later, or whose person was erased; the last of each wording stays."""
    refusals: int = 0
    """Days and kinds of refused messages, by number."""
    opt_out_log: int = 0
    """What was asked for long ago; an opt-out that is in force stays."""
    conversions: int = 0
    """What guards against pumping have counted and do not judge by any more."""

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> Pruned:
        """Return the counts by their names."""
        return cls(**counts)


@frozen
class KnownMessage:
    """What a run has of a message."""

    entry: Entry | None
    """None where it is new to the run, and to the journal if it has a key."""
    is_left: bool = field(kw_only=True)
    """Whether a pass through the run sends it: it is new, or certainly not sent."""


@frozen(kw_only=True)
class Erased:
    """What was erased of a person."""

    entries: int
    opt_outs: int
    """1 if the number had opted out or in; that stays, by its hash."""


class JournalRecords(Protocol):
    """A journal's records; threads share it. Every method raises `JournalError` where it fails."""

    def find(self, search: Search, before: int | None = None) -> Sequence[Entry]:
        """Return the next entries, the newest first, with ids below `before`; an empty page is the end."""

    def with_submission(self, submission: str) -> Sequence[int]:
        """Return the ids of the entries that have a submission, the newest first; reads all entries beside the sends.

        A message that its first provider has accepted has none, unless a report names it.
        """

    def trail(self, entry_id: int) -> Trail:
        """Return everything about one message; `NotFoundError` if there is no such entry."""

    def report(self, run: str) -> RunReport:
        """Count the messages of a run at one moment, beside the sends; `NotFoundError` if there is no such run."""

    def in_run(self, run: str, messages: Sequence[tuple[Message, int]]) -> Sequence[KnownMessage]:
        """Return what a run has of messages, of equal ones of the n-th each: its result, and whether it is left."""

    def run_size(self, run: str) -> int:
        """Return how many messages a run has."""

    def stats(self) -> JournalStats:
        """Count what there is; other processes go on meanwhile."""

    def prune(self, keep: str | None = None, keep_text: str | None = None) -> Pruned:
        """Delete what has ended so long ago, in short transactions; `ConfigError` if nothing says how long that is.

        The ages default to those of the settings. Entries in flight, queued or of unknown outcome stay, and so do those
        of a run until it was not used for so long.
        """

    def erase(self, number: str) -> Erased:
        """Replace a person's number by a hash, and remove the texts to it and what was worded about them.

        Keys, runs and an opt-out of the number go on to work; consents stay, by the hash, without where they were
        given. `ConflictError` while a message to it is queued or in flight.
        """

    def backup(self, file: Path) -> None:
        """Copy the whole journal as it is at one moment; `ConfigError` if the file is there or there can be none."""

    def check(self) -> Sequence[str]:
        """Read everything; return what is wrong, an empty list if nothing is. Other processes go on meanwhile."""
