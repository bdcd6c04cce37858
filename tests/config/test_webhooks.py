"""The settings of the webhook receiver: its public address, and secrets of several parties."""

from __future__ import annotations

import pytest

from smsgate import Config, ConfigError, WebhookSettings

ONE, TWO = "one-secret-of-20-abc", "two-secret-of-20-abc"
ZOOM = {"adapter": "zoomconnect", "email": "ops@example.com", "token": "canary-token"}


def read(**webhooks: object) -> WebhookSettings:
    settings = {"providers": {"zoom": ZOOM}, "webhooks": webhooks}
    found = Config.from_mapping(settings, {"ONE": ONE}).webhooks
    assert found is not None
    return found


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "https://example.com:8443/sms/",
        "https://example.com/a/b",
        "https://[2001:db8::1]/sms",
        "http://127.0.0.1:8731",
        "http://[::1]/sms",
        "http://localhost:8731/sms",
        "HTTPS://EXAMPLE.com",
        "https://example.com/a%20b",
    ],
)
def test_a_public_url_is_https_or_on_loopback(url: str) -> None:
    assert read(secret=ONE, public_url=url).public_url == url.rstrip("/")


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://example.com", "must be https://HOST[/PATH], or http on loopback, got http"),
        ("http://localhost.example.com", "got http"),
        ("http://128.0.0.1", "got http"),
        ("ftp://127.0.0.1", "got ftp"),
        ("example.com/sms", "got no scheme"),
        ("//example.com/sms", "got no scheme"),
        ("", "got no scheme"),
        ("https://", "must be https://HOST"),
        ("https:///sms", "must be https://HOST"),
        ("https://.example", "must be https://HOST"),
        ("https://a..example", "must be https://HOST"),
        ("https://me:t0ken-t0ken@example.com", "has a user or password"),
        ("https://me@example.com", "has a user or password"),
        ("https://@example.com", "has a user or password"),
        ("https://example.com?a=b", "has a query, a fragment or a backslash"),
        ("https://example.com/?", "has a query, a fragment or a backslash"),
        ("https://example.com/#", "has a query, a fragment or a backslash"),
        ("https://example.com\\evil.example", "has a query, a fragment or a backslash"),
        ("https://example.com:99999", "is not a URL"),
        ("https://example.com:x", "is not a URL"),
        ("https://[::1", "is not a URL"),
        ("https://me:t0ken/t0ken@example.com", "is not a URL"),
        ("https://exämple.com", "must be printable ASCII"),
        ("https://example.com/a b", "must be printable ASCII"),
        ("https://example.com/\n", "must be printable ASCII"),
    ],
)
def test_a_public_url_that_no_vendor_should_be_given_is_refused(url: str, error: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(secret=ONE, public_url=url)
    assert error in str(caught.value)
    assert "t0ken" not in str(caught.value)


@pytest.mark.parametrize(
    ("written", "common", "own"),
    [
        ({"secret": ONE}, (ONE,), {}),
        ({"secret": {"env": "ONE"}}, (ONE,), {}),
        ({"secret": [{"env": "ONE"}, TWO]}, (ONE, TWO), {}),
        ({"secret": TWO, "secrets": {"zoom": {"env": "ONE"}}}, (TWO,), {"zoom": (ONE,)}),
        ({"secrets": {"zoom": [ONE, TWO]}}, (), {"zoom": (ONE, TWO)}),
    ],
)
def test_a_secret_is_one_or_several(
    written: dict[str, object], common: tuple[str, ...], own: dict[str, tuple[str, ...]]
) -> None:
    settings = read(**written)
    assert (settings.secret, settings.secrets) == (common, own)
    assert not any(secret in repr(settings) for secret in (ONE, TWO))


def test_secrets_are_read_from_the_environment() -> None:
    providers = {f"SMSGATE_PROVIDERS__ZOOM__{name}": value for name, value in ZOOM.items()}
    environ = {"SMSGATE_WEBHOOKS__SECRET": f"{ONE}, {TWO}", "SMSGATE_WEBHOOKS__SECRETS__ZOOM": "three-secret-of-20-a"}
    settings = Config.from_env({**providers, **environ}).webhooks
    assert settings is not None
    assert (settings.secret, settings.secrets) == ((ONE, TWO), {"zoom": ("three-secret-of-20-a",)})


@pytest.mark.parametrize(
    ("written", "error"),
    [
        ({}, "secret is missing; set [webhooks] secret"),
        ({"secret": []}, "secret is missing"),
        ({"secret": [ONE, "short"]}, "secret must be 16 or more characters"),
        ({"secret": 5}, "webhooks.secret: must be text, got a whole number"),
        ({"secret": [ONE, ONE]}, "secret lists one secret twice; remove one of them"),
        ({"secret": ONE, "secrets": {"zoom": "short"}}, "secrets.zoom must be 16 or more characters"),
        ({"secret": ONE, "secrets": {"zoom": []}}, "secrets.zoom is empty"),
        ({"secret": ONE, "secrets": {"zoom": [TWO, ONE]}}, "secrets.zoom has a secret that secret has too"),
        ({"secret": ONE, "secrets": {"zom": TWO}}, "webhooks.secrets: no provider 'zom' (there are: zoom)"),
        ({"secrets": {"zoom": ONE, "sales": ONE}}, "secrets.sales has a secret that secrets.zoom has too"),
        ({"secrets": TWO}, "webhooks.secrets: must be a table"),
        ({"secret": {"env": "TWO"}}, "the environment variable TWO is not set"),
    ],
)
def test_secrets_that_are_wrong_or_shared_are_refused(written: dict[str, object], error: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(**written)
    assert error in str(caught.value)
    assert not any(secret in str(caught.value) for secret in (ONE, TWO))


def test_addresses_that_the_vendor_is_to_be_given_need_a_public_url() -> None:
    providers, webhooks = {"zoom": {**ZOOM, "callbacks": True}}, {"secret": ONE}
    with pytest.raises(
        ConfigError, match=r"providers\.zoom\.callbacks: needs \[webhooks\] public_url; set that, or leave"
    ):
        Config.from_mapping({"providers": providers, "webhooks": webhooks}, {})
    with_url = {**webhooks, "public_url": "https://example.com"}
    assert Config.from_mapping({"providers": providers, "webhooks": with_url}, {}).webhooks is not None
