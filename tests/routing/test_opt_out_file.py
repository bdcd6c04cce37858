"""A file of opt-outs that other programs write: no number on it is texted while it is being written."""

from __future__ import annotations

import os
import random
from pathlib import Path
from threading import Event, Thread

import pytest

from smsgate import ConfigError, Gateway, InvalidMessageError, Message
from smsgate.routing.opt_out_file import SETTLED, OptOutFile
from tests.virtual_time import VirtualTime

ANN, BEN, CAT = "+27821234567", "+27831234567", "+27841234567"


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    file = tmp_path / "opt-outs.txt"
    file.write_text(f"{ANN}  # asked on the phone\n\n# none else\n", encoding="utf-8")
    return file


@pytest.fixture(name="time")
def _time() -> VirtualTime:
    return VirtualTime(1_000.0)


@pytest.fixture(name="opted_out")
def _opted_out(file: Path, time: VirtualTime) -> OptOutFile:
    return OptOutFile(file, clock=time.clock)


def test_a_number_that_is_added_counts_at_once(file: Path, opted_out: OptOutFile) -> None:
    assert (opted_out(ANN), opted_out(BEN)) == (True, False)
    file.write_text(f"{ANN}\n{BEN}\n", encoding="utf-8")
    assert (opted_out(ANN), opted_out(BEN), opted_out(CAT)) == (True, True, False)


def test_a_change_within_the_tick_of_a_clock_is_seen(file: Path, opted_out: OptOutFile) -> None:
    before = file.stat()
    file.write_bytes(file.read_bytes().replace(ANN.encode(), BEN.encode()))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert opted_out(BEN)


def test_a_number_that_is_gone_counts_until_the_file_has_settled(
    file: Path, time: VirtualTime, opted_out: OptOutFile
) -> None:
    file.write_text(f"{BEN}\n", encoding="utf-8")
    assert (opted_out(ANN), opted_out(BEN)) == (True, True)
    time.now += SETTLED - 1
    assert opted_out(ANN)
    file.write_text(f"{BEN}\n{CAT}\n", encoding="utf-8")  # it has not settled: it was changed again
    assert opted_out(ANN)
    time.now += SETTLED - 1
    assert opted_out(ANN)
    time.now += 1
    assert (opted_out(ANN), opted_out(BEN), opted_out(CAT)) == (False, True, True)


def test_a_file_that_is_replaced_by_renaming_is_the_same_for_additions_and_removals(
    file: Path, time: VirtualTime, opted_out: OptOutFile
) -> None:
    whole = file.with_suffix(".new")
    whole.write_text(f"{BEN}\n", encoding="utf-8")
    whole.replace(file)
    assert (opted_out(ANN), opted_out(BEN)) == (True, True)
    time.now += SETTLED
    assert (opted_out(ANN), opted_out(BEN)) == (False, True)


@pytest.mark.parametrize("half", ["", BEN, f"{BEN}\n+27", f"{BEN}\n# nobo", f"{BEN}\n{CAT[:-1]}"])
def test_what_looks_half_written_takes_no_number_away_ever(
    file: Path, time: VirtualTime, opted_out: OptOutFile, half: str, caplog: pytest.LogCaptureFixture
) -> None:
    file.write_text(half, encoding="utf-8")
    for _ in range(3):
        assert opted_out(ANN)
        assert opted_out(BEN) == half.startswith(BEN)
        time.now += SETTLED
    assert len(caplog.messages) == 1
    assert caplog.messages[0].endswith("; its earlier numbers stay opted out")


def test_a_list_without_numbers_says_so(file: Path, time: VirtualTime, opted_out: OptOutFile) -> None:
    file.write_text("# none\n", encoding="utf-8")
    assert opted_out(ANN)
    time.now += SETTLED
    assert not opted_out(ANN)


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("", "is empty, so it may not be written yet; for a list without numbers write the line: # none"),
        (f"{ANN}\n{BEN}", "does not end with a line break, so it may be half-written; add one"),
        (f"{ANN}\n+2783", "does not end with a line break, so it may be half-written; add one"),
        (f"{ANN}\n082 123\n", "line 2: '082 123' has no country code"),
    ],
)
def test_a_file_that_looks_half_written_is_refused_at_the_start(file: Path, content: str, wrong: str) -> None:
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        OptOutFile(file)
    assert f"limits.opt_out: {file}" in str(raised.value)
    assert wrong in str(raised.value)


