"""`smsgate analyse --web`: the page that counts segments, with what was given on the command line."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from smsgate.cli.app import run
from tests.cli.sandbox.opened_page import (
    WITHOUT_BROWSER,
    interrupted,
    line_with,
    noting_browser,
    opened,
    smsgate_process,
)

TEXT = 'Olá 👍 & <b>"two"\nlines'
SETTINGS = """
default_region = "ZA"
[providers.zoom]
adapter = "zoomconnect"
email = "ada@example.com"
token = "canary-token"
[providers.zoom.prices]
unit = "ZAR"
"+27" = "0.2525"
"""


def test_the_page_has_what_was_given_and_the_prices_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "smsgate.toml").write_text(SETTINGS, encoding="utf-8")
    given = ("analyse", TEXT, "--to", "082 123 4567", "--national", "turkish", "--reference-bits", "16", "--web")
    with smsgate_process(*given, environ=noting_browser(tmp_path), cwd=tmp_path) as process:
        url = line_with(process, "/segments").strip()
        assert opened(tmp_path) == url
        assert parse_qs(urlsplit(url).query) == {
            "text": [TEXT],
            "to": ["+27821234567"],
            "national": ["turkish"],
            "reference_bits": ["16"],
        }
        page = requests.get(url, timeout=30)
        assert interrupted(process) == (130, "")
    assert page.status_code == 200
    shown = unescape(page.text)
    assert [words in shown for words in (TEXT, "UCS-2", "0.2525", "canary-token")] == [True, True, True, False]


def test_without_settings_and_without_a_browser_the_address_is_shown_and_served(tmp_path: Path) -> None:
    with smsgate_process("analyse", "--web", environ=WITHOUT_BROWSER, cwd=tmp_path) as process:
        url = line_with(process, "/segments").strip()
        assert requests.get(url, timeout=30).status_code == 200
        assert interrupted(process) == (130, "")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("Hello", "--json"), "--web must not be combined with --csv, --json"),
        (("--csv", "texts.csv"), "--web must not be combined with --csv, --json"),
        (("Hello", "--national", "turkish", "--national", "spanish"), "--web must not be combined with"),
        (("Hello", "--national", "klingon"), "unknown national language 'klingon'"),
        (("👍" * 1_000,), "the text is too long for the address of a page"),
        (("Hello", "--config", "missing.toml"), "missing.toml: no such file"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_what_the_page_cannot_show_is_one_line(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    more: tuple[str, ...],
    why: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["analyse", "--web", *more]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert why in line
