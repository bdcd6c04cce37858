"""A token is in the request that needs it and nowhere else: no error, log, repr, pickle or traceback's text has it."""

import logging
import pickle
import traceback
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

import pytest
from attrs import frozen

from smsgate import (
    Accepted,
    Answer,
    Config,
    Conversation,
    Effect,
    Gateway,
    Message,
    Provider,
    ProviderError,
    Request,
    SendResult,
    SmsgateError,
    Submission,
    WebhookCall,
    WebhookSettings,
)
from smsgate.adapter.settings import without
from smsgate.sandbox import Fault, Sandbox
from smsgate.testing import StubTransport, answer
from smsgate.transport.credential_mask import CredentialMask
from smsgate.webhooks import WebhookRequest
from smsgate_zoomconnect import ZoomConnect, ZoomConnectSettings

CANARY = "CANARY-5f0e7a"
PROXY = f"http://user:{CANARY}@127.0.0.1:9"
MESSAGE = Message("+27821234567", "Hello")


def everything(error: BaseException) -> str:
    """Return all that a log of an error may contain."""
    told = "".join(traceback.format_exception(error)) + repr(error) + str(vars(error))
    return told + repr(pickle.dumps(error)) if isinstance(error, SmsgateError) else told


def ending(act: Callable[[], object]) -> str:
    with pytest.raises(SmsgateError) as raised:
        act()
    return everything(raised.value)


@pytest.fixture(autouse=True)
def _log_of_everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.SLOW_DRIP])
def test_no_failure_of_a_send_shows_the_token(caplog: pytest.LogCaptureFixture, fault: Fault) -> None:
    with Sandbox(stall=0.2) as sandbox:
        sandbox.misbehave("zoomconnect", fault, times=None)
        account = {
            "adapter": "zoomconnect",
            "base_url": sandbox.url("zoomconnect"),
            "email": "ops@example.com",
            "token": CANARY,
            "read_timeout": 0.1,
        }
        with Gateway.from_mapping({"providers": {"zoom": account}}) as gateway:
            told = ending(lambda: gateway.send(MESSAGE))
    assert CANARY not in told
    assert CANARY not in caplog.text


@pytest.mark.parametrize(
    "change",
    [
        {"base_url": "http://127.0.0.1:9"},
        {"base_url": "https://127.0.0.1:9"},
        {"proxy": PROXY},
        {"base_url": "http://[::1]:9/%zz"},
        {"base_url": "http://127.0.0.1:9/ \x7f"},
    ],
)
def test_no_failure_to_connect_shows_the_token(caplog: pytest.LogCaptureFixture, change: dict[str, str]) -> None:
    account = {"adapter": "zoomconnect", "email": "ops@example.com", "token": CANARY, **change}
    with Gateway.from_mapping({"providers": {"zoom": account}}) as gateway:
        assert CANARY not in ending(lambda: gateway.send(MESSAGE))
        assert CANARY not in ending(gateway.provider("zoom").balance)
    assert CANARY not in caplog.text


ECHOES: list[Answer | ProviderError] = [
    answer(json={"messageId": None, "error": f"bad token {CANARY}"}),
    answer(400, json={"code": 9, "message": CANARY}),
    answer(401, json={"code": 0, "message": CANARY}),
    answer(500, text=CANARY),
    answer(200, text=CANARY),
    answer(json=[CANARY]),
    answer(json={"messageId": {CANARY: CANARY}}),
    ProviderError(f"the proxy said {CANARY}"),
]


@pytest.mark.parametrize("echo", ECHOES)
def test_a_vendor_that_echoes_the_token_does_not_get_it_into_an_error(echo: Answer | ProviderError) -> None:
    adapter = ZoomConnect(ZoomConnectSettings(email="ops@example.com", token=CANARY), provider="zoom")
    with Gateway([Provider("zoom", adapter, StubTransport([echo]))]) as gateway:
        assert CANARY not in ending(lambda: gateway.send(MESSAGE))


class Spoken(StrEnum):
    QUEUED = "queued"


@frozen
class Said:
    status: Spoken


