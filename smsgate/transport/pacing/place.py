"""The store of an account's slots, as its settings name it."""

from __future__ import annotations

from smsgate.adapter.adapter import Adapter
from smsgate.adapter.settings import Settings
from smsgate.adapter.store_url import is_url
from smsgate.transport.pacing.file import FilePaceStore
from smsgate.transport.pacing.redis import RedisPaceStore
from smsgate.transport.pacing.store import MemoryPaceStore, PaceStore

__all__ = ["account_in_store", "open_pace_store"]


def open_pace_store(settings: Settings) -> PaceStore:
    """Return the store on the server or in the file that the settings name; without one, in memory."""
    place = settings.pace_store or settings.pacing_file
    if place is None:
        return MemoryPaceStore()
    return RedisPaceStore(place) if is_url(place) else FilePaceStore(place)


def account_in_store(adapter: Adapter[Settings]) -> str:
    """Return what an account's slots are kept under."""
    return f"{adapter.name}/{adapter.provider}"
