"""`smsgate bulk` before it asks: what a run has done before, and which rows repeat an earlier one."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from smsgate.cli.app import run
from smsgate.cli.campaign.row_file import RowFile
from smsgate.sandbox import Fault, Sandbox
from tests.cli.zoom_settings import zoom_settings

THREE = "to,text\n0821234567,a\n0831234567,b\n0841234567,c\n"


@pytest.fixture(name="sandbox")
def _sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        settings = zoom_settings(sandbox)
        (tmp_path / "smsgate.toml").write_text(settings, encoding="utf-8")
        (tmp_path / "c.csv").write_text(THREE, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        yield sandbox


def told(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


def results(name: str = "c.csv.results.csv") -> dict[str, tuple[str, str]]:
    with Path(name).open(encoding="utf-8", newline="") as file:
        return {row["line"]: (row["outcome"], row["error"]) for row in csv.DictReader(file)}


# A run that is used again ---------------------------------------------------------------------------------------------


def test_a_complete_run_says_so_before_it_asks_and_writes_its_results_again(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["bulk", "c.csv", "--run", "spring", "--yes"]) == 0
    first, _ = results(), capsys.readouterr()
    assert run(["bulk", "c.csv", "--run", "spring"]) == 0  # without --yes: nothing is asked
    assert "run 'spring' is complete: all 3 messages have results; nothing to send" in told(capsys)
    assert results("c.csv.results.2.csv") == first
    assert len(sandbox.texts) == 3


def test_a_run_that_is_done_in_part_says_how_many_are_left(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.misbehave("zoomconnect", Fault.NO_CREDIT, times=1, path="sms/send*")
    assert run(["bulk", "c.csv", "--yes", "--workers", "1"]) == 1
    capsys.readouterr()
    Path("c.csv").write_text(f"{THREE}0851234567,d\n", encoding="utf-8")
    assert run(["bulk", "c.csv"]) == 2  # it cannot ask
    said = capsys.readouterr()
    left = sum(outcome == "not sent" for outcome, _ in results().values())
    assert left >= 1
    assert f"left {left + 1} of 4 messages: {left} tried and not sent, 1 new to the run" in " ".join(said.out.split())
    assert f"Send {left + 1} messages?" in said.err


def test_a_changed_file_says_what_the_run_has_that_is_not_in_it(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["bulk", "c.csv", "--yes"]) == 0
    assert run(["bulk", "c.csv", "--template", "Hi {text}", "--dry-run"]) == 0
    said = told(capsys)
    assert "left 3 of 3 messages: 3 new to the run" in said
    assert "3 messages of the run are not among them; the file or the template has changed" in said
    assert len(sandbox.texts) == 3


@pytest.mark.usefixtures("sandbox")
def test_a_file_that_is_enqueued_whole_says_so_before_it_asks(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bulk", "c.csv", "--enqueue", "--yes"]) == 0
    assert run(["bulk", "c.csv", "--enqueue"]) == 0
    assert "run 'c.csv' is complete: all 3 messages are in it; nothing to enqueue" in told(capsys)
    assert run(["bulk", "c.csv"]) == 0
    assert "3 of its 3 messages are queued or in flight elsewhere; nothing to send" in told(capsys)


# Duplicates -----------------------------------------------------------------------------------------------------------

TWICE = "to,text,key\n0821234567,a,\n0831234567,b,\n+27821234567,a,\n0821234567,a,k1\n0821234567,a,k2\n0821234567,z,\n"


def test_duplicates_are_skipped_and_the_plan_and_the_results_say_so(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("c.csv").write_text(TWICE, encoding="utf-8")
    assert run(["bulk", "c.csv", "--yes"]) == 0
    said = told(capsys)
    skipped = "duplicates 1: the same number and text as an earlier row; skipped, --duplicates send sends them"
    assert skipped in said
    assert "duplicates 1, skipped" in said
    assert results()["4"] == ("skipped", "the number and text of line 2; --duplicates send sends it")
    assert [line for line, (outcome, _) in results().items() if outcome == "accepted"] == ["2", "3", "5", "6", "7"]
    assert len(sandbox.texts) == 5  # each key is a message of its own


def test_duplicates_are_sent_where_that_is_wanted(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    Path("c.csv").write_text(TWICE, encoding="utf-8")
    command = ["bulk", "c.csv", "--yes", "--duplicates", "send"]
    assert run(command) == 0
    assert "duplicates 1: the same number and text as an earlier row; sent all the same" in told(capsys)
    assert len(sandbox.texts) == 6
    assert run(command) == 0
    assert "is complete: all 6 messages have results" in told(capsys)
    assert len(sandbox.texts) == 6


def test_duplicates_are_not_enqueued(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    del sandbox
    Path("c.csv").write_text(TWICE, encoding="utf-8")
    assert run(["bulk", "c.csv", "--yes", "--enqueue", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)["result"]
    assert (result["enqueued"], result["skipped"], result["results"]) == (5, 1, "c.csv.results.csv")
    assert [*results()] == ["4"]


# The file of results --------------------------------------------------------------------------------------------------


def test_a_reader_sees_each_row_as_it_is_written(tmp_path: Path) -> None:
    file = RowFile(tmp_path / "out.csv", ["line"])
    for line in range(3):
        file.add([line])
        assert (tmp_path / "out.csv.part").read_text(encoding="utf-8").split() == ["line", *map(str, range(line + 1))]
    file.finish()


def test_a_file_system_without_hard_links_keeps_a_file_that_came_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no hard links here")

    monkeypatch.setattr("os.link", refuse)
    first, second = RowFile(tmp_path / "a.csv", ["line"]), RowFile(tmp_path / "b.csv", ["line"])
    first.finish()
    assert (tmp_path / "a.csv").read_text(encoding="utf-8").split() == ["line"]
    (tmp_path / "b.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError):
        second.finish()
    assert (tmp_path / "b.csv").read_text(encoding="utf-8") == "mine"


# What is not unknown --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("sandbox")
def test_what_is_settled_or_not_there_is_not_counted_as_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bulk", "c.csv", "--yes"]) == 0
    capsys.readouterr()
    assert run(["unknown", "reconcile", "1", "4711", "--json"]) == 1
    counts = json.loads(capsys.readouterr().out)
    assert (counts["unknown"], counts["not asked"]) == (0, 2)
