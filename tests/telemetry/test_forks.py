"""A worker that was forked goes on to trace and to measure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from smsgate.sandbox import Sandbox

pytestmark = [pytest.mark.threads, pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")]


def test_a_forked_worker_traces_and_measures() -> None:
    with Sandbox() as sandbox:
        account = {"adapter": "telnyx", "base_url": sandbox.url("telnyx"), **sandbox.credentials("telnyx")}
        done = subprocess.run(
            [sys.executable, "-m", "tests.telemetry.forked_worker", json.dumps({"providers": {"forked": account}})],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