class Speaking(ZoomConnect):
    """Its vendor's answer has a word of a few."""

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        said = yield Request("POST", "send", json={"to": message.to}, effect=Effect.SENDS)
        return Accepted(message_id=said.read(Said).status)


@pytest.mark.parametrize("token", [CANARY, "CANARYCANARY"])
def test_a_token_in_the_place_of_a_word_does_not_get_into_an_error(token: str) -> None:
    adapter = Speaking(ZoomConnectSettings(email="ops@example.com", token=token), provider="zoom")
    with Gateway([Provider("zoom", adapter, StubTransport([answer(json={"status": token})]))]) as gateway:
        said = ending(lambda: gateway.send(MESSAGE))
    assert "must be one of queued" in said
    assert token not in said


def test_no_value_shows_the_token(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(CANARY, encoding="utf-8")
    path = tmp_path / "smsgate.toml"
    path.write_text(
        f"""
        [providers.plain]
        adapter = "zoomconnect"
        email = "ops@example.com"
        token = "{CANARY}"
        proxy = "{PROXY}"
        [providers.env]
        adapter = "zoomconnect"
        email = "ops@example.com"
        token = {{ env = "TOKEN" }}
        [providers.file]
        adapter = "zoomconnect"
        email = "ops@example.com"
        token = {{ file = "token" }}
        """,
        encoding="utf-8",
    )
    config = Config.from_file(path, {"TOKEN": CANARY})
    with Gateway.from_config(config) as gateway:
        shown = [config, gateway, *config.accounts.values(), *gateway.providers]
        shown += [account.settings for account in config.accounts.values()]
        shown += [provider.adapter for provider in gateway.providers]
        assert CANARY not in " ".join(map(repr, shown))
        assert CANARY not in " ".join(map(str, shown))


@pytest.mark.parametrize("mistake", ["email = 5", 'tokn = "x"', "deadline = -1", 'time_zone = "x"', "email = ]"])
def test_no_error_in_the_settings_shows_the_token(tmp_path: Path, mistake: str) -> None:
    path = tmp_path / "smsgate.toml"
    toml = f'[providers.zoom]\nadapter = "zoomconnect"\nproxy = "{PROXY}"\ntoken = "{CANARY}"\n{mistake}\n'
    path.write_text(toml, encoding="utf-8")
    assert CANARY not in ending(lambda: Config.from_file(path))


def test_a_result_can_be_pickled_and_has_no_token() -> None:
    adapter = ZoomConnect(ZoomConnectSettings(email="ops@example.com", token=CANARY), provider="zoom")
    with Gateway([Provider("zoom", adapter, StubTransport([answer(json={"messageId": "1"})]))]) as gateway:
        result = gateway.send(MESSAGE)
    again = pickle.loads(pickle.dumps(result))
    assert isinstance(again, SendResult)
    assert again == result
    assert CANARY not in repr(pickle.dumps(result))


WEBHOOK = f"{CANARY}-of-the-webhook"


@pytest.mark.parametrize(
    "held",
    [
        WebhookSettings(secret=WEBHOOK),
        WebhookRequest(method="POST", path=f"/zoom/{WEBHOOK}", query=f"secret={WEBHOOK}", headers={"x": WEBHOOK}),
        WebhookCall(method="POST", query=f"secret={WEBHOOK}", headers={"x": WEBHOOK}, body=WEBHOOK.encode()),
    ],
    ids=lambda held: type(held).__name__,
)
def test_what_may_have_the_webhooks_secret_is_neither_shown_nor_pickled(held: object) -> None:
    assert CANARY not in repr(held) + str(held)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="cannot be pickled; ") as raised:
            pickle.dumps(held, protocol)
        assert CANARY not in everything(raised.value)


def test_a_secret_that_begins_another_does_not_leave_the_rest_of_it() -> None:
    assert without("token abcdef-ghijkl refused", ["abcdef", "abcdef-ghijkl"]) == "token *** refused"


def test_the_beginning_of_a_token_that_an_adapter_cut_within_its_text_is_masked() -> None:
    mask = CredentialMask(ZoomConnectSettings(email="ops@example.com", token="0123456789abcdefghijklmnop"))
    assert mask.text("refused: 0123456789abcdefghij (POST sms)") == "refused: *** (POST sms)"
