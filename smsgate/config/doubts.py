"""What is allowed in settings, and probably not meant."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping

import attrs

from smsgate.config.answered_twice import FIX, answered_twice
from smsgate.config.source import Source

__all__ = ["doubts"]

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def doubts(source: Source) -> Iterator[str]:
    """Give a line for each of them, with a fix."""
    yield from _unused_providers(source)
    yield from _readable_secrets(source)
    if source.reading.top.budgets and source.reading.journal is None:
        yield "budgets: they count in this process alone, until it ends; set journal"
    twice = answered_twice(source.reading.accounts, source.reading.top.opt_out.answers())
    for name, what in twice.items():
        yield f"providers.{name}: {what}; {FIX}"


def _unused_providers(source: Source) -> Iterator[str]:
    top = source.reading.top
    if top.route is None:
        return
    rules = (top.on_undelivered, *(route.on_undelivered for route in top.routes))
    routed = {*top.route, *(name for route in top.routes for name in route.providers)}
    tried = {name for rule in rules if rule is not None for name in rule.providers}
    used = routed | tried | {*top.resource_providers().values()}
    for name in source.reading.accounts:
        if name not in used:
            yield f"providers.{name}: no route names it; add it to `route`, or remove it"


def _readable_secrets(source: Source) -> Iterator[str]:
    """Give a line for a file with secrets that others than its owner may read."""
    if source.path is None or os.name != "posix" or not any(_secrets_written(source)):
        return
    mode = source.path.stat().st_mode
    if mode & _OTHERS:
        name, places = source.path.name, ", ".join(_secrets_written(source))
        fix = f'chmod 600 {name}, or write {{ env = "NAME" }} there'
        yield f"{places}: a secret is in a file that other users may read (mode {stat.S_IMODE(mode):04o}); {fix}"


def _secrets_written(source: Source) -> Iterator[str]:
    """Give the places of secrets that are in the file itself."""
    written = source.table.get("providers")
    for name, account in source.reading.accounts.items():
        table = written.get(name) if isinstance(written, Mapping) else None
        hidden = {field.name for field in attrs.fields(type(account.settings)) if field.repr is False}
        for setting, value in table.items() if isinstance(table, Mapping) else ():
            if setting in hidden and isinstance(value, str):
                yield f"providers.{name}.{setting}"
    webhooks = source.table.get("webhooks")
    if isinstance(webhooks, Mapping) and isinstance(webhooks.get("secret"), str):
        yield "webhooks.secret"
