"""`smsgate analyse`, as it is typed."""

import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from smsgate.cli.app import run

SETTINGS = """\
default_region = "ZA"

[providers.zoom]
adapter = "zoomconnect"
email = "a@example.com"
token = "t"
prices = { unit = "ZAR", "+27" = "0.19" }

[providers.plain]
adapter = "zoomconnect"
email = "a@example.com"
token = "t"

[providers.abroad]
adapter = "zoomconnect"
email = "a@example.com"
token = "t"
prices = { unit = "USD", "+1" = "0.02" }
"""


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    for name in ("SMSGATE_CONFIG", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def command(*arguments: str, code: int = 0, stdin: str = "") -> str:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        assert run(["analyse", *arguments]) == code
        told = capsys.readouterr()
        return told.err if code else told.out

    return command


def rows(table: str) -> dict[str, str]:
    """Return a table's rows by the first column; a row that goes on is joined."""
    first = re.match(r".*?\s{2,}", table)
    assert first
    width = first.end()
    found: dict[str, str] = {}
    name = ""
    for line in table.splitlines():
        name = line[:width].strip() or name
        found[name] = f"{found.get(name, '')} {line[width:].strip()}".strip()
    return found


def test_a_plain_text_is_shown_in_a_table(typed: Any) -> None:
    assert rows(typed("Your code is 4711")) == {
        "encoding": "GSM-7",
        "units": "17",
        "segments": "1",
        "remaining": "143",
        "text": "Your code is 4711",
        "segment 1": "█████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 17/160",
    }


def test_offenders_are_marked_and_named(typed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rows(typed("Your code: 👍 \u200b"))["UCS-2 for"] == "👍 at 11, U+200B at 13"
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[1;7;31m👍" in typed("Your code: 👍")


def test_many_offenders_are_not_all_named(typed: Any) -> None:
    assert rows(typed("Я" * 12))["UCS-2 for"].endswith("Я at 9 and 2 more")


def test_each_segments_fill_is_drawn(typed: Any) -> None:
    found = rows(typed("a" * 152 + "€" + "a" * 20))
    assert found["segment 1"] == "█" * 40 + " 152/153"
    assert found["segment 2"] == "█" * 6 + "░" * 34 + " 22/153"
    assert rows(typed("a" * 153 * 22))["..."] == "and 2 more"


def test_the_cheaper_spelling_is_shown(typed: Any) -> None:
    long = "It’s “here”: it’s\u00a0time…" + "x" * 60
    assert rows(typed(long))["cheaper"] == (
        'replace ’ by \' (2 times), “ by ", ” by ", U+00A0 by a space, … by ...: 2 segments → 1'
    )
    assert "cheaper" not in rows(typed("It’s"))


def test_letters_are_replaced_only_when_asked(typed: Any) -> None:
    assert "cheaper" not in rows(typed("ç" + "x" * 80))
    assert rows(typed("ç" + "x" * 80, "--transliterate"))["cheaper"] == "replace ç by c: 2 segments → 1"


def test_one_json_value_says_everything(typed: Any) -> None:
    message = "’" + "x" * 75
    assert json.loads(typed(message, "--json")) == {
        "encoding": "UCS-2",
        "units": 76,
        "segments": 2,
        "remaining": 58,
        "too_long": False,
        "segment_units": [67, 9],
        "national": None,
        "offenders": [[0, "’"]],
        "cheaper": {"text": "'" + "x" * 75, "segments": 1, "replacements": [[0, "’", "'"]]},
        "prices": {},
        "text": message,
    }


def test_national_tables_are_taken_when_allowed(typed: Any) -> None:
    assert rows(typed("şğ ıı", "--national", "auto"))["tables"] == "turkish (locking)"
    both = typed("şá", "--national", "turkish", "--national", "spanish")
    assert rows(both)["tables"] == "turkish (locking), spanish (single)"
    assert json.loads(typed("ş", "--national", "turkish", "--national", "spanish", "--json"))["national"] == {
        "locking": "turkish",
        "single": None,
    }


def test_a_text_that_is_too_long_says_so(typed: Any) -> None:
    assert rows(typed("a" * 39_016))["too long"] == "one message has at most 255 segments"


def test_a_wide_reference_leaves_less(typed: Any) -> None:
    assert rows(typed("a" * 161, "--reference-bits", "16"))["remaining"] == "143"


def test_the_text_is_read_from_standard_input_or_a_file(typed: Any, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("Olá\n", "utf-8")
    assert rows(typed(stdin="Hello\n"))["text"] == "Hello"
    assert rows(typed("-", stdin="Hello\n\n"))["units"] == "6"
    assert rows(typed("--file", "text.txt"))["text"] == "Olá"


def test_each_providers_price_is_shown(typed: Any, tmp_path: Path) -> None:
    (tmp_path / "smsgate.toml").write_text(SETTINGS)
    found = rows(typed("Я" * 71, "--to", "082 123 4567"))
    assert found["price zoom"] == "0.38 ZAR"
    assert found["price abroad"] == "not known for this number"
    assert "price plain" not in found
    told = json.loads(typed("a", "--to", "+27821234567", "--json"))
    assert told["prices"] == {"zoom": {"amount": "0.19", "unit": "ZAR"}, "abroad": None}
    assert told["cheaper"] is None


def test_a_column_of_a_csv_file_is_summed_up(typed: Any, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text('\ufeffid,body\r\n1,Hello\r\n\r\n2,"Привет, ""мир"""\r\n3,' + "a" * 161, "utf-8")
    assert rows(typed("--csv", "c.csv", "--column", "body")) == {
        "messages": "3",
        "segments": "4",
        "GSM-7": "2 messages, 3 segments",
        "UCS-2": "1 messages, 1 segments",
    }
    assert json.loads(typed("--csv", "c.csv", "--column", "body", "--json")) == {
        "messages": 3,
        "segments": 4,
        "too_long": 0,
        "encodings": {
            "GSM-7": {"messages": 2, "segments": 3, "units": 166},
            "UCS-2": {"messages": 1, "segments": 1, "units": 13},
        },
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a", "--file", "b"), "give only one of a text, --file and --csv"),
        (("--file", "none.txt"), "none.txt: cannot be read: No such file or directory"),
        (("--csv", "none.csv"), "none.csv: cannot be read: No such file or directory"),
        (("--csv", "c.csv"), "c.csv: has no column 'text' (there are: id, body); name another with --column"),
        (("--csv", "c.csv", "--column", "body"), "c.csv: line 3 has 1 fields and the header 2"),
        (("--csv", "latin.csv"), "latin.csv: is not UTF-8; save it as UTF-8, or name its encoding"),
        (("a", "--national", "klingon"), "unknown national language 'klingon' (there are: auto, bengali"),
        (("a", "--reference-bits", "9"), "reference_bits must be 8 or 16, not 9"),
        (("a", "--to", "+27821234567"), "smsgate.toml: no such file"),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(typed: Any, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    (tmp_path / "c.csv").write_text("id,body\n1,a\n2\n")
    (tmp_path / "latin.csv").write_bytes(b"text\n\xe9t\xe9\n")
    told = typed(*arguments, code=2)
    assert told.startswith(f"smsgate: {said}")
    assert told.count("\n") == 1


def test_without_the_extra_transliteration_names_the_fix(typed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anyascii", None)
    assert "pip install 'smsgate[transliterate]'" in typed("ç", "--transliterate", code=2)


def test_a_quote_that_is_not_closed_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "c.csv"
    path.write_text('text\nHi\n"Hi Ann\nHi Ben\n', encoding="utf-8")
    assert run(["analyse", "--csv", str(path)]) == 2
    assert "line 3 opens a quote and does not close it" in capsys.readouterr().err
