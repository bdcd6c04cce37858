"""Many threads and processes, one account whose vendor blocks everything when it is asked too often."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from smsgate.sandbox import Sandbox
from smsgate_salesmsg_sandbox import Salesmsg
from tests.transport.conftest import Senders, release

SCALE = 10
"""A minute is six seconds: short, and still long beside what a busy machine adds to a sleep."""
MINUTE = timedelta(seconds=60 / SCALE)
PROCESSES, THREADS, EACH = 4, 8, 3


@pytest.fixture(params=["file", "redis"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """Return the setting of where the slots are."""
    if request.param == "file":
        return {"pacing_file": str(tmp_path / "pace.db")}
    return {"pace_store": request.getfixturevalue("valkey").url}


@pytest.mark.slow
def test_four_processes_of_eight_threads_use_the_rate_and_never_trip_the_block(
    place: dict[str, str], senders: Senders
) -> None:
    vendor = Salesmsg(limit=60, window=MINUTE, block=MINUTE)
    with Sandbox(vendors=[vendor]) as sandbox:
        settings = {
            "adapter": "salesmsg",
            "api_version": "v2.3",
            "send_via": "number",
            "base_url": sandbox.url("salesmsg").replace("v2.2", "v2.3"),
            **sandbox.account("salesmsg"),
            **sandbox.credentials("salesmsg"),
            "rate": f"{55 * SCALE}/min",
            **place,
        }
        numbers = [range(process * 100, process * 100 + THREADS * EACH) for process in range(PROCESSES)]
        outcomes = release(senders(settings, numbers, THREADS))
        counts, moments = sandbox.counts("salesmsg"), [text.at for text in sandbox.texts]
    total = PROCESSES * THREADS * EACH
    assert outcomes == ["accepted"] * total
    assert (counts["trips"], counts["blocked"], len(moments)) == (0, 0, total)
    per_minute = (total - 1) / ((moments[-1] - moments[0]) / MINUTE)
    assert per_minute >= 0.9 * 55, f"{per_minute:.1f} a minute of the 55 that are set and the 60 that are allowed"
