"""What a journal writes of messages and results, as JSON; a vendor's raw answer is not kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from attrs import frozen

from smsgate.journal.redaction import kept_code, kept_reason, kept_sender
from smsgate.journal.settings import KeepText
from smsgate.model import errors
from smsgate.model.entry import Recorded
from smsgate.model.errors import NotSentError, ProviderError, RejectedError, Scope, SmsgateError
from smsgate.model.message import Message
from smsgate.model.outcome import Outcome
from smsgate.model.price import Price
from smsgate.model.result import Attempt, SendResult
from smsgate.model.status import Status
from smsgate.text import analyse

__all__ = [
    "Finding",
    "content",
    "read_message",
    "read_result",
    "read_send_at",
    "text_hash",
    "write_finding",
    "write_message",
    "write_result",
]

_CANONICAL = json.JSONEncoder(sort_keys=True).encode
_LABELS = ("sender", "key", "reference", "campaign", "route", "provider")


@frozen(kw_only=True)
class Finding:
    """What was found out about a message of unknown outcome."""

    outcome: Outcome
    """ACCEPTED, REJECTED or NOT_SENT."""
    provider: str | None = None
    message_id: str | None = None
    status: Status = Status.UNKNOWN
    reason: str = ""
    """Why it is not accepted."""


def content(message: Message) -> bytes:
    """Return what makes two messages the same: everything but the key and the way they take."""
    parts = [
        message.to,
        message.text,
        message.sender,
        message.send_at and message.send_at.isoformat(),
        message.validity and message.validity.total_seconds(),
        message.reference,
        message.campaign,
        message.extra,
    ]
    return _CANONICAL(parts).encode()


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def write_message(message: Message, keep: KeepText) -> str:
    """Write a message; its text and its `extra`, which may be anything, only where texts are kept in full."""
    written: dict[str, object] = {name: value for name in _LABELS if (value := getattr(message, name)) is not None}
    if message.send_at:
        written["send_at"] = message.send_at.isoformat()
    if message.validity:
        written["validity"] = message.validity.total_seconds()
    if keep is KeepText.HASH:
        written["sha256"] = text_hash(message.text)
    if keep is not KeepText.FULL:
        return json.dumps({**written, "segments": analyse(message.text).segments})
    extra = {"extra": message.extra} if message.extra else {}
    return json.dumps({**written, **extra, "text": message.text})


def read_message(to: str, written: str) -> Message | None:
    """Read a message back; None where its text was not kept."""
    fields: dict[str, Any] = json.loads(written)
    if "text" not in fields:
        return None
    if "send_at" in fields:
        fields["send_at"] = datetime.fromisoformat(fields["send_at"])
    if "validity" in fields:
        fields["validity"] = timedelta(seconds=fields["validity"])
    return Message(to, fields.pop("text"), **fields)


def read_send_at(written: str) -> datetime | None:
    """Read for when a message was meant, which is kept whether or not its text is."""
    send_at = json.loads(written).get("send_at")
    return None if send_at is None else datetime.fromisoformat(send_at)


def write_result(result: SendResult, keep: KeepText) -> str:
    """Write a result without its message and the vendor's raw answer; the words of others with texts only."""
    full, text = keep is KeepText.FULL, result.message.text
    named = result.sender if full or result.sender == result.message.sender else kept_sender(result.sender, text)
    written = {
        "outcome": result.outcome.value,
        "status": result.status.value,
        "provider": result.provider,
        "message_id": result.message_id,
        "sender": named,
        "notes": (result.notes or None) if full else None,
        "segments": result.segments,
        "price": result.price and [str(result.price.amount), result.price.unit],
        "attempts": [
            [
                each.provider,
                each.outcome.value,
                _write_error(each.error, keep, text),
                each.started.isoformat(),
                each.seconds,
            ]
            for each in result.attempts
        ],
        "error": _write_error(result.error, keep, text),
    }
    return json.dumps({name: value for name, value in written.items() if value is not None})


def read_result(written: str) -> Recorded:
    """Read a result back."""
    fields: dict[str, Any] = json.loads(written)
    price = fields.get("price")
    return Recorded(
        outcome=Outcome(fields["outcome"]),
        status=Status(fields["status"]),
        provider=fields.get("provider"),
        message_id=fields.get("message_id"),
        sender=fields.get("sender"),
        notes=tuple(fields.get("notes", ())),
        segments=fields["segments"],
        price=Price(Decimal(price[0]), price[1]) if price else None,
        attempts=tuple(_attempts(fields["attempts"])),
        error=_read_error(fields.get("error")),
    )


def write_finding(finding: Finding, message: str, earlier: str | None) -> str:
    """Write what was found out as a result; of the earlier one, its attempts stay."""
    attempts = json.loads(earlier)["attempts"] if earlier else []
    kept = json.loads(message)
    kinds = {Outcome.NOT_SENT: NotSentError, Outcome.REJECTED: RejectedError}
    kind = kinds.get(finding.outcome)
    written = {
        "outcome": finding.outcome.value,
        "status": finding.status.value,
        "provider": finding.provider,
        "message_id": finding.message_id,
        "segments": kept["segments"] if "segments" in kept else analyse(kept["text"]).segments,
        "attempts": attempts,
        "error": kind and _write_error(kind(finding.reason, provider=finding.provider), KeepText.FULL),
    }
    return json.dumps({name: value for name, value in written.items() if value is not None})


def _attempts(written: Iterable[list[Any]]) -> Iterable[Attempt]:
    for provider, outcome, error, started, seconds in written:
        yield Attempt(provider, Outcome(outcome), _read_error(error), datetime.fromisoformat(started), seconds)


def _write_error(error: SmsgateError | None, keep: KeepText, text: str = "") -> dict[str, object] | None:
    """Write an error; its words only where texts are kept, for a vendor may quote what it refuses."""
    if error is None:
        return None
    code = error.code if isinstance(error, ProviderError) else None
    if keep is KeepText.FULL:
        reason = error.reason if isinstance(error, ProviderError) else str(error)
    else:
        code = kept_code(code, text)
        reason = kept_reason(error, code, keep)
    written: dict[str, object] = {"kind": type(error).__name__, "reason": reason}
    if isinstance(error, ProviderError):
        written |= {name: getattr(error, name) for name in ("provider", "retry_after", "message_id")}
        written |= {"code": code, "scope": error.scope.value}
    return {name: value for name, value in written.items() if value is not None}


def _read_error(written: dict[str, Any] | None) -> SmsgateError | None:
    if written is None:
        return None
    fields = dict(written)
    kind: type[SmsgateError] = getattr(errors, fields.pop("kind"), SmsgateError)
    reason = fields.pop("reason")
    if issubclass(kind, ProviderError):
        return kind(reason, scope=Scope(fields.pop("scope")), **fields)
    return kind(reason)
