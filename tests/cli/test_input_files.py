"""`smsgate analyse --csv` and `smsgate bulk` read the same files in the same way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smsgate.cli.app import run

CONFIG = """
[providers.zoom]
adapter = "zoomconnect"
base_url = "http://127.0.0.1:9/api"
token = "c4a7b2d1-99aa-4c8e-b1f0-5d6e7f8a9b0c"
email = "ada@example.com"
"""
READ = [
    ("to,text\n+27821234567,Hello\n", "utf-8"),
    ("to;text\n+27821234567;Hello\n", "utf-8"),
    ("to\ttext\n+27821234567\tHello\n", "utf-8-sig"),
    ("to|text\n+27821234567|Olá\n", "cp1252"),
    ('to,text\r\n+27821234567,"one\r\ntwo, three"\r\n', "utf-8"),
    ("TO,Text\n+27821234567,Hello\n\n", "utf-16"),
]
REFUSED = [
    b"to,text,text\n+27821234567,a,b\n",
    b'to,text\n+27821234567,"open\n',
    b'to,text\n+27821234567,"a\n+27821234568,b\n+27821234569,"\n',
    b"to,body\n+27821234567,a\n",
    b"+27821234567,Hello\n",
    b"t\0o\0",
    b"",
]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "smsgate.toml").write_text(CONFIG)
    return tmp_path / "c.csv"


@pytest.mark.parametrize(("text", "encoding"), READ)
def test_separators_encodings_and_lines_are_the_same(
    file: Path, text: str, encoding: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_bytes(text.encode(encoding))
    options = () if encoding.startswith("utf-8") else ("--encoding", encoding)
    found = []
    for command in (["analyse", "--csv", "c.csv"], ["bulk", "c.csv", "--dry-run"]):
        assert run([*command, "--json", *options]) == 0
        shown = json.loads(capsys.readouterr().out)
        shown = shown.get("plan", shown)
        found.append((shown["messages"], shown["segments"]))
    assert found == [(1, 1), (1, 1)]


@pytest.mark.parametrize("content", REFUSED)
def test_what_cannot_be_read_is_refused_in_the_same_words(
    file: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_bytes(content)
    lines = []
    for command in (["analyse", "--csv", "c.csv"], ["bulk", "c.csv", "--dry-run"]):
        assert run(command) == 2
        lines.append(capsys.readouterr().err.partition("; name another")[0].replace("'to'", "'text'"))
    assert lines[0].strip() == lines[1].strip()
