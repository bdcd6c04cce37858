"""Media on the command line: in messages, files and what comes back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smsgate import Media, OptOut, Reply
from smsgate.cli.app import run
from smsgate.cli.events import EventLines
from smsgate.cli.output import Output
from tests.entry_points import publish

TO = "+27821234567"
URLS = ["https://example.com/a.png?s=4711", "https://example.com/b.png"]
OPTIONS = ("--to", TO, *(word for url in URLS for word in ("--media", url)))
SETTINGS = """
[providers.plain]
adapter = "plain"
base_url = "http://127.0.0.1:1"
[providers.pictures]
adapter = "withmedia"
base_url = "http://127.0.0.1:1"
prices = { unit = "USD", "+27" = "0.01", media = { "+27" = "0.05" } }
"""


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a folder with settings of two vendors, of which one sends media."""
    adapters = {"plain": "tests.plain_adapter:Plain", "withmedia": "tests.plain_adapter:WithMedia"}
    publish(tmp_path, "smsgate-pictures", {"smsgate.adapters": adapters})
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SMSGATE_CONFIG", raising=False)
    monkeypatch.setenv("COLUMNS", "160")
    (tmp_path / "smsgate.toml").write_text(SETTINGS, encoding="utf-8")


def words(out: str) -> list[str]:
    return [" ".join(line.split()) for line in out.splitlines()]


@pytest.mark.parametrize("text", ["Look", ""])
def test_a_message_with_media_is_checked_and_shown(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["send", text, *OPTIONS, "--dry-run", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["message"]["media"] == [{"url": url, "content_type": None} for url in URLS]
    assert (said["provider"], said["price"], said["segments"]) == ("pictures", {"amount": "0.05", "unit": "USD"}, 1)
    assert run(["send", text, *OPTIONS, "--dry-run"]) == 0
    assert "media 2" in words(capsys.readouterr().out)


def test_a_plan_says_that_it_is_one_mms(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "x" * 161, *OPTIONS]) == 0
    shown = words(capsys.readouterr().out)
    assert "media 2 (one MMS)" in shown
    assert "segments 1 (161 units)" in shown
    assert "2. pictures 0.05 USD" in shown
    refusal = "plain (plain) takes no media; leave it out or name another provider"
    assert f"1. plain no price known; not asked: {refusal}" in shown
    assert run(["plan", "x" * 161, *OPTIONS, "--json"]) == 0
    planned = json.loads(capsys.readouterr().out)
    assert (planned["provider"], planned["analysis"]["segments"]) == ("pictures", 1)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("Look", *OPTIONS, "--provider", "plain"), "plain (plain) takes no media; leave it out or name another"),
        (("Look", "--to", TO, "--media", "a.png"), "a media URL must be absolute, such as https://example.com/"),
        (("Look", "--to", TO, *["--media", URLS[0]] * 11, "--provider", "pictures"), "takes at most 10 media"),
    ],
)
def test_media_that_cannot_be_sent_are_refused(
    arguments: tuple[str, ...], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["send", *arguments]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert why in line


def test_a_file_of_messages_with_media_is_planned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"{TO},{'x' * 161},{' '.join(URLS)}", f"{TO},Look,", f"{TO},,{URLS[0]}", f"{TO},,{URLS[1]}", f"{TO},,a"]
    (tmp_path / "c.csv").write_text("\n".join(["to,text,media", *lines]), encoding="utf-8")
    assert run(["bulk", "c.csv", "--dry-run", "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)["plan"]
    names = ("messages", "invalid", "refused", "duplicates", "segments")
    assert {name: plan[name] for name in names} == {
        "messages": 4,
        "invalid": 1,
        "refused": 0,
        "duplicates": 0,
        "segments": 4,
    }
    assert plan["providers"]["pictures"]["messages"] == 3
    assert plan["problems"] == [
        "line 6: a media URL must be absolute, such as https://example.com/picture.png, got 'a'"
    ]


def reply(text: str) -> Reply:
    return Reply(provider="pictures", message_id="1", sender=TO, text=text, media=[Media(url) for url in URLS])


def test_what_comes_back_is_shown_with_the_addresses_of_its_media(capsys: pytest.CaptureFixture[str]) -> None:
    lines = EventLines(Output(as_json=False))
    for event in (reply("Yes"), reply(""), OptOut(reply=reply("Stop"), word="STOP")):
        lines.show(event)
    shown = [line.split(maxsplit=6)[-1] for line in capsys.readouterr().out.splitlines()]
    urls = "  ".join(URLS)
    assert shown == [f"Yes  {urls}", urls, f"Stop  {urls}"]
    EventLines(Output(as_json=True)).show(reply(""))
    said = json.loads(capsys.readouterr().out)
    assert (said["text"], said["media"]) == ("", [{"url": url, "content_type": None} for url in URLS])
