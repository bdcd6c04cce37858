"""Ids as the vendor's captured ones look: 24 hexadecimal digits, of which the first 8 are a second in UTC."""

import itertools
from datetime import datetime

_MACHINE = "7736b6c1d3"


class Ids:
    """Hand out ids that never repeat."""

    def __init__(self) -> None:
        self._next = itertools.count(1)

    def at(self, moment: datetime) -> str:
        """Return a new id made at this moment."""
        return f"{int(moment.timestamp()):08x}{_MACHINE}{next(self._next):06x}"
