"""A text that a sandbox sent to a phone, as another process sees it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import field, frozen

from smsgate.testing.sandbox_errors import NoCodeError

__all__ = ["SandboxText"]


@frozen(kw_only=True)
class SandboxText:
    """One text: `number` counts those of the sandbox from 1, `to` is the phone (E.164), `at` when it was sent (UTC).

    `codes` are the numbers of 3 to 12 digits in it that may be one-time codes.
    """

    number: int
    vendor: str
    to: str
    text: str
    message_id: str
    at: datetime
    sender: str | None = None
    reference: str | None = None
    codes: tuple[str, ...] = field(default=(), repr=False)

    def code(self, digits: tuple[int, int] = (4, 8)) -> str:
        """Return the one-time code in the text, which has so many digits (from, to): `123-456` is `123456`.

        NoCodeError if there is none, or if there are several different ones.
        """
        shortest, longest = digits
        codes = [code for code in self.codes if shortest <= len(code) <= longest]
        if len(codes) == 1:
            return codes[0]
        what = f"of {shortest} to {longest} digits"
        if codes:
            raise NoCodeError(f"the text has several codes {what} ({', '.join(codes)}); say with digits=(..) which")
        raise NoCodeError(f"the text has no code {what}: {self.text[:160]!r}")


def text_from(fields: Mapping[str, Any]) -> SandboxText:
    """Return the text that an answer of the sandbox describes."""
    names = ("number", "vendor", "text", "message_id", "sender", "reference")
    at, codes = datetime.fromisoformat(fields["at"]), tuple(fields["codes"])
    return SandboxText(to=fields["phone"], at=at, codes=codes, **{name: fields[name] for name in names})
