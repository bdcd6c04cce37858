"""One message as a task of a queue has it: a key, and fields and results that JSON can say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from smsgate.blocking.gateway import Gateway
from smsgate.model.consent import Consent
from smsgate.model.errors import InvalidMessageError
from smsgate.model.message import MessageFields

__all__ = ["send_task"]


def send_task(
    gateway: Gateway, to: str, text: str, key: str, fields: Mapping[str, object]
) -> Mapping[str, str | int | None]:
    """Send a message once for its key, and return its result; `fields` are those of a `Message`.

    Among them `send_at` may be in ISO 8601, `validity` in seconds, and `consent` a mapping of its fields. Raises what
    `Gateway.send` does.
    """
    result = gateway.send(gateway.message(to, text, **_read({**fields, "key": key})))
    return {
        "outcome": result.outcome.value,
        "provider": result.provider,
        "message_id": result.message_id,
        "segments": result.segments,
    }


def _read(fields: dict[str, object]) -> MessageFields:
    """Return a message's fields of what JSON can say."""
    if isinstance(moment := fields.get("send_at"), str):
        fields["send_at"] = datetime.fromisoformat(moment)
    if isinstance(seconds := fields.get("validity"), int | float):
        fields["validity"] = timedelta(seconds=seconds)
    if isinstance(consent := fields.get("consent"), Mapping):
        fields["consent"] = _consent(dict(consent))
    return cast("MessageFields", fields)  # the message checks them itself


def _consent(fields: dict[str, object]) -> Consent:
    if isinstance(moment := fields.get("at"), str):
        fields["at"] = datetime.fromisoformat(moment)
    try:
        return Consent(**cast("Any", fields))
    except TypeError:  # a field is missing, or there is none such
        raise InvalidMessageError(f"a consent has text, version, at and source, got {', '.join(fields)}") from None
