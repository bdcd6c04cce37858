"""Whether the vendor answers, and accepts an account's credentials."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from smsgate.adapter.adapter import Adapter
from smsgate.adapter.settings import Settings
from smsgate.doctor.finding import Finding
from smsgate.doctor.subject import Subject
from smsgate.doctor.tokens import UnchangedTokens
from smsgate.model.balance import Balance
from smsgate.model.errors import (
    AuthenticationError,
    InsufficientCreditError,
    MalformedAnswerError,
    NotSentError,
    PermissionDeniedError,
    ProviderError,
    RateLimitedError,
    UnreachableError,
)

__all__ = ["accepted", "refused", "unexpected"]


def accepted(subject: Subject, adapter: Adapter[Settings], what: str, answer: object) -> Iterator[Finding]:
    """Say that the credentials are right, and what balance there is."""
    place = adapter.settings.base_url
    yield subject.ok("credentials", f"accepted by {adapter.name} at {place}, which was asked for {what}")
    if isinstance(answer, Balance):
        yield _balance(subject, answer)


def refused(
    subject: Subject,
    adapter: Adapter[Settings],
    error: ProviderError,
    *,
    status: int | None,
    tokens: UnchangedTokens | None,
) -> Iterator[Finding]:
    """Say what an error of that request means; `status` is that of the last answer, None where none came."""
    reason = error.reason
    match error:
        case AuthenticationError() if tokens is not None and (tokens.is_over or tokens.was_refused):
            yield _token(subject, adapter, tokens)
        case AuthenticationError():
            yield subject.problem("credentials", reason, f"correct {_names(subject, adapter)}")
        case PermissionDeniedError():
            fix = "give the account or its key the permission at the vendor, or allow this host's address there"
            yield subject.problem("credentials", f"permission denied: {reason}", fix)
        case InsufficientCreditError():
            yield subject.warning("balance", reason, "buy credit; until then the vendor refuses messages")
        case RateLimitedError():
            yield subject.warning("pace", reason, "wait, or set a lower rate")
        case UnreachableError():
            yield subject.problem("connection", reason, f"base_url is {adapter.settings.base_url}")
        case MalformedAnswerError():
            fix = f"base_url is {adapter.settings.base_url}; look whether a proxy or a web page answers there"
            yield subject.problem("connection", f"no answer of the vendor's: {reason}", fix)
        case NotSentError():
            yield subject.not_checked("credentials", reason)
        case _ if status is not None and 200 <= status < 300:
            yield from accepted(subject, adapter, "the balance", None)
            yield subject.not_checked("balance", reason)
        case _:
            yield subject.problem("connection", reason, f"base_url is {adapter.settings.base_url}")


def unexpected(subject: Subject, check: str, error: Exception) -> Finding:
    """Say that a check failed by itself, with nothing of what the error says: that may be a secret."""
    what = f"the check failed with {type(error).__name__}"
    return subject.problem(check, what, "report it with the versions of smsgate and of the adapter")


def _balance(subject: Subject, balance: Balance) -> Finding:
    shown = f"{balance.amount:,} {balance.unit}"
    if balance.amount <= 0:
        return subject.warning("balance", shown, "buy credit; the vendor may refuse messages")
    return subject.ok("balance", shown)


def _token(subject: Subject, adapter: Adapter[Settings], tokens: UnchangedTokens) -> Finding:
    renew = f"renew it: smsgate {adapter.name} renew --provider {adapter.provider}"
    if tokens.is_over:
        return subject.warning(
            "credentials", "the token has ended; the next request renews it, which was not tried here", renew
        )
    names = _names(subject, adapter)
    return subject.problem(
        "credentials",
        "the vendor refuses the token, which was not renewed here; it may have been replaced elsewhere",
        f"{renew}; if that fails, correct {names}",
    )


def _names(subject: Subject, adapter: Adapter[Settings]) -> str:
    """Return the settings that the account is known by: the adapter's own that are texts and set."""
    common = {each.name for each in attrs.fields(Settings)}
    names = [each.name for each in attrs.fields(type(adapter.settings)) if each.name not in common and _is_key(each)]
    known = [name for name in names if isinstance(getattr(adapter.settings, name), str)]
    return ", ".join(f"{subject.name.replace('provider ', 'providers.')}.{name}" for name in known) or "the credentials"


def _is_key(attribute: attrs.Attribute[object]) -> bool:
    """Whether a setting is a secret, or something that has to be given."""
    return attribute.repr is False or attribute.default is attrs.NOTHING
