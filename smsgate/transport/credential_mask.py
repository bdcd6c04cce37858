"""The credentials of one account, struck out of every text that an error, a log or the journal may show.

A vendor may repeat what it was sent: a header or a part of it, a token of an hour ago, in any of the usual encodings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from threading import Lock
from typing import NoReturn

import attrs

from smsgate.adapter.settings import SHORTEST_SECRET, Settings
from smsgate.model.errors import ConfigError, ProviderError, SmsgateError
from smsgate.runtime.bounded_map import BoundedMap
from smsgate.runtime.fork import notice_forks
from smsgate.transport.credential_forms import Pieces, forms_of

__all__ = ["CredentialMask"]

MOST = 64
"""Credentials that are remembered beside those of the settings; the ones not used for longest are forgotten first."""
LONGEST_TEXT = 4000
"""Characters of a text that are looked at; an error has fewer."""
MOST_CAUSES = 20
"""Errors of one chain that are cleaned."""
_OPEN_HEADERS = {"accept", "accept-charset", "accept-encoding", "accept-language", "content-type", "user-agent"}
_JWT = re.compile(r"eyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?", re.ASCII)
"""A JSON Web Token, or its beginning (RFC 7519): an adapter may make a new one for each request."""
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
        self._new: list[str] | None = None
        """What was learnt and is not in the following, as taking a credential apart costs milliseconds; None is all."""
        self._taken: tuple[tuple[str, ...], Pieces] = ((), Pieces(shown=self._shown))
        """What is struck out, the longest first, and pieces of it."""
        self._added = 0
        """How many credentials were taken apart for these two; some are forgotten already."""
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
        text, (forms, pieces) = _JWT.sub("***", text[:LONGEST_TEXT]), self._known()
        for form in forms:
            text = text.replace(form, "***")
        return pieces.struck_out(_without_cut_end(text, forms) if was_cut else text)

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
            if credential not in self._used and self._new is not None:
                self._new = [*self._new, credential] if len(self._new) < MOST else None
            self._used[credential] = None

    def _known(self) -> tuple[tuple[str, ...], Pieces]:
        """Return what is struck out, and pieces of it: with what is new, as some vendors get a new token each time."""
        if self._new != []:
            with self._lock:
                new = self._new
                forms, pieces = self._taken
                if new is None or self._added + len(new) > 2 * MOST:
                    new, self._added = [*self._own, *self._used], 0
                    forms, pieces = (), Pieces(shown=self._shown)
                pieces.add(new)
                found = {form for credential in new for form in forms_of(credential)}
                hidden = {form for form in found if len(form) >= SHORTEST_SECRET and form not in self._shown}
                self._taken = tuple(sorted(hidden.union(forms), key=len, reverse=True)), pieces
                self._new, self._added = [], self._added + len(new)
        return self._taken


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


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error, and what a traceback shows as its causes."""
    left, seen = [error], set[int]()
    while left and len(seen) < MOST_CAUSES:
        each = left.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            left += [each.__cause__, each.__context__]
            yield each
