"""Ids in the format of captured ones: 24 hexadecimal digits, of which the first 8 are a second in UTC."""

import secrets
from datetime import datetime

from smsgate.sandbox import Counter


class Ids:
    """Make ids that never repeat, not even in another sandbox."""

    def __init__(self, middle: str | None = None, first: int = 1) -> None:
        self.middle = middle or secrets.token_hex(5)
        self.numbers = Counter(first)

    def at(self, moment: datetime) -> str:
        """Return a new id of this time."""
        return f"{int(moment.timestamp()):08x}{self.middle}{next(self.numbers):06x}"
