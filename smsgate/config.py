"""Settings, from a TOML file, a mapping or the environment.

Every mistake is found before the first request and all are told together, each as "source: path: what is wrong". Any
text in them may stand in an environment variable or a file: ``token = { env = "NAME" }`` or ``{ file = "path" }``.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import attrs
from attrs import field, frozen

from smsgate.adapter import Adapter
from smsgate.converter import problems_in, settings_converter
from smsgate.errors import ConfigError, InvalidMessageError
from smsgate.journal.settings import JournalSettings
from smsgate.numbers import read_region
from smsgate.opt_out_words import OptOutWords
from smsgate.registry import adapter_named
from smsgate.routing.breaker import BreakerSettings
from smsgate.routing.limits import Limits
from smsgate.routing.route import OnUnknown, Route, check_names, check_weights
from smsgate.routing.settings import LimitSettings, RouteSettings
from smsgate.settings import Settings, check_seconds, without
from smsgate.webhook_settings import WebhookSettings

__all__ = ["Account", "Config"]

T = TypeVar("T")
PREFIX = "SMSGATE_"


@frozen
class Account:
    """One `[providers.<name>]`: an adapter and the settings it asked for."""

    adapter: type[Adapter[Settings]]
    settings: Settings


@frozen(kw_only=True)
class Config:
    """What a Gateway is built from; if it exists, it is right."""

    accounts: Mapping[str, Account]
    route: Route
    """The default route."""
    routes: tuple[Route, ...] = ()
    """Those with conditions."""
    limits: Limits = field(factory=Limits)
    breaker: BreakerSettings = field(factory=BreakerSettings)
    deadline: float = 60.0
    """Seconds for a whole send, with everything that is waited for."""
    default_region: str | None = None
    journal: JournalSettings | None = None
    opt_out: OptOutWords = field(factory=OptOutWords)
    webhooks: WebhookSettings | None = None
    keepers: Mapping[str, str] = field(factory=dict)
    """Whose contacts, groups, templates and messages the gateway's are, where the settings say."""

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], environ: Mapping[str, str] | None = None) -> Config:
        """Read a TOML file. Files that it names are looked for beside it.

        `environ` replaces the process's environment for ``{ env = "NAME" }``.
        """
        path = Path(path)
        try:
            text = path.read_text(encoding="utf-8-sig")  # Windows' editors write the mark
            settings = tomllib.loads(text, parse_float=Decimal)
        except FileNotFoundError:
            raise ConfigError(f"{path}: there is no such file; write it, or name another with --config") from None
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
        except UnicodeDecodeError as error:
            raise ConfigError(f"{path}: is not UTF-8 (byte {error.start}); save it as UTF-8") from None
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"{path}: is not TOML: {error}") from None
        except (ValueError, RecursionError) as error:  # a path with a NUL, a number of 5,000 digits, 1,000 brackets
            raise ConfigError(f"{path}: cannot be read: {error}") from None
        return _Reader(str(path), environ, folder=path.parent).config(settings)

    @classmethod
    def from_mapping(cls, settings: Mapping[str, object], environ: Mapping[str, str] | None = None) -> Config:
        """Read a mapping of the shape that the TOML file has."""
        return _Reader("settings", environ).config(settings)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Config:
        """Read ``SMSGATE_CONFIG`` (a file), or else variables such as ``SMSGATE_PROVIDERS__ZOOM__TOKEN``.

        Two underscores go one level down, names are in any case, and lists are separated by commas.
        """
        environ = os.environ if environ is None else environ
        if environ.get(PREFIX + "CONFIG"):  # empty is as good as unset
            return cls.from_file(environ[PREFIX + "CONFIG"], environ)
        settings: dict[str, object] = {}
        for name in sorted(environ):
            if name.startswith(PREFIX) and name != PREFIX + "CONFIG":
                _put(settings, name.removeprefix(PREFIX).lower().split("__"), environ[name], name)
        if not settings:
            raise ConfigError(
                f"environment: no {PREFIX}* variables; set {PREFIX}CONFIG to a file, or for example "
                f"{PREFIX}PROVIDERS__ZOOM__ADAPTER=zoomconnect"
            )
        return _Reader("environment", environ, from_text=True).config(settings)


def _region(name: str | None) -> str | None:
    try:
        return None if name is None else read_region(name)
    except InvalidMessageError as error:
        raise ValueError(f"default_region {error}") from None


@frozen(kw_only=True)
class _Top:
    """The file's first level."""

    providers: Mapping[str, Mapping[str, object]]
    route: tuple[str, ...] | None = field(default=None, validator=attrs.validators.optional(check_names))
    order: str = "priority"
    on_unknown: OnUnknown = OnUnknown.HOLD
    weights: Mapping[str, float] = field(factory=dict, validator=check_weights)
    routes: tuple[RouteSettings, ...] = ()
    limits: LimitSettings = field(factory=LimitSettings)
    breaker: BreakerSettings = field(factory=BreakerSettings)
    deadline: float = field(default=60.0, validator=check_seconds)
    default_region: str | None = field(default=None, converter=_region)
    journal: JournalSettings | None = None
    opt_out: OptOutWords = field(factory=OptOutWords)
    webhooks: WebhookSettings | None = None
    contacts: str | None = None
    groups: str | None = None
    templates: str | None = None
    messages: str | None = None

    def keepers(self) -> dict[str, str]:
        """Return the facets for which a provider is named, with its name."""
        named: dict[str, str | None] = {
            facet: getattr(self, facet) for facet in ("contacts", "groups", "templates", "messages")
        }
        return {facet: name for facet, name in named.items() if name is not None}

    def default_route(self) -> Route:
        """Return the route of messages that fit no other: all providers, where it is not said."""
        return Route(
            name="default",
            providers=tuple(self.providers) if self.route is None else self.route,
            order=self.order,
            on_unknown=self.on_unknown,
            weights=self.weights,
        )

    def named_providers(self) -> Iterator[tuple[str, str]]:
        """Give every place that names a provider, with the name."""
        yield from (("route", name) for name in self.route or ())
        yield from (("weights", name) for name in self.weights)
        for index, route in enumerate(self.routes):
            yield from ((f"routes[{index}].providers", name) for name in route.providers)
            yield from ((f"routes[{index}].weights", name) for name in route.weights)
        yield from self.keepers().items()


