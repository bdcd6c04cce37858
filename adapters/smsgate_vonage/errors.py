"""What the vendor's error codes mean, in an answer, a record and a delivery report.

The codes are those of SPEC messages (x-errors); their scopes are PRESUMED. A problem document has its code at the end
of `type`, or as its `title` (PRESUMED). The examples of the description number some errors otherwise: 1100 is there an
unsupported channel, and in the list a failure of communication. So a title that is known goes before the number.
"""

from __future__ import annotations

import re
from http import HTTPStatus

from attrs import frozen

from smsgate import (
    Answer,
    InsufficientCreditError,
    InvalidRecipientError,
    InvalidSenderError,
    OptedOutError,
    PermissionDeniedError,
    ProviderError,
    RateLimitedError,
    RejectedError,
    Request,
    Scope,
    UnknownOutcomeError,
    fields,
)

__all__ = ["Problem", "explained", "reason_of"]

_Meaning = tuple[type[ProviderError], Scope, str]
_TABLE: dict[str, _Meaning] = {
    "1000": (RateLimitedError, Scope.ACCOUNT, "too many messages at once"),
    "1010 1020 1021 1022 1090 1130 1140 1150 1340 1400 1410 1440 1450": (
        RejectedError,
        Scope.MESSAGE,
        "a field was refused",
    ),
    "1380 1381 1382": (RejectedError, Scope.MESSAGE, "the media file was refused"),
    "1030 1100 1331": (UnknownOutcomeError, Scope.PROVIDER, "the vendor failed with the message"),
    "1040 1170 1430": (InvalidRecipientError, Scope.RECIPIENT, "the recipient's number was refused"),
    "1050 1190 1200 1280 1290 1300 1310": (InvalidRecipientError, Scope.RECIPIENT, "the number takes no messages"),
    "1060 1080": (PermissionDeniedError, Scope.ACCOUNT, "the account is barred or not enabled"),
    "1070": (InsufficientCreditError, Scope.ACCOUNT, "the account's credit or quota is used up"),
    "1120 1420": (InvalidSenderError, Scope.SENDER, "the sender is not allowed"),
    "1160": (PermissionDeniedError, Scope.ACCOUNT, "a demo account reaches listed numbers only"),
    "1180 1220 1230": (RejectedError, Scope.RECIPIENT, "the recipient could not be reached"),
    "1210 1270": (RejectedError, Scope.MESSAGE, "the network filtered the message"),
    "1240": (OptedOutError, Scope.RECIPIENT, "the recipient opted out"),
    "1241 1250 1260": (RejectedError, Scope.RECIPIENT, "the vendor cannot reach this number"),
    "1320": (UnknownOutcomeError, Scope.MESSAGE, "the message was sent already"),
    "1330": (RejectedError, Scope.RECIPIENT, "the network gave no reason"),
    "1360": (RejectedError, Scope.MESSAGE, "the message's validity ran out"),
}
_MEANINGS = {code: meaning for codes, meaning in _TABLE.items() for code in codes.split()}
_FIELDS = "invalid params", "invalid channel parameters", "invalid message type", "unsupported channel"
_TITLES = dict.fromkeys((*_FIELDS, "invalid client reference"), "1020")
_TITLES |= {"invalid recipient": "1430", "invalid sender": "1420", "internal error": "1030"}
_NAMED = {"to": "1430", "from": "1420"}
"""What a refused parameter is about (names SPEC)."""
_CODE = re.compile(r"#([A-Za-z0-9-]{1,40})$")
_OF_THE_STATUS = {HTTPStatus.UNAUTHORIZED, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.TOO_MANY_REQUESTS}
"""Statuses that say all: "#1000" is beside a 429 and beside a 500."""


@frozen
class Problem:
    """A problem document (SPEC)."""

    type: fields.Spare[str] = None
    title: fields.Spare[fields.Word] = None
    detail: fields.Spare[str] = None
    invalid_parameters: fields.Spare[list[dict[str, object]]] = None

    @property
    def code(self) -> str | None:
        """The end of `type`, or the title where it is a number."""
        found = _CODE.search(self.type or "")
        return found[1] if found else self.title if (self.title or "").isdigit() else None

    @property
    def text(self) -> str | None:
        """What it says."""
        return ": ".join(filter(None, (self.title, self.detail))) or None

    @property
    def meaning(self) -> _Meaning | None:
        """What it means: by the parameter that was refused, by its title, by its code; None where none is known."""
        names = [str(parameter.get("name")) for parameter in self.invalid_parameters or ()]
        named = next((_NAMED[name] for name in names if name in _NAMED), None)
        return _MEANINGS.get(named or _TITLES.get((self.title or "").lower()) or self.code or "")


def explained(request: Request, answer: Answer) -> ProviderError | None:
    """Say what an answer outside 2xx means in the vendor's words; None leaves it to the status."""
    problem = answer.read_or_none(Problem) or Problem()
    code, text = problem.code or str(answer.status), (problem.text or "no reason given")[:200]
    if code == "premature-redaction":
        return ProviderError(f"it is too early to delete this ({text})", code=code, scope=Scope.MESSAGE)
    if answer.status == HTTPStatus.UNAUTHORIZED and code == "unprovisioned":
        return PermissionDeniedError(f"the account has no access to this product ({text})", code=code)
    if not request.effect.sends or answer.status in _OF_THE_STATUS or not 400 <= answer.status < 500:
        return None
    if (meaning := problem.meaning) is not None:
        kind, scope, reason = meaning
        return kind(f"{reason} ({text})", code=code, scope=scope)
    if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY:
        return RejectedError(f"the message was refused ({text})", code=code)
    return None


def reason_of(code: str | None, text: str | None = None) -> str | None:
    """Say in our words why a message failed, with the vendor's code; in the vendor's where we know none."""
    if code in _MEANINGS:
        return f"{_MEANINGS[code][2]} ({code})"
    return text or (f"error code {code}" if code and code != "0" else None)
