"""The GSM 7-bit default alphabet and the tables that make it fast (3GPP TS 23.038, 6.2.1).

Between a text and its septets are *cells*: one byte a character, the code itself for a character of the basic table,
the code with its high bit set for one of the extension table. Cells keep "one character, one byte", so they can be made
by a single C call; septets follow by giving each marked cell its ESC. The cell of code 0 (``@``) is 0x1B, the place of
ESC, because the C call needs 0 for itself.
"""

from codecs import charmap_build, charmap_encode
from collections.abc import Iterator

ESC = 0x1B
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}

UNMARKED = bytes(range(0x80))
STRANGER = 0xFF  # free for this: code 0x7F has no extension
_NONE = "\ufffe"  # what charmap calls "not in this table"


class Alphabet:
    """A basic table and an extension table, ready for C-speed lookup both ways.

    ``basic`` has 128 characters in the order of their codes (U+FFFE where a code is reserved), ``extension`` maps the
    code after ESC to its character.
    """

    __slots__ = ("_doubled", "characters", "decoding", "map")

    def __init__(self, basic: str, extension: dict[int, str]) -> None:
        self.decoding = _decoding(basic, extension)
        known = set(basic[:ESC] + basic[ESC + 1 :])
        self.characters = frozenset(known | set(extension.values())) - {_NONE}
        # charmap_build makes its fast C map only of a table that starts with U+0000. A cell 0 means a NUL in the text.
        cells = "\0" + basic[1:ESC] + basic[0] + basic[ESC + 1 :]
        marked = "".join(_marked(extension, known))
        self.map = charmap_build(cells + marked)
        self._doubled = _doubled([code for code in range(0x80) if marked[code] != _NONE])

    def cells(self, text: str) -> bytes | None:
        """Return the cells of the text, or None if it has a character outside this alphabet."""
        cells = charmap_encode(text, "ignore", self.map)[0]
        # Ignoring and counting is cheaper than the exception that "strict" would raise.
        return cells if len(cells) == len(text) and 0 not in cells else None

    def septets(self, cells: bytes) -> bytes:
        """Return the septets of cells, one an octet: each marked cell becomes ESC and its code."""
        if cells.isascii():
            return cells.replace(b"\x1b", b"\0")
        if self._doubled is not None:  # UTF-8 makes two octets of exactly the marked cells
            return cells.decode("latin-1").encode().translate(self._doubled)
        cells = cells.replace(b"\x1b", b"\0")
        for marked in set(cells.translate(None, UNMARKED)):
            cells = cells.replace(bytes((marked,)), bytes((ESC, marked & 0x7F)))
        return cells


def _marked(extension: dict[int, str], known: set[str]) -> Iterator[str]:
    """Yield what each code after ESC encodes: no character of the basic table, and none twice (some tables repeat)."""
    done = set(known)
    for code in range(0x80):
        character = extension.get(code, _NONE)
        yield _NONE if character in done else character
        done.add(character)


def _decoding(basic: str, extension: dict[int, str]) -> str:
    """Return the character of each cell; what cannot be shown is a space, as TS 23.038 rules for a lone ESC."""
    plain = basic.replace("\x1b", " ").replace(_NONE, " ")
    return plain + "".join(extension.get(code, plain[code]) for code in range(0x80))


def _doubled(codes: list[int]) -> bytes | None:
    """Return the table that translates cells in UTF-8 to septets; None where two codes share their second octet."""
    seconds = {(code | 0x80 if code < 0x40 else code + 0x40): code for code in codes}
    if len(seconds) < len(codes):
        return None
    table = bytearray(range(0x100))
    table[ESC], table[0xC2], table[0xC3] = 0, ESC, ESC
    for second, code in seconds.items():
        table[second] = code
    return bytes(table)


def _latin(basic: str, extension: dict[int, str]) -> bytes:
    """Return the table that translates Latin-1 to cells, with 0 for ``@``, and everything else to STRANGER."""
    cells = bytearray([STRANGER]) * 256
    for code, character in [*extension.items(), *((c, basic[c]) for c in range(0x80) if c != ESC)]:
        if character <= "\xff":
            cells[ord(character)] = code | 0x80 * (basic[code] != character)
    return bytes(cells)


DEFAULT = Alphabet(BASIC, EXTENSION)
LATIN = _latin(BASIC, EXTENSION)  # for bytes.translate, which is faster still than a charmap
ONE_OCTET = (chr(0xE9) * 2).__sizeof__() - 2
"""What a str of Latin-1 that is no ASCII takes beside an octet a character; other texts take more.

Two characters, because a str of one that Python shares may have a copy in UTF-8, which takes more too.
"""
