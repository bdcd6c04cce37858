"""What a test asks of a fixture by its mark."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import pytest
from attrs import field, frozen

from smsgate.config.top import FACETS, with_table
from smsgate.model.spelling import did_you_mean

__all__ = ["WEBHOOK_SECRET", "Asked", "options_of", "read_option"]

WEBHOOK_SECRET = "the-webhook-secret-of-a-test"  # noqa: S105 - no secret

_OF_VENDORS = {*FACETS, "pace_store", "token_store"}
"""Settings that mean something only with the application's own vendors."""

T = TypeVar("T")


@frozen(kw_only=True)
class Asked:
    """What `@pytest.mark.smsgate(..)` asks for."""

    journal: bool = False
    limits: Mapping[str, object] = field(factory=dict)
    settings: Mapping[str, object] = field(factory=dict)

    @classmethod
    def of(cls, node: pytest.Item) -> Asked:
        """Read the marks of a test."""
        options = options_of(node, "smsgate", ("journal", "limits", "settings"))
        return cls(
            journal=read_option(node, options, "journal", bool, default=False),
            limits=read_option(node, options, "limits", dict, default={}),
            settings=read_option(node, options, "settings", dict, default={}),
        )

    def with_providers(self, providers: Mapping[str, object], folder: Path, region: str | None) -> dict[str, object]:
        """Return settings for a gateway on these providers, with what is asked for beside them.

        A journal is in the test's `folder`, and the secret of webhooks is the test's own.
        """
        settings = {**({"default_region": region} if region else {}), **self.settings, "providers": providers}
        settings = {name: value for name, value in settings.items() if name not in _OF_VENDORS}
        limits = self.limits or _table(settings.get("limits"))
        if limits:
            settings["limits"] = {name: _absolute(value, name) for name, value in limits.items()}
        if "webhooks" in settings:
            settings["webhooks"] = {**_table(settings["webhooks"]), "secret": WEBHOOK_SECRET}
        journal = with_table(settings).get("journal")
        if self.journal or journal is not None:
            settings["journal"] = {**_table(journal), "path": str(folder / "smsgate.db")}
        return settings

    def for_vendors(self, providers: Mapping[str, object], folder: Path, region: str | None) -> dict[str, object]:
        """Return the same without routes, whose providers are others."""
        settings = self.with_providers(providers, folder, region)
        return {name: value for name, value in settings.items() if name not in {"route", "routes"}}


def _absolute(value: object, name: str) -> object:
    """Return a file of opted-out numbers by its whole path: the test's settings are in another folder."""
    return str(Path(value).absolute()) if name == "opt_out" and isinstance(value, str) else value


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def options_of(node: pytest.Item, mark: str, known: tuple[str, ...]) -> dict[str, object]:
    """Return the options of a mark by name, the nearest to the test first; fail for one that there is not."""
    options: dict[str, object] = {}
    for each in node.iter_markers(mark):
        if each.args:
            pytest.fail(f"{node.nodeid}: {mark} takes its options by name: {', '.join(known)}", pytrace=False)
        for name, value in each.kwargs.items():
            if name not in known:
                fix = did_you_mean(name, known) or f"; it has: {', '.join(known)}"
                pytest.fail(f"{node.nodeid}: {mark} has no option {name!r}{fix}", pytrace=False)
            options.setdefault(name, value)
    return options


def read_option(node: pytest.Item, options: Mapping[str, object], name: str, kind: type[T], *, default: T) -> T:
    """Return one option; fail where it is of another kind."""
    value = options.get(name, default)
    if not isinstance(value, kind):
        pytest.fail(f"{node.nodeid}: {name} must be a {kind.__name__}, got {value!r}", pytrace=False)
    return value
