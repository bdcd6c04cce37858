"""The reference of the public names, from their docstrings: grouped as an application needs them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module

from attrs import frozen

import smsgate
from docs.computed.described import anchor, described_as


@frozen
class Group:
    """Names that one page describes."""

    page: str
    """Its file's name in docs/reference/api/, without the ending."""
    title: str
    text: str
    modules: tuple[str, ...] = ()
    """The modules of smsgate whose public names it has, or (with a dot at the end) the packages."""
    imported_from: str = "smsgate"
    more: tuple[str, ...] = ()
    """What public names give or take, by its place: classes that are not imported from the package."""


GROUPS = (
    Group(
        "gateway",
        "Gateway",
        "What an application sends and receives with, and what `gateway.NAME` gives: for threads.",
        ("blocking.",),
        more=(
            *(f"blocking.resources.{name}" for name in ("Contacts", "Groups", "Templates", "Messages")),
            "config.gateway_settings.GatewaySettings",
            "config.hooks.Hooks",
        ),
    ),
    Group(
        "async-gateway",
        "AsyncGateway",
        "The same on asyncio: the methods are those of [`Gateway`](gateway.md), and are awaited.",
        ("gateway", "provider", "sending."),
    ),
    Group(
        "messages",
        "Messages",
        "What is sent, and to whom.",
        ("model.message", "model.media", "model.sender", "model.numbers", "model.consent", "model.refused_row"),
        more=("model.message.MessageFields",),
    ),
    Group(
        "results",
        "Results",
        "How a message ended, what it costs, and the plan of what would be done.",
        ("model.result", "model.outcome", "model.status", "model.price", "model.quote", "model.rate", "routing.plan"),
    ),
    Group(
        "events",
        "Events",
        "What comes back: reports, replies, opt-outs.",
        ("model.event", "model.source", "model.vendor_opt_out", "receiving."),
    ),
    Group(
        "journal",
        "The journal",
        "Where messages are recorded, and what can be read there: entries, histories, runs, reports.",
        ("journal.", "model.entry", "model.history", "model.evidence", "model.audit", "model.run", "model.run_report"),
    ),
    Group(
        "routes-and-guards",
        "Routes and guards",
        "Which provider is asked, and what is refused before one is.",
        ("routing.", "guards.", "model.on_undelivered", "model.reservation", "model.opt_out_scope"),
    ),
    Group(
        "settings",
        "Settings as values",
        "What settings are read into. [Every setting](../settings.md) has its own page.",
        ("config.",),
    ),
    Group(
        "vendor-data",
        "What a vendor stores",
        "Contacts, groups, templates, stored messages, balances and price lists.",
        ("model.contact", "model.stored", "model.balance", "model.listed_price", "model.page"),
    ),
    Group("webhooks", "Webhooks", "Where vendors call.", ("*",), "smsgate.webhooks"),
    Group("testing", "Testing", "What applications and adapters are tested with.", ("*",), "smsgate.testing"),
    Group("text", "Text", "Encoding, length and segments, without a gateway.", ("*",), "smsgate.text"),
    Group(
        "adapters",
        "For authors of adapters",
        "What an adapter is written with; [how to write one](../../how-to/write-an-adapter.md).",
        ("adapter.", "transport.", "runtime.", "model.submission"),
    ),
    Group(
        "fields",
        "Field types",
        "For the classes that a vendor's answers are read into: `from smsgate import fields`, then `fields.NAME`.",
        ("*",),
        "smsgate.adapter.fields",
    ),
    Group(
        "signatures",
        "Signatures",
        "For the vendor's signatures of its calls: `from smsgate import signatures`, then `signatures.NAME`.",
        ("*",),
        "smsgate.adapter.signatures",
    ),
)
ERRORS = Group("../errors", "Errors", "", ("model.errors",))
"""Described on a page of their own, docs/reference/errors.md."""


def pages() -> Iterator[tuple[str, str]]:
    """Give the name and the text of each page."""
    places = {group.page: names_of(group) for group in GROUPS}
    for group in GROUPS:
        links = links_from(group.page)
        place = "" if "import" in group.text else f" `from {group.imported_from} import NAME`."
        start = f"# {group.title}\n\n{group.text}\n\nComputed from the docstrings by `make docs`.{place}\n"
        described = (
            described_as(name, value, links, _module(group, name)) for name, value in places[group.page].items()
        )
        yield group.page, "\n".join([start, *described])


def names_of(group: Group) -> dict[str, object]:
    """Return the public names of a group with their values, sorted, the group's own class first."""
    if group.modules == ("*",):
        module = import_module(group.imported_from)
        return {name: getattr(module, name) for name in module.__all__}
    found = [name for name, module in smsgate._MODULES.items() if group_of(module) is group]  # noqa: SLF001 - a list for this
    found.sort(key=lambda name: (name != group.title, name.lower()))
    values = {name: getattr(smsgate, name) for name in found}
    for place in group.more:
        module, _, name = place.rpartition(".")
        values[name] = getattr(import_module(f"smsgate.{module}"), name)
    return values


@cache
def group_of(module: str) -> Group | None:
    """Return the group that describes the names of a module of smsgate; the exact name goes before the package."""
    every = (ERRORS, *GROUPS)
    exact = [group for group in every if module in group.modules]
    inside = [group for group in every if any(each.endswith(".") and module.startswith(each) for each in group.modules)]
    return next(iter([*exact, *inside]), None)


def links_from(page: str) -> dict[str, str]:
    """Return the address of each name's description, as seen from the page of a group."""
    return {
        name: f"{'' if group.page == page else _relative(group.page, page)}#{anchor(name)}"
        for group in (ERRORS, *GROUPS)
        if group.imported_from in {"smsgate", next((one.imported_from for one in GROUPS if one.page == page), "")}
        for name in names_of(group)
    }


def _module(group: Group, name: str) -> str:
    """Return the module that a name comes from, as far as the group knows."""
    inner = smsgate._MODULES.get(name, "")  # noqa: SLF001 - a list for this
    return group.imported_from if group.modules == ("*",) else f"smsgate.{inner}" if inner else ""


def _relative(target: str, page: str) -> str:
    depth = page.count("/") if not page.startswith("..") else -1
    return f"{target}.md" if depth >= 0 else f"api/{target}.md"


INDEX = """# The API

The public names, by what an application needs them for. Computed from the docstrings by `make docs`.
`from smsgate import NAME`, unless a page says otherwise; errors have [a page of their own](errors.md).

"""


def index() -> str:
    """Return the page that lists the others, with their names."""
    lines = (
        f"- **[{group.title}](api/{group.page}.md)**: "
        + ", ".join(f"[`{name}`](api/{group.page}.md#{anchor(name)})" for name in names_of(group))
        for group in GROUPS
    )
    return INDEX + "\n".join(lines) + "\n"
