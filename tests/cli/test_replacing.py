"""Files that commands write: whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from smsgate.cli.replacing import replaced
from smsgate.model.errors import ConfigError


def test_what_fails_leaves_the_earlier_file(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text("an earlier one")

    def fail() -> None:
        with replaced(file) as opened:
            opened.write("half of it")
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk is full"):
        fail()
    assert [*tmp_path.iterdir()] == [file]
    assert file.read_text() == "an earlier one"


def test_two_who_write_one_file_at_the_same_time_each_write_a_whole_one(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    with replaced(file) as first, replaced(file) as second:
        first.write("first")
        second.write("second")
    assert file.read_text() == "first"
    assert [*tmp_path.iterdir()] == [file]


def test_a_link_stays_one_and_what_waits_beside_the_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    (tmp_path / "passwords").write_text("mine")
    link, file = tmp_path / "latest.html", tmp_path / "public" / "report.html"
    link.symlink_to(file)
    (tmp_path / "latest.html.part").symlink_to(tmp_path / "passwords")
    with replaced(link) as opened:
        opened.write("whole")
    assert link.is_symlink()
    assert (file.read_text(), (tmp_path / "passwords").read_text()) == ("whole", "mine")


def test_an_open_file_is_written_to_by_its_name(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w+b") as log:
        with replaced(Path(f"/dev/fd/{log.fileno()}")) as opened:
            opened.write("whole")
        assert os.fstat(log.fileno()).st_nlink == 1
        assert log.read() == b"whole"


@pytest.mark.parametrize("name", ["", "nul\0", "x" * 300, "no/such/folder"])
def test_a_name_that_no_file_can_have_is_usage(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="cannot be written: "), replaced(Path(name)):
        pass
    assert [*tmp_path.iterdir()] == []
