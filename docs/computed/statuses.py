"""The page of statuses: what each means, and what each vendor's words for them are."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

from docs.computed.source import members
from docs.computed.tables import table
from smsgate import Status, StatusTable
from smsgate.adapter.registry import adapter_named

HEAD = """# Statuses

Where a message is on its way to the phone, and what each vendor calls that. Computed from the adapters by `make docs`.
The vendor's own word is kept as `raw_status`; a word that is not listed is `UNKNOWN`. A final status stays, except that
a late `DELIVERED` replaces `EXPIRED` or `UNKNOWN`. Some vendors give an error's code beside the word, and the code may
say more than the word: the [vendor's page](../index.md) names such codes.

"""


def page(adapters: list[str]) -> str:
    """Return the page, with the words of these adapters' vendors."""
    meanings = {each.name: each.text for each in members(Status)}
    rows = [[status.value, "yes" if status.is_final else "no", meanings[status.name]] for status in Status]
    parts = [HEAD, table(["status", "final", "meaning"], rows)]
    for name in adapters:
        adapter = adapter_named(name)
        words = _words(adapter.__module__.partition(".")[0])
        title = adapter.title or name
        parts.append(f"\n## {title}\n\n")
        cells = [[word, f"`{status.value}`"] for word, status in words.items()]
        parts.append(table(["the vendor's word", "status"], cells) if cells else "Its API tells no statuses.\n")
    return "".join(parts)


def _words(package: str) -> dict[str, Status]:
    """Return the words of an adapter's tables, each as the vendor shows it."""
    found = import_module(package)
    modules = [found, *(import_module(each.name) for each in walk_packages(found.__path__, f"{package}."))]
    tables = [value for module in modules for value in vars(module).values() if isinstance(value, StatusTable)]
    words = {word.removesuffix(".null"): status for each in tables for word, status in each.items()}
    parts = {word.rpartition(".")[2] for word in words if "." in word}  # "EXPIRED" is shown as "FAILED.EXPIRED"
    return {word: status for word, status in words.items() if word not in parts}
