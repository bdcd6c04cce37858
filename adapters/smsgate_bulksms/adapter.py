"""BulkSMS's JSON REST API v1, as its published API description has it (SPEC in this package).

DOC is the vendor's page on webhooks. What neither says and we had to assume is marked PRESUMED. One file a chapter:
`sending`, `messages` with the calls to a webhook (and `message_reply`), `account`; errors are read here.
"""

from base64 import b64encode

from attrs import frozen

import smsgate as sg
from smsgate_bulksms.account import Account
from smsgate_bulksms.messages import Messages
from smsgate_bulksms.sending import Sending
from smsgate_bulksms.settings import BulkSmsSettings

__all__ = ["BulkSms"]

WORDS: dict[str, type[sg.RejectedError]] = {
    r"\b(?:from address|sender|originator)\b": sg.InvalidSenderError,
    r"\b(?:to address|recipients?|phone ?numbers?|msisdn)\b": sg.InvalidRecipientError,
}
"""PRESUMED words of a 400's `detail`; that a refusal is the message's or the account's is PRESUMED too."""


@frozen
class _ErrorReply:
    """The vendor's error body; `type` is an address with the code at its end (SPEC)."""

    type: str
    title: str
    detail: sg.fields.OptionalText = None


class BulkSms(Sending, Messages, Account):
    """BulkSMS: Basic authentication, lists of messages in JSON, a key that drops the repetition of a call."""

    name = "bulksms"
    Settings = BulkSmsSettings

    def headers(self) -> dict[str, str]:
        """Return the credentials, which are sent without being asked for first (SPEC)."""
        pair = f"{self.settings.token_id}:{self.settings.token_secret}".encode()
        return {"Accept": "application/json", "Authorization": f"Basic {b64encode(pair).decode()}"}

    def explain(self, request: sg.Request, answer: sg.Answer) -> sg.ProviderError | None:
        """Read the error body of a 400 or 403; every other status speaks for itself.

        The code is `bad-request`, `insufficient-credits` (SPEC) or a new one. A list with one bad entry is refused
        whole (PRESUMED): smsgate then divides the call until it finds the entry.
        """
        error = answer.read_or_none(_ErrorReply)
        if error is None or answer.status not in {400, 403}:
            return None
        words = self.error_text(answer) or "refused without a reason"
        kind: type[sg.ProviderError] = sg.refusal_kind(words, WORDS)  # "insufficient credits" among others
        if kind is not sg.InsufficientCreditError and not (request.effect.sends and answer.status == 400):
            kind = sg.PermissionDeniedError if answer.status == 403 else sg.ProviderError
        return kind(words, code=error.type.rpartition("#")[2].rpartition("/")[2] or str(answer.status))

    def error_text(self, answer: sg.Answer) -> str | None:
        """Return what the vendor's error body says."""
        error = answer.read_or_none(_ErrorReply)
        return None if error is None else ": ".join(filter(None, [error.title, error.detail]))
