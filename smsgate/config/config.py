"""What a Gateway is built from."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path

from attrs import field, frozen

from smsgate.config.accounts import Account
from smsgate.config.opt_outs import OptOutSettings
from smsgate.config.reader import Reader, Reading
from smsgate.config.toml_file import table_of
from smsgate.config.variables import CONFIG, read_variables
from smsgate.config.webhooks import WebhookSettings
from smsgate.guards.guards import Guards
from smsgate.journal.settings import JournalSettings
from smsgate.model.errors import ConfigError
from smsgate.routing.breaker import BreakerSettings
from smsgate.routing.limits import Limits
from smsgate.routing.route import Route

__all__ = ["Config"]


@frozen(kw_only=True)
class Config:
    """What a Gateway is built from; valid once made."""

    accounts: Mapping[str, Account]
    route: Route
    """The default route."""
    routes: tuple[Route, ...] = ()
    """Those with conditions."""
    limits: Limits = field(factory=Limits)
    guards: Guards = field(factory=Guards)
    breaker: BreakerSettings = field(factory=BreakerSettings)
    deadline: float = 60.0
    """Seconds for a whole send, with everything that is waited for."""
    default_region: str | None = None
    journal: JournalSettings | None = None
    opt_out: OptOutSettings = field(factory=OptOutSettings)
    webhooks: WebhookSettings | None = None
    resource_providers: Mapping[str, str] = field(factory=dict)
    """Whose contacts, groups, templates and messages the gateway's are, where the settings say."""

    @classmethod
    def from_file(
        cls,
        path: str | os.PathLike[str],
        environ: Mapping[str, str] | None = None,
        *,
        orders: Collection[str] = (),
    ) -> Config:
        """Read a TOML file. Files that it names are looked for beside it.

        `environ` replaces the process's environment for ``{ env = "NAME" }``; `orders` are the names of the
        application's own orders, which routes may use.
        """
        path = Path(path)
        return cls._of(Reader(str(path), environ, folder=path.parent).read(table_of(path), orders))

    @classmethod
    def from_mapping(
        cls,
        settings: Mapping[str, object],
        environ: Mapping[str, str] | None = None,
        *,
        orders: Collection[str] = (),
    ) -> Config:
        """Read a mapping of the shape that the TOML file has."""
        return cls._of(Reader("settings", environ).read(settings, orders))

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, *, orders: Collection[str] = ()) -> Config:
        """Read ``SMSGATE_CONFIG`` (a file), or else variables such as ``SMSGATE_PROVIDERS__ZOOM__TOKEN``.

        Two underscores go one level down, names are in any case, and lists are separated by commas.
        """
        environ = os.environ if environ is None else environ
        if environ.get(CONFIG):  # empty counts as unset
            return cls.from_file(environ[CONFIG], environ, orders=orders)
        return cls._of(Reader("environment", environ, from_text=True).read(read_variables(environ), orders))

    def check_stores(self, token_stores: Collection[str]) -> None:
        """Raise `ConfigError` for the token store of an account that is not there."""
        if unknown := sorted({*token_stores} - self.accounts.keys()):
            raise ConfigError(f"token_stores names {unknown[0]!r}, which is no provider here")

    @classmethod
    def _of(cls, reading: Reading) -> Config:
        top = reading.top
        return cls(
            accounts=reading.accounts,
            route=top.default_route(),
            routes=tuple(settings.route() for settings in top.routes),
            limits=reading.limits,
            guards=top.guards(),
            breaker=top.breaker,
            deadline=top.deadline,
            default_region=top.default_region,
            journal=reading.journal,
            opt_out=top.opt_out,
            webhooks=top.webhooks,
            resource_providers=top.resource_providers(),
        )
