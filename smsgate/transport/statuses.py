"""What an HTTP status outside 2xx means, where the vendor's own words say nothing.

A status counts as a refusal only where a server that says it has not acted. For a request that sends, every other
status leaves open whether a text is out: 500 and 502 to 504 are seen after a vendor has taken the message.
"""

from __future__ import annotations

from http import HTTPStatus

from smsgate.adapter.request import Answer, Request
from smsgate.adapter.retry_after import retry_after
from smsgate.model.errors import (
    AuthenticationError,
    ConflictError,
    InsufficientCreditError,
    MalformedAnswerError,
    NotFoundError,
    NotSentError,
    PermissionDeniedError,
    ProviderError,
    RateLimitedError,
    RejectedError,
    Scope,
    UnknownOutcomeError,
)

__all__ = ["refusal"]

_REFUSED = {307, 308, *range(400, 408), *range(410, 418), 421, 422, 424, 425, 426, 428, 429, 431, 451, 501, 505, 511}
_SAME_FOR_ALL: dict[int, tuple[type[ProviderError], str]] = {
    401: (AuthenticationError, "the credentials were refused; check them in the settings"),
    402: (InsufficientCreditError, "the account has no credit left"),
    403: (PermissionDeniedError, "the account is not allowed to do this"),
    429: (RateLimitedError, "too many requests"),
}
_OF_THE_MESSAGE = {400, 413, 422}


def refusal(request: Request, answer: Answer, words: str = "") -> ProviderError:
    """Return the error for an answer outside 2xx; `words` are the vendor's own, to be quoted."""
    kind, reason, scope = _meaning(request, answer)
    quoted = f": {words}" if words else ""
    return kind(
        f"{reason} ({request} answered {_named(answer.status)}{quoted})",
        code=str(answer.status),
        scope=scope,
        retry_after=retry_after(answer),
    )


def _meaning(request: Request, answer: Answer) -> tuple[type[ProviderError], str, Scope | None]:
    status = answer.status
    if status in _SAME_FOR_ALL:
        return *_SAME_FOR_ALL[status], None
    if request.effect.doubt is None:
        return _of_a_lookup(request, answer)
    if status in _OF_THE_MESSAGE:
        what = "message" if request.effect.sends else "payment"
        return RejectedError, f"the {what} was refused", None
    if status in _REFUSED:
        return (
            NotSentError,
            f"the request was refused; check {request.host or 'base_url'} and the adapter's version",
            None,
        )
    return UnknownOutcomeError, f"the vendor failed; {request.effect.doubt}", None


def _of_a_lookup(request: Request, answer: Answer) -> tuple[type[ProviderError], str, Scope | None]:
    status = answer.status
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        if _names_something(request) and (not answer.body or _is_json(answer)):
            return NotFoundError, "nothing has this id", None
        return ProviderError, f"no such path at the vendor; check {request.host or 'base_url'}", None
    if status == HTTPStatus.CONFLICT:
        return ConflictError, "it exists already or was changed meanwhile", None
    return ProviderError, "the request was refused" if status in _REFUSED else "the vendor failed", None


def _names_something(request: Request) -> bool:
    """Whether the request asks for something by an id, wherever the id is."""
    return bool(request.ids or request.query or request.json is not None or request.form)


def _is_json(answer: Answer) -> bool:
    """Whether an API answered, rather than some web server in its place."""
    try:
        answer.json()
    except MalformedAnswerError:
        return False
    return True


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