class _Reader:
    """Reads one source of settings and keeps the problems that it finds."""

    def __init__(
        self, source: str, environ: Mapping[str, str] | None, *, folder: Path = Path(), from_text: bool = False
    ) -> None:
        environ = os.environ if environ is None else environ  # no default value: help() would print every variable
        self._source = source
        self._folder = folder
        self._converter = settings_converter(environ, folder, from_text=from_text)
        self._problems: list[str] = []

    def config(self, settings: Mapping[str, object]) -> Config:
        top = self._structure(_with_table(settings), _Top, "")
        providers = settings.get("providers") if isinstance(settings, Mapping) else None
        accounts = self._accounts(providers) if isinstance(providers, Mapping) else {}
        limits = None
        if top is not None:
            self._check_names(top)
            limits = self._limits(top)
        if self._problems or top is None or limits is None:
            raise ConfigError(*self._problems)
        return Config(
            accounts=accounts,
            route=top.default_route(),
            routes=tuple(settings.route() for settings in top.routes),
            limits=limits,
            breaker=top.breaker,
            deadline=top.deadline,
            default_region=top.default_region,
            journal=top.journal and top.journal.within(self._folder),
            opt_out=top.opt_out,
            webhooks=top.webhooks,
            keepers=top.keepers(),
        )

    def _limits(self, top: _Top) -> Limits | None:
        try:
            return top.limits.limits(self._folder, top.default_region)
        except ConfigError as error:  # the opt-out file
            self._wrong("", str(error))
            return None

    def _accounts(self, providers: Mapping[str, object]) -> dict[str, Account]:
        accounts = {}
        for name, settings in providers.items():
            account = self._account(name, settings) if isinstance(settings, Mapping) else None
            if account is not None:
                accounts[name] = account
        return accounts

    def _account(self, name: str, settings: Mapping[str, object]) -> Account | None:
        path = f"providers.{name}"
        if not (isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name)):
            self._wrong(path, "is no name for a provider; use letters, digits, - and _")
        own = {key: value for key, value in settings.items() if key != "adapter"}
        adapter_name = settings.get("adapter")
        if not isinstance(adapter_name, str):
            what = "is not text" if "adapter" in settings else "is missing"
            self._wrong(f"{path}.adapter", f'{what}; name one, as adapter = "zoomconnect"')
            return None
        try:
            adapter = adapter_named(adapter_name)
        except ConfigError as error:
            self._wrong(f"{path}.adapter", str(error))
            return None
        read = self._structure(own, adapter.Settings, path, hidden=self._hidden(own, adapter.Settings))
        return None if read is None else Account(adapter, read)

    def _check_names(self, top: _Top) -> None:
        if not top.providers:
            self._wrong("providers", "is empty; add a [providers.<name>] table")
        for path, name in top.named_providers():
            if name not in top.providers:
                there = ", ".join(top.providers) or "none"
                self._wrong(path, f"names {name!r}, which is no provider here (there are: {there})")
        names = ["default", *(route.route().name for route in top.routes)]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._wrong("routes", f"has two routes of the name {name!r} (the one for all others is 'default')")

    def _hidden(self, settings: Mapping[str, object], kind: type[Settings]) -> list[str]:
        """Return the secrets among the settings, which a plug-in's own checks may quote."""
        hidden = []
        for attribute in attrs.fields(kind):
            if not attribute.repr and attribute.name in settings:
                with suppress(Exception):  # what cannot be read cannot be quoted
                    hidden.append(self._converter.structure(settings[attribute.name], str))
        return hidden

    def _structure(self, value: object, kind: type[T], path: str, *, hidden: Iterable[str] = ()) -> T | None:
        try:
            return self._converter.structure(value, kind)
        except Exception as error:  # noqa: BLE001 - a group of whatever the hooks raised
            for where, what in problems_in(error, path):
                self._wrong(where, without(what, hidden))
            return None

    def _wrong(self, path: str, what: str) -> None:
        self._problems.append(": ".join(part for part in (self._source, path, what) if part))


def _with_table(settings: Mapping[str, object]) -> Mapping[str, object]:
    """Write ``journal = "smsgate.db"``, or where that text stands, as the table that it is short for."""
    match settings.get("journal") if isinstance(settings, Mapping) else None:
        case str() | {"env": _} | {"file": _} as path:
            return {**settings, "journal": {"path": path}}
    return settings


def _put(settings: dict[str, object], path: list[str], value: str, variable: str) -> None:
    level = settings
    for step in path[:-1]:
        inner = level.setdefault(step, {})
        if not isinstance(inner, dict):
            raise ConfigError(f"environment: {variable} stands below a variable that already has a value; unset one")
        level = inner
    if isinstance(level.get(path[-1]), dict):
        raise ConfigError(f"environment: {variable} has a value, and others stand below it; unset one")
    level[path[-1]] = value
