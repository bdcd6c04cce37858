"""Answers by what was asked, so that a test can say what a vendor answers to each request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NoReturn, TypeAlias

from attrs import field, frozen

from smsgate.adapter.request import Answer, Request
from smsgate.model.errors import ProviderError

__all__ = ["Answers", "Recorded", "Refusal", "at_first", "wire"]

Said: TypeAlias = Answer | ProviderError
Recording: TypeAlias = Said | Sequence[Said] | Callable[[Request], Said]
Answers: TypeAlias = Mapping[str, Recording]
"""From "POST sms/send", or a shell pattern ("GET messages/*"), to an answer, answers in order, or a function.

A path is as it goes out, with its ids in it. The last of several answers is given again and again.
"""

MAX_REQUESTS = 500
"""Requests of one operation on recorded answers; more is an operation that does not end."""


@frozen
class Refusal:
    """How the vendor says no to a message, and what is to come of it."""

    answers: Answers
    """The requests that it answers otherwise than in `AdapterContract.recorded`."""
    error: type[ProviderError]
    code: str | None = None


@frozen
class Recorded:
    """Says what was recorded: give it to a `StubTransport`. A request without an answer fails the test."""

    answers: Answers
    otherwise: Answers = field(factory=dict)
    """Looked at where `answers` has nothing."""
    _asked: list[str] = field(factory=list, init=False)

    def __call__(self, request: Request) -> Said:
        """Return what was recorded for a request; an exact path goes before a pattern."""
        asked = wire(request)
        key, said = _found(asked, self.answers) or _found(asked, self.otherwise) or self._unrecorded(asked)
        self._asked.append(key)
        if len(self._asked) > MAX_REQUESTS:
            _fail(f"asked {MAX_REQUESTS} requests, {asked!r} at last, and goes on: this does not end")
        if isinstance(said, Answer | ProviderError):
            return said
        return said(request) if callable(said) else said[min(self._asked.count(key), len(said)) - 1]

    def _unrecorded(self, asked: str) -> NoReturn:
        _fail(f"nothing is recorded for {asked!r}, only for: {', '.join({**self.answers, **self.otherwise})}")


def at_first(answers: Answers, following: Answers) -> Answers:
    """Return `answers` for the first request to each of its paths, and `following` for those after it."""
    then = Recorded(following)

    def once(said: Recording) -> Recording:
        first = [Recorded({"*": said})]

        def say(request: Request) -> Said:
            return (first.pop() if first else then)(request)

        return say

    return {key: once(said) for key, said in answers.items()}


def _fail(reason: str) -> NoReturn:
    """Fail the test by pytest, which raises no Exception that an adapter could catch."""
    import pytest  # noqa: PLC0415 - `smsgate.testing` is also imported where pytest is not installed

    pytest.fail(reason)


def _found(asked: str, answers: Answers) -> tuple[str, Recording] | None:
    if asked in answers:
        return asked, answers[asked]
    return next(((key, said) for key, said in answers.items() if fnmatchcase(asked, key)), None)


def wire(request: Request) -> str:
    """Name a request as it goes out, as "GET messages/5a75"."""
    return f"{request.method} {request.quoted_path}"
