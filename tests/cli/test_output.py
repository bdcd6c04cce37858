"""What commands print: to a pipe, to a terminal, to a reader that has gone, and to a full disk."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from smsgate.blocking.gateway import Gateway
from smsgate.cli import main
from smsgate.cli.app import run
from smsgate.cli.campaign.tally import Tally, rate
from smsgate.cli.output import Output, UnwrittenError, last_output, moment, plain
from smsgate.model.message import Message
from smsgate.model.outcome import Outcome
from smsgate.sandbox import Fault, Sandbox
from tests.cli.zoom_settings import zoom_settings
from tests.command_process import Command, run_command

TO = "+27821234567"
LONG = "a text that goes on for longer than any terminal is wide " * 5


@pytest.fixture(name="sandbox")
def _sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox(stall=0.05) as sandbox:
        settings = zoom_settings(sandbox)
        (tmp_path / "smsgate.toml").write_text(settings, encoding="utf-8")
        (tmp_path / "c.csv").write_text(f"to,text\n{TO},Hello\n", encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("COLUMNS", "40")
        yield sandbox


def smsgate(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    options.setdefault("stdout", subprocess.PIPE)
    return run_command(*arguments, stderr=subprocess.PIPE, **options)


def without_reader(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command whose output's reader has gone."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        return smsgate(*arguments, stdout=writing)
    finally:
        os.close(writing)


def on_terminal(*arguments: str, columns: int, err: int | None = subprocess.DEVNULL) -> str:
    """Run a command on a terminal and return what is written to it, without the blanks at the ends of lines."""
    terminal, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    err = theirs if err is None else err
    environ = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES", "NO_COLOR"}}
    with Command([*arguments], stdin=theirs, stdout=theirs, stderr=err, env=environ | {"TERM": "xterm"}):
        os.close(theirs)
        written = b""
        try:
            while read := os.read(terminal, 4096):
                written += read
        except OSError:  # the last of its descriptors is closed
            pass
    os.close(terminal)
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written.decode())
    return "\n".join(line.rstrip() for line in shown.splitlines())


def sent(sandbox: Sandbox, text: str = LONG) -> str:
    """Send a message and return its id."""
    with Gateway.from_file("smsgate.toml") as gateway:
        gateway.send(Message(TO, text))
    return sandbox.texts[-1].message_id


@pytest.mark.slow
@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize(("closed", "arguments"), [("2>&-", ("report", "none", "--json")), (">&-", ("config", "show"))])
def test_what_belongs_on_a_closed_stream_does_not_go_to_the_other(closed: str, arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "smsgate", *arguments]
    said = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", *command], capture_output=True, timeout=60, check=False
    )
    if closed == ">&-":
        assert (said.returncode, said.stdout, said.stderr) == (0, b"", b"")
    else:
        assert (said.returncode, said.stderr) == (1, b"")
        assert json.loads(said.stdout)["error"]["kind"] == "NotFoundError"  # and no line for people behind it


def test_ctrl_c_while_the_commands_are_imported_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Interrupted:
        """Finds no module: the person has pressed Ctrl-C."""

        @staticmethod
        def find_spec(*_: object) -> None:
            raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "smsgate.cli.app")
    monkeypatch.setattr(sys, "meta_path", [Interrupted])
    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code, *capsys.readouterr()) == (130, "", "")


@pytest.mark.usefixtures("sandbox")
def test_a_question_needs_an_input_that_is_open(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert run(["bulk", "c.csv"]) == 2
    assert "standard input is not a terminal; confirm with --yes" in capsys.readouterr().err


def test_a_pipe_gets_every_row_on_one_line(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    message_id = sent(sandbox)
    assert run(["messages", "list"]) == 0
    header, line = capsys.readouterr().out.splitlines()
    assert header.split() == ["id", "direction", "status", "to", "sender", "text"]
    assert line.startswith(f"{message_id}  outbound   ")
    assert line.endswith(LONG.strip())
    assert run(["messages", "get", message_id]) == 0
    rows = dict(re.split("  +", line, maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert (rows["id"], rows["text"]) == (message_id, LONG.strip())


@pytest.mark.parametrize("columns", [20, 60, 110])
def test_a_terminal_gets_every_id_whole(sandbox: Sandbox, columns: int) -> None:
    message_id = sent(sandbox)
    listed = on_terminal("messages", "list", columns=columns)
    assert f"{message_id}  outbound   " in listed
    assert f"  {TO}  " in listed
    assert " ".join(listed.split()).count("goes on for longer") in {5, 4, 3}  # folded where it fits, whole where not
    assert re.search(rf"^id +{message_id}$", on_terminal("messages", "get", message_id, columns=columns), re.MULTILINE)


def terminal(columns: int) -> Output:
    """Return an output that folds as a terminal of this width does."""
    output = Output(as_json=False)
    output.console.folds, output.console.width = True, columns
    return output


def test_a_sentence_in_a_row_folds_between_words_and_an_id_stays_whole(capsys: pytest.CaptureFixture[str]) -> None:
    rows = {"id": "6b0d0ff8632667b1", "1. some": "no price; from +15005550006 (a default)"}
    for columns in (26, 44, 47):
        terminal(columns).show(None, rows)
        shown = capsys.readouterr().out
        assert all(len(line.rstrip()) <= columns and line.strip() for line in shown.splitlines())
        assert {"6b0d0ff8632667b1", "+15005550006", "default)"} < {*shown.split()}
    terminal(20).show(None, rows)
    assert "id       6b0d0ff8632667b1\n" in capsys.readouterr().out


def test_a_line_folds_on_a_terminal_only(capsys: pytest.CaptureFixture[str]) -> None:
    terminal(12).line("delivered  6b0d0ff8632667b1")
    Output(as_json=False).line("delivered  6b0d0ff8632667b1")
    assert capsys.readouterr().out == "delivered\n6b0d0ff8632667b1\ndelivered  6b0d0ff8632667b1\n"


def test_a_wide_terminal_folds_texts_in_their_column(sandbox: Sandbox) -> None:
    sent(sandbox)
    header, *lines = on_terminal("messages", "list", columns=110).splitlines()
    place = header.index("text")
    assert len(lines) > 3
    assert all(line[:place].isspace() and len(line) <= 110 for line in lines[1:] if line)


def test_times_are_to_the_second_and_name_their_zone(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    run(["opt-outs", "add", TO])
    run(["opt-outs", "list"])
    assert re.search(rf"^\{TO}  all    \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC$", capsys.readouterr().out, re.MULTILINE)
    sandbox.misbehave("zoomconnect", Fault.DROP_AFTER, path="sms/send")
    run(["send", "--to", "0831234567", "Hello"])
    run(["unknown", "list"])
    assert re.search(r"\d\d:\d\d:\d\d UTC  unknown$", capsys.readouterr().out, re.MULTILINE)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("bulk", "--help"),
        ("contacts", "--help"),
        ("analyse", "Hello"),
        ("analyse", "Hello", "--json"),
        ("providers",),
        ("providers", "--json"),
        ("templates", "list"),
        ("templates", "list", "--json"),
        ("send", "--to", TO, "Hello"),
        ("send", "--to", TO, "Hello", "--json"),
        ("plan", "--to", TO, "Hello", "--json"),
        ("bulk", "c.csv", "--dry-run"),
        ("bulk", "c.csv", "--yes", "--json"),
        ("unknown", "reconcile", "--json"),
        ("sandbox", "--port", "0"),
        ("sandbox", "--port", "0", "--json"),
        ("demo", "--json"),
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("sandbox")
def test_a_reader_that_has_gone_is_no_error(arguments: tuple[str, ...]) -> None:
    said = without_reader(*arguments)
    assert (said.returncode, said.stderr) == (0, b"")


def test_an_unread_plan_sends_nothing(sandbox: Sandbox) -> None:
    said = without_reader("bulk", "c.csv", "--yes")
    assert said.returncode == 1
    assert said.stderr == b"smsgate: the plan cannot be shown: the output was closed; nothing was sent\n"
    assert sandbox.texts == ()


def test_a_reader_that_goes_does_not_change_the_exit_code(sandbox: Sandbox) -> None:
    with Path("smsgate.toml").open("a", encoding="utf-8") as settings:
        settings.write("references = false\n")  # so that the vendor cannot be asked
    sandbox.misbehave("zoomconnect", Fault.DROP_AFTER, path="sms/send")
    assert without_reader("bulk", "c.csv", "--yes", "--json").returncode == 3
    assert without_reader("unknown", "reconcile", "--json").returncode == 3
    with Gateway.from_file("smsgate.toml") as gateway:
        later = gateway.send(Message(TO, "Later", send_at=datetime.now(UTC) + timedelta(days=1))).message_id
    assert without_reader("status", str(later), "--wait", "--timeout", "0", "--json").returncode == 3


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("json_too", [(), ("--json",)], ids=["table", "json"])
def test_a_full_disk_is_said_with_the_code_of_what_was_done(sandbox: Sandbox, json_too: tuple[str, ...]) -> None:
    why = b"smsgate: the result cannot be written: No space left on device"
    with Path("/dev/full").open("wb") as full:
        for arguments in (("status", sent(sandbox)), ("unknown", "list"), ("templates", "list")):
            said = smsgate(*arguments, *json_too, stdout=full)
            assert (said.returncode, said.stderr) == (1, why + b"\n")
        said = smsgate("send", "--to", TO, "Hello", *json_too, stdout=full)
        told = f"; accepted by zoom, id {sandbox.texts[1].message_id}: do not send it again\n"
        assert (said.returncode, said.stderr) == (4, why + told.encode())
        if json_too:
            said = smsgate("bulk", "c.csv", "--yes", "--json", stdout=full)
            assert (said.returncode, said.stderr) == (4, why + b"; the results are in c.csv.results.csv\n")
    assert len(sandbox.texts) == (3 if json_too else 2)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_unknown_outcomes_stay_unknown_on_a_full_disk(sandbox: Sandbox) -> None:
    with Path("smsgate.toml").open("a", encoding="utf-8") as settings:
        settings.write("references = false\n")  # so that the vendor cannot be asked
    sandbox.misbehave("zoomconnect", Fault.DROP_AFTER, path="sms/send")
    with Path("/dev/full").open("wb") as full:
        said = smsgate("bulk", "c.csv", "--yes", "--json", stdout=full)
    assert (said.returncode, b"the results are in c.csv.results.csv" in said.stderr) == (3, True)


@pytest.mark.parametrize(("code", "left"), [(0, 4), (1, 4), (3, 3), (130, 130)])
def test_what_was_sent_is_not_called_unknown_where_it_cannot_be_written(code: int, left: int) -> None:
    with pytest.raises(UnwrittenError) as raised, last_output("the results are in a file", code):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert (raised.value.exit_code, str(raised.value)) == (
        left,
        "the result cannot be written: No space left on device; the results are in a file",
    )


@pytest.mark.skipif(not hasattr(fcntl, "F_SETPIPE_SZ"), reason="needs a pipe with little room")
@pytest.mark.parametrize("arguments", [("--help",), ("bulk", "--help")], ids=" ".join)
def test_help_that_is_read_in_part_is_no_error(arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)  # so that it is still writing when the reader goes
    process: Command[bytes] = Command([*arguments], stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert os.read(reading, 100)
    os.close(reading)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")


def test_a_pipe_is_not_folded_where_colours_are_forced(sandbox: Sandbox) -> None:
    message_id = sent(sandbox)
    environ = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": "150"}
    listed = re.sub(r"\x1b\[[0-9;]*m", "", smsgate("messages", "list", env=environ).stdout.decode())
    _, line = listed.splitlines()
    assert line.startswith(message_id)
    assert line.endswith(LONG.strip())


def test_json_has_times_in_utc() -> None:
    at = datetime(2026, 12, 24, 18, 0, tzinfo=timezone(timedelta(hours=2)))
    assert plain({"at": at}) == {"at": "2026-12-24T16:00:00Z"}
    assert moment(at) == "2026-12-24 16:00:00 UTC"


@pytest.mark.usefixtures("sandbox")
def test_an_error_whose_reader_has_gone_keeps_its_exit_code() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = run_command("balance", "--provider", "none", stdout=writing, stderr=writing)
    os.close(writing)
    assert ended.returncode == 2


@pytest.mark.parametrize(
    ("each_second", "told"),
    [(1.5, "1.5/s"), (1_500.0, "1,500/s"), (9.5, "9.5/s"), (0.25, "15.0/min"), (1 / 600, "0.1/min")],
)
def test_a_rate_is_by_the_second_or_by_the_minute(each_second: float, told: str) -> None:
    assert rate(each_second) == told


def test_unknown_is_not_counted_as_refused() -> None:
    tally = Tally()
    tally.outcomes.update({Outcome.ACCEPTED: 9, Outcome.REJECTED: 1, Outcome.NOT_SENT: 2, Outcome.UNKNOWN: 3})
    assert tally.counts == "1 rejected  2 not sent  3 unknown"


@pytest.mark.slow
def test_a_bar_is_for_terminals_only(sandbox: Sandbox) -> None:
    said = smsgate("bulk", "c.csv", "--yes")
    assert (said.returncode, said.stderr) == (0, b"")
    assert "1/1" in on_terminal("bulk", "c.csv", "--yes", "--run", "again", columns=100, err=None)
    assert len(sandbox.texts) == 2
    assert json.loads(smsgate("bulk", "c.csv", "--yes", "--json").stdout)["result"]["before"] == 1
