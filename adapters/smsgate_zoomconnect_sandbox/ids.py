"""Ids as the vendor's captured ones look: 24 hexadecimal digits, of which the first 8 are a second in UTC."""

import itertools
import secrets
from datetime import datetime


class Ids:
    """Hand out ids that never repeat, in another sandbox neither."""

    def __init__(self) -> None:
        self._middle = secrets.token_hex(5)
        self._next = itertools.count(1)

    def at(self, moment: datetime) -> str:
        """Return a new id made at this moment."""
        return f"{int(moment.timestamp()):08x}{self._middle}{next(self._next):06x}"
