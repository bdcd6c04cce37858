"""The evidence in a database: consents, refused messages, opt-outs, and the messages of a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import nsmallest

from attrs import frozen

from smsgate.journal.database.connection import Connection
from smsgate.journal.database.consents import Consents
from smsgate.journal.database.entries import Entries
from smsgate.journal.database.opt_out_log import OptOutLog
from smsgate.journal.database.person import Person
from smsgate.journal.database.refusals import Refusals
from smsgate.journal.database.trail import read_trail
from smsgate.journal.database.unrecorded import Unrecorded
from smsgate.journal.database.writer import Writer
from smsgate.journal.evidence import OptOutChange, PersonRecord
from smsgate.journal.queue import Added
from smsgate.journal.trail import Standing, Trail
from smsgate.model.claim import Begun
from smsgate.model.consent import Consent
from smsgate.model.errors import InvalidMessageError, OptedOutError
from smsgate.model.message import Message
from smsgate.model.opt_out_scope import ALL

__all__ = ["DatabaseEvidence", "Evidence"]

PAGE = 50
"""Messages of one page."""
_BY_NUMBER = f"SELECT id FROM entries WHERE recipient = ? AND id > ? ORDER BY id LIMIT {PAGE}"


@frozen
class Evidence:
    """The tables of it."""

    consents: Consents
    refusals: Refusals
    log: OptOutLog

    def note(self, connection: Connection, begun: Iterable[tuple[Message, Begun | Added]]) -> None:
        """Record what messages say of consents, and those that were refused; nothing for most."""
        consents, refused = [], []
        for message, became in begun:
            if message.consent is not None:
                consents.append((message.to, message.consent))
            if isinstance(became, OptedOutError | InvalidMessageError):
                refused.append((message, became))
        self.consents.record(connection, consents)
        self.refusals.record(connection, refused)

    def erase(self, connection: Connection, person: Person) -> int:
        """Keep what there is of a person under the number's hash; return how much there was by the number."""
        return sum(part.erase(connection, person) for part in (self.consents, self.refusals, self.log))


class DatabaseEvidence:
    """A `JournalEvidence`; every change is durable when its method returns."""

    def __init__(
        self, journal: object, writer: Writer, entries: Entries, unrecorded: Unrecorded, evidence: Evidence
    ) -> None:
        self._journal = journal  # so that it is not dropped while its evidence is used
        self._writer = writer
        self._entries = entries
        self._unrecorded = unrecorded
        self._evidence = evidence

    def record_consent(self, number: str, consent: Consent) -> None:
        """Record what a person agreed to."""
        self._writer.make(lambda connection: self._evidence.consents.record(connection, [(number, consent)]))

    def person(self, number: str) -> PersonRecord:
        """Return what there is of a number beside the messages to it."""
        return self._writer.make(lambda connection: self._person(connection, number))

    def sent(self, number: str, after: int = 0) -> Sequence[Trail]:
        """Return a page of the messages to a number."""
        return self._writer.make(lambda connection: self._sent(connection, number, after))

    def _person(self, connection: Connection, number: str) -> PersonRecord:
        person = Person(number, self._entries.identities)
        changes = self._evidence.log.of(connection, person)
        noted = {(each.stopped, each.scope) for each in changes}
        taken_back = (False, None) in noted  # that of all scopes is noted once
        standing = [_change(each) for each in self._entries.opt_outs.standings(connection, number)]
        unnoted = [
            each
            for each in standing
            if (each.stopped, each.scope) not in noted and not (taken_back and not each.stopped)
        ]
        if unnoted:  # it is of before there was a log
            changes = sorted([*changes, *unnoted], key=lambda change: change.at)
        return PersonRecord(
            consents=self._evidence.consents.of(connection, person),
            refusals=self._evidence.refusals.of(connection, person),
            opt_outs=changes,
        )

    def _sent(self, connection: Connection, number: str, after: int) -> list[Trail]:
        forms = Person(number, self._entries.identities).forms
        found = [row for form in forms for row in connection.execute(_BY_NUMBER, (form, after)).fetchall()]
        timeline, opt_outs, find = self._entries.timeline, self._entries.opt_outs, self._unrecorded.find
        return [
            read_trail(connection, timeline, opt_outs, find(connection, id_))
            for id_ in nsmallest(PAGE, {int(id_) for (id_,) in found})
        ]


def _change(standing: Standing) -> OptOutChange:
    return OptOutChange(
        at=standing.at,
        stopped=standing.stopped,
        provider=standing.provider,
        word=standing.word,
        scope=None if standing.scope == ALL else standing.scope,
    )
