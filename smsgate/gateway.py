"""What an application holds: messages go in, results come out, vendors stay in the settings."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal, NoReturn, Self, overload

from smsgate import text
from smsgate.ability import AnalysesRemotely, KeepsContacts, KeepsGroups, KeepsTemplates, ListsMessages
from smsgate.config import Config
from smsgate.errors import (
    ConfigError,
    InvalidMessageError,
    NotSentError,
    ProviderError,
    RejectedError,
    Scope,
    SmsgateError,
    UnsupportedError,
)
from smsgate.event import DeliveryReport
from smsgate.facets import Contacts, Groups, Messages, Templates
from smsgate.http import HttpTransport
from smsgate.message import Message
from smsgate.observer import Observer
from smsgate.provider import Provider
from smsgate.result import Attempt, Outcome, SendResult, Status
from smsgate.stored import RemoteAnalysis

__all__ = ["Gateway"]


class Gateway:
    """Sends messages through the providers of its route, safe to share between threads.

    Close it, or use it in a ``with`` block, to let go of its connections.
    """

    def __init__(
        self,
        providers: Sequence[Provider],
        *,
        route: Sequence[str] | None = None,
        default_region: str | None = None,
        keepers: Mapping[str, str] | None = None,
        on_request: Observer | None = None,
    ) -> None:
        """Make a gateway on providers; `route` has the names of those to ask, in order (default: all).

        `keepers` says whose contacts, groups, templates or messages `gateway.contacts` etc. are, by name.
        `on_request` is called with a `RequestEvent` after each request of any provider.
        """
        if not providers:
            raise ConfigError("a Gateway needs at least one provider")
        self._providers = {provider.name: provider for provider in providers}
        self._keepers = dict(keepers or {})
        if on_request is not None:
            for provider in providers:
                provider.on_request = on_request
        self.route = tuple(map(self.provider, self._providers if route is None else route))
        """Who is asked, in this order."""
        self.default_region = default_region
        """The country of numbers written without one: ``Message(..., region=gateway.default_region)``."""

    @classmethod
    def from_config(cls, config: Config, *, on_request: Observer | None = None) -> Self:
        """Open a gateway on settings that were read before; `on_request` is told of each request."""
        providers = [
            Provider(name, account.adapter(account.settings, provider=name), HttpTransport(account.settings))
            for name, account in config.accounts.items()
        ]
        return cls(
            providers,
            route=config.route,
            default_region=config.default_region,
            keepers=config.keepers,
            on_request=on_request,
        )

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], *, on_request: Observer | None = None) -> Self:
        """Open a gateway on a TOML file; raise `ConfigError` with every mistake in it."""
        return cls.from_config(Config.from_file(path), on_request=on_request)

    @classmethod
    def from_mapping(cls, settings: Mapping[str, object], *, on_request: Observer | None = None) -> Self:
        """Open a gateway on a mapping of the TOML file's shape; raise `ConfigError` with every mistake in it."""
        return cls.from_config(Config.from_mapping(settings), on_request=on_request)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ, *, on_request: Observer | None = None) -> Self:
        """Open a gateway on ``SMSGATE_CONFIG`` or ``SMSGATE_...`` variables; raise `ConfigError` with every mistake."""
        return cls.from_config(Config.from_env(environ), on_request=on_request)

    @property
    def providers(self) -> tuple[Provider, ...]:
        """Every provider of the settings, also those outside the route."""
        return tuple(self._providers.values())

    def provider(self, name: str) -> Provider:
        """Return one provider by its name in the settings."""
        try:
            return self._providers[name]
        except KeyError:
            raise ConfigError(f"no provider {name!r} (there are: {', '.join(self._providers)})") from None

    def send(self, message: Message, *, provider: str | None = None) -> SendResult:
        """Submit one message; return only if a vendor accepted it.

        Providers are asked in the route's order (or just the one named); the next is asked only where it is certain
        that no text is out. Raises, each with ``.result``: `InvalidMessageError` before any request, `RejectedError`,
        `NotSentError`, or `UnknownOutcomeError` where a text may be out.
        """
        result = self._submit(message, [self.provider(provider)] if provider else self.route)
        if result.error is not None:
            result.error.result = result
            raise result.error
        return result

    @overload
    def analyse(self, message: Message, *, remote: Literal[False] = False) -> text.Analysis: ...

    @overload
    def analyse(self, message: Message, *, remote: Literal[True]) -> RemoteAnalysis: ...

    def analyse(self, message: Message, *, remote: bool = False) -> text.Analysis | RemoteAnalysis:
        """Tell a message's encoding, length and segments, exactly and asking nobody.

        With ``remote=True`` ask the first provider of the route that can tell, in its own words.
        """
        return self._first(AnalysesRemotely, "analyse").analyse(message) if remote else text.analyse(message.text)

    @property
    def contacts(self) -> Contacts:
        """The contacts of the first provider that keeps any, or of the one that the settings name."""
        return self._keeper("contacts", KeepsContacts).contacts

    @property
    def groups(self) -> Groups:
        """The groups of the first provider that has any, or of the one that the settings name."""
        return self._keeper("groups", KeepsGroups).groups

    @property
    def templates(self) -> Templates:
        """The templates of the first provider that keeps any, or of the one that the settings name."""
        return self._keeper("templates", KeepsTemplates).templates

    @property
    def messages(self) -> Messages:
        """The messages kept by the first provider that lists them, or by the one that the settings name."""
        return self._keeper("messages", ListsMessages).messages

    def status(self, message_id: str, *, provider: str | None = None) -> DeliveryReport:
        """Ask what became of a message; `provider` is the one that accepted it (default: the route's first)."""
        return (self.provider(provider) if provider else self.route[0]).status(message_id)

    def close(self) -> None:
        """Let go of every connection."""
        for provider in self._providers.values():
            provider.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Gateway({', '.join(self._providers)})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Gateway holds secrets and connections and is not pickled; build one in each process")

    def _keeper(self, facet: str, ability: type) -> Provider:
        named = self._keepers.get(facet)
        return self._providers[named] if named else self._first(ability, facet)

    def _first(self, ability: type, operation: str) -> Provider:
        """Return the first provider that has an ability, those of the route before the others."""
        for provider in (*self.route, *self._providers.values()):
            if isinstance(provider.adapter, ability):
                return provider
        raise UnsupportedError(f"no provider here has {operation} (asked: {', '.join(self._providers)})")

    def _submit(self, message: Message, route: Sequence[Provider]) -> SendResult:
        attempts: list[Attempt] = []
        try:
            self._check(message)
            for provider in route:
                result = _ask(provider, message, attempts)
                if result is not None:
                    return result
        except InvalidMessageError as error:
            return _ended(message, attempts, error)
        return _ended(message, attempts, _exhausted(attempts))

    def _check(self, message: Message) -> None:
        """Refuse what no provider should be asked."""
        if message.send_at is not None and message.send_at <= datetime.now(UTC):
            raise InvalidMessageError(
                f"send_at {message.send_at:%Y-%m-%d %H:%M:%S} UTC is past; leave it out to send now"
            )
        analysis = text.analyse(message.text)
        if analysis.too_long:
            raise InvalidMessageError(f"the text needs {analysis.segments:,} segments; a message has at most 255")
        if message.key is not None:
            raise InvalidMessageError("a key is kept in a journal, and this gateway has none; leave the key out")


