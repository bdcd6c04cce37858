"""The words of the public values print and serialise as words, whichever way they are written."""

from __future__ import annotations

import json
from enum import Enum, StrEnum

import pytest

import smsgate
from smsgate import text

PUBLIC = [getattr(module, name) for module in (smsgate, text) for name in module.__all__]
ENUMS = [each for each in PUBLIC if isinstance(each, type) and issubclass(each, Enum)]


def test_the_enums_are_found() -> None:
    names = {each.__name__ for each in ENUMS}
    assert {"Outcome", "Status", "Scope", "Source", "State", "Direction", "RunState", "BreakerState"} <= names


@pytest.mark.parametrize("kind", ENUMS)
def test_every_word_is_written_as_itself(kind: type[Enum], capsys: pytest.CaptureFixture[str]) -> None:
    assert issubclass(kind, StrEnum)
    for word in kind:
        print(word)  # noqa: T201 - as an application does
        written = [str(word), f"{word}", f"{word:s}", "%s" % word, json.loads(json.dumps(word))]  # noqa: UP031
        written += [*json.loads(json.dumps({word: 1})), capsys.readouterr().out.rstrip("\n")]
        assert written == [word.value] * 7
