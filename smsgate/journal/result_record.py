"""What a journal writes of results, in columns; a vendor's raw answer is not kept."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from attrs import frozen

from smsgate.journal.message_record import words_of
from smsgate.journal.redaction import kept_code, kept_reason, kept_sender
from smsgate.journal.settings import KeepText
from smsgate.model import errors
from smsgate.model.entry import Asked, Entry, Recorded
from smsgate.model.errors import (
    ConflictError,
    InvalidMessageError,
    NotSentError,
    ProviderError,
    PumpingError,
    RejectedError,
    Scope,
    SmsgateError,
)
from smsgate.model.outcome import Outcome
from smsgate.model.price import Price
from smsgate.model.result import Attempt, SendResult
from smsgate.model.status import Status

__all__ = [
    "Finding",
    "ResultColumns",
    "fails_over",
    "read_result",
    "unknown_attempts",
    "was_refused_here",
    "without_words",
    "write_finding",
    "write_result",
]


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
    is_answer: bool = False
    """Whether the vendor said so when it was asked, with the status."""
    asked: tuple[Asked, ...] | None = None
    """All who might have the message, and say that they have not; None where others do not matter."""

    def check(self, entry: Entry) -> None:
        """Raise `ConflictError` if others may have an entry's message by now: it was sent again meanwhile."""
        if self.asked is not None and _when(self.asked) != _when(entry.asked):
            raise ConflictError(f"entry {entry.id} was sent again meanwhile; reconcile it once more")


def _when(asked: Iterable[Asked]) -> list[tuple[str, datetime]]:
    """Return who was asked, and when: an id may have come since."""
    return [(each.provider, each.since) for each in asked]


class ResultColumns(NamedTuple):
    """What is kept of a result, beside its outcome; all of it None where none was recorded."""

    status: str | None
    segments: int | None
    provider: str | None
    message_id: str | None
    sent_as: str | None
    price: str | None
    started: float | None
    """When the one attempt was made, which was accepted; None where there were others."""
    seconds: float | None
    attempts: str | None
    """JSON: the attempts, where it was not that one."""
    error: str | None
    """JSON."""
    notes: str | None
    """JSON."""


def write_result(result: SendResult, keep: KeepText) -> ResultColumns:
    """Write a result without its message and the vendor's raw answer; the words of others with texts only."""
    full, text, price = keep is KeepText.FULL, words_of(result.message), result.price
    attempts, only = None, _only_attempt(result)
    if only is None:
        attempts = json.dumps(
            [
                (
                    *(each.provider, each.outcome, _error(each.error, keep, text)),
                    *(each.started.isoformat(), each.seconds, each.submission),
                )
                for each in result.attempts
            ]
        )
    return ResultColumns(
        result.status.value,
        result.segments,
        result.provider,
        result.message_id,
        result.sender if full or result.sender == result.message.sender else kept_sender(result.sender, text),
        f"{price.amount} {price.unit}" if price else None,
        only.started.timestamp() if only else None,
        only.seconds if only else None,
        attempts,
        json.dumps(_error(result.error, keep, text)) if result.error else None,
        json.dumps(result.notes) if result.notes and full else None,
    )


def _only_attempt(result: SendResult) -> Attempt | None:
    """Return the attempt that makes a result by itself: the one provider that was asked accepted the message."""
    if len(result.attempts) != 1:
        return None
    only = result.attempts[0]
    same = only.outcome is result.outcome is Outcome.ACCEPTED and only.provider == result.provider
    return only if same and only.error is None else None


def read_result(outcome: Outcome, written: ResultColumns) -> Recorded | None:
    """Read a result back."""
    if written.status is None:
        return None
    amount, _, unit = (written.price or "").partition(" ")
    return Recorded(
        outcome=outcome,
        status=Status(written.status),
        provider=written.provider,
        message_id=written.message_id,
        sender=written.sent_as,
        notes=tuple(json.loads(written.notes)) if written.notes else (),
        segments=written.segments or 0,
        price=Price(Decimal(amount), unit) if amount else None,
        attempts=tuple(_attempts(outcome, written)),
        error=_read_error(json.loads(written.error)) if written.error else None,
    )


