"""The statements on consents: the words once, and a row for each person who agreed to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256

from smsgate.journal.database.connection import Connection, Timeline
from smsgate.journal.database.person import Person
from smsgate.journal.database.runs import Identities
from smsgate.model.consent import Consent, RecordedConsent
from smsgate.model.numbers import line_of

__all__ = ["Consents"]

_KNOWN = "SELECT hash, id FROM consent_texts WHERE hash IN ({values})"
_ADD_TEXT = "INSERT INTO consent_texts (hash, version, text) VALUES (?, ?, ?) RETURNING id"
_ADD = (
    "INSERT INTO consents (wording, person, at, source, recorded, superseded) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (wording, person, at) DO NOTHING"
)
_SUPERSEDE = (
    "UPDATE consents SET superseded = ?1 WHERE wording = ?2 AND person = ?3 AND superseded IS NULL "
    "AND at < (SELECT max(at) FROM consents AS newer WHERE newer.wording = ?2 AND newer.person = ?3)"
)
_OF = (
    "SELECT text, version, at, source, recorded FROM consents JOIN consent_texts ON consent_texts.id = wording "
    "WHERE person IN ({values}) ORDER BY at, wording"
)
_TO_ERASE = "SELECT wording, person, at, recorded FROM consents WHERE person IN ({values})"
_DELETE = "DELETE FROM consents WHERE wording = ? AND person = ? AND at = ?"


class Consents:
    """Who agreed to what."""

    def __init__(self, timeline: Timeline, identities: Identities) -> None:
        self._timeline = timeline
        self._identities = identities

    def record(self, connection: Connection, given: Sequence[tuple[str, Consent]]) -> None:
        """Record the consents of numbers; one that is there already changes nothing."""
        if not given:
            return
        words = self._words(connection, (consent for _, consent in given))
        now, moment = self._timeline.wall, self._timeline.moment
        rows = [
            (words[_hash(consent)], line_of(number), consent.at.timestamp(), consent.source, now, None)
            for number, consent in given
        ]
        if connection.executemany(_ADD, rows).rowcount > 0:
            connection.executemany(_SUPERSEDE, {(moment, wording, person) for wording, person, *_ in rows})

    def of(self, connection: Connection, person: Person) -> list[RecordedConsent]:
        """Return what a person agreed to, in the order of time."""
        return [
            RecordedConsent(
                consent=Consent(text, version, datetime.fromtimestamp(at, UTC), source),
                recorded=datetime.fromtimestamp(recorded, UTC),
            )
            for text, version, at, source, recorded in connection.select_among(_OF, person.forms)
        ]

    def erase(self, connection: Connection, person: Person) -> int:
        """Keep what a person agreed to under the number's hash, without where; return how many there are.

        They are not in force any more, and are deleted as other records are.
        """
        rows = connection.select_among(_TO_ERASE, person.spellings)
        connection.executemany(_DELETE, [(wording, number, at) for wording, number, at, _ in rows])
        moment = self._timeline.moment
        erased = [(wording, person.erased, at, None, recorded, moment) for wording, _, at, recorded in rows]
        connection.executemany(_ADD, erased)
        return len(rows)

    def _words(self, connection: Connection, given: Iterable[Consent]) -> dict[bytes, int]:
        """Return the ids of the words that are given, by their hashes."""
        wanted = {_hash(consent): consent for consent in given}
        known = {bytes(hashed): int(id_) for hashed, id_ in connection.select_among(_KNOWN, [*wanted])}
        for hashed, consent in wanted.items():
            if hashed not in known:
                [(made,)] = connection.execute(_ADD_TEXT, (hashed, consent.version, consent.text)).fetchall()
                known[hashed] = int(made)
        return known


def _hash(consent: Consent) -> bytes:
    """Return the hash of version and text; a version has no NUL."""
    return sha256(f"{consent.version}\0{consent.text}".encode()).digest()
