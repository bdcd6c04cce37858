"""Cheaper spellings: look-alikes that GSM-7 has, in place of characters that force UCS-2."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from unicodedata import category, combining, normalize

from smsgate.text._look_alikes import DIRECTION_MARKS, INVISIBLE, LOOK_ALIKES
from smsgate.text.alphabet import DEFAULT
from smsgate.text.analysis import Analysis, analyse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from smsgate.text.national import Tables


class Replacement(NamedTuple):
    """What is at an index of the original text, and what replaces it."""

    index: int  # type: ignore[assignment]  # hides tuple.index
    old: str
    new: str


class Simplified(NamedTuple):
    """A text with its replacements, and the analyses that say what they are worth."""

    text: str
    replacements: tuple[Replacement, ...]
    before: Analysis
    after: Analysis

    @property
    def saved(self) -> int:
        """How many segments the replacements save."""
        return self.before.segments - self.after.segments


def simplify(
    text: str,
    *,
    force: bool = False,
    transliterate: bool = False,
    reference_bits: int = 8,
    national: Tables | str | Iterable[str] | None = None,
) -> Simplified:
    """Return the text with typographic look-alikes replaced by GSM-7 characters, if that takes fewer segments.

    Replaced are quotes, dashes, ellipses, bullets, spaces, invisible characters, ligatures, full-width and styled
    forms, and letters apart from their accent; nothing that has meaning. ``force`` replaces them where
    nothing is saved, too. ``transliterate`` also replaces letters, digits and punctuation of any script (``ç`` by
    ``c``, ``Ж`` by ``Zh``; symbols and emoji stay); it needs the extra ``smsgate[transliterate]`` and raises
    ModuleNotFoundError without it.
    """
    before = analyse(text, reference_bits=reference_bits, national=national)
    plans = _plans(text, _transliterator() if transliterate else _leave)
    spellings = [(_apply(text, plan), plan) for plan in (plans[-1:] if force else plans)]
    choices = [
        Simplified(spelling, plan, before, analyse(spelling, reference_bits=reference_bits, national=national))
        for spelling, plan in spellings
    ]
    return min(choices, key=lambda choice: choice.after.segments)


def _plans(text: str, spell: Callable[[str], str]) -> list[tuple[Replacement, ...]]:
    """Return what may be replaced: nothing, what shortens a text that stays UCS-2, everything."""
    if DEFAULT.cells(text) is not None:
        return [()]
    everything = tuple(_replacements(text, spell))
    if DEFAULT.cells(_apply(text, everything)) is None:
        everything = tuple(replacement for replacement in everything if replacement.old not in DIRECTION_MARKS)
    return [(), tuple(replacement for replacement in everything if replacement.old in INVISIBLE), everything]


def _replacements(text: str, spell: Callable[[str], str]) -> Iterator[Replacement]:
    index = 0
    while index < len(text):
        old, new = text[index], None
        accented = normalize("NFC", text[index : index + 2])
        if combining(text[index + 1 : index + 2] or " ") and accented in DEFAULT.characters:
            old, new = text[index : index + 2], accented
        elif old not in DEFAULT.characters:
            new = _look_alike(old)
            if new is None and _is_writing(text, index):
                new = spell(old)
        if new is not None and _is_carried(new):
            yield Replacement(index, old, new)
        index += len(old)


def _look_alike(character: str) -> str | None:
    if character in DIRECTION_MARKS:
        return ""
    # Full-width forms, ligatures and the styled letters of mathematics have their plain form in Unicode itself.
    styled = (
        "\uff01" <= character <= "\uffee"
        or "\ufb00" <= character <= "\ufb06"
        or "\U0001d400" <= character <= "\U0001d7ff"
    )
    plain = normalize("NFKC" if styled else "NFC", character)
    plain = LOOK_ALIKES.get(plain, plain)
    return plain if plain != character and _is_carried(plain) else None


def _is_writing(text: str, index: int) -> bool:
    """Tell whether a character is a letter, digit or punctuation, or a mark on a letter: no symbol and no emoji."""
    kind = category(text[index])[0]
    return kind in "LNP" or (kind == "M" and index > 0 and text[index - 1].isalpha())


def _is_carried(text: str) -> bool:
    return DEFAULT.characters.issuperset(text)


def _apply(text: str, plan: tuple[Replacement, ...]) -> str:
    pieces: list[str] = []
    done = 0
    for index, old, new in plan:
        pieces += text[done:index], new
        done = index + len(old)
    return "".join([*pieces, text[done:]])


def _leave(character: str) -> str:
    return character


def _transliterator() -> Callable[[str], str]:
    try:
        from anyascii import anyascii  # noqa: PLC0415  an optional extra
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "transliterate needs the package anyascii; try: pip install 'smsgate[transliterate]'", name="anyascii"
        ) from error

    def spell(character: str) -> str:
        # Nothing known of a letter is no reason to drop it.
        return anyascii(character) or ("" if category(character)[0] == "M" else character)

    return spell
