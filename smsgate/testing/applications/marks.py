"""What a test asks of a fixture by its mark."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import pytest
from attrs import field, frozen

from smsgate.model.spelling import did_you_mean

__all__ = ["Asked", "options_of", "read_option"]

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

    def merged(self, own: Mapping[str, object], folder: Path, region: str | None) -> dict[str, object]:
        """Return settings for a gateway: `own` first, then what is asked for; a journal is in the test's folder."""
        settings = {**({"default_region": region} if region else {}), **self.settings, **own}
        if self.limits:
            settings["limits"] = self.limits
        journal = settings.pop("journal", None)
        if self.journal or journal is not None:
            place = str(folder / "smsgate.db")
            settings["journal"] = {**journal, "path": place} if isinstance(journal, Mapping) else place
        return settings


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
