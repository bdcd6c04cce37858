"""Reads one source of settings, and reports all its errors together."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TypeVar

from attrs import frozen

from smsgate.config.accounts import Account, read_accounts
from smsgate.config.checks import check_draft
from smsgate.config.converter import SettingsConverter
from smsgate.config.drafts import draft_of, piece
from smsgate.config.guard_checks import check_guards
from smsgate.config.problems import Problems
from smsgate.config.routes import LimitSettings
from smsgate.config.senders import check_common_senders
from smsgate.config.top import Top, with_table
from smsgate.journal.settings import JournalSettings
from smsgate.model.errors import ConfigError, InvalidMessageError
from smsgate.model.numbers import read_region
from smsgate.routing.limits import Limits

__all__ = ["Reader", "Reading"]

T = TypeVar("T")


@frozen
class Reading:
    """Valid settings."""

    top: Top
    accounts: Mapping[str, Account]
    limits: Limits
    journal: JournalSettings | None


class Reader:
    """Reads settings of one source. Files that they name are looked for in `folder`."""

    def __init__(
        self, source: str, environ: Mapping[str, str] | None, *, folder: Path = Path(), from_text: bool = False
    ) -> None:
        environ = os.environ if environ is None else environ  # no default value: help() would print every variable
        self._folder = folder
        self._converter = SettingsConverter(environ, folder, from_text=from_text)
        self._problems = Problems(source, from_variables=from_text)

    def read(self, settings: Mapping[str, object], orders: Collection[str]) -> Reading:
        """Read settings; raise `ConfigError` with every error. `orders` are the names of the application's own."""
        table = with_table(settings) if isinstance(settings, Mapping) else {}
        top = self._problems.structure(self._converter, table if isinstance(settings, Mapping) else settings, Top, "")
        providers = table.get("providers")
        known = providers if isinstance(providers, Mapping) else {}
        accounts = read_accounts(known, top.common() if top else {}, self._converter, self._problems)
        if top is not None and top.senders is not None and accounts.keys() == known.keys():
            adapters = {name: account.adapter for name, account in accounts.items()}
            check_common_senders(adapters, top.senders, self._problems)
        draft = draft_of(table, accounts, self._converter)
        check_draft(draft, orders, self._problems)
        routes = [route.name for route in draft.routes if route.name is not None]
        check_guards(table, routes, self._converter, self._problems)
        limits, journal = self._limits(table), self._journal(table)
        self._problems.report()
        assert top is not None  # noqa: S101 - an error was reported for what cannot be read
        assert limits is not None  # noqa: S101
        return Reading(top, accounts, limits, journal)

    def _limits(self, table: Mapping[str, object]) -> Limits | None:
        """Read the file of opt-outs, whatever else is wrong with the limits; return them if nothing is."""
        place = self._text_in(table, "limits", "opt_out")
        settings = self._piece(table, "limits", LimitSettings) if "limits" in table else LimitSettings()
        region = self._piece(table, "default_region", str)
        try:
            found = (settings or LimitSettings(opt_out=place)).limits(self._folder, region and read_region(region))
        except InvalidMessageError:  # the region, without which the numbers of the file cannot be read
            return None
        except ConfigError as error:
            self._problems.add("", str(error))
            return None
        return found if settings else None

    def _journal(self, table: Mapping[str, object]) -> JournalSettings | None:
        """Return the journal's settings with the whole path; its folder must exist, like every file's that is read."""
        settings = self._piece(table, "journal", JournalSettings)
        path = settings.path if settings else self._text_in(table, "journal", "path")
        if path and "\0" not in path and "://" not in path and not (self._folder / path).absolute().parent.is_dir():
            self._problems.add("journal.path", f"must be in an existing folder, got {path!r}; create the folder")
        return settings and settings.within(self._folder)

    def _piece(self, table: Mapping[str, object], key: str, kind: type[T]) -> T | None:
        return piece(self._converter, table, key, kind)

    def _text_in(self, table: Mapping[str, object], key: str, name: str) -> str | None:
        inner = table.get(key)
        return self._piece(inner, name, str) if isinstance(inner, Mapping) else None
