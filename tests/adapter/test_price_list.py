"""Price lists: where they come from, what fits, and what is refused."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgate.adapter.price_list import Per, PriceList
from smsgate.config import Config
from smsgate.model.errors import ConfigError
from smsgate.model.price import Price
from smsgate.text import analyse

USD = PriceList.from_mapping({"unit": "USD", "+1": "0.02", "+1242": "0.11", "+27": 1})
TWO_SEGMENTS = analyse("Я" * 71)


@pytest.mark.parametrize(
    ("to", "amount"),
    [("+12025550123", "0.02"), ("+12425550123", "0.11"), ("+1242", "0.11"), ("+27821234567", "1"), ("+12", "0.02")],
)
def test_the_longest_prefix_that_fits_wins(to: str, amount: str) -> None:
    assert USD.price(to, analyse("Hello")) == Price(Decimal(amount), "USD")


def test_a_price_is_per_segment_unless_it_is_said_to_be_per_message() -> None:
    assert USD.price("+12425550123", TWO_SEGMENTS) == Price(Decimal("0.22"), "USD")
    per_message = PriceList.from_mapping({"unit": "credits", "per": "message", "+1": "3"})
    assert per_message.price("+12425550123", TWO_SEGMENTS) == Price(Decimal(3), "credits")


def test_an_unknown_price_is_none_and_not_nothing() -> None:
    assert USD.price("+4930123456", analyse("Hello")) is None
    assert PriceList.from_mapping({"unit": "USD"}).price("+1", analyse("Hello")) is None


def test_the_default_price_is_for_numbers_that_no_prefix_fits() -> None:
    prices = PriceList.from_mapping({"unit": "USD", "default": "0.05", "+1": "0.02"})
    assert prices.price("+4930123456", TWO_SEGMENTS) == Price(Decimal("0.10"), "USD")
    assert prices.price("+12025550123", TWO_SEGMENTS) == Price(Decimal("0.04"), "USD")


def test_free_is_a_price() -> None:
    assert PriceList.from_mapping({"unit": "USD", "+1": 0}).price("+1", TWO_SEGMENTS) == Price(Decimal(0), "USD")


def test_a_message_with_media_has_prices_of_its_own() -> None:
    prices = PriceList.from_mapping({"unit": "USD", "+1": "0.01", "media": {"+1": "0.03", "+1242": 0.2}})
    assert prices.media_price("+12425550123") == Price(Decimal("0.2"), "USD")
    assert prices.media_price("+12025550123") == Price(Decimal("0.03"), "USD")
    assert prices.price("+12425550123", analyse("Hello")) == Price(Decimal("0.01"), "USD")


def test_an_unknown_price_of_media_is_none_whatever_a_text_costs() -> None:
    assert PriceList.from_mapping({"unit": "USD", "default": 1, "+1": 1}).media_price("+12025550123") is None
    some = PriceList.from_mapping({"unit": "USD", "default": 1, "media": {"+1": 1, "default": "0.5"}})
    assert some.media_price("+4930123456") == Price(Decimal("0.5"), "USD")
    assert PriceList.from_mapping({"unit": "USD", "media": {"+1": 0}}).media_price("+1") == Price(Decimal(0), "USD")


def test_money_is_exact_and_reads_well() -> None:
    price = PriceList.from_mapping({"unit": "USD", "+1": 0.1}).price("+1", analyse("a" * 400))
    assert price == Price(Decimal("0.3"), "USD")
    assert str(price) == "0.3 USD"


prefixes = st.from_regex(r"\+[1-9][0-9]{0,5}", fullmatch=True)


@given(st.dictionaries(prefixes, st.integers(0, 99), max_size=8), prefixes)
def test_no_other_prefix_that_fits_is_longer_than_the_one_that_was_taken(prices: dict[str, int], to: str) -> None:
    fitting = sorted((prefix for prefix in prices if to.startswith(prefix)), key=len)
    expected = Price(Decimal(prices[fitting[-1]]), "USD") if fitting else None
    assert PriceList.from_mapping({"unit": "USD", **prices}).price(to, analyse("a")) == expected


def test_lists_of_the_same_prices_are_equal_and_can_be_keys() -> None:
    again = PriceList("USD", {"+1242": Decimal("0.11"), "+27": Decimal(1), "+1": Decimal("0.02")})
    assert (again, hash(again)) == (USD, hash(USD))
    assert again != PriceList("ZAR", again.prices)
    assert again != PriceList("USD", again.prices, media=again.prices)


def test_a_list_cannot_be_changed_through_the_mapping_it_was_made_of() -> None:
    mapping = {"+1": Decimal(1)}
    prices = PriceList("USD", mapping)
    mapping["+1"] = Decimal(2)
    assert prices.prices == {"+1": Decimal(1)}
    with pytest.raises(TypeError):
        prices.prices["+1"] = Decimal(3)  # type: ignore[index]


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"1242": "0.11"}, """prefix must be + and digits, such as "+1242", got '1242'"""),
        ({"+": "0.11"}, """prefix must be + and digits, such as "+1242", got '+'"""),
        ({"+0": "0.11"}, """prefix must be + and digits, such as "+1242", got '+0'"""),
        ({"+1 242": "0.11"}, """prefix must be + and digits, such as "+1242", got '+1 242'"""),
        ({"+1234567890123456": 1}, 'prefix must be + and digits, such as "+1242", got '),
        ({"price": "0.11"}, """prefix must be + and digits, such as "+1242", got 'price'"""),
        ({"+1": "-0.11"}, "price of '+1' must be 0 or more, got -0.11"),
        ({"+1": -1}, "price of '+1' must be 0 or more, got -1"),
        ({"+1": "0,11"}, """price of '+1' must be a number such as "0.02", got '0,11'"""),
        ({"+1": "1_0"}, """price of '+1' must be a number such as "0.02", got '1_0'"""),
        ({"+1": "1e3"}, """price of '+1' must be a number such as "0.02", got '1e3'"""),
        ({"+1": "NaN"}, """price of '+1' must be a number such as "0.02", got 'NaN'"""),
        ({"+1": float("inf")}, "price of '+1' must be a number"),
        ({"+1": True}, """price of '+1' must be a number such as "0.02", got True"""),
        ({"+1": None}, """price of '+1' must be a number such as "0.02", got None"""),
        ({"+1": ""}, """price of '+1' must be a number such as "0.02", got ''"""),
        ({"default": "free"}, """default must be a number such as "0.02", got 'free'"""),
        ({"default": -1}, "default must be 0 or more, got -1"),
        ({"media": "0.02"}, """media must be a table such as { "+1" = "0.02" }, got '0.02'"""),
        ({"media": {1: "0.02"}}, """media must be a table such as { "+1" = "0.02" }, got {1: '0.02'}"""),
        ({"media": {"1": "0.02"}}, """media prefix must be + and digits, such as "+1242", got '1'"""),
        ({"media": {"+1": "x"}}, """media price of '+1' must be a number such as "0.02", got 'x'"""),
        ({"media": {"default": -1}}, "media default must be 0 or more, got -1"),
        ({"unit": " "}, 'unit must be a name such as "USD"'),
        ({"unit": 3}, "unit must be a name"),
        ({"per": "second"}, "per must be one of segment, message, got 'second'"),
        ({"per": []}, "per must be one of segment, message, got []"),
        ({"date": "yesterday"}, """date must be a date such as "2026-11-21", got 'yesterday'"""),
    ],
)
def test_an_error_is_reported_with_its_fix(wrong: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        PriceList.from_mapping({"unit": "USD", **wrong})
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].startswith(problem)


def test_several_errors_are_reported_together() -> None:
    with pytest.raises(ConfigError) as caught:
        PriceList.from_mapping({"1": "x", "+2": "-1", "per": "day"})
    assert [problem.split()[0] for problem in caught.value.problems] == ["unit", "per", "prefix", "price", "price"]


def test_a_list_made_by_hand_is_checked_alike() -> None:
    with pytest.raises(ConfigError) as caught:
        PriceList(
            "",
            {"1": Decimal(-1), "+2": 0.5},  # type: ignore[dict-item]
            default=Decimal("NaN"),
            media={"1": Decimal(1), "+2": Decimal(-1)},
            media_default=Decimal(-1),
        )
    words = ["unit", "prefix", "price", "price", "default"]
    assert [problem.split()[0] for problem in caught.value.problems] == [*words, "media", "media", "media"]


def test_a_toml_file_has_the_same_mapping(tmp_path: Path) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(
        'unit = "ZAR"\nper = "message"\ndate = 2026-11-21\ndefault = 0.30\n"+27" = "0.19"\n'
        '[media]\n"+1" = 0.03\ndefault = 0.50\n'
    )
    assert PriceList.from_toml(path) == PriceList(
        "ZAR",
        {"+27": Decimal("0.19")},
        default=Decimal("0.30"),
        per=Per.MESSAGE,
        date=date(2026, 11, 21),
        media={"+1": Decimal("0.03")},
        media_default=Decimal("0.50"),
    )


def test_a_csv_file_has_a_row_for_each_prefix(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text('\ufeffcountry,prefix,price\r\nUSA,+1,0.02\r\n"Bahamas, The",+1242, 0.11\r\n', "utf-8")
    assert PriceList.from_csv(path, unit="USD", default="0.5", per="segment") == PriceList(
        "USD", {"+1": Decimal("0.02"), "+1242": Decimal("0.11")}, default=Decimal("0.5")
    )


def test_a_csv_file_may_have_a_column_of_prices_with_media(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("prefix,price,Media\n+1,0.02,0.05\n+27,0.03,\n+1242,0.11, 0.2\n", "utf-8")
    assert PriceList.from_csv(path, unit="USD", media_default="1") == PriceList(
        "USD",
        {"+1": Decimal("0.02"), "+27": Decimal("0.03"), "+1242": Decimal("0.11")},
        media={"+1": Decimal("0.05"), "+1242": Decimal("0.2")},
        media_default=Decimal(1),
    )


def test_an_error_in_a_row_with_media_is_reported_once(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("prefix,price,media\n+1,0.02,0.05\n+1,0.02,x\n27,0.03,0.04\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        PriceList.from_csv(path, unit="USD")
    assert caught.value.problems == (
        f"{path}: line 3: prefix '+1' is in the list already; remove one of them",
        f"""{path}: line 4: prefix must be + and digits, such as "+1242", got '27'""",
        f"""{path}: line 3: media price of '+1' must be a number such as "0.02", got 'x'""",
    )


def test_errors_in_a_csv_file_are_reported_together_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("prefix,price\n+1,0.02\n+1,0.02\n27,x\n+44\n")
    with pytest.raises(ConfigError) as caught:
        PriceList.from_csv(path, unit="USD")
    assert caught.value.problems == (
        f"{path}: line 3: prefix '+1' is in the list already; remove one of them",
        f"""{path}: line 4: prefix must be + and digits, such as "+1242", got '27'""",
        f"""{path}: line 4: price of '27' must be a number such as "0.02", got 'x'""",
        f"{path}: line 5 has 1 fields and the header 2",
    )


def test_a_csv_file_may_have_the_separator_of_any_spreadsheet(tmp_path: Path) -> None:
    (tmp_path / "prices.csv").write_text("Prefix;Country;Price\n+1;US;0.02\n", encoding="utf-8-sig")
    assert PriceList.from_csv(tmp_path / "prices.csv", unit="USD") == PriceList("USD", {"+1": Decimal("0.02")})


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        (
            "prices.csv",
            b"code;price\n+1;0.02\n",
            "has no column 'prefix' (there are: code, price); name it in the first line",
        ),
        ("prices.csv", b"", "has no column 'prefix' (there are: none); name it in the first line"),
        ("prices.csv", b"prefix,price\n+1,\xff\n", "is not UTF-8; save it as UTF-8"),
        ("prices.toml", b'unit = "USD"\n"+1" = 1\n"+1" = 2\n', "is not TOML: "),
        ("prices.toml", b'"+1" = 1\n', 'unit must be a name such as "USD"'),
    ],
)
def test_a_file_that_is_no_price_list_is_named(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        PriceList.from_csv(path, unit="USD") if name.endswith("csv") else PriceList.from_toml(path)
    assert str(caught.value).startswith(f"{path}: {problem}")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: cannot be read: No such file or directory"):
        PriceList.from_toml(tmp_path / "none.toml")


def settings(prices: object) -> dict[str, object]:
    account = {"adapter": "zoomconnect", "email": "a@example.com", "token": "t", "prices": prices}
    return {"providers": {"zoom": account}}


def test_a_providers_settings_have_its_prices() -> None:
    config = Config.from_mapping(settings({"unit": "USD", "+1": "0.02", "+1242": "0.11", "+27": "1"}))
    assert config.accounts["zoom"].settings.prices == USD


def test_errors_in_a_providers_prices_are_reported_with_their_place() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_mapping(settings({"+1": "x"}))
    assert caught.value.problems == (
        'settings: providers.zoom.prices: unit must be a name such as "USD", got None',
        """settings: providers.zoom.prices: price of '+1' must be a number such as "0.02", got 'x'""",
    )
    with pytest.raises(ConfigError, match=r"settings: providers\.zoom\.prices: must be a table, got text"):
        Config.from_mapping(settings("0.02"))
