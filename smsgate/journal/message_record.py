"""What a journal writes of messages, in columns."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from smsgate.journal.settings import KeepText
from smsgate.model.media import Media
from smsgate.model.message import Message
from smsgate.model.on_undelivered import OnUndelivered
from smsgate.model.segments import segments_of
from smsgate.model.status import Status
from smsgate.text import analyse

__all__ = [
    "MessageColumns",
    "content",
    "has_rule",
    "in_seconds",
    "read_message",
    "read_rule",
    "read_trace",
    "text_hash",
    "with_rule",
    "with_trace",
    "without_text",
    "words_of",
    "write_message",
    "written_segments",
    "written_words",
]

_TRACE = "trace"
_RULE = "on_undelivered"
_CANONICAL = json.JSONEncoder(sort_keys=True).encode


class MessageColumns(NamedTuple):
    """What is kept of a message, beside its number and key; its content, extra and budget keys only with full texts."""

    text: str | None
    sender: str | None
    reference: str | None
    campaign: str | None
    send_at: float | None
    """Seconds since 1970."""
    details: str | None
    """JSON: what else it has."""


def content(message: Message) -> bytes:
    """Return what makes two messages the same: everything but the key, the way they take and what budgets count.

    Neither changes what the person gets: a repetition that is counted otherwise is the same message.
    """
    media = [_written_media(message)] if message.media else []  # without any, it is that of earlier versions
    parts = [
        message.to,
        message.text,
        message.sender,
        message.send_at and message.send_at.isoformat(),
        message.validity and message.validity.total_seconds(),
        message.reference,
        message.campaign,
        message.extra,
        *media,
    ]
    return _CANONICAL(parts).encode()


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def write_message(message: Message, keep: KeepText) -> MessageColumns:
    """Write a message; its text, media, `extra` and budget keys, which may be anything, only where texts are kept."""
    full = keep is KeepText.FULL
    details: dict[str, object] = {}
    if message.route is not None:
        details["route"] = message.route
    if message.provider is not None:
        details["provider"] = message.provider
    if message.urgent:
        details["urgent"] = True
    if message.validity:
        details["validity"] = message.validity.total_seconds()
    if message.extra and full:
        details["extra"] = message.extra
    if message.budget_keys and full:
        details["budget_keys"] = message.budget_keys
    if message.media and full:
        details["media"] = _written_media(message)
    if keep is KeepText.HASH:
        details["sha256"] = text_hash(message.text)
    if not full:
        details["segments"] = segments_of(message)
    return MessageColumns(
        message.text if full else None,
        message.sender,
        message.reference,
        message.campaign,
        in_seconds(message.send_at),
        json.dumps(details) if details else None,
    )


def without_text(text: str | None, details: str | None, *, hashed: bool) -> str | None:
    """Return the details of a message whose text is removed, with its hash if that is wanted.

    Its `extra`, budget keys and media are removed with it; without a hash, what names its trace too.
    """
    kept: dict[str, object] = json.loads(details) if details else {}
    kept.pop("extra", None)
    kept.pop("budget_keys", None)
    media = kept.pop("media", None)
    if not hashed:
        kept.pop("sha256", None)
        kept.pop(_TRACE, None)
    if text is not None:
        kept |= {"sha256": text_hash(text)} if hashed else {}
        kept["segments"] = 1 if media else analyse(text).segments
    return json.dumps(kept) if kept else None


def with_trace(details: str | None, trace: str | None) -> str | None:
    """Return the details of a message with the context of the span that sends it now."""
    if trace is None:
        return details
    return json.dumps((json.loads(details) if details else {}) | {_TRACE: trace})


def read_trace(details: str | None) -> str | None:
    """Return the context of the span that sent a message."""
    if details is None or _TRACE not in details:
        return None
    trace = json.loads(details).get(_TRACE)
    return trace if isinstance(trace, str) else None


def with_rule(details: str | None, rule: OnUndelivered | None) -> str | None:
    """Return the details of a message with its route's rule for a second try."""
    if rule is None:
        return details
    written = {"providers": rule.providers, "after": rule.after.total_seconds(), "statuses": rule.statuses}
    return json.dumps((json.loads(details) if details else {}) | {_RULE: written})


def has_rule(details: str | None) -> bool:
    """Say whether a message may have been tried more than once; never no if it was."""
    return details is not None and f'"{_RULE}"' in details


def read_rule(details: str | None) -> OnUndelivered | None:
    """Read the rule for a second try."""
    if details is None or not has_rule(details):
        return None
    written = json.loads(details).get(_RULE)
    if written is None:
        return None
    pause, statuses = timedelta(seconds=written["after"]), map(Status, written["statuses"])
    return OnUndelivered(providers=written["providers"], after=pause, statuses=tuple(statuses))


def in_seconds(moment: datetime | None) -> float | None:
    """Return a time as it is written: seconds since 1970."""
    return None if moment is None else moment.timestamp()


def read_message(to: str, key: str | None, written: MessageColumns) -> Message | None:
    """Read a message back; None where its text was not kept."""
    text, sender, reference, campaign, send_at, details = written
    if text is None:
        return None
    fields: dict[str, Any] = json.loads(details) if details else {}
    fields.pop(_TRACE, None)
    fields.pop(_RULE, None)
    if "validity" in fields:
        fields["validity"] = timedelta(seconds=fields["validity"])
    if "media" in fields:
        fields["media"] = [Media(*each) for each in fields["media"]]
    if send_at is not None:
        fields["send_at"] = datetime.fromtimestamp(send_at, UTC)
    return Message(to, text, sender=sender, key=key, reference=reference, campaign=campaign, **fields)


def written_segments(written: MessageColumns) -> int:
    """Return how many segments a message has."""
    details = json.loads(written.details or "{}")
    if written.text is not None:
        return 1 if "media" in details else analyse(written.text).segments
    segments: int = details["segments"]
    return segments


def words_of(message: Message) -> str:
    """Return what is not to be quoted where texts are not kept: the text, and the media's URLs."""
    return "\n".join([message.text, *(each.url for each in message.media)])


def written_words(text: str | None, details: str | None) -> str | None:
    """Return the same of a message as it is written; None where its text is not kept."""
    if text is None:
        return None
    return "\n".join([text, *(url for url, _ in json.loads(details or "{}").get("media", ()))])


def _written_media(message: Message) -> list[tuple[str, str | None]]:
    return [(each.url, each.content_type) for each in message.media]
