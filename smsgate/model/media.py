"""Pictures and other files that go with a message, or come with a reply (MMS)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

from attrs import field, frozen

from smsgate.model.errors import InvalidMessageError

__all__ = ["Media", "media_of"]

MAX_URL = 2_048
"""Characters."""
_NOT_IN_URLS = re.compile(r'[^!-~]|[\\<>"]')
_NAME = r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}"
_TYPE = re.compile(f"{_NAME}/{_NAME}")
"""RFC 6838, 4.2."""


def _url(url: str) -> str:
    if not isinstance(url, str):
        raise InvalidMessageError(f"a media URL must be a str, got {type(url).__name__}")
    if len(url) > MAX_URL:
        raise InvalidMessageError(f"a media URL must have at most {MAX_URL:,} characters, got {len(url):,}")
    if found := _NOT_IN_URLS.search(url):
        where = f"{found.group()!r} at index {found.start()}"
        raise InvalidMessageError(f"a media URL has {where}, which no URL has; percent-encode it")
    try:
        parts = urlsplit(url)
        absolute = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a bracket that is not closed
        absolute = False
    if not absolute:
        example = "https://example.com/picture.png"
        raise InvalidMessageError(
            f"a media URL must be absolute, such as {example}, got {_shown(url.rpartition('@')[2])}"
        )
    if "@" in parts.netloc:
        raise InvalidMessageError(
            f"a media URL for {parts.hostname} has a user or password, which the vendor would show; remove it"
        )
    return url


def _content_type(written: str | None) -> str | None:
    if written is None:
        return None
    if not isinstance(written, str) or not _TYPE.fullmatch(lowered := written.lower()):
        raise InvalidMessageError(f"a content type must be such as image/png, got {written!r:.60}")
    return lowered


def _shown(url: str) -> str:
    """Return a URL as it is shown: its query may have a token."""
    address, mark, _ = url.partition("#")[0].partition("?")
    return repr(f"{address[:200]}{mark and '?...'}")


@frozen
class Media:
    """One file of a message or a reply, by its address; its `repr` leaves the query out, where a token may be.

    Raises `InvalidMessageError` for a URL that is not absolute (http or https), has a user or password, a character
    that no URL has, or over 2,048 characters, and for a content type that is none.
    """

    url: str = field(converter=_url, repr=_shown)
    """Where the vendor fetches it, or has it for you (perhaps with the account's credentials, and not for ever)."""
    content_type: str | None = field(default=None, converter=_content_type)
    """Such as ``image/png``, in lower case; None where nothing says it."""

    @classmethod
    def received(cls, files: Iterable[tuple[object, object]]) -> tuple[Self, ...]:
        """Read what a vendor says of a reply's files: URL and content type (or None) of each.

        What is no URL is left out, and so is a type that is none; a type's parameters are.
        """
        read = []
        for url, written in files:
            with suppress(InvalidMessageError):
                read.append(cls(url, _type_in(written)))  # type: ignore[arg-type]  # foreign data: it is checked
        return tuple(read)


def media_of(media: Iterable[str | Media]) -> tuple[Media, ...]:
    """Return the media of a message, which may be given as URLs."""
    if media == ():  # nearly every message: no time is lost
        return ()
    if isinstance(media, str | Media) or not isinstance(media, Iterable):
        raise InvalidMessageError(f"a message's media must be a list of URLs, got {type(media).__name__}; write [URL]")
    return tuple(each if isinstance(each, Media) else Media(each) for each in media)


def _type_in(written: object) -> str | None:
    name = written.partition(";")[0].strip().lower() if isinstance(written, str) else ""
    return name if _TYPE.fullmatch(name) else None
