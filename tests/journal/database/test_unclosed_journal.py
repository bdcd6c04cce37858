"""A journal that is dropped without being closed: its thread, its descriptors and its lease end."""

from __future__ import annotations

import gc
import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from smsgate import Gateway, Outcome
from smsgate.journal.address import is_postgres
from tests.journal.sqlite.test_failure import until
from tests.journal_at import journal_at, rows
from tests.plain_adapter import Line, message, provider

_CONNECTIONS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def open_files(path: str) -> list[str]:
    """Return the descriptors of this process that lead to a journal's files, or its connections to the server."""
    if is_postgres(path):
        return [str(row) for row in rows(path, _CONNECTIONS)]
    found = []
    for each in Path("/proc/self/fd").iterdir():
        try:
            target = os.readlink(each)  # noqa: PTH115 - a name that may be gone
        except FileNotFoundError:
            continue
        if target.startswith(path):
            found.append(target)
    return found


def writers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "smsgate-journal"]


def leases(path: str) -> int:
    return int(rows(path, "SELECT count(*) FROM leases")[0][0])


def collected() -> bool:
    """Search for garbage: a task that has given its result refers to its gateway for a moment still."""
    gc.collect()
    return True


def opened(path: str) -> Gateway:
    return Gateway([provider("a", Line())], journal=journal_at(path))


@contextmanager
def logged() -> Iterator[list[str]]:
    """Give the ResourceWarnings that come."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        words: list[str] = []
        yield words
        words += [str(each.message) for each in caught if each.category is ResourceWarning]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="descriptors are listed in /proc only")
def test_gateways_that_are_dropped_keep_no_thread_no_descriptor_and_no_lease(path: str) -> None:
    before = len(writers())
    with logged() as words:
        for each in range(20):
            gateway = opened(path)
            gateway.send(message(f"{each}"))
            del gateway
        gc.collect()
        until(lambda: collected() and len(writers()) <= before and not open_files(path))
    assert leases(path) == 0
    kind = "PostgresJournal" if is_postgres(path) else "SqliteJournal"
    assert words == [f"unclosed {kind}({path!r}); close the Gateway, or use it in a with block"] * 20


def test_a_journal_that_was_never_used_is_closed_as_it_is_dropped(path: str) -> None:
    with logged() as words:
        gateway = opened(path)
        del gateway
        gc.collect()
    assert len(words) == 1


def test_a_gateway_that_is_closed_says_nothing_as_it_is_dropped(path: str) -> None:
    with logged() as words:
        gateway = opened(path)
        gateway.send(message())
        gateway.close()
        del gateway
        gc.collect()
    assert words == []


def test_a_gateway_whose_generator_is_in_use_is_not_dropped(path: str) -> None:
    with logged():
        results = opened(path).send_bulk((message(f"{each}") for each in range(50)), run="r")
        gc.collect()
        assert len([*results]) == 50
        del results
        entries = opened(path).unknowns.list()
        gc.collect()
        assert [*entries] == []
        del entries
        gc.collect()
        until(lambda: collected() and leases(path) == 0)


def test_results_that_the_garbage_collector_drops_in_the_journals_thread_do_not_delay_it(path: str) -> None:
    with opened(path) as gateway:
        results = gateway.send_bulk((message(f"{each}") for each in range(200)), run="r")
        next(results)
        cycle: list[object] = [results]
        cycle.append(cycle)
        writer = gateway.core.sender.journal._writer  # type: ignore[union-attr]
        gc.disable()
        try:
            del results, cycle
            writer.make(lambda _: gc.collect())  # raises if it waited for itself
        finally:
            gc.enable()
        until(lambda: not gateway.core.sender.journal._passes)  # type: ignore[union-attr]
        assert gateway.send(message("after it")).outcome is Outcome.ACCEPTED
        assert len([*gateway.send_bulk((message(f"{each}") for each in range(200)), run="r")]) == 200
