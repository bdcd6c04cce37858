"""The fields of a call to our webhook receiver, read one by one: anybody may have made it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NoReturn

from attrs import field, frozen

from smsgate import WebhookError
from smsgate_zoomconnect.dates import read_digits
from smsgate_zoomconnect.settings import ZoomConnectSettings

__all__ = ["WebhookFields"]

LONGEST_WORD = 255
"""Characters of an id, a number or a status."""


@frozen
class WebhookFields:
    """What a call says by name; every reader raises `WebhookError` for what it cannot take. Null is "not there"."""

    raw: Mapping[str, object] = field(repr=False)

    def __contains__(self, name: str) -> bool:
        return self.raw.get(name) is not None

    def word(self, name: str) -> str:
        """Return an id, a number or a status: one printable line; a whole number of JSON stands for its digits."""
        return self.optional_word(name) or self._refuse(name, "is missing")

    def optional_word(self, name: str) -> str | None:
        """Return a word, or None for null and "". A + that was not escaped in a query comes as a blank, and goes."""
        match self.raw.get(name):
            case None:
                return None
            case str() as value:
                word = value.strip()
            case int() as value if not isinstance(value, bool) and value >= 0:
                word = str(value)
            case _:
                self._refuse(name, "is no text")
        if len(word) > LONGEST_WORD or not word.isprintable():
            self._refuse(name, f"has over {LONGEST_WORD} characters, or some that cannot be printed")
        return word or None

    def text(self, name: str) -> str | None:
        """Return a text as it is, "" too, or None."""
        value = self.raw.get(name)
        if value is None or isinstance(value, str):
            return value
        return self._refuse(name, "is no text")

    def moment(self, name: str, settings: ZoomConnectSettings) -> datetime | None:
        """Return a time of 12 or 14 digits in the account's zone, or None for what is none."""
        return read_digits(self.optional_word(name) or "", settings)

    def sure_moment(self, name: str, settings: ZoomConnectSettings) -> datetime | None:
        """Return a time, or None where there is none at all; what is there must be a time."""
        if name not in self:
            return None
        return self.moment(name, settings) or self._refuse(name, "is no time (yyyyMMddHHmmss)")

    def _refuse(self, name: str, what: str) -> NoReturn:
        raise WebhookError(f"the call's {name} {what}")
