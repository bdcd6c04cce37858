"""`smsgate prices fetch`: from the vendor's list to the prices of the settings."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from smsgate import Gateway
from smsgate.cli.app import run
from smsgate.sandbox import Sandbox


@pytest.fixture(name="sandbox", scope="module")
def _sandbox() -> Iterator[Sandbox]:
    with Sandbox(vendors=["twilio", "bulksms"]) as sandbox:
        yield sandbox


@pytest.fixture(name="settings")
def _settings(sandbox: Sandbox, tmp_path: Path) -> Path:
    tables = []
    for name, settings in sandbox.settings()["providers"].items():
        words = [f"{key} = {json.dumps(value)}" for key, value in settings.items() if isinstance(value, str)]
        tables.append("\n".join([f"[providers.{name}]", *words]))
    file = tmp_path / "smsgate.toml"
    file.write_text("\n".join(tables), encoding="utf-8")
    return file


def test_the_file_that_is_fetched_gives_the_settings_their_prices(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prices = settings.with_name("prices.csv")
    assert run(["prices", "fetch", "twilio", "--csv", str(prices), "--config", str(settings)]) == 0
    out, err = capsys.readouterr()
    assert (out, err) == (f"62 prices in USD are in {prices}\n", "")
    words = '[providers.twilio]\nprices = { file = "prices.csv" }\nsenders.default = "+15005550006"'
    settings.write_text(settings.read_text("utf-8").replace("[providers.twilio]", words), encoding="utf-8")
    with Gateway.from_file(settings) as gateway:
        plan = gateway.plan(gateway.message("+27821112222", "Hello"), provider="twilio")
    assert plan.steps[0].price is not None
    assert (plan.steps[0].price.amount, plan.steps[0].price.unit) == (Decimal("0.0301"), "USD")


def test_a_table_and_json_show_one_country(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    order = ["prices", "fetch", "twilio", "--country", "za", "--config", str(settings)]
    assert run(order) == 0
    assert capsys.readouterr().out.splitlines() == [
        "USD for a segment",
        "prefix  price   lowest  prices  country",
        "+27     0.0301  0.0281  2       ZA",
    ]
    assert run([*order, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"][0]["price"] == "0.0301"
    assert run([*order, "--csv", "-"]) == 0
    assert capsys.readouterr().out == "prefix,price,unit,lowest,prices,country\n+27,0.0301,USD,0.0281,2,ZA\n"


def test_a_vendor_without_a_list_has_a_csv_file_instead(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prices", "fetch", "bulksms", "--config", str(settings)]) == 2
    assert "columns prefix and price" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_leaves_the_old_one(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = settings.with_name("prices.csv")
    folder.mkdir()
    assert run(["prices", "fetch", "twilio", "--csv", str(folder), "--config", str(settings)]) == 2
    assert capsys.readouterr().err.startswith(f"smsgate: {folder}: cannot be written: Is a directory; ")
    assert [each.name for each in settings.parent.iterdir() if each.name.startswith(".")] == []


def test_a_country_that_is_none_is_usage(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prices", "fetch", "twilio", "--country", "Mars", "--config", str(settings)]) == 2
    assert capsys.readouterr().err.startswith("smsgate: --country: 'Mars' is not a country; ")


def test_the_file_may_be_read_by_others_like_any_file(settings: Path) -> None:
    prices = settings.with_name("prices.csv")
    assert run(["prices", "fetch", "twilio", "--country", "ZA", "--csv", str(prices), "--config", str(settings)]) == 0
    usual = settings.with_name("usual")
    usual.touch()
    assert stat.S_IMODE(prices.stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)
