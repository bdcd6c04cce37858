"""The providers of a gateway: each by its name, and the one whose contacts, groups, templates or messages it uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import NoReturn, Self

from smsgate import text
from smsgate.adapter.abilities.contacts import KeepsContacts
from smsgate.adapter.abilities.groups import KeepsGroups
from smsgate.adapter.abilities.messages import ListsMessages
from smsgate.adapter.abilities.sending import AnalysesRemotely
from smsgate.adapter.abilities.templates import KeepsTemplates
from smsgate.model.errors import ConfigError, UnsupportedError
from smsgate.model.event import DeliveryReport
from smsgate.model.message import Message
from smsgate.model.numbers import read_default_region
from smsgate.model.spelling import did_you_mean
from smsgate.model.stored import RemoteAnalysis
from smsgate.provider import AsyncProvider
from smsgate.resources import AsyncContacts, AsyncGroups, AsyncMessages, AsyncTemplates

__all__ = ["ProviderSet"]

_FACETS: Mapping[str, type] = {
    "contacts": KeepsContacts,
    "groups": KeepsGroups,
    "templates": KeepsTemplates,
    "messages": ListsMessages,
}


class ProviderSet:
    """Open providers, which a `Gateway` sends through; contacts, groups, templates and messages are those of one."""

    route: tuple[AsyncProvider, ...] = ()
    """The providers of the default route, in its order."""

    def __init__(
        self,
        providers: Sequence[AsyncProvider],
        resource_providers: Mapping[str, str] | None,
        default_region: str | None,
    ) -> None:
        if not providers:
            raise ConfigError("a Gateway needs at least one provider")
        self._providers = {provider.name: provider for provider in providers}
        if len(self._providers) < len(providers):
            names = ", ".join(provider.name for provider in providers)
            raise ConfigError(f"each provider of a Gateway needs a name of its own, got {names}")
        self._resource_providers = dict(resource_providers or {})
        self.default_region = read_default_region(default_region)
        """The country of numbers written without one; `message` and the contacts read numbers in it."""
        for provider in providers:
            provider.default_region = self.default_region or provider.default_region

    @property
    def providers(self) -> tuple[AsyncProvider, ...]:
        """Every provider of the settings, also those outside the route."""
        return tuple(self._providers.values())

    def provider(self, name: str) -> AsyncProvider:
        """Return one provider by its name in the settings; raise `ConfigError` if there is none."""
        try:
            return self._providers[name]
        except KeyError:
            there = ", ".join(self._providers)
            meant = did_you_mean(name, self._providers)
            raise ConfigError(f"no provider {name!r} (there are: {there}){meant}") from None

    @property
    def contacts(self) -> AsyncContacts:
        """The contacts of the first provider that keeps any, or of the one that the settings name."""
        return self.provider_for("contacts").contacts

    @property
    def groups(self) -> AsyncGroups:
        """The groups of the first provider that has any, or of the one that the settings name."""
        return self.provider_for("groups").groups

    @property
    def templates(self) -> AsyncTemplates:
        """The templates of the first provider that keeps any, or of the one that the settings name."""
        return self.provider_for("templates").templates

    @property
    def messages(self) -> AsyncMessages:
        """The messages kept by the first provider that lists them, or by the one that the settings name."""
        return self.provider_for("messages").messages

    async def status(self, message_id: str, *, provider: str | None = None) -> DeliveryReport:
        """Ask what became of a message; `provider` is the one that accepted it (default: the route's first)."""
        return await (self.route[0] if provider is None else self.provider(provider)).status(message_id)

    def analyse(self, message: Message) -> text.Analysis:
        """Return encoding, length and segments of a message's text, exactly; makes no request."""
        return text.analyse(message.text)

    async def analyse_remotely(self, message: Message) -> RemoteAnalysis:
        """Ask the first provider of the route that can tell what a message will cost, in its own words."""
        return await self._first(AnalysesRemotely, "analyse").analyse(message)

    async def close(self) -> None:
        """Close all connections."""
        for provider in self._providers.values():
            await provider.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self._providers)})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Gateway has secrets and connections and cannot be pickled; build one in each process")

    def provider_for(self, facet: str) -> AsyncProvider:
        """Return the provider of `contacts`, `groups`, `templates` or `messages`."""
        named = self._resource_providers.get(facet)
        return self.provider(named) if named else self._first(_FACETS[facet], facet)

    def _first(self, ability: type, operation: str) -> AsyncProvider:
        """Return the first provider that has an ability; raise `UnsupportedError` if none has."""
        for provider in (*self.route, *self._providers.values()):
            if provider.can(ability):
                return provider
        raise UnsupportedError(f"no provider here has {operation} (there are: {', '.join(self._providers)})")
