"""A gateway that is made and used when the module is imported, before any fork, on ``FORKING_SETTINGS``."""

from __future__ import annotations

import json
import os
from typing import Any

from smsgate import Gateway, Message, SmsgateError

TO = "+27821234567"
SETTINGS: dict[str, Any] = json.loads(os.environ["FORKING_SETTINGS"])
GATEWAY = Gateway.from_mapping(SETTINGS)


def send(text: str) -> dict[str, Any]:
    """Send a text under the key of the same name; return what became of it, and which message the vendor tells of."""
    key = text if "journal" in SETTINGS else None
    try:
        result = GATEWAY.send(Message(TO, text, key=key))
    except SmsgateError as error:
        return {"text": text, "outcome": "error", "error": repr(error), "by": os.getpid()}
    asked = GATEWAY.provider("zoom").status(result.message_id or "").message_id
    return {"text": text, "outcome": result.outcome.value, "id": result.message_id, "asked": asked, "by": os.getpid()}


WARM = send(f"before the fork, by {os.getpid()}")
"""A connection is idle, a journal is open and its thread runs when children are forked."""
