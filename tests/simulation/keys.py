"""The keys that a vendor has had, and for how long it drops repetitions with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from tests.simulation.adapter import READ_LATE
from tests.simulation.truth import Truth

MARGIN = READ_LATE + 0.1
"""Seconds for which a vendor drops repetitions longer than it says, as it may read a request late."""


@frozen
class _Use:
    message_id: str
    until: float


class Keys:
    """One vendor's memory of keys; it forgets each when its window is over."""

    def __init__(self, truth: Truth, window: float) -> None:
        self._truth = truth
        self._window = window + MARGIN
        self._uses: dict[int, _Use] = {}
        self._owners: dict[int, str] = {}
        """The submission of each key, which no vendor knows."""

    def known(self, written: Mapping[str, Any]) -> str | None:
        """Return the id of the text that went out with the key, if the vendor remembers it."""
        key, submission = written["key"], written["submission"]
        owner = self._owners.setdefault(key, submission)
        if owner != submission:
            self._truth.violate(f"KEY OF TWO: {key} was that of submission {owner}, and is that of {submission}")
        use = self._uses.get(key)
        return None if use is None or use.until < self._truth.simulation.now else use.message_id

    def use(self, written: Mapping[str, Any], message_id: str) -> None:
        """Remember that a text went out with a key."""
        self._uses[written["key"]] = _Use(message_id, self._truth.simulation.now + self._window)
