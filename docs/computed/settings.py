"""The page of settings: each with its type, default and environment variable, by the JSON Schema of the file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from docs.computed.prose import summary
from docs.computed.tables import code, table
from smsgate.adapter.registry import adapter_named
from smsgate.config.schema import settings_schema
from smsgate.config.schema_types import Schema
from smsgate.config.variables import variable_of


@frozen
class Section:
    """A table of the file, with an example."""

    heading: str
    path: str
    """Where it is, for the names of variables: ``budgets.NAME``; empty at the first level."""
    shape: str
    """Its name among the schema's definitions; empty at the first level."""
    example: str
    note: str = ""


SECTIONS = (
    Section(
        "The first level",
        "",
        "",
        'route = ["main", "second"]\non_unknown = "reconcile"\ndefault_region = "ZA"\njournal = "smsgate.db"',
        "Write them before the first table of the file.",
    ),
    Section(
        "routes",
        "routes",
        "RouteSettings",
        '[[routes]]\nname = "otp"\ncampaign = "otp"\nproviders = ["second", "main"]\nurgent = true',
        "A list of tables. [Route messages and fail over](../how-to/route-messages.md).",
    ),
    Section(
        "on_undelivered",
        "on_undelivered",
        "OnUndeliveredSettings",
        '[on_undelivered]\nproviders = ["second"]',
        "Also in each of `routes`. [Try again on proof](../how-to/second-try.md).",
    ),
    Section("limits", "limits", "LimitSettings", '[limits]\nmax_segments = 3\ncountries = ["ZA", "NA"]'),
    Section(
        "budgets",
        "budgets.NAME",
        "BudgetSettings",
        '[budgets.otp]\nper = "1h"\nmax = 5\nby = "recipient"',
        "[Limit spending](../how-to/limit-spending.md).",
    ),
    Section(
        "budgets: for",
        "budgets.NAME.for",
        "Counted",
        '[budgets.otp]\nper = "1h"\nmax = 5\nfor = { campaigns = ["otp"] }',
    ),
    Section(
        "guard",
        "guard.NAME",
        "GuardSettings",
        '[guard.otp]\ncountries = ["ZA"]\nburst = "20/10m"',
        "[Stop SMS pumping](../how-to/stop-pumping.md).",
    ),
    Section(
        "guard: for",
        "guard.NAME.for",
        "Guarded",
        '[guard.otp]\ncountries = ["ZA"]\nfor = { campaigns = ["otp"] }',
    ),
    Section("breaker", "breaker", "BreakerSettings", "[breaker]\nfailures = 5\nrest = 30.0"),
    Section(
        "journal",
        "journal",
        "JournalSettings",
        '[journal]\npath = "smsgate.db"\nkeep = "90d"',
        "A text alone is its `path`. [Keep the journal small](../how-to/keep-the-journal-small.md).",
    ),
    Section(
        "opt_out",
        "opt_out",
        "OptOutSettings",
        '[opt_out]\nstop = ["STOP", "ARRET"]',
        "[Respect opt-outs](../how-to/opt-outs.md).",
    ),
    Section(
        "opt_out: programmes",
        "opt_out.programmes.NAME",
        "Programme",
        '[opt_out.programmes.offers]\ncampaigns = ["spring", "summer"]',
    ),
    Section(
        "webhooks",
        "webhooks",
        "WebhookSettings",
        '[webhooks]\nsecret = { env = "WEBHOOK_SECRET" }\npublic_url = "https://example.com/sms"',
        "[Receive replies and delivery reports](../how-to/receive-replies-and-reports.md).",
    ),
    Section(
        "quiet_hours",
        "quiet_hours",
        "QuietHoursSettings",
        '[quiet_hours]\nfrom = "20:00"\nto = "08:00"',
        "[Keep quiet hours](../how-to/quiet-hours.md).",
    ),
    Section(
        "quiet_hours: only",
        "quiet_hours.only",
        "QuietOnlySettings",
        '[quiet_hours]\nfrom = "20:00"\nto = "08:00"\n\n[[quiet_hours.only]]\ncountries = ["FR"]\ndays = ["sun"]',
        "A list of tables.",
    ),
)
HEAD = """# Settings

Every setting of `smsgate.toml`, computed from [the JSON Schema](settings.schema.json) that
`smsgate config schema` prints. An editor that reads the schema completes names and shows errors;
`smsgate config check` also checks what values mean together.

- **Text** may be in the environment, `{ env = "NAME" }`, or in a file, `{ file = "path" }`: so do secrets stay out of
  the settings.
- **Environment variables** replace a whole file: they are read where neither `--config`, `SMSGATE_CONFIG` nor
  `./smsgate.toml` gives a file. Two underscores go one level down, `NAME` is a name of your own, and a list is written
  with commas. Lists of tables can be in a file only.
- A setting without a default is left out if you do not write it; **required** ones are not.

"""