def write_finding(finding: Finding, segments: int, attempts: str | None) -> ResultColumns:
    """Write what was found out as a result; of the earlier one, its attempts stay."""
    kinds = {Outcome.NOT_SENT: NotSentError, Outcome.REJECTED: RejectedError}
    kind = kinds.get(finding.outcome)
    error = _error(kind(finding.reason, provider=finding.provider), KeepText.FULL) if kind else None
    return ResultColumns(
        status=finding.status.value,
        segments=segments,
        provider=finding.provider,
        message_id=finding.message_id,
        sent_as=None,
        price=None,
        started=None,
        seconds=None,
        attempts=attempts or "[]",
        error=json.dumps(error) if error else None,
        notes=None,
    )


def unknown_attempts(result: SendResult | Recorded) -> list[Asked]:
    """Return the providers that have the text of a result, or may have it."""
    return [
        Asked(each.provider, each.started, getattr(each.error, "message_id", None) or result.message_id)
        for each in result.attempts
        if each.outcome in {Outcome.ACCEPTED, Outcome.UNKNOWN}
    ]


def was_refused_here(written: ResultColumns) -> bool:
    """Say whether a message was refused before any request, by settings or a budget that may have changed."""
    error: dict[str, object] = json.loads(written.error or "{}")
    return issubclass(getattr(errors, str(error.get("kind")), SmsgateError), InvalidMessageError)


def fails_over(error: str | None) -> bool:
    """Say of a written error whether the next provider may be asked after it."""
    read = _read_error(json.loads(error)) if error else None
    return read is not None and read.fails_over


def without_words(written: str | None, text: str | None) -> str | None:
    """Return attempts, or an error, as a journal that keeps no texts writes them."""
    if written is None:
        return None
    value = json.loads(written)
    if isinstance(value, list):
        return json.dumps([[*each[:2], _reworded(each[2], text), *each[3:]] for each in value])
    return json.dumps(_reworded(value, text))


def _reworded(error: dict[str, Any] | None, text: str | None) -> dict[str, object] | None:
    return _error(_read_error(error), KeepText.HASH, text or "")


def _attempts(outcome: Outcome, written: ResultColumns) -> Iterable[Attempt]:
    if written.provider is not None and written.started is not None and written.seconds is not None:
        yield Attempt(written.provider, outcome, None, datetime.fromtimestamp(written.started, UTC), written.seconds)
    for provider, ended, error, started, *rest in json.loads(written.attempts) if written.attempts else ():
        yield Attempt(provider, Outcome(ended), _read_error(error), datetime.fromisoformat(started), *rest)


def _error(error: SmsgateError | None, keep: KeepText, text: str = "") -> dict[str, object] | None:
    """Write an error; its words only where texts are kept, for a vendor may quote what it refuses."""
    if error is None:
        return None
    code = error.code if isinstance(error, ProviderError) else None
    if keep is KeepText.FULL:
        reason = error.reason if isinstance(error, ProviderError) else str(error)
    else:
        code = kept_code(code, text)
        reason = kept_reason(error, code, keep)
    kind = next(each.__name__ for each in type(error).__mro__ if hasattr(errors, each.__name__))
    written: dict[str, object] = {"kind": kind, "reason": reason}  # of a plug-in's own kind, the public one
    if isinstance(error, ProviderError):
        written |= {name: getattr(error, name) for name in ("provider", "retry_after", "message_id")}
        written |= {"code": code, "scope": error.scope.value}
    if isinstance(error, PumpingError):
        written |= {"guard": error.guard, "rule": error.rule}
    return {name: value for name, value in written.items() if value is not None}


def _read_error(written: dict[str, Any] | None) -> SmsgateError | None:
    if written is None:
        return None
    fields = dict(written)
    kind: type[SmsgateError] = getattr(errors, fields.pop("kind"), SmsgateError)
    reason = fields.pop("reason")
    if issubclass(kind, ProviderError):
        return kind(reason, scope=Scope(fields.pop("scope")), **fields)
    return kind(reason, **fields)