def _ask(provider: Provider, message: Message, attempts: list[Attempt]) -> SendResult | None:
    """Ask one provider; None means that no text is out and the next may be asked."""
    started, clock = datetime.now(UTC), time.monotonic()
    failure: SmsgateError | None = None
    try:
        accepted = provider.send(message)
    except (ProviderError, InvalidMessageError) as error:
        failure = error
    attempts.append(Attempt(provider.name, _outcome(failure), failure, started, time.monotonic() - clock))
    if failure is not None:
        return None if _may_go_on(failure) else _ended(message, attempts, failure)
    return SendResult(
        message=message,
        outcome=Outcome.ACCEPTED,
        status=accepted.status,
        provider=provider.name,
        message_id=accepted.message_id,
        segments=text.analyse(message.text).segments,
        attempts=tuple(attempts),
        raw=accepted.raw,
    )


def _may_go_on(failure: SmsgateError) -> bool:
    """Whether another provider may be asked: certain that no text is out, and not for want of a good message."""
    if isinstance(failure, RejectedError):
        return failure.scope in {Scope.ACCOUNT, Scope.PROVIDER}
    return isinstance(failure, NotSentError | InvalidMessageError)


def _outcome(failure: SmsgateError | None) -> Outcome:
    match failure:
        case None:
            return Outcome.ACCEPTED
        case NotSentError():
            return Outcome.NOT_SENT
        case RejectedError() | InvalidMessageError():
            return Outcome.REJECTED
        case _:
            return Outcome.UNKNOWN


def _ended(message: Message, attempts: list[Attempt], failure: SmsgateError) -> SendResult:
    outcome = _outcome(failure)
    return SendResult(
        message=message,
        outcome=outcome,
        status={Outcome.REJECTED: Status.REJECTED, Outcome.NOT_SENT: Status.PENDING}.get(outcome, Status.UNKNOWN),
        provider=attempts[-1].provider if attempts else None,
        message_id=None,
        segments=text.analyse(message.text).segments,
        attempts=tuple(attempts),
        error=failure,
    )


def _exhausted(attempts: list[Attempt]) -> SmsgateError:
    """Return the error of a route whose providers all said no: the one reason, or all of them in one text."""
    errors = [attempt.error for attempt in attempts if attempt.error is not None]
    if len(errors) == 1:
        return errors[0]
    return NotSentError("no provider of the route took the message: " + "; ".join(str(error) for error in errors))