def test_a_file_that_is_being_written_at_the_start_is_read_until_it_stays_the_same(file: Path) -> None:
    """It ends with a line break whenever it is looked at."""
    file.write_text(f"{ANN}\n", encoding="utf-8")
    rest, pauses = [BEN, CAT], []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if rest:
            with file.open("a", encoding="utf-8") as out:
                out.write(f"{rest.pop(0)}\n")

    assert OptOutFile(file, sleep=sleep)(CAT)
    assert len(pauses) == 3


def test_a_file_that_is_written_without_end_is_refused_at_the_start(file: Path) -> None:
    def sleep(_: float) -> None:
        with file.open("a", encoding="utf-8") as out:
            out.write(f"{BEN}\n")

    with pytest.raises(ConfigError, match="changed while it was read; replace it by renaming a whole file"):
        OptOutFile(file, sleep=sleep)


def test_a_file_that_was_changed_long_ago_is_read_once_at_the_start(file: Path) -> None:
    os.utime(file, ns=(1, 1))
    assert OptOutFile(file, sleep=lambda _: pytest.fail("it waited"))(ANN)


def test_a_line_that_is_no_number_stops_every_send_until_it_is_one(file: Path, opted_out: OptOutFile) -> None:
    file.write_text("082 123\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(ConfigError, match="line 1: '082 123' has no country code"):
            opted_out(BEN)
    file.write_text(f"{BEN}\n", encoding="utf-8")
    assert (opted_out(ANN), opted_out(BEN)) == (True, True)


def test_a_file_that_cannot_be_read_stops_every_send(file: Path, opted_out: OptOutFile) -> None:
    file.unlink()
    with pytest.raises(ConfigError, match="cannot be read"):
        opted_out(ANN)


@pytest.mark.parametrize(("listed", "number"), [("+52 1 55 1234 5678", "+525512345678"), (BEN, BEN)])
def test_a_number_is_matched_in_every_spelling_of_its_line(file: Path, listed: str, number: str) -> None:
    file.write_text(f"{listed}\n", encoding="utf-8")
    assert OptOutFile(file)(number)


def test_no_number_on_it_is_texted_while_a_file_is_rewritten_in_place(tmp_path: Path) -> None:
    """A writer that truncates the file, and writes it again in pieces of any size, as cron jobs do."""
    seed = random.randrange(2**32)
    print("seed", seed)  # noqa: T201 - to run it again
    chance = random.Random(seed)
    file = tmp_path / "opt-outs.txt"
    numbers = [f"+27821{each:06}" for each in range(2_000)]
    content = "".join(f"{number}\n" for number in numbers)
    file.write_text(content, encoding="utf-8")
    (tmp_path / "smsgate.toml").write_text(
        """
        [providers.zoom]
        adapter = "zoomconnect"
        email = "ops@example.com"
        token = "secret"
        [limits]
        opt_out = "opt-outs.txt"
        """,
        encoding="utf-8",
    )
    done = Event()

    def rewrite() -> None:
        while not done.is_set():
            with file.open("w", encoding="utf-8", buffering=1) as out:
                place = 0
                while place < len(content):
                    size = chance.randrange(1, 9_000)
                    out.write(content[place : place + size])
                    out.flush()
                    place += size

    with Gateway.from_file(tmp_path / "smsgate.toml") as gateway:
        writer = Thread(target=rewrite)
        writer.start()
        try:
            for number in chance.sample(numbers, 300):
                refusal = gateway.plan(Message(number, "Hello")).refusal
                assert isinstance(refusal, InvalidMessageError)
        finally:
            done.set()
            writer.join()
