"""`smsgate opt-outs`: numbers with a scope, and lists that come in and go out."""

from __future__ import annotations

import csv
import json
import os
import signal
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from smsgate import Gateway, OptOutRecord
from smsgate.cli.app import run
from smsgate.files.csv_cells import guarded
from smsgate.sandbox import Sandbox
from tests.command_process import Command

TO, OTHER = "+27821234567", "+27821234568"
SETTINGS = """
default_region = "ZA"
journal = "smsgate.db"
[opt_out.programmes]
alerts = { senders = ["+27820001111"] }
[providers.test]
adapter = "memory"
"""


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SMSGATE_CONFIG", raising=False)
    Path("smsgate.toml").write_text(SETTINGS, encoding="utf-8")


def listed(capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str]]:
    capsys.readouterr()
    assert run(["opt-outs", "list", "--json"]) == 0
    return [(row["number"], row["scope"]) for row in json.loads(capsys.readouterr().out)]


def test_a_scope_is_added_shown_and_removed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["opt-outs", "add", TO, "--scope", "alerts"]) == 0
    assert run(["opt-outs", "add", TO]) == 0
    assert listed(capsys) == [(TO, "alerts"), (TO, "all")]
    assert run(["opt-outs", "remove", TO, "--scope", "all"]) == 0
    assert listed(capsys) == [(TO, "alerts")]
    assert run(["why", TO]) == 1
    assert "asked not to be texted on" in (said := capsys.readouterr().err)
    assert ", of alerts" in said


