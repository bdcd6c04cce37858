"""What a journal that keeps no texts writes of others' words: none.

A vendor quotes what it refuses in any spelling (cut, in capitals, escaped), and so may a plug-in or an application. So
nothing that they word freely is written; what remains is the kind of an error, its scope, and a code that is one.
"""

from __future__ import annotations

import re

from smsgate.journal.settings import KeepText
from smsgate.model import errors
from smsgate.model.errors import ProviderError, SmsgateError
from smsgate.model.status import Status

__all__ = ["kept_code", "kept_reason", "kept_sender", "kept_status"]

PHRASES: dict[type[SmsgateError], str] = {
    errors.UnreachableError: "no connection was made",
    errors.RateLimitedError: "there were too many requests",
    errors.AuthenticationError: "the credentials were refused",
    errors.PermissionDeniedError: "the account is not allowed to do this",
    errors.InsufficientCreditError: "the account has too little credit for the message",
    errors.NotSentError: "the message was not sent",
    errors.InvalidRecipientError: "the number was refused",
    errors.OptedOutError: "the recipient asked not to be texted",
    errors.InvalidSenderError: "the sender was refused",
    errors.RejectedError: "the message was refused",
    errors.UnknownOutcomeError: "the message may have been sent",
    errors.MalformedAnswerError: "the answer could not be read",
    errors.ConflictError: "something with this key or id exists already",
    errors.NotFoundError: "nothing has this id",
    errors.ProviderError: "the provider failed",
    errors.InvalidMessageError: "the message was refused before any request",
    errors.ConfigError: "the settings or a function of the application are wrong",
    errors.JournalError: "the journal could not be used",
}
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,32}")
_SENDER = re.compile(r"\+?[0-9]{1,15}|[A-Za-z0-9 .&_-]{1,11}")
"""A number, or an alphanumeric sender ID, which has at most eleven characters (3GPP TS 23.040, 9.1.2.5)."""
SHORTEST, PIECE = 4, 8
"""Letters and digits that are no quotation yet, and of which one is enough."""


def kept_reason(error: SmsgateError, code: str | None, keep: KeepText) -> str:
    """Say in our own words what an error was."""
    phrase = next((PHRASES[kind] for kind in type(error).__mro__ if kind in PHRASES), "it failed")
    known = [f"code {code}"] if code else []
    if isinstance(error, ProviderError):
        known.append(f"scope {error.scope.value}")
    details = f" ({', '.join(known)})" if known else ""
    whose = "the vendor's" if isinstance(error, ProviderError) else "its own"
    return f'{phrase}{details}; {whose} words are not kept with text = "{keep.value}"'


def kept_code(code: str | None, text: str) -> str | None:
    """Return a vendor's code or an HTTP status; None for what is none, or is taken from the text."""
    return code if code and _CODE.fullmatch(code) and not _quotes(code, text) else None


def kept_sender(sender: str | None, text: str) -> str | None:
    """Return a sender as a vendor names it; None for what is none, or is taken from the text."""
    return sender if sender and _SENDER.fullmatch(sender) and not _quotes(sender, text) else None


def kept_status(raw: str | None, status: Status) -> str | None:
    """Return a vendor's word for a status, if the adapter knows it, so that it cannot be anything else."""
    return None if status is Status.UNKNOWN else raw


def _quotes(label: str, text: str) -> bool:
    """Say whether a short label has a piece of the text, whatever their case, blanks and punctuation."""
    label, text = _folded(label), _folded(text)
    size = min(PIECE, len(label))
    return size >= SHORTEST and any(label[at : at + size] in text for at in range(len(label) - size + 1))


def _folded(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
