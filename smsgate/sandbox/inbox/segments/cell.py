"""One character of a text, as the segment calculator shows it."""

from unicodedata import category, name

from attrs import frozen

from smsgate.sandbox.inbox.drawing import code_point

_CONTROL_NAMES = {
    "\0": "NULL",
    "\t": "CHARACTER TABULATION",
    "\n": "LINE FEED",
    "\f": "FORM FEED",
    "\r": "CARRIAGE RETURN",
    "\x1b": "ESCAPE",
    "\x7f": "DELETE",
}
_KINDS = {"Cc": "CONTROL CHARACTER", "Cs": "LONE SURROGATE", "Co": "PRIVATE USE CHARACTER"}
_PICTURES = {" ": "␣", "\n": "↵", "\x7f": "␡", **{chr(code): chr(0x2400 + code) for code in range(0x20) if code != 10}}
# Letters, marks and symbols that show nothing (Unicode, Default_Ignorable_Code_Point; the Braille blank beside them).
_BLANK = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
)


@frozen
class Spelling:
    """What may be written in another way, and the other way, which may be nothing."""

    old: str
    new: str

    def __str__(self) -> str:
        return f"{visible(self.old)} → {visible(self.new) if self.new else 'nothing'}"


@frozen
class Cell:
    """A character with the units it takes, 1 or 2, and what it costs.

    `forces` says whether it forces UCS-2; `spelling` is a cheaper way to write it, perhaps together with its neighbour.
    """

    text: str
    units: int
    forces: bool = False
    spelling: Spelling | None = None

    @property
    def shown(self) -> str:
        """What a page shows for the character, which may itself show nothing, or change what is around it."""
        return visible(self.text)

    @property
    def code_point(self) -> str:
        """The code point, such as U+20AC."""
        return code_point(self.text)

    @property
    def name(self) -> str:
        """The name that Unicode has for it, or what kind of character it is."""
        kind = _KINDS.get(category(self.text), "NO CHARACTER OF UNICODE")
        return name(self.text, "") or _CONTROL_NAMES.get(self.text, kind)

    @property
    def costs(self) -> bool:
        """Whether it costs more than an ordinary character."""
        return self.forces or self.units > 1

    @property
    def classes(self) -> str:
        """The classes of its element beside the first."""
        named = {"costs": self.costs, "doubles": self.units > 1, "forces": self.forces, "long": len(self.shown) > 2}
        return "".join(f" {name}" for name, applies in named.items() if applies)

    def described(self, unit: str) -> str:
        """Return all of it in one line, for a reader with a pointer, a keyboard or a screen reader."""
        said = [f"{self.shown} {self.code_point} {self.name}", f"{self.units} {unit}{'s' if self.units > 1 else ''}"]
        said += ["forces UCS-2"] if self.forces else []
        said += [f"cheaper: {self.spelling}"] if self.spelling else []
        return ", ".join(said)


def visible(text: str) -> str:
    """Return a text without a character that shows nothing or acts on others: symbols or code points instead."""
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character in _PICTURES:
        return _PICTURES[character]
    kind = category(character)
    if kind[0] in "CZ" or character in _BLANK:
        return f"{ord(character):04X}"
    return f"\u25cc{character}" if kind[0] == "M" else character