def page(adapters: Sequence[str]) -> str:
    """Return the page, with the accounts of these adapters."""
    schema = settings_schema({name: adapter_named(name) for name in adapters})
    parts = [HEAD]
    for section in SECTIONS:
        shape = schema["$defs"][section.shape] if section.shape else schema
        parts.append(_section(section, shape))
    parts.append(_accounts(adapters, schema))
    return "".join(parts)


def schema_file(adapters: Sequence[str]) -> str:
    """Return the JSON Schema of the file, with the accounts of these adapters."""
    return json.dumps(settings_schema({name: adapter_named(name) for name in adapters}), indent=2) + "\n"


def examples() -> Iterator[tuple[str, str]]:
    """Give each section's heading and example."""
    yield from ((section.heading, section.example) for section in SECTIONS)


def _section(section: Section, shape: Schema) -> str:
    note = f"{section.note}\n\n" if section.note else ""
    example = f"```toml\n{section.example}\n```\n"
    return f"## {section.heading}\n\n{note}{example}\n{_table(shape, section.path)}\n"


def _accounts(adapters: Sequence[str], schema: Schema) -> str:
    """Return what every account takes, and then what each adapter's takes beside that."""
    shapes = {name: schema["$defs"][f"adapter.{name}"] for name in adapters}
    shared = _shared(list(shapes.values()))
    example = '[providers.main]\nadapter = "console"\nrate = "10/s"\nread_timeout = 20.0'
    parts = [
        f"## providers\n\nEach table `[providers.NAME]` is an account.\n\n```toml\n{example}\n```\n\n",
        _table({"properties": shared, "required": ["adapter"]}, "providers.NAME"),
    ]
    for name, shape in shapes.items():
        own = {
            key: value for key, value in shape["properties"].items() if shared.get(key) != value and key != "adapter"
        }
        parts.append(f"\n### {shape.get('title', name)}\n\n")
        parts.append(f'`adapter = "{name}"`: [credentials and what it does](../adapters/{_page(name)}.md).\n\n')
        parts.append(_table({**shape, "properties": own}, "providers.NAME") if own else "")
    return "".join(parts)


def _page(adapter: str) -> str:
    return "memory" if adapter == "console" else adapter


def _shared(shapes: Sequence[Schema]) -> dict[str, Any]:
    """Return the settings that most accounts have in the same words."""
    first, *others = [shape["properties"] for shape in shapes]
    shared = {
        key: value
        for key, value in first.items()
        if key != "adapter" and sum(each.get(key) == value for each in others) >= len(others) // 2
    }
    return {"adapter": {"description": "Which vendor's account it is.", "type": "string"}, **shared}


def _table(shape: Schema, path: str) -> str:
    required = shape.get("required", ())
    rows = [
        [
            name,
            _type(value),
            "**required**" if name in required else _default(value),
            _variable(path, name, value),
            summary(value.get("description", ""), {}),
        ]
        for name, value in shape["properties"].items()
    ]
    return table(["setting", "type", "default", "environment variable", "what it is"], rows)


def _variable(path: str, name: str, value: Schema) -> str:
    """Return the variable of a setting; none for what is in a list of tables, or is a table."""
    if path in LISTS or _type(value) in {"table", "tables"}:
        return ""
    variable = variable_of(f"{path}.{name}" if path else name)
    return code(variable)


def _default(value: Schema) -> str:
    default = value.get("default")
    if default is None:
        return ""
    return code(
        str(default).lower()
        if isinstance(default, bool)
        else f'"{default}"'
        if isinstance(default, str)
        else str(default)
    )


LISTS = {"routes", "quiet_hours.only"}
"""Tables that are in a list, and so in a file only."""
TYPES: Mapping[str, str] = {
    "text": "text",
    "secrets": "text, or several",
    "amount": "amount",
    "prices": "table",
    "senders": "table",
    "period": 'text: "1h", "day"',
    "most": "number, or amount with unit",
    "within": 'text: "20/10m"',
    "length": 'text: "10m"',
    "time_of_day": 'text: "20:00"',
    "counted_by": 'text: "recipient"',
}
"""How the page names the schema's shapes."""


def _type(value: Schema) -> str:
    """Return the type of a setting in the words of its reader."""
    kind = "any"
    match value:
        case {"$ref": str(place)}:
            kind = TYPES.get(place.rpartition("/")[2], "table")
        case {"enum": list(words)}:
            kind = ", ".join(f"`{word}`" for word in words)
        case {"type": "array", "items": items}:
            inner = _type(items)
            kind = "tables" if inner == "table" else f"list of {inner}"
        case {"anyOf": list(choices)}:
            kind = " or ".join(dict.fromkeys(_type(each) for each in choices))
        case {"type": str(name)}:
            kind = {"boolean": "true or false", "string": "text", "object": "table"}.get(name, name)
    return kind
