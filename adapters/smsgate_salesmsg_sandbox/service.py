"""What the vendor checks before a request reaches the account: tokens, the rate limit, the agreement on health data."""

import math
from collections.abc import Mapping
from datetime import datetime

from aiohttp import web
from attrs import define

from smsgate.sandbox import Throttle
from smsgate_salesmsg_sandbox.account import Account
from smsgate_salesmsg_sandbox.answers import refusal
from smsgate_salesmsg_sandbox.codes import Codes
from smsgate_salesmsg_sandbox.requests import Place
from smsgate_salesmsg_sandbox.saved_account import SavedAccount
from smsgate_salesmsg_sandbox.tokens import Tokens

_PLACES = {"v2.2": Place.JSON, "v2.3": Place.QUERY}


@define(kw_only=True)
class Service:
    """One account, what is checked before it, and the variants of the vendor."""

    account: Account
    tokens: Tokens
    codes: Codes
    throttle: Throttle
    everywhere: Place | None = None
    baa_signed: bool = True
    rate_headers: bool = False
    duplicates_as_list: bool = False
    surplus_pages: int = 0
    requests: int = 0

    def saved(self) -> Mapping[str, object]:
        """Return what a file keeps; the window of the rate limit begins anew."""
        counts = {"requests": self.requests, "blocked": self.throttle.blocked, "trips": self.throttle.trips}
        checks = {"tokens": self.tokens.saved(), "codes": self.codes.saved(), "baa_signed": self.baa_signed}
        return {**self.account.saved(), **checks, **counts}

    def restore(self, kept: SavedAccount, at: datetime) -> None:
        """Continue with what a file kept at a moment."""
        self.requests, self.throttle.blocked, self.throttle.trips = kept.requests, kept.blocked, kept.trips
        self.codes, self.baa_signed = Codes.restored(kept.codes), kept.baa_signed
        self.tokens.restore(kept.tokens)
        self.account.restore(kept, at)

    def place(self, version: str) -> Place:
        """Return where a version expects the fields of a request that writes."""
        return self.everywhere or _PLACES[version]

    def admit(self) -> web.Response | None:
        """Count a request; return the answer if the account is blocked."""
        self.requests += 1
        wait = self.throttle.wait(self.account.now())
        if wait is None:
            return None
        answer = refusal(429, "Too Many Attempts.").answer()
        if self.rate_headers:
            answer.headers["Retry-After"] = str(math.ceil(wait.total_seconds()))
            answer.headers["x-ratelimit-remaining-minute"] = "0"
        return answer
