"""What a test's mark asks a drill for."""

from __future__ import annotations

import pytest
from attrs import frozen

from smsgate.model.spelling import did_you_mean
from smsgate.testing.applications.drill.faults import DEFAULT, FAULTS
from smsgate.testing.applications.drill.invariants import AT_MOST_ONCE, INVARIANTS
from smsgate.testing.applications.marks import options_of, read_option

__all__ = ["DrillPlan"]


@frozen(kw_only=True)
class DrillPlan:
    """What `@pytest.mark.smsgate_drill(..)` asks for."""

    invariants: tuple[str, ...]
    faults: tuple[str, ...]
    vendor: str | None
    texts: int

    @classmethod
    def of(cls, node: pytest.Item) -> DrillPlan:
        """Read the marks of a test; fail for a name that there is not."""
        options = options_of(node, "smsgate_drill", ("invariant", "faults", "vendor", "texts"))
        texts = read_option(node, options, "texts", int, default=1)
        if texts < 1:
            pytest.fail(f"{node.nodeid}: texts must be at least 1, got {texts}", pytrace=False)
        return cls(
            invariants=_names(node, "invariant", options.get("invariant", AT_MOST_ONCE), tuple(INVARIANTS)),
            faults=_names(node, "fault", options.get("faults", DEFAULT), tuple(FAULTS)),
            vendor=read_option(node, options, "vendor", str, default="") or None,
            texts=texts,
        )


def _names(node: pytest.Item, noun: str, given: object, known: tuple[str, ...]) -> tuple[str, ...]:
    names = (given,) if isinstance(given, str) else tuple(given) if isinstance(given, list | tuple) else ()
    if not names:
        pytest.fail(f"{node.nodeid}: {noun} must be a name or a list of names, got {given!r}", pytrace=False)
    for name in names:
        if name not in known:
            fix = did_you_mean(str(name), known) or f"; there are: {', '.join(known)}"
            pytest.fail(f"{node.nodeid}: smsgate_drill has no {noun} {name!r}{fix}", pytrace=False)
    return tuple(map(str, names))
