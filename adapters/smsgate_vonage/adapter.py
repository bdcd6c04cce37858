"""Vonage's Messages API v1 for SMS and MMS, with Reports, Redact and the account's balance.

SPEC in this package is the vendor's own API description (Messages 1.4.0, Reports 2.2.2, Redact 1.0.6, Account 1.0.4),
SDK the source of its Python SDK, DOC a page of its documentation. What none of them says and we had to assume is marked
PRESUMED; `presumptions` has the list. One file a chapter: `sending`, `messages`, `webhooks`, `prices`; `message_reply`
has the vendor's words.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from decimal import Decimal
from time import time
from uuid import uuid4

from attrs import frozen

import smsgate as sg
from smsgate import ConfigError, fields
from smsgate_vonage.message_reply import CODES, Problem
from smsgate_vonage.messages import Messages
from smsgate_vonage.presumptions import presumptions
from smsgate_vonage.prices import Prices
from smsgate_vonage.sending import MESSAGES, Sending
from smsgate_vonage.settings import VonageSettings
from smsgate_vonage.webhooks import Webhooks

__all__ = ["Vonage"]

BASIC_ALONE = (
    *(sg.TellsStatus, sg.TellsManyStatuses, sg.ListsMessages, sg.DeletesMessages, sg.Reconciles),
    *(sg.TellsBalance, sg.ListsPrices),
)
"""What an application's token does not do (SPEC reports, redact, account, pricing)."""
TOKEN_LIFE = 15 * 60
"""Seconds (SDK vonage_jwt)."""


@frozen
class _BalanceReply:
    raw: fields.Raw
    amount: Decimal = fields.named("value")


class Vonage(Sending, Messages, Webhooks, Prices, sg.TellsBalance):
    """Vonage: one call for a text, its reference in every report and record, webhooks signed by a token."""

    name = "vonage"
    title = "Vonage (formerly Nexmo), Messages API"
    Settings = VonageSettings

    def __init__(self, settings: VonageSettings, *, provider: str) -> None:
        super().__init__(settings, provider=provider)
        if settings.private_key is not None:
            self._token(settings.private_key)  # a key that cannot sign is found now, and not by the first message

    def disabled_abilities(self) -> Mapping[type, str]:
        """Name what the settings have no credentials for (SPEC reports, redact, account: Basic alone)."""
        disabled: dict[type, str] = {}
        if self.settings.api_secret is None:
            reason = "an application's key only sends; set api_key and api_secret, too"
            disabled |= dict.fromkeys(BASIC_ALONE, reason)
        if self.settings.signature_secret is None:
            disabled[sg.VerifiesWebhooks] = "set signature_secret, from the vendor's API settings"
        return disabled

    def presumptions(self) -> Iterable[sg.Presumption]:
        """Return what no document says."""
        return presumptions(self)

    def headers(self) -> Mapping[str, str]:
        """Return the account's key and secret (SPEC: Basic)."""
        pair = f"{self.settings.api_key}:{self.settings.api_secret}".encode()
        return {"Accept": "application/json", "Authorization": f"Basic {b64encode(pair).decode()}"}

    def headers_for(self, request: sg.Request) -> Mapping[str, str]:
        """Return a token of the application for a send, made for this one request."""
        if self.settings.private_key is None or request.path != MESSAGES:
            return self.headers()
        return {**self.headers(), "Authorization": f"Bearer {self._token(self.settings.private_key)}"}

    def balance(self) -> sg.Conversation[sg.Balance]:
        """SPEC account: GET account/get-balance, in euros, at a host of its own."""
        answer = yield sg.Request("GET", "account/get-balance", host="account_url")
        return fields.into(sg.Balance, answer.read(_BalanceReply), unit="EUR")

    def explain(self, request: sg.Request, answer: sg.Answer) -> sg.ProviderError | None:
        """Say what a refusal means by its code; None leaves a failure, and what a status says better, to the status."""
        problem = answer.read_or_none(Problem) or Problem()
        if answer.status not in {400, 403, 422} and problem.code != "unprovisioned":
            return None
        code, words = problem.code or str(answer.status), problem.text or "no reason given"
        return CODES.error(request, answer, code, words, names=problem.names)

    def error_text(self, answer: sg.Answer) -> str | None:
        """Return the title and the detail of a problem document."""
        return (answer.read_or_none(Problem) or Problem()).text

    def _token(self, private_key: str) -> str:
        """Return a JWT with the claims that the vendor's SDK makes."""
        try:
            import cryptography  # noqa: F401, PLC0415 - RS256 needs it, and pyjwt says so late
            import jwt  # noqa: PLC0415 - heavy, and needed for applications only
        except ModuleNotFoundError as error:
            reason = "signing as an application needs pyjwt and cryptography; pip install 'smsgate[signatures]'"
            raise ConfigError(f"{self.provider}: {reason}") from error
        now = int(time())
        claims = {"application_id": self.settings.application_id, "iat": now, "exp": now + TOKEN_LIFE}
        try:
            return jwt.encode({**claims, "jti": str(uuid4())}, private_key, "RS256")
        except (ValueError, TypeError, jwt.PyJWTError):
            reason = "private_key is no RSA key in PEM; copy the whole file of the application's key"
            raise ConfigError(f"{self.provider}: {reason}") from None
