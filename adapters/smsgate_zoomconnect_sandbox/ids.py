"""Ids in the format of captured ones: 24 hexadecimal digits, of which the first 8 are a second in UTC."""

import itertools
import secrets
from datetime import datetime


class Ids:
    """Make ids that never repeat, not even in another sandbox."""

    def __init__(self) -> None:
        self._middle = secrets.token_hex(5)
        self._next = itertools.count(1)

    def at(self, moment: datetime) -> str:
        """Return a new id of this time."""
        return f"{int(moment.timestamp()):08x}{self._middle}{next(self._next):06x}"
