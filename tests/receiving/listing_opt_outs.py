"""A vendor that keeps a list of opt-outs, as the tests of taking it in have it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from smsgate import (
    Answer,
    Conversation,
    ListsOptOuts,
    Page,
    Provider,
    Request,
    Settings,
    VendorOptOut,
    read_each,
)
from smsgate.testing import StubTransport, answer
from tests.plain_adapter import Plain

__all__ = ["WORDS", "Entry", "Lists", "listing"]

Entry = tuple[str, str | None, datetime | None]
"""A number, a sender, and since when."""


WORDS = {"+27821234561": "\ud800", "+27821234562": "STOP\0", "+27821234563": "STOP\x1b[2J"}
"""Numbers whose words no database, or no terminal, should have."""


class Lists(Plain, ListsOptOuts):
    """Lists opt-outs in pages; the entries are those of the test, since JSON is not what is tested."""

    pages: Sequence[Sequence[Entry]] = ()

    def list_opt_outs(self, cursor: str | None) -> Conversation[Page[VendorOptOut]]:
        yield Request("GET", "opt-outs", query={"page": cursor or "0"})
        number = int(cursor or 0)
        entries = self.pages[number] if self.pages else ()
        return read_each(entries, _read, str(number + 1) if number + 1 < len(self.pages) else None)


def _read(entry: Entry) -> VendorOptOut:
    number, sender, since = entry
    return VendorOptOut(number=number, sender=sender, since=since, word=WORDS.get(number, "STOP"))


def listing(
    name: str, *entries: Entry, size: int = 2, fails: int | None = None, vendor: type[Lists] = Lists
) -> Provider:
    """Return a provider whose vendor lists entries, `size` a page, and answers the request `fails` with 503."""
    adapter = vendor(Settings(base_url="http://127.0.0.1", read_attempts=1), provider=name)
    adapter.pages = [entries[at : at + size] for at in range(0, len(entries), size)]

    def said(request: Request) -> Answer:
        return answer(503 if request.query.get("page") == str(fails) else 200, {})

    return Provider(name, adapter, StubTransport(said))
