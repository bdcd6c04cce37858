"""The vendor's page says what the code says."""

import re
from pathlib import Path

import attrs

from smsgate import Settings
from smsgate_salesmsg import SalesmsgSettings
from smsgate_salesmsg.message_reply import STATUS

PAGE = (Path(__file__).parents[3] / "docs" / "adapters" / "salesmsg.md").read_text(encoding="utf-8")


def test_every_setting_of_the_vendors_own_has_a_row() -> None:
    table = PAGE.partition("## Settings")[2].partition("##")[0]
    common = {field.name for field in attrs.fields(Settings)} - {"base_url", "rate"}
    own = {field.name for field in attrs.fields(SalesmsgSettings)} - common
    rows = [row for row in table.splitlines() if row.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`([a-z_]+)`", row.split("|")[1])} == own


def test_every_status_has_a_row() -> None:
    table = PAGE.partition("## Message ids and statuses")[2].partition("##")[0]
    assert set(STATUS) <= set(re.findall(r"`([a-z]+)`", table))
