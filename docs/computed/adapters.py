"""What adapters can do, by vendor, and what they are written with."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping

from docs.computed.tables import table
from smsgate import Level, capabilities
from smsgate.adapter.capabilities import ABILITIES, OPERATIONS
from smsgate.adapter.registry import adapter_named

HEAD = """# What each vendor can do

Computed from the adapters by `make docs`. *Native* is one call to the vendor. *Composed* is several calls, which are
not atomic. *Estimated* is worked out by smsgate; the vendor is not asked. A dash is an operation that the vendor does
not have: it raises `UnsupportedError` (or `InvalidMessageError`, for what a message asks) before any request.
`provider.capabilities` and `smsgate providers` tell the same. `memory` and `console` have
[no vendor](../adapters/memory.md).
"""


def levels(name: str) -> dict[str, str]:
    """Return an adapter's operations, each with its level as a word."""
    return {operation: _word(level) for operation, level in capabilities(adapter_named(name)).items()}


def page(by_name: Mapping[str, Mapping[str, str]]) -> str:
    """Return the page of what each vendor can do, from the levels of the adapters by their names."""
    operations = list(next(iter(by_name.values())))
    rows = [[operation, *(by_name[name][operation] for name in by_name)] for operation in operations]
    return f"{HEAD}\n{table(['operation', *by_name], rows)}"


def abilities() -> Iterator[list[str]]:
    """Give each ability with what an adapter writes for it, the operations of that, and the commands that call them."""
    for ability in ABILITIES:
        declared = {name: operation for operation, needed, name in OPERATIONS if needed is ability}
        abstract = getattr(ability, "__abstractmethods__", ())
        for name in [*(name for name in vars(ability) if name in abstract), *({None} & {*declared})]:
            operation = declared.get(name)
            command = operation.command if operation else None
            cells = (name, operation.name if operation else None, f"smsgate {command}" if command else None)
            yield [ability.__name__, *(f"`{cell}`" if cell else "-" for cell in cells)]
        for name in [
            name for name in inspect.get_annotations(ability) if (abstract or declared) and not hasattr(ability, name)
        ]:
            yield [ability.__name__, f"`{name}`", "-", "-"]


def _word(level: Level | None) -> str:
    return "-" if level is None else level.value
