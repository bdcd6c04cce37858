"""Who copies the `except` clauses of the how-to learns the truth of every end that a message can have."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

import pytest

from smsgate import Gateway, Limits, Message, Outcome, SmsgateError, SqliteJournal
from tests.plain_adapter import DOWN, LOST, NO, Line, provider

PAGE = Path(__file__).parent.parent / "docs/how-to/handle-failures.md"
CALL = 'gateway.message("082 123 4567", "Your code is 4711")'
WORDS = {
    Outcome.ACCEPTED: {""},
    Outcome.REJECTED: {"refused"},
    Outcome.NOT_SENT: {"not sent", "error"},
    Outcome.UNKNOWN: {"unknown"},
}
"""What the example prints, by how the message ended."""


def example() -> str:
    """Return the page's example of failures."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    [block] = [block for block in blocks if "except" in block]
    assert block.count(CALL) == 1
    return str(block)


def printed_by(gateway: Gateway, capsys: pytest.CaptureFixture[str], message: str = CALL) -> str:
    """Run the example on another message; return what it printed."""
    exec(example().replace(CALL, message), {"gateway": gateway, "Message": Message})
    return capsys.readouterr().out.strip()


def full(*_: object) -> NoReturn:
    raise ValueError("a mistake in the application")


def opened(path: Path, said: Line, hooks: Mapping[str, Callable[..., NoReturn]]) -> Gateway:
    return Gateway(
        [provider("a", said)],
        default_region="ZA",
        limits=Limits(max_segments=1),
        journal=SqliteJournal(str(path / "j.db")),
        **hooks,  # type: ignore[arg-type]
    )


def end_of(gateway: Gateway, message: str) -> Outcome | None:
    """Return how the message ends; None if there is no message to end."""
    try:
        return gateway.send(eval(message)).outcome
    except SmsgateError as error:
        return None if error.result is None else error.result.outcome


@pytest.mark.parametrize(
    ("message", "said", "hooks", "word"),
    [
        ('gateway.message("082", "Hello")', Line(), {}, "refused"),
        ('gateway.message("082 123 4567", "")', Line(), {}, "refused"),
        ('gateway.message("082 123 4567", "x" * 200)', Line(), {}, "refused"),
        ('gateway.message("082 123 4567", "Hi", route="none")', Line(), {}, "error"),
        ('gateway.message("083 123 4567", "Hi")', Line(), {}, "refused"),
        ('gateway.message("082 123 4567", "Hi", key="taken")', Line(), {}, "refused"),
        (CALL, Line(), {"choose": full}, "error"),
        (CALL, Line(NO), {}, "refused"),
        (CALL, Line(DOWN), {}, "not sent"),
        (CALL, Line(LOST), {}, "unknown"),
        (CALL, Line(), {}, ""),
    ],
)
def test_the_clauses_catch_every_end_and_call_it_by_its_name(
    *,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    message: str,
    said: Line,
    hooks: Mapping[str, Callable[..., NoReturn]],
    word: str,
) -> None:
    with opened(tmp_path, Line(), {}) as before:
        before.send(before.message("082 123 4567", "Hello", key="taken"))
        before.opt_outs.add("083 123 4567")
    with opened(tmp_path, said, hooks) as gateway:
        printed = printed_by(gateway, capsys, message)
        assert printed.partition(":")[0] == word
        assert end_of(gateway, message) in {None, *(end for end, words in WORDS.items() if word in words)}


def test_the_clauses_catch_a_journal_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with opened(tmp_path, Line(), {}) as gateway:
        pass
    assert printed_by(gateway, capsys).startswith("error: journal ")
