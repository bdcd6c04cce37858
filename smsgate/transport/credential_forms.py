"""The forms in which an answer may have a credential: parts of it, encoded, and pieces of those."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from urllib.parse import quote, quote_plus, unquote, urlsplit

__all__ = ["Pieces", "forms_of"]

SHORTEST_PART = 8
"""Characters of a header's part that counts as a credential: shorter ones are words such as "Bearer"."""
LONG, PIECE, SHORT_PIECE = 12, 8, 6
"""Characters of a long credential, of a piece of one that is struck out alone, and of a piece of a shorter one."""
_SCHEME = re.compile(r"(?i:basic|bearer|token|digest|key|apikey|hmac)\s")
_ARMOUR = re.compile(r"-----[A-Z ]+-----")
"""What a PEM has around its key (RFC 7468)."""
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
"""Letters of ASCII only, so that a text stays as long as it is."""
_MARK = b"1"


def forms_of(credential: str) -> Iterator[str]:
    """Yield a credential and what in it is one by itself, each in the ways in which an answer may have it."""
    for part in _parts(credential):
        yield from _encodings(part)


class Pieces:
    """The pieces of credentials, whatever their case, each of which is enough to say that a text has some of one."""

    def __init__(self, *, shown: Iterable[str]) -> None:
        """Begin with none; `shown` are texts that are no secrets, nor is any piece of them."""
        self._by_size: dict[int, set[str]] = {PIECE: set(), SHORT_PIECE: set()}
        self._texts = tuple(shown)

    def add(self, credentials: Iterable[str]) -> None:
        """Take credentials to pieces."""
        for form in (form for credential in credentials for form in _whole_forms(credential)):
            size = SHORT_PIECE if len(form) < LONG else PIECE
            self._by_size[size].update(piece for piece in _pieces(form, size) if piece not in self._shown[size])

    @cached_property
    def _shown(self) -> dict[int, set[str]]:
        """The pieces of what is no secret, by size; made when a text is first looked at, for most accounts never."""
        return {size: {piece for text in self._texts for piece in _pieces(text, size)} for size in self._by_size}

    def struck_out(self, text: str) -> str:
        """Return a text without the runs of characters that are made of pieces."""
        small, marks = text.translate(_LOWER), bytearray(len(text))
        for size, pieces in self._by_size.items():
            for at in range(len(text) - size + 1 if pieces else 0):
                if small[at : at + size] in pieces:
                    marks[at : at + size] = _MARK * size
        parts, end = list[str](), 0
        for run in re.finditer(_MARK + b"+", marks):
            parts += [text[end : run.start()], "***"]
            end = run.end()
        return "".join([*parts, text[end:]])


def _whole_forms(credential: str) -> Iterator[str]:
    """Yield what is secret of a credential from its first character to its last: no scheme, no address, no armour."""
    parts = _of_url(credential) if "://" in credential else _parts(_ARMOUR.sub(" ", credential))
    for part in parts:
        if not _SCHEME.match(part):  # what follows is a part, too
            yield from _encodings(part)


def _pieces(form: str, size: int) -> Iterator[str]:
    small = form.translate(_LOWER)
    return (small[at : at + size] for at in range(len(form) - size + 1))


def _parts(credential: str) -> Iterator[str]:
    """Yield a credential, and what in it is one by itself: without its scheme, decoded, the password alone."""
    yield credential
    pieces = [piece for piece in re.split(r"[\s,;\"']+", credential) if len(piece) >= SHORTEST_PART]
    for piece in pieces:
        if piece != credential:
            yield piece
        yield from _of_pair(_decoded(piece))
        name, _, value = piece.partition("=")
        if name and len(value) >= SHORTEST_PART:  # a scheme's parameter, and not the padding of base64
            yield value
    yield from _of_url(credential)


def _of_url(url: str) -> Iterator[str]:
    """Yield a proxy's user and password, as its URL has them and as the header for it is made of them."""
    try:
        user, password = urlsplit(url).username, urlsplit(url).password
    except ValueError:
        return
    if user and password:
        yield password
        yield from _of_pair(f"{unquote(user)}:{unquote(password)}")


def _of_pair(pair: str) -> Iterator[str]:
    """Yield a user with the password, and each alone."""
    if pair:
        yield pair
        user, colon, password = pair.partition(":")
        if colon:
            yield password
            if len(user) >= SHORTEST_PART:
                yield user


def _decoded(piece: str) -> str:
    """Return the text that a piece is in base64; nothing if it is none."""
    try:
        text = base64.b64decode(piece.translate(str.maketrans("-_", "+/")) + "=" * (-len(piece) % 4), validate=True)
        decoded = text.decode()
    except (ValueError, binascii.Error):
        return ""
    return decoded if decoded.isprintable() else ""


def _encodings(text: str) -> Iterator[str]:
    """Yield a text in the ways in which an answer may have it."""
    plain, raw = text.strip(), text.encode(errors="replace")
    yield plain
    for encoded in (quote(plain, safe=""), quote(plain), quote_plus(plain)):
        yield encoded
        yield re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), encoded)
    escaped = json.dumps(plain)[1:-1]
    yield from (escaped, escaped.replace("/", "\\/"), html.escape(plain))
    for encoded in (base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()):
        yield from (encoded, encoded.rstrip("="), quote(encoded, safe=""))
