"""The pages of the reference that are computed leave nothing out, and say what the code says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
from attrs import field, frozen

import smsgate
from docs.computed import api, errors, settings
from docs.computed.described import anchor, described_as
from docs.computed.prose import prose
from docs.computed.statuses import page as statuses_page
from smsgate import Config, SmsgateError
from smsgate.adapter.registry import adapter_named, installed_adapters
from smsgate.cli import exit_codes
from smsgate.config.schema import settings_schema

ROOT = Path(__file__).parents[2]
EXAMPLES = dict(settings.examples())
SCHEMA = settings_schema({name: adapter_named(name) for name in installed_adapters()})
ACCOUNTS = {"providers": {name: {"adapter": "console"} for name in ("main", "second")}}


def test_every_public_name_is_described_on_one_page() -> None:
    described = [
        name for group in (api.ERRORS, *api.GROUPS) if group.imported_from == "smsgate" for name in api.names_of(group)
    ]
    others = {place.rpartition(".")[2] for group in api.GROUPS for place in group.more}
    assert len(described) == len(set(described))
    assert set(smsgate.__all__) - {*described} == {"__version__", "fields", "signatures", "text"}
    assert {*described} - set(smsgate.__all__) == others


def test_every_error_says_what_to_do() -> None:
    kinds = {
        name
        for name in smsgate.__all__
        if isinstance(getattr(smsgate, name), type) and issubclass(getattr(smsgate, name), SmsgateError)
    }
    assert kinds == {*errors.ACTIONS}


def test_every_table_of_the_settings_has_a_section() -> None:
    tables = {
        name
        for name, shape in SCHEMA["$defs"].items()
        if shape.get("additionalProperties") is False and name[:1].isupper()
    }
    assert tables == {section.shape for section in settings.SECTIONS} - {""}


@pytest.mark.parametrize("heading", EXAMPLES)
def test_an_example_of_settings_is_valid(heading: str) -> None:
    written = {**tomllib.loads(EXAMPLES[heading]), **ACCOUNTS}
    jsonschema.validate(written, SCHEMA)
    if "journal" not in written:
        written["journal"] = "smsgate.db"
    Config.from_mapping(written, {"WEBHOOK_SECRET": "s" * 32})


def test_every_exit_code_is_in_the_table() -> None:
    page = (ROOT / "docs/reference/command-line.md").read_text("utf-8")
    codes = re.findall(r"^\| (\d+) \| .* \| .*\|$", page, re.MULTILINE)
    assert codes == [str(code) for code in sorted(getattr(exit_codes, name) for name in exit_codes.__all__)]


def test_a_variable_on_the_page_of_settings_is_read() -> None:
    page = settings.page(["console", "memory"])
    assert "| `default_region` | text |  | `SMSGATE_DEFAULT_REGION` |" in page
    assert "`SMSGATE_PROVIDERS__NAME__RATE`" in page
    environ = {"SMSGATE_PROVIDERS__MAIN__ADAPTER": "console", "SMSGATE_PROVIDERS__MAIN__RATE": "10/s"}
    assert Config.from_env({**environ, "SMSGATE_DEFAULT_REGION": "ZA"}).default_region == "ZA"


def test_a_vendors_words_are_as_it_shows_them() -> None:
    page = statuses_page(["bulksms"])
    assert "| `FAILED.EXPIRED` | `expired` |" in page
    assert "| `ACCEPTED` | `queued` |" in page
    assert "null" not in page


@frozen
class Parcel:
    """What is sent.

    Weighed by `Gateway`.
    """

    weight: int = field(default=3, kw_only=True)
    """In grams | rounded."""

    @property
    def heavy(self) -> bool:
        """Whether it is."""
        return self.weight > 9

    async def post(self, days: timedelta | None = None) -> Iterator[str]:
        """Post it; raises ``KeyError`` for <nothing>."""
        raise NotImplementedError


def test_a_class_is_described_by_its_signature_fields_properties_and_methods() -> None:
    assert described_as("Parcel", Parcel, {"Gateway": "gateway.md#gateway"}) == (
        "## Parcel\n\n"
        "```py\nParcel(*, weight: int = 3)\n```\n\n"
        "What is sent.\n\nWeighed by [`Gateway`](gateway.md#gateway).\n\n"
        "| field | type | default | what it is |\n| --- | --- | --- | --- |\n"
        "| `weight` | `int` | `3` | In grams \\| rounded. |\n\n"
        "| property | type | what it is |\n| --- | --- | --- |\n| `heavy` | `bool` | Whether it is. |\n\n"
        "### Parcel.post\n\n"
        "```py\npost(days: timedelta | None = None) -> Iterator[str]\n```\n\n"
        "Post it; raises `KeyError` for \\<nothing>.\n"
    )


def test_a_method_for_threads_shows_what_it_returns_there() -> None:
    page = dict(api.pages())
    assert "\n### Gateway.send\n\n```py\nsend(" in page["gateway"]
    assert ") -> Iterator[" in page["gateway"]
    assert "AsyncGenerator" not in page["gateway"]
    assert "\n### AsyncGateway.send\n\n```py\nawait send(" in page["async-gateway"]


def test_docstrings_become_markdown() -> None:
    assert prose("As in::\n\n    a = `b`\n\nand *no* ``x``.", {}) == "As in:\n\n    a = `b`\n\nand \\*no\\* `x`."
    assert (
        prose("`gateway.send()` and `Nothing`", {"gateway.send": "g.md#s"})
        == "[`gateway.send()`](g.md#s) and `Nothing`"
    )


def test_an_anchor_is_the_headings() -> None:
    assert anchor("Gateway.send_bulk") == "gatewaysend_bulk"
