from typing import Any

import pytest

from smsgate import Config, ConfigError
from smsgate_salesmsg import SalesmsgSettings

OWN: dict[str, Any] = {"token": "a-token-of-the-tests", "team_id": 16}


@pytest.mark.parametrize(
    ("settings", "base_url", "params_in"),
    [
        ({}, "https://api.salesmessage.com/pub/v2.2", "json"),
        ({"api_version": "v2.3"}, "https://api.salesmessage.com/pub/v2.3", "query"),
        ({"api_version": "v2.3", "params_in": "json"}, "https://api.salesmessage.com/pub/v2.3", "json"),
        ({"base_url": "https://mock.test/"}, "https://mock.test", "json"),
    ],
)
def test_the_version_says_where_to_ask_and_how_unless_the_settings_do(
    settings: dict[str, Any], base_url: str, params_in: str
) -> None:
    read = SalesmsgSettings(**{**OWN, **settings})
    assert (read.base_url, read.params_in, read.send_via, read.rate) == (base_url, params_in, "conversation", "55/min")


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"api_version": "v1"}, "api_version must be one of v2.2, v2.3, got 'v1'"),
        ({"send_via": "pigeon"}, "send_via must be one of conversation, number, got 'pigeon'"),
        ({"params_in": "body"}, "params_in must be one of json, query, got 'body'"),
        ({"team_id": 0}, "team_id must be 1 or more, got 0"),
        ({"number_id": -1}, "number_id must be 1 or more, got -1"),
        ({"team_id": "16"}, "team_id: must be a whole number, got text"),
        ({"base_url": "ftp://mock.test"}, "base_url must be a URL such as https://host/path"),
        ({"token": " "}, "token must be printable ASCII and not empty"),
    ],
)
def test_a_wrong_setting_is_reported_with_its_fix(settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_mapping({"providers": {"sales": {"adapter": "salesmsg", **OWN, **settings}}})
    assert problem in str(caught.value)


def test_a_team_is_needed() -> None:
    with pytest.raises(ConfigError, match=r"providers\.sales\.team_id: is missing"):
        Config.from_mapping({"providers": {"sales": {"adapter": "salesmsg", "token": OWN["token"]}}})
