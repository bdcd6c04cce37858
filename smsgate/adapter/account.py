"""Which account at which vendor a provider is, in a short text without secrets: so a swapped account is noticed."""

from __future__ import annotations

import json
from hashlib import sha256
from urllib.parse import urlsplit

import attrs

from smsgate.adapter.settings import Settings

__all__ = ["account_of", "adapter_of", "is_identified"]

DIGITS = 12
"""Hexadecimal digits of the hash; a journal has few accounts."""


def account_of(adapter: str, settings: Settings) -> str:
    """Return the account that the settings of an adapter are of, such as "memory:1f0c5e2ab971".

    It is the same each time, whatever the secrets are. It is made of the adapter's name, of `base_url` where that is
    not the adapter's own, and of the settings that `Settings.account_identity` names. Raises `TypeError` if one of
    these is a secret or no setting.
    """
    named, url = _identity(settings), _canonical(settings.base_url)
    written = json.dumps([None if url == _own_url(settings) else url, named], sort_keys=True)
    return f"{adapter}:{sha256(written.encode()).hexdigest()[:DIGITS]}"


def is_identified(settings: Settings) -> bool:
    """Say whether two equal accounts of an adapter are one account: its settings have more than a secret."""
    return bool(_identity(settings))


def adapter_of(account: str) -> str:
    """Return the name of the adapter that an account is of."""
    return account.rpartition(":")[0]


def _identity(settings: Settings) -> dict[str, str]:
    """Return the values of the settings that say which account this is, by their names."""
    fields = attrs.fields_dict(type(settings))
    named: dict[str, str] = {}
    for name in settings.account_identity:
        if name not in fields or fields[name].repr is not True:
            raise TypeError(f"{type(settings).__name__}.account_identity names {name!r}, a secret or no setting")
        value = getattr(settings, name)
        if value is not None:
            named[name] = str(value)
    return named


def _own_url(settings: Settings) -> str | None:
    """Return the `base_url` that the adapter has where the settings name none; None if it has none then."""
    default: object = attrs.fields_dict(type(settings))["base_url"].default
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type] # a function to type checkers, and a class
        try:
            default = default.factory(settings) if default.takes_self else default.factory()  # type: ignore[attr-defined]
        except Exception:  # noqa: BLE001 - it was not called before: a `base_url` is set
            return None
    return _canonical(default) if isinstance(default, str) else None


def _canonical(url: str) -> str:
    """Return a URL as others may write it too: the case of its host, and its scheme's own port, mean nothing."""
    parts = urlsplit(url.rstrip("/"))
    port = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    return parts._replace(netloc=parts.netloc.lower().removesuffix(port)).geturl()
