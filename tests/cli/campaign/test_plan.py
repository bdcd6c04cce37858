"""What `smsgate bulk` shows before it asks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smsgate.cli.app import run

SETTINGS = """
default_region = "ZA"
route = ["a", "b"]
order = "round_robin"
[providers.a]
adapter = "memory"
prices = { unit = "ZAR", "+27" = "0.30" }
[providers.b]
adapter = "memory"
prices = { unit = "ZAR", "+27" = "0.20" }
"""


def test_a_route_that_takes_turns_is_planned_as_it_would_be_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("smsgate.toml").write_text(SETTINGS, encoding="utf-8")
    rows = [f"08{number},Hello" for number in range(21234560, 21234570)]
    Path("c.csv").write_text("\n".join(["to,text", *rows]), encoding="utf-8")
    assert run(["bulk", "c.csv", "--dry-run", "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)["plan"]
    assert {name: share["messages"] for name, share in plan["providers"].items()} == {"a": 5, "b": 5}
