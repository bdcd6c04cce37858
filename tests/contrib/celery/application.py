"""An application with Celery, as its workers import it: broker, journal and vendor are in the environment."""

from __future__ import annotations

import itertools
import os

from celery import Celery

from smsgate import Gateway, JournalSettings, Provider, Settings
from smsgate.contrib.celery import register
from smsgate.transport.http import HttpTransport
from tests.journal_at import journal_at
from tests.plain_adapter import Plain

IN_FLIGHT = int(os.environ.get("TEST_IN_FLIGHT", "4"))


class Unique(Plain):
    """Gives ids that no other process gives."""

    def __init__(self, settings: Settings, *, provider: str) -> None:
        super().__init__(settings, provider=provider)
        self.ids = itertools.count(os.getpid() * 1_000_000)


def open_gateway() -> Gateway:
    settings = Settings(base_url=os.environ["TEST_VENDOR"])
    journal = journal_at(JournalSettings(path=os.environ["TEST_JOURNAL"], lease=3.0, patience=30.0))
    provider = Provider("a", Unique(settings, provider="a"), HttpTransport(settings))
    return Gateway([provider], journal=journal, deadline=30.0)


app = Celery("tests", broker=os.environ.get("TEST_BROKER", "memory://"))
app.conf.update(worker_prefetch_multiplier=1, broker_connection_retry_on_startup=True, worker_hijack_root_logger=False)
tasks = register(app, open_gateway, in_flight=IN_FLIGHT, every=0.5, patience=2.0)
