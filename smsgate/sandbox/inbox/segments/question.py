"""What a person asks the segment calculator."""

from collections.abc import Mapping
from typing import Self

from attrs import evolve, frozen

from smsgate import text as engine
from smsgate.sandbox.inbox.whole_number import whole_number

LONGEST = 20_000
"""The characters of the longest text that is calculated with each key: as many as take no pause."""
MOST_OCTETS = 1024 * 1024
"""Octets of a form that are read; the longest text has fewer."""


@frozen(kw_only=True)
class Question:
    """A text, and how to calculate: the number that it goes to, or "", and the options of `smsgate.text.analyse`.

    `national` is a language with national tables, ``"auto"``, or "" for none; `first` the number of the segment with
    which the characters that are shown begin.
    """

    text: str = ""
    to: str = ""
    national: str = ""
    reference_bits: int = 8
    transliterate: bool = False
    first: int = 1

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> Self:
        """Read a form or a query. What it does not understand is as if it were not there.

        A line's end is one line feed, as it is for the page's script: a form that is sent without it has two characters
        there (HTML, "constructing the entry list").
        """
        national = fields.get("national", "")
        return cls(
            text=fields.get("text", "").replace("\r\n", "\n"),
            to=fields.get("to", "").strip(),
            national=national if national in {"auto", *engine.LANGUAGES} else "",
            reference_bits=16 if fields.get("reference_bits") == "16" else 8,
            transliterate=fields.get("transliterate") == "on",
            first=whole_number(fields.get("first")) or 1,
        )

    @property
    def too_long(self) -> bool:
        """Whether the text has more characters than are calculated."""
        return len(self.text) > LONGEST

    def with_text(self, text: str) -> Self:
        """Return the same question of another text."""
        return evolve(self, text=text)
