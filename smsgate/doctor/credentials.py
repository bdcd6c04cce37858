"""Whether the vendor answers, and accepts an account's credentials."""

from __future__ import annotations

from collections.abc import Collection, Iterator

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
    NotFoundError,
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
        case NotSentError() if not isinstance(error, UnreachableError):
            yield subject.not_checked("credentials", reason)
        case _ if status is not None and 200 <= status < 300 and not isinstance(error, MalformedAnswerError):
            yield from accepted(subject, adapter, "the balance", None)
            yield subject.not_checked("balance", reason)
        case _:
            yield _connection(subject, adapter, error)


def _connection(subject: Subject, adapter: Adapter[Settings], error: ProviderError) -> Finding:
    """Say that no answer of the vendor's came, and at which address."""
    address = _address(adapter, error.reason)
    match error:
        case NotFoundError():  # of what was asked for without an id
            return subject.problem("connection", f"no such path: {error.reason}", address)
        case MalformedAnswerError():
            fix = f"{address}; look whether a proxy or a web page answers there"
            return subject.problem("connection", f"no answer of the vendor's: {error.reason}", fix)
    return subject.problem("connection", error.reason, address)


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
            "credentials", "the token has to be renewed; the next request does it, which was not tried here", renew
        )
    names = _names(subject, adapter)
    return subject.problem(
        "credentials",
        "the vendor refuses the token, which was not renewed here; it may have been replaced elsewhere",
        f"{renew}; if that fails, correct {names}",
    )


def _address(adapter: Adapter[Settings], reason: str) -> str:
    """Return what to look at: the URL that an error names by its setting, and each setting that has the same."""
    urls = {"base_url": adapter.settings.base_url, **adapter.settings.other_hosts}
    named = {url for name, url in urls.items() if name in reason} or {urls["base_url"]}
    return "; ".join(f"{name} is {url}" for name, url in urls.items() if url in named)


def _names(subject: Subject, adapter: Adapter[Settings]) -> str:
    """Return the settings that the account is known by: secrets, what goes with one, and what has to be given."""
    common = {each.name for each in attrs.fields(Settings)}
    own = [each for each in attrs.fields(type(adapter.settings)) if each.name not in common]
    given = [each for each in own if isinstance(getattr(adapter.settings, each.name), str)]
    kinds = {_kind(each.name) for each in given if each.repr is False}
    names = [each.name for each in given if each.repr is False or (each.repr is True and _identifies(each, kinds))]
    return ", ".join(f"{subject.name.replace('provider ', 'providers.')}.{name}" for name in names) or "the credentials"


def _identifies(setting: attrs.Attribute[object], kinds: Collection[str]) -> bool:
    """Whether a setting that may be shown has to be given, or goes with a secret of one of these kinds."""
    return setting.default is attrs.NOTHING or (setting.default is None and _kind(setting.name) in kinds)


def _kind(name: str) -> str:
    """Return what settings that belong together begin with: client_id, client_secret."""
    return name.partition("_")[0]
