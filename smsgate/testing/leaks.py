"""Where a secret could show."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from traceback import TracebackException

from smsgate.adapter.request import Request

__all__ = ["leaks"]


def leaks(secrets: Iterable[str], *shown: object) -> list[str]:
    """Name each place in which one of the secrets shows: of errors, requests, texts, and whatever has a repr."""
    hidden = [*secrets]
    return [place for thing in shown for place, text in _places(thing) if any(secret in text for secret in hidden)]


def _places(thing: object) -> Iterator[tuple[str, str]]:
    name = type(thing).__name__
    yield f"repr of {name}", repr(thing)
    yield f"str of {name}", str(thing)
    if isinstance(thing, Request):
        yield f"path of {thing}", thing.quoted_path
        yield f"query of {thing}", str(thing.query)
    if isinstance(thing, BaseException):
        yield f"args of {name}", repr(thing.args)
        yield f"pickle of {name}", pickle.dumps(thing).decode("latin-1")
        yield f"traceback of {name}", "".join(TracebackException.from_exception(thing, capture_locals=True).format())
