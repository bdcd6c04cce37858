"""`smsgate send --ask` shows the plan, asks, and sends exactly what it showed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest

from smsgate.cli.app import run
from smsgate.sandbox import Sandbox
from tests.cli.zoom_settings import zoom_settings

SEND = ("send", "--to", "+27821234567", "Hello", "--ask")


class Keyboard(StringIO):
    """What a person types at a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as server:
        yield server


@pytest.fixture
def asked(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run `send --ask`, with what a person answers."""
    config = tmp_path / "smsgate.toml"
    config.write_text(zoom_settings(sandbox) + 'prices = { unit = "ZAR", "+27" = "0.25" }\n')

    def run_with(*options: str, answer: str | None) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", StringIO() if answer is None else Keyboard(f"{answer}\n"))
        code = run([*SEND, *options, "--config", str(config)])
        out, err = capsys.readouterr()
        return code, " ".join(out.split()), err

    return run_with


def test_the_plan_is_shown_and_what_is_approved_is_sent(
    asked: Callable[..., tuple[int, str, str]], sandbox: Sandbox
) -> None:
    code, out, err = asked(answer="y")
    assert code == 0
    assert "1. zoom 0.25 ZAR" in out
    assert "outcome accepted" in out
    assert "Send it to +27821234567? [y/N]:" in err
    assert [each.text for each in sandbox.texts] == ["Hello"]


def test_nothing_is_sent_without_a_yes(asked: Callable[..., tuple[int, str, str]], sandbox: Sandbox) -> None:
    code, out, _ = asked(answer="n")
    assert code == 130
    assert "outcome" not in out
    code, _, err = asked(answer=None)
    assert (code, err) == (
        2,
        "smsgate: cannot ask 'Send it to +27821234567?': standard input is not a terminal; leave --ask out\n",
    )
    code, _, err = asked("--json", answer="y")
    assert code == 2
    assert "--ask shows the plan to a person" in err
    assert not sandbox.texts
