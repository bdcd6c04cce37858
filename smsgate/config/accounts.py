"""The accounts of the settings: each ``[providers.<name>]``, read as its adapter asks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress

import attrs
from attrs import frozen

from smsgate.adapter.abilities.sending import ChoosesSender
from smsgate.adapter.adapter import Adapter
from smsgate.adapter.registry import adapter_named, installed_adapters
from smsgate.adapter.settings import Settings
from smsgate.adapter.store_url import is_url, shown_store
from smsgate.adapter.strict import Structures
from smsgate.config.problems import Problems
from smsgate.config.senders import check_own_senders
from smsgate.model.errors import ConfigError
from smsgate.model.spelling import did_you_mean
from smsgate.transport.http import tls_context

__all__ = ["Account", "read_accounts"]


@frozen
class Account:
    """One `[providers.<name>]`: an adapter and the settings it asked for."""

    adapter: type[Adapter[Settings]]
    settings: Settings


def read_accounts(
    providers: Mapping[str, object], common: Mapping[str, object], converter: Structures, problems: Problems
) -> dict[str, Account]:
    """Read every account; add the errors of those that cannot be read.

    `common` has settings for those that have none of their own.
    """
    accounts = {}
    for name, settings in providers.items():
        account = _account(name, settings, common, converter, problems) if isinstance(settings, Mapping) else None
        if account is not None:
            accounts[name] = account
    return accounts


def _account(
    name: str, settings: Mapping[str, object], common: Mapping[str, object], converter: Structures, problems: Problems
) -> Account | None:
    path = f"providers.{name}"
    if not (isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name)):
        problems.add(path, f"the name must be 1 to 64 letters, digits, - and _, got {name!r}")
    adapter = _adapter(settings, path, problems)
    if adapter is None:
        return None
    own = _with_common({key: value for key, value in settings.items() if key != "adapter"}, common, adapter)
    hidden = _hidden(own, adapter.Settings, converter)
    read = problems.structure(converter, own, adapter.Settings, path, hidden=hidden)
    if read is None:
        return None
    _check_certificates(read, path, problems)
    if read.senders is not None and not read.senders.common:
        check_own_senders(adapter, read.senders, path, problems)
    return Account(adapter, read)


def _with_common(
    own: Mapping[str, object], common: Mapping[str, object], adapter: type[Adapter[Settings]]
) -> Mapping[str, object]:
    known = {attribute.name for attribute in attrs.fields(adapter.Settings)}
    named = own.keys() | ({"pace_store"} if "pacing_file" in own else set())
    named |= set() if issubclass(adapter, ChoosesSender) else {"senders"}
    return {**own, **{setting: value for setting, value in common.items() if setting in known - named}}


def _adapter(settings: Mapping[str, object], path: str, problems: Problems) -> type[Adapter[Settings]] | None:
    name = settings.get("adapter")
    if not isinstance(name, str):
        what = "must be text" if "adapter" in settings else "is missing"
        fix = f"{what}; set it to one of {', '.join(installed_adapters()) or '(none installed)'}"
        problems.add(f"{path}.adapter", f"{fix}{_misspelt(settings)}")
        return None
    try:
        return adapter_named(name)
    except ConfigError as error:
        problems.add(f"{path}.adapter", str(error))
        return None


def _misspelt(settings: Mapping[str, object]) -> str:
    """Name the setting that was probably meant to be `adapter`."""
    near = next((key for key in settings if key != "adapter" and did_you_mean(key, ["adapter"])), None)
    return "" if near is None else f"; {near!r} is probably a misspelling of 'adapter'"


def _hidden(settings: Mapping[str, object], kind: type[Settings], converter: Structures) -> list[str]:
    """Return the secrets among the settings, which a plug-in's own checks may quote."""
    hidden = []
    for attribute in attrs.fields(kind):
        if attribute.name in settings and (not attribute.repr or attribute.repr is shown_store):
            with suppress(Exception):  # what cannot be read cannot be quoted
                text = converter.structure(settings[attribute.name], str)
                hidden += [text] if not attribute.repr or is_url(text) else []  # a path is no secret
    return hidden


def _check_certificates(settings: Settings, path: str, problems: Problems) -> None:
    """Read the file of certificates here, rather than when the Gateway opens its connections."""
    if settings.ca_bundle is None:
        return
    try:
        tls_context(settings)
    except ConfigError as error:
        problems.add(path, str(error))
