"""Messages as the adapter `memory` writes them to its file: a line of JSON each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from smsgate.model.media import Media
from smsgate.model.message import Message

__all__ = ["read_messages"]

_AS_THEY_ARE = ("sender", "key", "reference", "campaign", "route")


def read_messages(file: Path) -> list[Message]:
    """Return the messages of a file, the oldest first; a line that is still being written is none yet."""
    try:
        written = file.read_bytes()
    except FileNotFoundError:
        return []
    return [_message(json.loads(line)) for line in written.rpartition(b"\n")[0].splitlines()]


def _message(fields: Mapping[str, Any]) -> Message:
    send_at, validity = fields.get("send_at"), fields.get("validity")
    as_they_are: dict[str, Any] = {name: fields.get(name) for name in _AS_THEY_ARE}
    return Message(
        fields["to"],
        fields["text"],
        send_at=None if send_at is None else datetime.fromisoformat(send_at),
        validity=None if validity is None else timedelta(seconds=validity),
        media=[Media(**each) for each in fields.get("media", ())],
        extra=fields.get("extra", {}),
        budget_keys=fields.get("budget_keys", {}),
        **as_they_are,
    )
