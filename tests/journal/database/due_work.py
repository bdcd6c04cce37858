"""Processes that send what is due, by name: they can be killed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from smsgate import Gateway
from smsgate.journal import Intent
from tests.journal.database.campaign import TO, messages, settings
from tests.journal_at import rows

__all__ = ["TO", "hold", "send_due"]


def hold(vendor: dict[str, str], path: str, count: int) -> None:
    """Have messages wait, whose time has come."""
    with Gateway.from_mapping(settings(vendor, path)) as gateway:
        journal = gateway.core.sender.journal
        assert journal is not None
        until = datetime.now(UTC) + timedelta(hours=10)
        journal.begin([Intent(each, None, hold_until=until) for each in messages("due", count)]).wait(30)
    rows(path, "UPDATE due SET moment = 0")


def send_due(vendor: dict[str, str], path: str, lease: float = 5.0, bulk_size: int = 1) -> None:
    """Send what is due until nothing is."""
    with Gateway.from_mapping(settings(vendor, path, lease, bulk_size)) as gateway:
        for _ in gateway.send_due(in_flight=4):
            pass
