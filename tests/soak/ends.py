"""How the messages of a history ended by the journal, beside what the vendors have."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Self

from attrs import frozen

from smsgate import State
from smsgate.journal.address import is_postgres
from tests.journal_at import rows
from tests.soak.plan import Content, SoakPlan
from tests.soak.vendors import OnAir

_SELECT = "SELECT id, state, recipient, text, key, run, provider, message_id, submissions FROM entries ORDER BY id"


@frozen
class Ended:
    """One entry."""

    id: int
    state: State
    content: Content
    key: str | None
    in_run: bool
    provider: str | None
    message_id: str | None
    asked: Sequence[Sequence[Any]]
    """Provider, time, the vendor's id and the submission's, of those that may have it."""

    @classmethod
    def of(cls, id_: int, state: str, to: str, text: str, *rest: Any) -> Self:
        """Return a row of the table."""
        key, run, provider, message_id, asked = rest
        asked_of = [(*each, None)[:4] for each in json.loads(asked or "[]")]
        return cls(id_, State(state), (to, text), key, run is not None, provider, message_id, asked_of)

    @property
    def ids(self) -> set[tuple[str | None, str]]:
        """The vendors' ids that it has, or may have."""
        if self.state is State.ACCEPTED and self.message_id is not None:
            return {(self.provider, self.message_id)}
        return {(each[0], each[2]) for each in self.asked if each[2] is not None}


@frozen
class Ends:
    """All entries of a history, and the texts that each vendor has sent."""

    plan: SoakPlan
    entries: Sequence[Ended]
    texts: Mapping[str, Sequence[OnAir]]

    @classmethod
    def read(cls, path: str, plan: SoakPlan, texts: Mapping[str, Sequence[OnAir]]) -> Self:
        """Read a journal that no process has open."""
        if not is_postgres(path):
            assert rows(path, "PRAGMA integrity_check") == [("ok",)]
        return cls(plan, [Ended.of(*row) for row in rows(path, _SELECT)], texts)

    def check(self) -> None:
        """Raise `AssertionError` for a broken promise."""
        self._check_duplicates()
        self._check_lost()
        self._check_ids()
        for entry in self.entries:
            if entry.state is State.ACCEPTED:
                self._check_accepted(entry)

    def _check_duplicates(self) -> None:
        for name, texts in self.texts.items():
            twice = Counter((one.to, one.text) for one in texts) - self.plan.wanted
            assert not twice, f"TEXTED TWICE by {name}: {twice}"
        both = Counter((one.to, one.text) for texts in self.texts.values() for one in texts)
        wanted = Counter({content: times * self.plan.copies for content, times in self.plan.wanted.items()})
        assert both <= wanted, f"TEXTED TWICE: {both - wanted}"

    def _check_lost(self) -> None:
        """Every message has an entry at one of its ends; no text is out that no entry says is out, or may be."""
        open_ = [entry for entry in self.entries if entry.state is State.INTENT]
        assert not open_, f"LEFT OPEN: {open_}"
        keys = {entry.key for entry in self.entries}
        assert keys >= {message.key for message in self.plan.keyed}, f"LOST: only {keys} have entries"
        in_run = Counter(entry.content for entry in self.entries if entry.in_run)
        wanted = Counter((message.to, message.text) for message in self.plan.run)
        assert in_run == wanted, f"LOST: the run has {in_run}, and wants {wanted}"
        listed = Counter(entry.content for entry in self.entries if entry.state in {State.ACCEPTED, State.UNKNOWN})
        for name, texts in self.texts.items():
            silent = Counter((one.to, one.text) for one in texts) - listed
            assert not silent, f"NOT LISTED: {name} has sent {silent}, and the journal says it is not out"

    def _check_ids(self) -> None:
        """No id is of two entries, and no submission of two texts."""
        owners = Counter(each for entry in self.entries for each in entry.ids)
        assert not (shared := [one for one, times in owners.items() if times > 1]), f"ONE ID TWICE: {shared}"
        given = Counter(one.reference for texts in self.texts.values() for one in texts if one.reference)
        assert not (twice := [one for one, times in given.items() if times > 1]), f"ONE REFERENCE TWICE: {twice}"

    def _check_accepted(self, entry: Ended) -> None:
        there = [one for one in self.texts[str(entry.provider)] if one.message_id == entry.message_id]
        assert [(one.to, one.text) for one in there] == [entry.content], f"ACCEPTED AND NOT THERE: {entry}, {there}"
        given = {submission for provider, _, _, submission in entry.asked if provider == entry.provider}
        assert there[0].reference is None or not given or there[0].reference in given, f"ANOTHER'S ID: {entry}, {there}"
