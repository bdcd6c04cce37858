"""Texts as septets of the GSM 7-bit alphabet, one septet an octet (3GPP TS 23.038, 6.2.1)."""

from __future__ import annotations

from codecs import charmap_decode
from typing import TYPE_CHECKING

from smsgate.text.alphabet import DEFAULT, ESC, LATIN, ONE_OCTET, STRANGER, Alphabet

if TYPE_CHECKING:
    from smsgate.text.national import Tables

CODEC_NAME = "smsgate-gsm7"


def encode(text: str, *, tables: Tables | None = None) -> bytes:
    """Return the septets of a text, one an octet; an extension character is ESC and its code.

    Raises UnicodeEncodeError for a character outside the alphabet (the default one, or the one that ``tables`` make).
    """
    if tables is None and (text.isascii() or text.__sizeof__() == len(text) + ONE_OCTET):
        cells = text.encode("latin-1").translate(LATIN)
        if cells.isascii():
            return cells
        if STRANGER not in cells:
            return DEFAULT.septets(cells)
    alphabet = _alphabet(tables)
    found = alphabet.cells(text)
    if found is None:
        at = next(index for index, character in enumerate(text) if character not in alphabet.characters)
        raise UnicodeEncodeError(CODEC_NAME, text, at, at + 1, "character outside the GSM 7-bit alphabet")
    return alphabet.septets(found)


def decode(septets: bytes, *, tables: Tables | None = None) -> str:
    """Return the text of septets, one an octet.

    An unknown code after ESC shows the character of the basic table; ESC ESC, a lone ESC at the end and a reserved code
    show a space. Raises UnicodeDecodeError for an octet above 0x7F.
    """
    if not septets.isascii():
        at = next(index for index, septet in enumerate(septets) if septet > 0x7F)
        raise UnicodeDecodeError(CODEC_NAME, septets, at, at + 1, "octet above 0x7F is no septet")
    cells = _marked(septets) if ESC in septets else septets
    return charmap_decode(cells, "strict", _alphabet(tables).decoding)[0]


def _marked(septets: bytes) -> bytes:
    """Return septets with each ESC and the code after it as one octet, the code with its high bit set."""
    first, *rest = septets.split(b"\x1b")
    marked = [first]
    shifted = True
    for run in rest:
        if not shifted:  # the ESC before this run was the second of ESC ESC
            marked.append(run)
            shifted = True
        elif run:
            marked.append(_MARKED[run[0]] + run[1:])
        else:
            marked.append(_MARKED[ESC])
            shifted = False
    return b"".join(marked)


def _alphabet(tables: Tables | None) -> Alphabet:
    if tables is None:
        return DEFAULT
    from smsgate.text.national import alphabet  # noqa: PLC0415  loaded only when national tables are asked for

    return alphabet(tables)


_MARKED = tuple(bytes((code | 0x80,)) for code in range(0x80))
