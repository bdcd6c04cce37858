from __future__ import annotations

import pytest

from smsgate import ConfigError, Gateway
from smsgate_twilio import TwilioSettings
from tests.adapters.twilio.samples import ACCOUNT, KEY, TOKEN, settings


def test_the_account_is_in_the_path() -> None:
    assert settings().base_url == f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}"


def test_a_region_has_a_host_of_its_own() -> None:
    url = f"https://api.dublin.ie1.twilio.com/2010-04-01/Accounts/{ACCOUNT}"
    assert settings(base_url=url).base_url == url


@pytest.mark.parametrize(
    ("own", "problem"),
    [
        ({"account_sid": "AC1"}, "account_sid must be AC and 32 hexadecimal digits, got 'AC1'"),
        ({"account_sid": KEY}, "account_sid must be AC and 32"),
        ({"key_sid": ACCOUNT, "key_secret": "s3cret-s3cret"}, "key_sid must be SK and 32"),
        ({"key_sid": KEY}, "key_sid and key_secret together"),
        ({"key_secret": "s3cret-s3cret"}, "key_sid and key_secret together"),
        ({"auth_token": None}, "must have auth_token, or key_sid and key_secret"),
        ({"auth_token": "two\nlines"}, "auth_token must be printable ASCII"),
    ],
)
def test_an_account_without_whole_credentials_is_refused(own: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        settings(**own)


def test_all_errors_of_the_settings_are_reported_without_a_secret() -> None:
    wrong = {"adapter": "twilio", "account_sid": "AC1", "auth_token": "t0ken\n0f-the-tests"}
    with pytest.raises(ConfigError) as caught:
        Gateway.from_mapping({"providers": {"twilio": wrong}})
    assert "account_sid" in str(caught.value)
    assert "0f-the-tests" not in str(caught.value)


def test_secrets_do_not_show() -> None:
    shown = repr(settings(secondary_token="sec0nd-t0ken", key_sid=KEY, key_secret="key-s3cret"))
    assert [secret for secret in (TOKEN, "sec0nd-t0ken", "key-s3cret") if secret in shown] == []
    assert TwilioSettings.__name__ in shown
