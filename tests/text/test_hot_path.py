"""How much work the hot path does, measured without a clock."""

import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import smsgate.text
from smsgate import text


def calls_of(message: str) -> Counter[str]:
    """Count the calls of an analysis, Python's (`call`) and C's (`c_call`)."""
    calls: Counter[str] = Counter()

    def profile(_frame: FrameType, event: str, _arg: Any) -> None:
        calls[event] += 1

    text.analyse(message)
    sys.setprofile(profile)
    try:
        text.analyse(message)
    finally:
        sys.setprofile(None)
    calls["c_call"] -= 1  # sys.setprofile itself
    return calls


# A loop over the characters, an isinstance, one more function: each would show here.
@pytest.mark.parametrize(
    ("message", "python", "c"),
    [
        ("a" * 160, 1, 5),
        ("a" * 1530, 1, 5),
        ("Я" * 70, 1, 3),
        ("Öä" * 80, 1, 6),
        ("ΩÖ" * 80, 1, 6),
        ("a[" * 50, 3, 9),
    ],
)
def test_an_analysis_makes_a_bounded_number_of_calls_however_long_the_text(message: str, python: int, c: int) -> None:
    calls = calls_of(message)
    assert calls["call"] <= python
    assert calls["c_call"] <= c


@pytest.mark.parametrize("message", ["Grüße aus Köln", "àÉ" * 80, "[é]", "ä" + "x" * 1600, "@é"])
def test_a_latin_text_is_looked_up_octet_by_octet_and_not_character_by_character(message: str) -> None:
    called: list[str] = []

    def profile(_frame: FrameType, event: str, arg: Any) -> None:
        if event == "c_call":
            called.append(arg.__name__)

    for function in (text.analyse, text.encode):
        called.clear()
        sys.setprofile(profile)
        try:
            function(message)
        finally:
            sys.setprofile(None)
        assert "encode" in called
        assert "charmap_encode" not in called


def test_work_on_long_texts_grows_with_the_segments_and_not_with_the_characters() -> None:
    few, many = calls_of("Я😀" * 40), calls_of("Я😀" * 400)
    assert many["c_call"] - few["c_call"] <= text.analyse("Я😀" * 400).segments


def test_no_answer_is_kept_by_text() -> None:
    message = "код" * 5
    assert text.analyse(message) is not text.analyse(message)


def test_importing_the_engine_imports_neither_requests_nor_attrs_nor_an_adapter() -> None:
    code = "import smsgate.text, sys; print(*sys.modules)"
    root = Path(smsgate.text.__file__).parents[2]
    command = [sys.executable, "-S", "-c", code]
    loaded = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.split()
    unwanted = {"requests", "urllib3", "attr", "attrs", "cattrs", "phonenumbers", "regex", "anyascii", "inspect"}
    assert not unwanted & set(loaded)
    assert not [name for name in loaded if name.startswith("smsgate_")]
    assert not {
        "smsgate.text.national",
        "smsgate.text._national_tables",
        "smsgate.text._single_shift_tables",
        "smsgate.text.simplified",
    } & set(loaded)
    assert len(loaded) < 90


def test_the_public_names_are_sorted_and_exist() -> None:
    assert text.__all__ == sorted(text.__all__, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    assert all(getattr(text, name).__name__ == name for name in text.__all__ if name != "LANGUAGES")
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        text.nonsense  # type: ignore[attr-defined] # noqa: B018
