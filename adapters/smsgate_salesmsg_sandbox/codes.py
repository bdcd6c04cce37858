"""Authorization codes: valid for 10 minutes and one use, bound to the request."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Self

from attrs import define, field, frozen

from smsgate.sandbox import Counter

CLIENT_ID = "116"
CLIENT_SECRET = "salesmsg-sandbox-client-secret"  # noqa: S105 - obviously fake

LIFE = timedelta(minutes=10)


@frozen(kw_only=True)
class Code:
    """What an authorization code permits."""

    redirect_uri: str
    scopes: frozenset[str]
    issued: datetime
    challenge: str | None = None
    method: str = "plain"

    def proves(self, verifier: str | None) -> bool:
        """Say whether the verifier answers the challenge (RFC 7636), if there was one."""
        if self.challenge is None:
            return True
        if verifier is None:
            return False
        if self.method == "plain":
            return verifier == self.challenge
        digest = hashlib.sha256(verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.challenge


@frozen
class SavedCodes:
    """What a file keeps of the codes."""

    denies: int
    exchanges: int
    next_number: int
    codes: dict[str, Code]


@define
class Codes:
    """Issue codes, and redeem each once."""

    denies: int = 0
    exchanges: int = 0
    _numbers: Counter = field(factory=lambda: Counter(1))
    _codes: dict[str, Code] = field(factory=dict)

    def saved(self) -> SavedCodes:
        """Return what a file keeps."""
        return SavedCodes(self.denies, self.exchanges, self._numbers.next, {**self._codes})

    @classmethod
    def restored(cls, kept: SavedCodes) -> Self:
        """Continue with what a file kept."""
        return cls(kept.denies, kept.exchanges, Counter(kept.next_number), kept.codes)

    def issue(self, code: Code) -> str:
        """Return a new code."""
        text = f"salesmsg-sandbox-code-{next(self._numbers)}"
        self._codes[text] = code
        return text

    def redeem(self, fields: Mapping[str, str | None], now: datetime) -> Code | None:
        """Return what a code permits; None if it was used, is too old, or belongs to another request."""
        code = self._codes.pop(fields["code"] or "", None)
        if code is None or now >= code.issued + LIFE or fields["redirect_uri"] != code.redirect_uri:
            return None
        if not code.proves(fields["code_verifier"]):
            return None
        self.exchanges += 1
        return code
