"""Write what is computed: the reference, tables of other pages, and the public names as type checkers read them.

Run by `make docs`; a test compares what is written with what this gives. `docs/computed/` has a module a subject.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent))

import smsgate  # noqa: E402 - found from here on
from docs.computed import adapters, api, commands, errors, settings, statuses  # noqa: E402
from docs.computed.tables import filled, table  # noqa: E402
from smsgate.telemetry.instruments import INSTRUMENTS  # noqa: E402

NO_VENDORS = {"console", "memory"}
"""Adapters without a vendor, for tests and development: their page has what they can do."""
BEGIN, END = "<!-- capabilities: written by `make docs` -->", "<!-- end of capabilities -->"
METRICS_BEGIN, METRICS_END = "<!-- metrics: written by `make docs` -->", "<!-- end of metrics -->"
ABILITIES_BEGIN, ABILITIES_END = "<!-- abilities: written by `make docs` -->", "<!-- end of abilities -->"


def names() -> list[str]:
    """Return the adapters of vendors that come with smsgate, and no others that are installed here."""
    entries = distribution("smsgate").entry_points
    return sorted({entry.name for entry in entries if entry.group == "smsgate.adapters"} - NO_VENDORS)


def pages() -> Iterator[tuple[Path, str]]:
    """Give every page that has a computed part, as it should be."""
    vendors = names()
    yield from _reference(vendors)
    by_name = {name: adapters.levels(name) for name in vendors}
    yield DOCS / "reference/capabilities.md", adapters.page(by_name)
    for name, levels in by_name.items():
        page = DOCS / f"adapters/{name}.md"
        if page.exists():
            yield page, filled(page, BEGIN, table(["operation", "level"], [[*row] for row in levels.items()]), END)
    page = DOCS / "how-to/write-an-adapter.md"
    head = ["ability", "method or attribute", "operation", "command"]
    yield page, filled(page, ABILITIES_BEGIN, table(head, adapters.abilities()), ABILITIES_END)
    page = DOCS / "how-to/observe.md"
    head = ["metric", "kind", "unit", "attributes", "what it is"]
    yield page, filled(page, METRICS_BEGIN, table(head, _metrics()), METRICS_END)


def stub() -> tuple[Path, str]:
    """Return the stub of the package, with the public names of its one list."""
    lines = ["# Written by `make docs` from the list in __init__.py."]
    for module in smsgate._WHOLE.values():  # noqa: SLF001 - a list for this
        folder, _, name = f"smsgate.{module}".rpartition(".")
        lines.append(f"from {folder} import {name} as {name}")
    lines.append("from smsgate._version import __version__ as __version__")
    lines += ["__all__: list[str]"]
    for module, public in sorted(smsgate._NAMES.items()):  # noqa: SLF001 - a list for this
        names = "".join(f"    {name} as {name},\n" for name in sorted(public.split()))
        lines.append(f"from smsgate.{module} import (\n{names})")
    return Path(smsgate.__path__[0]) / "__init__.pyi", "\n".join(lines) + "\n"


def _reference(vendors: list[str]) -> Iterator[tuple[Path, str]]:
    """Give the pages of the reference that are computed as a whole."""
    folder = DOCS / "reference"
    yield folder / "command-line.md", commands.page(vendors)
    every = [*vendors, *sorted(NO_VENDORS)]
    yield folder / "settings.md", settings.page(every)
    yield folder / "settings.schema.json", settings.schema_file(every)
    yield folder / "errors.md", errors.page()
    yield folder / "statuses.md", statuses.page(vendors)
    yield folder / "api.md", api.index()
    for name, text in api.pages():
        yield folder / f"api/{name}.md", text


def _metrics() -> Iterator[list[str]]:
    """Give each metric as it is made."""
    for each in INSTRUMENTS:
        attributes = ", ".join(f"`{name}`" for name in each.attributes)
        yield [each.name, each.kind.value, f"`{each.unit}`", attributes, each.what]


if __name__ == "__main__":
    for path, text in (*pages(), stub()):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
