"""`smsgate why`, on a journal with a few messages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from smsgate import OptedOutError, Status
from smsgate.cli.app import run
from tests.cli.test_journal import send_three
from tests.journal.database.test_inbox import hand, report
from tests.plain_adapter import TO, Line, gateway, message

pytestmark = pytest.mark.threads  # the commands use them


@pytest.fixture(name="config")
def _config(tmp_path: Path) -> str:
    """Write settings whose journal has three messages, and a report on one of another journal."""
    line = Line()
    with gateway(str(tmp_path / "journal.db"), line) as opened:
        send_three(opened, line)
        failed = evolve(report(Status.FAILED, "1"), reason="\x1b[31mno such phone")
        hand(opened, failed, report(Status.DELIVERED, "elsewhere"))
        opened.opt_outs.add("+27829999999")
        with pytest.raises(OptedOutError):
            opened.send(evolve(message("never"), to="+27829999999"))
    file = tmp_path / "smsgate.toml"
    file.write_text(
        'journal = "journal.db"\ndefault_region = "ZA"\n'
        '[providers.a]\nadapter = "zoomconnect"\nemail = "a@example.com"\ntoken = "t"\n'
    )
    return str(file)


def objects(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run(["why", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_one_message_is_shown_with_its_steps_and_what_is_next(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["why", "k", "--config", config]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:5] == ["entry     1", "found by  key", f"to        {TO}", "state     accepted", "status    failed"]
    assert lines[6].split() == ["at", "kind", "text"]
    intent, attempt, last = lines[7:10]
    assert intent.endswith("UTC  intent   key 'k', reference 'r', 3 characters, 1 segment")
    assert "UTC  attempt  a: accepted after " in attempt
    assert last.endswith(
        "report   failed (FAILED), by webhook of a; ␛[31mno such phone; the application has had it as an event"
    )
    assert lines[11:] == ["next  failed is what a webhook says; polling asks the vendor (`smsgate poll`)"]


def test_the_text_is_shown_on_demand_alone(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["why", "k", "--config", config]) == run(["why", "k", "--config", config, "--json"]) == 0
    assert re.search(r"\bone\b", capsys.readouterr().out) is None
    assert run(["why", "k", "--text", "--config", config]) == 0
    assert "text      one\n" in capsys.readouterr().out
    [shown] = objects(capsys, "k", "--text", "--config", config)
    assert shown["text"] == "one"


def test_several_messages_are_listed_with_how_they_were_found(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["why", "082 123 4567", "--config", config]) == 0
    title, *rows, empty, advice = capsys.readouterr().out.splitlines()
    assert title.split()[:4] == ["id", "found", "by", "to"]
    assert [row.split()[:2] for row in rows] == [["3", "number"], ["2", "number"], ["1", "number"]]
    assert (empty, advice) == ("", "082 123 4567 is of several messages; look at one with: smsgate why 3 --as entry")
    assert run(["why", TO, "--limit", "2", "--config", config]) == 0
    assert "several messages; the 2 newest are shown, --limit shows more; look" in capsys.readouterr().out
    assert run(["why", TO, "--limit", "3", "--config", config]) == 0
    assert "--limit shows more" not in capsys.readouterr().out
    assert [each["entry"]["id"] for each in objects(capsys, TO, "--limit", "2", "--config", config)] == [3, 2]


def test_a_text_is_read_as_one_thing_on_demand(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert [each["found_by"] for each in objects(capsys, "2", "--config", config)] == ["entry"]
    [only] = objects(capsys, "2", "--as", "message-id", "--config", config)
    assert (only["found_by"], only["entry"]["id"], only["steps"][1]["message_id"]) == ("message-id", 2, "2")
    assert "message" not in only["entry"]
    [unknown] = objects(capsys, "3", "--as", "entry", "--config", config)
    assert (unknown["entry"]["run"], unknown["steps"][-1]["error"]["kind"]) == ("spring", "UnknownOutcomeError")
    assert "smsgate unknown reconcile 3" in unknown["next"]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("nothing", "the journal has no message with the message-id 'nothing', key 'nothing'; it may have been pruned"),
        ("elsewhere", "; a reported delivered of a message with this id, which no entry has; it may have been"),
        ("082 999 9999", "+27829999999 asked not to be texted on 20"),
        ("99", "message with the entry '99', message-id '99', key '99'; it may"),
    ],
)
def test_what_is_not_there_says_what_was_looked_for_and_why_it_may_be_missing(
    config: str, capsys: pytest.CaptureFixture[str], what: str, said: str
) -> None:
    assert run(["why", what, "--config", config]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert "sent with another journal" in shown.err


def test_a_first_text_that_is_delivered_as_it_is_accepted_waits_for_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "smsgate.toml"
    file.write_text('journal = "journal.db"\n[providers.console]\nadapter = "memory"\n')
    assert run(["send", "--to", TO, "Hello", "--config", str(file)]) == 0
    assert run(["why", "1", "--config", str(file)]) == 0
    assert capsys.readouterr().out.endswith("next  nothing: delivered is final\n")


def test_a_text_that_cannot_be_what_it_is_read_as_says_so(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["why", "nothing", "--as", "entry", "--config", config]) == 1
    assert capsys.readouterr().err.startswith("smsgate: 'nothing' is no entry; ")
    for none in ("", "\udcff"):  # the second is half of a character, as a terminal with another encoding gives
        assert run(["why", none, "--config", config]) == 1
        assert capsys.readouterr().err.startswith(f"smsgate: {none!r} is no id, number or key; ")
