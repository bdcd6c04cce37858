"""The loggers of sends, requests, events and guards; what a record has beside its line is in its fields.

No record has a number, a text, a key or a vendor's words: fields are names, ids and counts.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

__all__ = ["EVENTS", "GUARDS", "REQUESTS", "SENDS", "ignoring_failures"]

P = ParamSpec("P")

logging.getLogger("smsgate").addHandler(logging.NullHandler())  # the application says where records go

SENDS = logging.getLogger("smsgate.send")
REQUESTS = logging.getLogger("smsgate.request")
EVENTS = logging.getLogger("smsgate.event")
GUARDS = logging.getLogger("smsgate.guards")


def ignoring_failures(watch: Callable[P, None]) -> Callable[P, None]:
    """Have a function log what it raises: no exporter changes an outcome."""

    @wraps(watch)
    def call(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            watch(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - an exporter may raise anything
            logging.getLogger("smsgate").warning("telemetry failed with %s; it was ignored", type(error).__name__)

    return call
