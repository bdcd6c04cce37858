"""Where an account's rate is kept: whether that can be read and written, and whether the vendor blocks the account."""

from __future__ import annotations

import os
from contextlib import closing, nullcontext
from pathlib import Path

from smsgate.adapter.adapter import Adapter
from smsgate.adapter.settings import Settings
from smsgate.adapter.store_url import StoreUrl, is_url
from smsgate.doctor.finding import Finding
from smsgate.doctor.subject import Subject
from smsgate.model.errors import ConfigError
from smsgate.transport.pacing import MemoryPaceStore, PaceStore
from smsgate.transport.pacing.place import account_in_store, open_pace_store
from smsgate.transport.redis_server import HasConnections, StoreUnavailableError

__all__ = ["examine_pace"]


def examine_pace(subject: Subject, adapter: Adapter[Settings]) -> tuple[Finding, PaceStore | None]:
    """Look at the store of an account's rate slots; make none that is not there.

    Returns what the other checks are to use in its place; None is the store itself.
    """
    settings = adapter.settings
    place = settings.pace_store or settings.pacing_file
    if place is None:
        return subject.ok("pace", f"{_rate(settings)}, counted by each process for itself"), None
    if not is_url(place) and (finding := _of_file(subject, settings, Path(place))):
        return finding, MemoryPaceStore()
    try:
        blocked = _blocked(adapter)
    except (StoreUnavailableError, ConfigError) as error:
        return subject.problem("pace", f"the pace store fails: {error}"), MemoryPaceStore()
    except Exception as error:  # noqa: BLE001 - whatever a damaged file raises
        what = f"the pace store {place} cannot be read ({type(error).__name__})"
        return subject.problem("pace", what, "repair or remove it; it is made again"), MemoryPaceStore()
    shown = StoreUrl.read(place).shown if is_url(place) else place
    if blocked:
        what = f"the vendor answered 429: the account is blocked for {blocked:.0f} s more ({shown})"
        return subject.warning("pace", what, "wait, or set a lower rate"), None
    return subject.ok("pace", f"{_rate(settings)}, shared in {shown}"), None


def _rate(settings: Settings) -> str:
    return "no rate limit" if settings.rate in {None, "unlimited"} else f"rate {settings.rate}"


def _of_file(subject: Subject, settings: Settings, file: Path) -> Finding | None:
    """Return what is found of a file that is not opened: one that is not there, or cannot be written."""
    folder = file.absolute().parent
    if not os.path.exists(file):  # noqa: PTH110 - False too where the folder may not be looked into
        if os.access(folder, os.W_OK | os.X_OK):
            return subject.ok("pace", f"{_rate(settings)}, shared in {file}, which the first request makes")
        return subject.problem("pace", f"the folder of {file} is not writable", f"give this user the right to {folder}")
    if not (os.access(file, os.W_OK) and os.access(folder, os.W_OK | os.X_OK)):
        return subject.problem("pace", f"{file} or its folder is not writable", f"give this user the right to {folder}")
    return None


def _blocked(adapter: Adapter[Settings]) -> float:
    store = open_pace_store(adapter.settings)
    with closing(store) if isinstance(store, HasConnections) else nullcontext():
        return store.blocked(account_in_store(adapter))
