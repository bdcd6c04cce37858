"""A gateway is shared by a fork: every text goes out once, and each process reads its own answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from smsgate.sandbox import Sandbox
from tests.runtime.message_check import check, check_journal, read

ROOT = Path(__file__).parents[2]
WAYS = ["fork", "multiprocessing"]
FEW, MANY, PARTS = range(12), range(12, 1100), 16

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


Player = Callable[[str, int], None]


@pytest.fixture(scope="module")
def application() -> Iterator[subprocess.Popen[str]]:
    """One process plays every round, so that it has been forked many times in the end."""
    order = [sys.executable, "-m", "tests.runtime.forking_application"]
    with subprocess.Popen(order, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.fixture
def play(application: subprocess.Popen[str], sandbox: Sandbox, vendor: dict[str, str], tmp_path: Path) -> Player:
    """Play a round and compare what its processes say with what was sent."""

    def play(way: str, seed: int) -> None:
        journal, report = tmp_path / f"journal-{seed}.db", tmp_path / f"report-{seed}"
        sandbox.reset()
        settings: dict[str, Any] = {"providers": {"zoom": {"adapter": "zoomconnect", "read_timeout": 10, **vendor}}}
        if seed % 4:
            settings["journal"] = {"path": str(journal), "patience": 20}
        assert application.stdin is not None
        assert application.stdout is not None
        order = {"seed": seed, "settings": settings, "way": way, "report": str(report)}
        application.stdin.write(f"{json.dumps(order)}\n")
        application.stdin.flush()
        assert json.loads(application.stdout.readline()) == "done", f"seed {seed}"
        lines = read(report)
        check(lines, sandbox)
        if "journal" in settings:
            check_journal(journal, settings, lines)

    return play


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", FEW)
def test_what_a_parent_and_its_children_send_goes_out_once(seed: int, way: str, play: Player) -> None:
    play(way, seed)


@pytest.mark.soak
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("part", range(PARTS))
def test_two_thousand_rounds_of_forking(part: int, way: str, play: Player) -> None:
    for seed in MANY[part::PARTS]:
        play(way, seed)
