"""`smsgate journal`, on a journal with a few messages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import asdict

from smsgate import Gateway
from smsgate.cli.app import run
from smsgate.journal import Pruned
from tests.plain_adapter import LOST, TO, Line, gateway, message

pytestmark = pytest.mark.threads  # the commands use them


@pytest.fixture(name="config")
def _config(tmp_path: Path) -> str:
    """Write settings whose journal has three messages."""
    line = Line()
    with gateway(str(tmp_path / "journal.db"), line) as opened:
        send_three(opened, line)
    file = tmp_path / "smsgate.toml"
    file.write_text(
        '[journal]\npath = "journal.db"\nkeep = "90d"\n'
        '[providers.a]\nadapter = "zoomconnect"\nemail = "a@example.com"\ntoken = "t"\n'
    )
    return str(file)


def send_three(opened: Gateway, line: Line) -> None:
    opened.send(message("one", key="k", reference="r"))
    opened.send(message("two"))
    line.says = LOST
    [*opened.send_bulk([message("three")], run="spring")]


def said(capsys: pytest.CaptureFixture[str], *arguments: str, config: str, code: int = 0) -> object:
    assert run(["journal", *arguments, "--config", config, "--json"]) == code
    out = capsys.readouterr().out
    return json.loads(out)


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (("--to", TO), [3, 2, 1]),
        (("--to", TO, "--limit", "1"), [3]),
        (("--key", "k"), [1]),
        (("--run", "spring"), [3]),
        (("--reference", "r"), [1]),
        (("--message-id", "2", "--provider", "a"), [2]),
        (("--id", "2"), [2]),
        (("--key", "none"), []),
    ],
)
def test_messages_are_found(
    config: str, capsys: pytest.CaptureFixture[str], wanted: tuple[str, ...], ids: list[int]
) -> None:
    found = said(capsys, "find", *wanted, config=config)
    assert isinstance(found, list)
    assert [each["id"] for each in found] == ids


def test_one_thing_is_looked_for(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["journal", "find", "--config", config]) == 2
    assert "give one" in capsys.readouterr().err


def test_the_journal_is_counted_pruned_and_checked(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    counts = said(capsys, "stats", config=config)
    assert isinstance(counts, dict)
    assert (counts["entries"], counts["unknown"]) == (3, 1)
    assert run(["journal", "stats", "--config", config]) == 0
    assert "in flight" in capsys.readouterr().out
    pruned = said(capsys, "prune", "--yes", "--keep-text", "7d", config=config)
    assert pruned == asdict(Pruned())
    assert said(capsys, "check", config=config) == {"problems": []}
    assert run(["journal", "check", "--config", config]) == 0
    assert capsys.readouterr().out == "no problems\n"


def test_a_person_is_erased_after_a_question(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["journal", "erase", TO, "--config", config]) == 2
    assert "confirm with --yes" in capsys.readouterr().err
    assert said(capsys, "erase", TO, "--yes", config=config) == {"entries": 3, "opt_outs": 0}
    found = said(capsys, "find", "--to", TO, config=config)
    assert isinstance(found, list)
    assert {each["to"][:7] for each in found} == {"erased:"}


def test_a_copy_is_made_once(config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "copy.db"
    assert run(["journal", "backup", str(copy), "--config", config]) == 0
    assert copy.stat().st_size > 0
    assert run(["journal", "backup", str(copy), "--config", config]) == 2
    assert "is there already; name another one" in capsys.readouterr().err


def test_a_damaged_journal_ends_the_check_with_1(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "journal.db"
    content = bytearray(file.read_bytes())
    at = content.rfind(b"+27821234567")
    content[at : at + 4] = b"+999"
    file.write_bytes(content)
    found = said(capsys, "check", config=config, code=1)
    assert isinstance(found, dict)
    assert len(found["problems"]) > 0
    assert run(["journal", "check", "--config", config]) == 1
    capsys.readouterr()


@pytest.mark.parametrize("age", ["3 weeks", "12h"])
def test_an_age_that_is_none_or_too_short_is_refused(config: str, capsys: pytest.CaptureFixture[str], age: str) -> None:
    assert run(["journal", "prune", "--yes", "--keep", age, "--config", config]) == 2
    assert "keep must be" in capsys.readouterr().err


def test_a_file_is_copied_to_the_database_of_the_settings(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], new_database: Callable[[], str]
) -> None:
    moved = tmp_path / "moved.toml"
    moved.write_text(Path(config).read_text().replace("journal.db", address := new_database()))
    copied = said(capsys, "copy", str(tmp_path / "journal.db"), config=str(moved))
    assert isinstance(copied, dict)
    assert (copied["entries"], copied["runs"]) == (3, 1)
    found = said(capsys, "find", "--key", "k", config=str(moved))
    assert found == said(capsys, "find", "--key", "k", config=config)
    assert run(["journal", "copy", str(tmp_path / "journal.db"), address]) == 1
    assert "has entries already" in capsys.readouterr().err


def test_what_is_no_file_or_no_address_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["journal", "copy", str(tmp_path / "missing.db"), "postgresql://me@127.0.0.1/x"]) == 2
    assert "there is no such file" in capsys.readouterr().err
    assert run(["journal", "copy", str(tmp_path), "mysql://me:secret@127.0.0.1/x"]) == 2
    assert "secret" not in capsys.readouterr().err