@pytest.mark.parametrize("command", [("add", TO), ("remove", TO), ("import", "stops.csv")])
def test_a_scope_that_the_settings_do_not_have_is_an_error_of_usage(
    command: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("stops.csv").write_text(f"number\n{TO}\n", encoding="utf-8")
    assert run(["opt-outs", *command, "--scope", "alrts"]) == 2
    said = "no scope 'alrts' of opt-outs (there are: all, alerts); did you mean 'alerts'?"
    assert capsys.readouterr().err == f"smsgate: the settings have {said}\n"
    assert listed(capsys) == []


def test_a_file_goes_in_and_out(capsys: pytest.CaptureFixture[str]) -> None:
    Path("stops.csv").write_text(f"number,scope\n{TO},\n12,\n{OTHER},all\n", encoding="utf-8")
    assert run(["opt-outs", "import", "stops.csv", "--scope", "alerts", "--json"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out) == {"added": 2, "known": 0, "refused": 1}
    assert said.err.startswith("smsgate: stops.csv: line 3: '12' ")
    assert run(["opt-outs", "export", "-"]) == 0
    header, *rows = capsys.readouterr().out.splitlines()
    assert header == "number,scope,since,provider,word"
    assert [row.split(",")[:2] for row in rows] == [[TO, "alerts"], [OTHER, "all"]]
    assert run(["opt-outs", "export", "out.csv"]) == 0
    assert capsys.readouterr().out == "2 opt-outs are in out.csv\n"
    assert run(["opt-outs", "import", "out.csv", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"added": 0, "known": 2, "refused": 0}


def test_a_word_that_is_a_formula_is_text_in_a_spreadsheet_and_comes_back_as_it_was() -> None:
    words = ["=1+1", "@SUM(A1)", "-cmd|' /C calc'!A0", "+A1", "'=1", "''=1", "'quoted'", "-1.5", "\uff1d1", "STOP"]
    with Gateway.from_file("smsgate.toml") as gateway:
        since = datetime(2026, 11, 1, tzinfo=UTC)
        records = [
            OptOutRecord(number=f"+2782123456{place}", since=since, provider="test", word=word)
            for place, word in enumerate(words)
        ]
        assert gateway.opt_outs.add_many(records) == len(words)
    assert run(["opt-outs", "export", "out.csv"]) == 0
    with Path("out.csv").open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    assert [row["number"] for row in rows] == [record.number for record in records]
    assert [row["word"] for row in rows] == [guarded(word) for word in words] != words
    Path("smsgate.toml").write_text(SETTINGS.replace("smsgate.db", "other.db"), encoding="utf-8")
    assert run(["opt-outs", "import", "out.csv"]) == 0
    with Gateway.from_file("smsgate.toml") as gateway:
        assert [record.word for record in gateway.opt_outs] == words


def test_only_its_owner_reads_an_export_though_others_read_the_file_before() -> None:
    Path("out.csv").write_text("", encoding="utf-8")
    Path("out.csv").chmod(0o644)
    for name in ("out.csv", "new.csv"):
        assert run(["opt-outs", "export", name]) == 0
        assert stat.S_IMODE(Path(name).stat().st_mode) == 0o600


IN_PART = "some of its numbers may be added, and others are not; import it again: what is there stays as it is\n"


@pytest.mark.slow
def test_an_import_that_does_not_fit_on_the_disk_says_so_and_is_made_again(capsys: pytest.CaptureFixture[str]) -> None:
    Path("stops.csv").write_text("number\n" + "".join(f"+2782{i:07}\n" for i in range(4000)), encoding="utf-8")
    listed(capsys)
    small = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))"  # for one transaction
    command = [
        sys.executable,
        "-c",
        f"{small}; from smsgate.cli import main; main()",
        "opt-outs",
        "import",
        "stops.csv",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"smsgate: stops.csv: {IN_PART}" in done.stderr
    assert 0 < len(listed(capsys)) < 4000
    assert run(["opt-outs", "import", "stops.csv"]) == 0
    assert len(listed(capsys)) == 4000


@pytest.mark.slow
def test_an_import_that_is_interrupted_says_so_and_what_is_recorded_stays(capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo("stops.csv")
    listed(capsys)
    with Command(["opt-outs", "import", "stops.csv"], stderr=subprocess.PIPE, text=True) as process:
        with Path("stops.csv").open("w", encoding="utf-8") as file:
            file.write("number\n" + "".join(f"+2782{i:07}\n" for i in range(2500)))
            file.flush()
            with Gateway.from_file("smsgate.toml") as gateway:
                while "+27820001999" not in gateway.opt_outs:  # the first transaction
                    assert process.poll() is None
                    time.sleep(0.02)
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 130
        assert process.stderr is not None
        assert process.stderr.read() == f"smsgate: stops.csv: {IN_PART}"
    assert len(listed(capsys)) == 2000


def test_erased_numbers_are_left_out_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["opt-outs", "add", TO, OTHER]) == 0
    assert run(["journal", "erase", TO, "--yes"]) == 0
    capsys.readouterr()
    assert run(["opt-outs", "export", "out.csv"]) == 0
    said = capsys.readouterr()
    assert said.out == "1 opt-out is in out.csv\n"
    assert said.err == "smsgate: 1 opt-outs of erased numbers are not in the file: only a hash of them is known\n"


def test_a_file_that_is_not_there_is_an_error_of_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["opt-outs", "import", "missing.csv"]) == 2
    assert "missing.csv: cannot be read" in capsys.readouterr().err


def test_words_of_a_list_do_not_control_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("stops.csv").write_text(f"number,provider,word\n{TO},o\x1b[2Jld,ST\x1b]0;OP\n", encoding="utf-8")
    assert run(["opt-outs", "import", "stops.csv"]) == 0
    capsys.readouterr()
    assert run(["opt-outs", "export", "-"]) == 0
    assert "ST\x1b]0;OP" in capsys.readouterr().out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert run(["opt-outs", "export", "-"]) == 0
    assert "o␛[2Jld,ST␛]0;OP" in capsys.readouterr().out


@pytest.mark.threads
def test_the_lists_of_vendors_are_taken_in_and_one_that_is_down_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with Sandbox(vendors=["bulksms", "telnyx"]) as sandbox:
        accounts = {
            name: {"adapter": name, "base_url": sandbox.url(name), "read_attempts": 1, **sandbox.credentials(name)}
            for name in ("bulksms", "telnyx")
        }
        tables = [
            f"[providers.{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in account.items())
            for name, account in accounts.items()
        ]
        Path("smsgate.toml").write_text(SETTINGS + "".join(tables), encoding="utf-8")
        sandbox.receive("bulksms", TO, "STOP")
        sandbox.receive("telnyx", OTHER, "STOP")
        assert run(["opt-outs", "sync", "--json"]) == 0
        sums = {"added": 1, "known": 0, "refused": 0, "error": None}
        assert json.loads(capsys.readouterr().out) == [{"provider": name, **sums} for name in accounts]
        assert listed(capsys) == [(TO, "all"), (OTHER, "all")]
        assert run(["opt-outs", "sync", "--provider", "telnyx"]) == 0
        assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
            ["provider", "added", "known", "refused"],
            ["telnyx", "0", "1", "0"],
        ]
        assert run(["opt-outs", "sync", "--provider", "test"]) == 2
        assert capsys.readouterr().err == "smsgate: test (memory) has no opt_outs.list\n"
        wrong = SETTINGS + tables[0].replace(str(accounts["bulksms"]["token_secret"]), "wrong") + tables[1]
        Path("smsgate.toml").write_text(wrong, encoding="utf-8")
        assert run(["opt-outs", "sync"]) == 1
        said = capsys.readouterr()
        assert [line.split() for line in said.out.splitlines()][1:] == [
            ["bulksms", "0", "0", "0"],
            ["telnyx", "0", "1", "0"],
        ]
        assert said.err.startswith("smsgate: bulksms: ")
