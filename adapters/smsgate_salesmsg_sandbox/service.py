"""What the vendor checks before a request reaches the account: tokens, the rate limit, the agreement on health data."""

import math

from aiohttp import web
from attrs import define

from smsgate.sandbox import Throttle
from smsgate_salesmsg_sandbox.account import Account
from smsgate_salesmsg_sandbox.answers import refusal
from smsgate_salesmsg_sandbox.codes import Codes
from smsgate_salesmsg_sandbox.requests import Place
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
