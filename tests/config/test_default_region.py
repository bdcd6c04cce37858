"""The settings' default region reads numbers that are written without a country, wherever a gateway takes one."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_type_hints

import attrs
import pytest

from smsgate import AsyncGateway, ConfigError, Consent, Gateway, InvalidMessageError, Message
from smsgate.model import message as module
from smsgate.model.message import MessageFields
from smsgate.sandbox import Sandbox
from tests.plain_adapter import Line, provider

EVERY: Mapping[str, object] = {
    "sender": "Shop",
    "send_at": datetime(2030, 1, 2, tzinfo=UTC),
    "validity": timedelta(hours=1),
    "key": "order-17",
    "reference": "17",
    "campaign": "sign-in",
    "media": ["https://example.com/a.png"],
    "extra": {"plain": {"a": 1}},
    "route": "default",
    "provider": "a",
    "urgent": True,
    "budget_keys": {"customer": "4711"},
    "consent": Consent("I agree", "1", datetime(2026, 1, 2, tzinfo=UTC)),
}


@pytest.fixture
def gateway() -> Gateway:
    return Gateway([provider("a", Line())], default_region="ZA")


def test_a_gateways_message_reads_its_number_in_the_default_region(gateway: Gateway) -> None:
    assert gateway.message("082 123 4567", "Hello") == Message("+27821234567", "Hello")
    assert gateway.send(gateway.message("082 123 4567", "Hello")).message.to == "+27821234567"


def test_both_gateways_read_a_number_alike() -> None:
    on_loop = AsyncGateway([provider("a", Line()).core], default_region="ZA")
    assert on_loop.message("082 123 4567", "Hello") == Message("+27821234567", "Hello")
    assert on_loop.message("020 7946 0018", "Hello", region="GB").to == "+442079460018"


def test_a_region_that_is_given_wins_over_the_default_one(gateway: Gateway) -> None:
    assert gateway.message("020 7946 0018", "Hello", region="GB").to == "+442079460018"
    assert gateway.message("+1 650 253 0000", "Hello").to == "+16502530000"
    assert gateway.message("082 123 4567", "Hello", region=None).to == "+27821234567"


def test_every_field_of_a_message_can_be_given(gateway: Gateway) -> None:
    assert gateway.message("082 123 4567", "Hello", **EVERY) == Message("+27821234567", "Hello", **EVERY)  # type: ignore[arg-type]


def test_the_fields_of_a_gateways_message_are_those_of_a_message_with_their_types() -> None:
    taken = get_type_hints(MessageFields)
    given = inspect.get_annotations(Message.__init__, eval_str=True, globals=vars(module))
    assert taken == {field.name: given[field.name] for field in attrs.fields(Message) if field.kw_only}
    assert {*EVERY, "region"} == set(taken)
    assert [*inspect.signature(Gateway.message).parameters] == ["self", "to", "text", "fields"]


def test_a_number_without_a_country_points_to_the_ways_to_name_one() -> None:
    with pytest.raises(InvalidMessageError) as raised:
        Message("082 123 4567", "Hello")
    assert str(raised.value) == (
        "'082 123 4567' has no country code; write it as +27821234567, "
        "set default_region in the settings and use gateway.message(), or give region='ZA'"
    )


def test_without_a_default_region_a_gateways_message_says_what_to_set() -> None:
    with pytest.raises(InvalidMessageError, match="set default_region in the settings and use"):
        Gateway([provider("a", Line())]).message("082 123 4567", "Hello")


def test_a_default_region_that_is_no_country_is_an_error_in_the_settings() -> None:
    with pytest.raises(ConfigError, match="default_region 'Mars' is not a country"):
        Gateway([provider("a", Line())], default_region="Mars")


def test_contacts_read_their_numbers_in_the_default_region() -> None:
    with Sandbox() as sandbox:
        account = {"adapter": "zoomconnect", "base_url": sandbox.url("zoomconnect")}
        account |= sandbox.credentials("zoomconnect")
        with Gateway.from_mapping({"default_region": "ZA", "providers": {"zoom": account}}) as gateway:
            made = gateway.contacts.create("082 123 4567", first_name="Ann")
            assert made.number == "+27821234567"
            assert gateway.provider("zoom").contacts.find("082 123 4567") == gateway.contacts.get(made.id)
            assert gateway.contacts.update(made.id, number="083 123 4567").number == "+27831234567"


def test_the_file_of_opt_outs_is_read_in_the_default_region(tmp_path: Path) -> None:
    (tmp_path / "opt-outs.txt").write_text("082 123 4567\n", encoding="utf-8")
    (tmp_path / "smsgate.toml").write_text(
        """
        default_region = "ZA"
        [providers.zoom]
        adapter = "zoomconnect"
        email = "ops@example.com"
        token = "t0ken-1"
        [limits]
        opt_out = "opt-outs.txt"
        """,
        encoding="utf-8",
    )
    with Gateway.from_file(tmp_path / "smsgate.toml") as gateway:
        assert "asked not to be texted" in str(gateway.plan(gateway.message("082 123 4567", "Hello")).refusal)
