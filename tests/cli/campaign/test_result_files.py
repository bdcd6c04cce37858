"""The files that `smsgate bulk` writes: none is ever lost or overwritten, whatever ends the run."""

from __future__ import annotations

import csv
import json
import os
import pty
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from smsgate.cli.app import run
from smsgate.sandbox import Fault, Sandbox
from tests.cli.zoom_settings import zoom_settings
from tests.command_process import Command, run_command

WARNING = (
    "smsgate: no journal: an interrupted run cannot be continued, and running it again sends all messages again; "
    "give --journal FILE, or set journal in the settings"
)
CAMPAIGN = "to,text\n0821234567,a\nnope,b\n0831234567,c\n"
SMSGATE = (sys.executable, "-m", "smsgate")
SMALL_DISK = (
    "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); from smsgate.cli import main; main()"
)


@pytest.fixture(name="sandbox")
def _sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(stall=getattr(request, "param", 0.05), drip=0.005) as sandbox:
        settings = zoom_settings(sandbox, journal=False)
        (tmp_path / "smsgate.toml").write_text(settings, encoding="utf-8")
        (tmp_path / "c.csv").write_text(CAMPAIGN, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        yield sandbox


Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture(name="start")
def _start() -> Iterator[Start]:
    """Start commands, which end with the test at the latest."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str, **options: Any) -> subprocess.Popen[bytes]:
        process: subprocess.Popen[bytes] = Command(["bulk", *arguments], **options)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def rows_of(path: str | Path) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def accepted(rows: list[dict[str, str]]) -> list[str]:
    """Return the ids of the messages that are on air; what was read ahead is not sent when a run is stopped."""
    return [row["message_id"] for row in rows if row["outcome"] == "accepted"]


def many(count: int) -> str:
    return "to,text\n" + "".join(f"0821234567,{place}\n" for place in range(count))


def until(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    patience = time.monotonic() + 60
    while not condition() and time.monotonic() < patience:
        assert process.poll() is None
        time.sleep(0.005)
    assert condition()


def read_header(path: str) -> None:
    with Path(path).open("rb", buffering=0) as file:
        file.readline()


def files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path().iterdir() if path.suffix in {".csv", ".part"}}


def test_no_cell_of_the_results_is_a_formula_and_rejects_are_as_they_were(sandbox: Sandbox) -> None:
    Path("c.csv").write_text("to,text,reference\n0821234567,=1,=1+1\nnope,=2,@x\n", encoding="utf-8")
    assert run(["bulk", "c.csv", "--yes"]) == 1
    [sent], [reject] = rows_of("c.csv.results.csv"), rows_of("c.csv.rejects.csv")
    assert (sent["to"], sent["reference"]) == ("+27821234567", "'=1+1")
    assert (reject["text"], reject["reference"]) == ("=2", "@x")
    assert [text.text for text in sandbox.texts] == ["=1"]


@pytest.mark.parametrize("option", ["--results", "--rejects"])
@pytest.mark.parametrize("kind", ["itself", "symlink", "hard link"])
def test_the_recipients_are_never_written_over(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str], option: str, kind: str
) -> None:
    named = Path("c.csv" if kind == "itself" else "link.csv")
    if kind == "symlink":
        named.symlink_to("c.csv")
    if kind == "hard link":
        named.hardlink_to("c.csv")
    before = files()
    assert run(["bulk", "c.csv", "--yes", option, str(named)]) == 2
    assert (
        f"{option} must not be the file with the recipients, got {named.resolve().name if kind == 'symlink' else named}"
        in capsys.readouterr().err.replace(f"{Path.cwd()}/", "")
    )
    assert files() == before
    assert sandbox.texts == ()


def test_results_and_rejects_are_two_files(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    Path("link.csv").symlink_to("out.csv")
    for rejects in ("out.csv", "./out.csv", "link.csv"):
        assert run(["bulk", "c.csv", "--yes", "--results", "out.csv", "--rejects", rejects]) == 2
        assert "--results and --rejects must differ, got out.csv for both" in capsys.readouterr().err
    assert sandbox.texts == ()


@pytest.mark.usefixtures("sandbox")
def test_a_missing_folder_is_reported_before_anything_is_planned(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bulk", "c.csv", "--yes", "--results", "none/out.csv"]) == 2
    said = capsys.readouterr()
    assert "--results must be a file in an existing folder, got none/out.csv" in said.err
    assert said.out == ""


def test_without_a_journal_each_run_has_results_of_its_own(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in ("", ".2", ".3"):
        before = files()
        assert run(["bulk", "c.csv", "--yes"]) == 1
        told = " ".join(capsys.readouterr().out.split())
        assert f"c.csv.results{number}.csv" in told
        assert f"c.csv.rejects{number}.csv" in told
        assert ("without a journal all messages are sent again" in told) == (number != "")
        assert {name: content for name, content in files().items() if name in before} == before
        sent = {text.message_id for text in sandbox.texts[-2:]}
        assert {row["message_id"] for row in rows_of(f"c.csv.results{number}.csv")} == sent
    assert not [*Path().glob("*.part")]


@pytest.mark.usefixtures("sandbox")
def test_a_file_that_was_there_is_never_written_over() -> None:
    Path("mine.csv").write_text("mine", encoding="utf-8")
    Path("theirs.csv").symlink_to("nowhere.csv")
    assert run(["bulk", "c.csv", "--yes", "--results", "mine.csv", "--rejects", "theirs.csv"]) == 1
    assert Path("mine.csv").read_text(encoding="utf-8") == "mine"
    assert len(rows_of("mine.2.csv")) == 2
    assert len(rows_of("nowhere.2.csv")) == 1  # both have one number


@pytest.mark.usefixtures("sandbox")
def test_only_the_owner_may_read_the_files() -> None:
    before = os.umask(0)
    try:
        run(["bulk", "c.csv", "--yes"])
    finally:
        os.umask(before)
    assert [stat.S_IMODE(Path(f"c.csv.{kind}.csv").stat().st_mode) for kind in ("results", "rejects")] == [0o600] * 2


@pytest.mark.slow
def test_a_run_that_is_being_sent_is_refused_before_any_file_is_touched(sandbox: Sandbox, start: Start) -> None:
    Path("c.csv").write_text(many(200), encoding="utf-8")
    sandbox.misbehave("zoomconnect", Fault.SLOW_DRIP, times=200, path="sms/send*")  # it is still being sent later
    command = ["c.csv", "--yes", "--journal", "journal.db", "--workers", "1"]
    first = start(*command, stdout=subprocess.DEVNULL)
    until(lambda: len(sandbox.texts) >= 5, first)
    before = files()
    said = run_command("bulk", *command, capture_output=True)
    after = files()
    assert first.poll() is None
    assert said.returncode == 1
    assert b"is being sent already" in said.stderr
    assert sorted(after) == sorted(before)
    assert all(after[name].startswith(content) for name, content in before.items())
    first.send_signal(signal.SIGINT)
    first.wait(timeout=60)
    assert len(accepted(rows_of("c.csv.results.csv"))) == len(sandbox.texts)


def test_a_killed_run_leaves_the_rows_of_what_was_sent_and_the_next_keeps_them(sandbox: Sandbox, start: Start) -> None:
    Path("c.csv").write_text(many(300), encoding="utf-8")
    process = start("c.csv", "--yes", "--workers", "1", stdout=subprocess.DEVNULL)
    until(lambda: len(sandbox.texts) >= 20, process)
    process.kill()
    process.wait(timeout=60)
    left = Path("c.csv.results.csv.part").read_bytes()
    rows = rows_of("c.csv.results.csv.part")
    assert left.endswith(b"\n")
    assert {row["message_id"] for row in rows} <= {text.message_id for text in sandbox.texts}
    assert len(rows) >= 20 - 4  # those in flight and read ahead
    assert not Path("c.csv.results.csv").exists()
    Path("c.csv").write_text(CAMPAIGN, encoding="utf-8")
    assert run(["bulk", "c.csv", "--yes"]) == 1
    assert Path("c.csv.results.csv.part").read_bytes() == left
    assert len(rows_of("c.csv.results.2.csv")) == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("option", ["--results", "--rejects"])
def test_a_full_disk_is_noticed_before_anything_is_sent(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    Path("full").symlink_to("/dev/full")
    before = files()
    assert run(["bulk", "c.csv", "--yes", option, "full"]) == 1
    assert "/dev/full: cannot be written: No space left on device; nothing was sent" in capsys.readouterr().err
    assert files() == before
    assert sandbox.texts == ()


@pytest.mark.slow
def test_a_disk_that_fills_up_stops_the_run_and_loses_no_result(sandbox: Sandbox) -> None:
    Path("c.csv").write_text(many(300), encoding="utf-8")
    command = [sys.executable, "-c", SMALL_DISK, "bulk", "c.csv", "--yes", "--workers", "2", "--json"]
    said = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert said.returncode == 1
    warning, complaint, *lines = said.stderr.decode().splitlines()
    assert warning == WARNING
    assert complaint == (
        f"smsgate: the results cannot be written: File too large; sending was stopped; "
        f"{len(lines)} results are not in c.csv.results.csv.part:"
    )
    kept = rows_of("c.csv.results.csv.part")
    told = [dict(zip(kept[0], row, strict=True)) for row in csv.reader(lines)]
    assert sorted(accepted(kept + told)) == sorted(text.message_id for text in sandbox.texts)
    assert 10 < len(kept) < len(sandbox.texts) < 300
    assert json.loads(said.stdout)["result"]["stopped"]


@pytest.mark.slow
def test_with_a_journal_a_disk_that_fills_up_is_reported_with_what_to_do(sandbox: Sandbox) -> None:
    Path("c.csv").write_text(many(100), encoding="utf-8")
    os.mkfifo("results")  # a reader that leaves is a write that fails
    reader = Thread(target=read_header, args=["results"])
    reader.start()
    command = ["bulk", "c.csv", "--yes", "--workers", "1", "--journal", "journal.db"]
    said = run_command(*command, "--results", "results", capture_output=True)
    reader.join()
    assert said.returncode == 1
    complaint, *lines = said.stderr.decode().splitlines()
    assert complaint == (
        "smsgate: the results cannot be written: Broken pipe; sending was stopped; "
        f"run it again once there is room; {len(lines)} results are not in results:"
    )
    assert [row[5] for row in csv.reader(lines) if row[2] == "accepted"] == [text.message_id for text in sandbox.texts]
    assert 0 < len(sandbox.texts) < 100
    assert run_command(*command, stdout=subprocess.DEVNULL).returncode == 0
    assert len(accepted(rows_of("c.csv.results.csv"))) == len(sandbox.texts) == 100


def test_results_of_the_messages_before_an_error_are_kept_and_shown(sandbox: Sandbox, start: Start) -> None:
    Path("c.csv").write_text(many(300), encoding="utf-8")
    sandbox.misbehave("zoomconnect", Fault.STALL_AFTER, times=1, path="sms/send")
    process = start("c.csv", "--yes", "--workers", "1", stderr=subprocess.PIPE)
    until(lambda: len(sandbox.texts) >= 20, process)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    part = Path("c.csv.results.csv.part")
    if part.exists():  # the second signal came before the end
        assert b"smsgate: the results so far are in c.csv.results.csv.part" in err
    assert len(rows_of(part if part.exists() else "c.csv.results.csv")) > 10


def test_a_file_that_changes_after_its_plan_is_not_sent(sandbox: Sandbox, start: Start) -> None:
    terminal, theirs = pty.openpty()
    process = start("c.csv", stdin=theirs, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    asked = b""
    while b"Send 2 messages?" not in asked:
        asked += os.read(process.stderr.fileno(), 1000)
    Path("c.csv").write_text(many(300), encoding="utf-8")
    os.write(terminal, b"y\n")
    _, err = process.communicate(timeout=60)
    os.close(terminal)
    os.close(theirs)
    assert process.returncode == 2
    assert b"smsgate: c.csv: the file changed after its plan was shown; nothing was sent" in err
    assert sandbox.texts == ()
    assert [*files()] == ["c.csv"]


@pytest.mark.usefixtures("sandbox")
def test_the_rejects_have_the_columns_of_all_of_them() -> None:
    rows = ["{", '{"to": "x", "text": "a"}', '{"to": "y", "ref": "b"}', '{"to": "0821234567", "text": "a"}']
    Path("c.jsonl").write_text("\n".join(rows), encoding="utf-8")
    assert run(["bulk", "c.jsonl", "--yes"]) == 1
    assert [{**row, "reason": ""} for row in rows_of("c.jsonl.rejects.csv")] == [
        {"line": "1", "reason": "", "to": "", "text": "", "ref": ""},
        {"line": "2", "reason": "", "to": "x", "text": "a", "ref": ""},
        {"line": "3", "reason": "", "to": "y", "text": "", "ref": "b"},
    ]


@pytest.mark.usefixtures("sandbox")
def test_results_may_go_to_a_device_and_rejects_that_are_none_leave_no_file() -> None:
    Path("c.csv").write_text(many(2), encoding="utf-8")
    Path("null").symlink_to("/dev/null")
    for _ in range(2):
        assert run(["bulk", "c.csv", "--yes", "--results", "null", "--rejects", "null"]) == 0
        assert run(["bulk", "c.csv", "--yes"]) == 0
    assert sorted(files()) == ["c.csv", "c.csv.results.2.csv", "c.csv.results.csv"]


# A connection that is dropped -----------------------------------------------------------------------------------------


def test_a_dropped_terminal_stops_the_run_and_what_is_in_flight_is_written(sandbox: Sandbox, start: Start) -> None:
    Path("long.csv").write_text(many(500), encoding="utf-8")
    main, terminal = pty.openpty()
    process = start("long.csv", "--yes", stdout=terminal, stderr=terminal)
    os.close(terminal)
    os.set_blocking(main, False)
    until(lambda: drained(main) and len(sandbox.texts) >= 20, process)
    os.close(main)
    for _ in range(2):  # one from the kernel, one from the shell
        process.send_signal(signal.SIGHUP)
    assert process.wait(60) == 130
    rows = rows_of("long.csv.results.csv")
    assert 20 <= len(accepted(rows)) == len(sandbox.texts) < 500
    assert {row["outcome"] for row in rows} <= {"accepted", "not sent"}


def test_a_dropped_reader_of_both_streams_changes_no_results(sandbox: Sandbox, start: Start) -> None:
    Path("long.csv").write_text(many(500), encoding="utf-8")
    reader, writer = os.pipe()
    process = start("long.csv", "--yes", stdout=writer, stderr=writer)
    os.close(writer)
    until(lambda: len(sandbox.texts) >= 20, process)
    os.close(reader)
    process.send_signal(signal.SIGHUP)
    assert process.wait(60) == 130
    assert 20 <= len(accepted(rows_of("long.csv.results.csv"))) == len(sandbox.texts) < 500


def test_a_lost_terminal_does_not_change_the_end_of_a_run_that_ignores_the_signal(
    sandbox: Sandbox, start: Start
) -> None:
    Path("some.csv").write_text(many(60), encoding="utf-8")
    main, terminal = pty.openpty()
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # inherited
    try:
        process = start("some.csv", "--yes", stdout=terminal, stderr=terminal)
    finally:
        signal.signal(signal.SIGHUP, before)
    os.close(terminal)
    os.set_blocking(main, False)
    until(lambda: drained(main) and len(sandbox.texts) >= 5, process)
    os.close(main)
    process.send_signal(signal.SIGHUP)
    assert process.wait(60) == 0
    assert len(accepted(rows_of("some.csv.results.csv"))) == len(sandbox.texts) == 60


@pytest.mark.slow
def test_nohup_lets_a_run_go_on_to_its_end(sandbox: Sandbox) -> None:
    Path("some.csv").write_text(many(60), encoding="utf-8")
    process = subprocess.Popen(["nohup", *SMSGATE, "bulk", "some.csv", "--yes", "--json"], stdout=subprocess.PIPE)
    until(lambda: len(sandbox.texts) >= 5, process)
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert len(accepted(rows_of("some.csv.results.csv"))) == len(sandbox.texts) == 60


def drained(descriptor: int) -> bool:
    with suppress(BlockingIOError):
        while os.read(descriptor, 65536):
            pass
    return True
