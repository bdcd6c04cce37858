"""The credentials of one account, struck out of every text that an error, a log or the journal may show.

A vendor may repeat what it was sent: a header or a part of it, a token of an hour ago, in any of the usual encodings.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from threading import Lock
from typing import NoReturn
from urllib.parse import quote, quote_plus, unquote, urlsplit

import attrs

from smsgate.adapter.settings import SHORTEST_SECRET, Settings
from smsgate.model.errors import ConfigError, ProviderError, SmsgateError
from smsgate.runtime.bounded_map import BoundedMap
from smsgate.runtime.fork import notice_forks

__all__ = ["CredentialMask"]

MOST = 64
"""Credentials that are remembered beside those of the settings; the ones not used for longest are forgotten first."""
SHORTEST_PART = 8
"""Characters of a header's part that counts as a credential: shorter ones are words such as "Bearer"."""
LONGEST_TEXT = 4000
"""Characters of a text that are looked at; an error has fewer."""
BEGINNING = 16
"""Characters of a longer credential from which on its beginning is struck out, too."""
MOST_CAUSES = 20
"""Errors of one chain that are cleaned."""
_OPEN_HEADERS = {"accept", "accept-charset", "accept-encoding", "accept-language", "content-type", "user-agent"}
_OPEN_FIELDS = {"client_id", "grant_type", "redirect_uri", "scope"}
"""Fields of OAuth's requests that are no secrets (RFC 6749)."""


class CredentialMask:
    """Learns each credential when it is used, and strikes all of them out; threads share it."""

    def __init__(self, settings: Settings) -> None:
        fields = attrs.fields(type(settings))
        self._shown = frozenset(str(getattr(settings, field.name)) for field in fields if field.repr)
        self._own = settings.secrets
        self._used: BoundedMap[str, None] = BoundedMap(MOST)
        """In the order of their last use."""
        self._forms: tuple[str, ...] | None = None
        """What is struck out, the longest first; None after something was learnt."""
        self._lock = Lock()
        notice_forks(self)

    def after_fork_in_child(self) -> None:
        """Go on with what the parent knew."""
        self._lock = Lock()

    def add(self, credentials: Iterable[str | None]) -> None:
        """Learn credentials: tokens, codes, passwords."""
        for credential in credentials:
            if credential:
                self._learn(credential)

    def add_headers(self, headers: Mapping[str, str]) -> None:
        """Learn what a request is authorised with."""
        self.add(value for name, value in headers.items() if name.lower() not in _OPEN_HEADERS)

    def add_fields(self, fields: object) -> None:
        """Learn what a request for a token has in its body."""
        if isinstance(fields, Mapping):
            self.add(
                value for name, value in fields.items() if isinstance(value, str) and str(name) not in _OPEN_FIELDS
            )

    def text(self, text: str) -> str:
        """Return a text without any credential, and without the beginning of one at a place where it was cut."""
        was_cut = len(text) > LONGEST_TEXT or text.endswith("...")
        text, forms = text[:LONGEST_TEXT], self._known_forms()
        for form in forms:
            text = text.replace(form, "***")
        text = _without_cut_end(text, forms) if was_cut else text
        for form in forms:
            text = _without_beginning(text, form)
        return text

    def clean(self, error: BaseException) -> None:
        """Strike credentials out of an error, and out of those that led to it."""
        for each in _chain(error):
            if not isinstance(each, SmsgateError):
                continue
            each.args = tuple(self.text(arg) if isinstance(arg, str) else arg for arg in each.args)
            if isinstance(each, ProviderError):
                each.reason = self.text(each.reason)
                each.code = each.code and self.text(each.code)
            elif isinstance(each, ConfigError):
                each.problems = tuple(map(self.text, each.problems))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a credential mask has secrets in it and cannot be pickled")

    def _learn(self, credential: str) -> None:
        with self._lock:
            if credential not in self._used:
                self._forms = None
            self._used[credential] = None

    def _known_forms(self) -> tuple[str, ...]:
        forms = self._forms
        if forms is None:
            with self._lock:
                known = (*self._own, *self._used)
                found = {form for one in known for part in _parts(one) for form in _encodings(part)}
                hidden = (form for form in found if len(form) >= SHORTEST_SECRET and form not in self._shown)
                forms = self._forms = tuple(sorted(hidden, key=len, reverse=True))
        return forms


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


def _without_cut_end(text: str, forms: Iterable[str]) -> str:
    """Strike out the beginning of a credential at a text's end."""
    body = text.removesuffix("...")
    tail = body[-SHORTEST_SECRET:]
    for form in forms if len(tail) == SHORTEST_SECRET else ():
        at = form.find(tail)
        while at >= 0:
            if body.endswith(begun := form[: at + SHORTEST_SECRET]):
                return f"{body.removesuffix(begun)}***..."
            at = form.find(tail, at + 1)
    return text


def _without_beginning(text: str, form: str) -> str:
    """Strike out a credential's beginning, which an adapter may have cut within an error's text."""
    if len(form) <= BEGINNING or form[:BEGINNING] not in text:
        return text
    first, *others = text.split(form[:BEGINNING])
    rest = form[BEGINNING:]
    return "***".join([first, *(other[_agreeing(other, rest) :] for other in others)])


def _agreeing(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (left, right) in pairs if left != right), min(len(one), len(other)))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error, and what a traceback shows as its causes."""
    left, seen = [error], set[int]()
    while left and len(seen) < MOST_CAUSES:
        each = left.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            left += [each.__cause__, each.__context__]
            yield each
