"""What `smsgate bulk` shows before it asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from smsgate.cli.app import run
from smsgate.sandbox import Fault, Sandbox
from tests.cli.zoom_settings import zoom_settings

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


# What is left ---------------------------------------------------------------------------------------------------------


@pytest.fixture(name="sandbox")
def _sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """One account with prices and a journal, and three messages of 1, 2 and 1 segments."""
    with Sandbox() as sandbox:
        prices = 'prices = { unit = "ZAR", "+27" = "0.25" }\n'
        (tmp_path / "smsgate.toml").write_text(zoom_settings(sandbox) + prices, encoding="utf-8")
        (tmp_path / "c.csv").write_text(THREE, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        yield sandbox


THREE = f"to,text\n0821234567,a\n0831234567,{'b' * 200}\n0841234567,c\n"


def planned(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    capsys.readouterr()
    assert run(["bulk", "c.csv", *options, "--dry-run", "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)["plan"]
    share = plan["providers"].get("zoom", {"messages": 0, "segments": 0, "prices": {}})
    assert (share["messages"], share["segments"]) == (plan["messages"] - plan["refused"], plan["segments"])
    return {"messages": plan["messages"], "segments": plan["segments"], "cost": share["prices"].get("ZAR")}


@pytest.mark.parametrize("enqueue", [(), ("--enqueue",)])
def test_a_plan_is_of_what_its_run_has_left(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str], enqueue: tuple[str, ...]
) -> None:
    assert planned(capsys, *enqueue) == {"messages": 3, "segments": 4, "cost": "1.00"}
    assert run(["bulk", "c.csv", *enqueue, "--yes"]) == 0
    assert planned(capsys, *enqueue) == {"messages": 0, "segments": 0, "cost": None}
    Path("c.csv").write_text(f"{THREE}0851234567,{'d' * 200}\n", encoding="utf-8")
    assert planned(capsys, *enqueue) == {"messages": 1, "segments": 2, "cost": "0.50"}
    assert len(sandbox.texts) == (0 if enqueue else 3)


def test_what_was_tried_and_not_sent_is_planned_again_but_not_enqueued_again(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.misbehave("zoomconnect", Fault.NO_CREDIT, times=1, path="sms/send*")
    assert run(["bulk", "c.csv", "--yes", "--workers", "1"]) == 1
    left = 3 - len(sandbox.texts)
    assert left >= 1
    assert planned(capsys)["messages"] == left
    assert planned(capsys, "--enqueue")["messages"] == 0


def test_a_plan_leaves_out_messages_whose_keys_were_sent_by_whichever_run(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = ["0821234567,a,k1", f"0831234567,{'b' * 200},k2", "0841234567,c,", "0851234567,d,k4"]
    Path("c.csv").write_text("\n".join(["to,text,key", *rows]), encoding="utf-8")
    for number, key in ((rows[0], "k1"), (rows[1], "k2")):
        to, text, _ = number.split(",")
        assert run(["send", "--to", to, text, "--key", key]) == 0
    assert planned(capsys) == {"messages": 2, "segments": 2, "cost": "0.50"}
    assert planned(capsys, "--enqueue", "--run", "other")["messages"] == 2
    assert run(["bulk", "c.csv", "--dry-run"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "done before 2 accepted left 2 of 4 messages: 2 new to the run" in said
    assert run(["bulk", "c.csv", "--yes"]) == 0
    assert len(sandbox.texts) == 4
    assert run(["bulk", "c.csv", "--run", "again", "--duplicates", "send", "--dry-run"]) == 0
    assert "left 1 of 4 messages" in " ".join(capsys.readouterr().out.split())  # the one without a key


def test_equal_messages_are_left_as_often_as_they_were_not_sent(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("c.csv").write_text("to,text\n" + "0821234567,a\n" * 2, encoding="utf-8")
    assert run(["bulk", "c.csv", "--yes", "--duplicates", "send"]) == 0
    Path("c.csv").write_text("to,text\n" + "0821234567,a\n" * 5, encoding="utf-8")
    assert planned(capsys, "--duplicates", "send")["messages"] == 3
    assert len(sandbox.texts) == 2


# What it may cost -----------------------------------------------------------------------------------------------------

DEARER = """
route = ["b", "a"]
journal = "journal.db"
[providers.a]
adapter = "memory"
prices = { unit = "ZAR", "+27" = "0.30" }
[providers.b]
adapter = "memory"
prices = { unit = "ZAR", "+27" = "0.20" }
"""


@pytest.fixture(name="dearer")
def _dearer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten messages that cost 2.00 at the provider that is asked first, and 3.00 at the other one."""
    monkeypatch.chdir(tmp_path)
    Path("smsgate.toml").write_text(DEARER, encoding="utf-8")
    rows = [f"+2782123456{number},Hello" for number in range(10)]
    Path("c.csv").write_text("\n".join(["to,text", *rows]), encoding="utf-8")


@pytest.mark.usefixtures("dearer")
@pytest.mark.parametrize(
    ("options", "code", "said", "sent"),
    [
        (("--max-cost", "3"), 0, "accepted 10", 10),
        (("--max-cost", "1.99"), 1, "--max-cost is 1.99 and the plan costs 2.00 ZAR; nothing was sent", 0),
        (("--max-cost", "2.00"), 1, "the next message might cost more than --max-cost 2.00; run it again to go on", 9),
        (("--max-cost", "2.50"), 0, "accepted 10", 10),
        (("--max-cost", "2.50", "--enqueue"), 1, "what is enqueued may cost 3.00 ZAR; nothing was enqueued", 0),
        (("--max-cost", "nan"), 2, "must be an amount over 0, such as 49.90, got 'nan'", 0),
    ],
)
def test_a_run_stops_before_it_might_cost_more(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...], code: int, said: str, sent: int
) -> None:
    assert run(["bulk", "c.csv", *options, "--workers", "1", "--yes"]) == code
    captured = capsys.readouterr()
    output = " ".join((captured.out + captured.err).split())
    assert said in output
    if code != 2:
        assert "cost at most 3.00 ZAR, if each goes to its dearest provider" in output
    assert f"accepted {sent}" in output or not sent


@pytest.mark.usefixtures("dearer")
def test_a_ceiling_without_prices_refuses_the_plan(capsys: pytest.CaptureFixture[str]) -> None:
    settings = Path("smsgate.toml")
    settings.write_text(DEARER.replace('"+27" = "0.30"', '"+1" = "0.30"'), encoding="utf-8")
    assert run(["bulk", "c.csv", "--max-cost", "99", "--yes"]) == 1
    assert "--max-cost is 99 and 10 messages have a provider without a price" in capsys.readouterr().err
    settings.write_text(DEARER.replace('"ZAR", "+27" = "0.30"', '"EUR", "+27" = "0.30"'), encoding="utf-8")
    assert run(["bulk", "c.csv", "--max-cost", "99", "--yes"]) == 1
    assert "or with prices in several units" in capsys.readouterr().err
