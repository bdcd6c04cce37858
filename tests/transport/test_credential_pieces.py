"""No piece of a credential shows, wherever an answer cuts it and in whatever letters it repeats it."""

from __future__ import annotations

import base64
import json
import logging
import pickle
import sqlite3
from collections.abc import Iterator, Mapping
from cProfile import Profile
from pathlib import Path
from pstats import Stats
from urllib.parse import quote

import pytest
from attrs import field, frozen

from smsgate import (
    Accepted,
    Adapter,
    Answer,
    AuthenticationError,
    Conversation,
    Effect,
    Gateway,
    JournalSettings,
    Message,
    Provider,
    Request,
    RequestEvent,
    Settings,
    SmsgateError,
    SqliteJournal,
    Submission,
)
from smsgate.testing import StubTransport, answer
from smsgate.transport.credential_mask import MOST, CredentialMask

MESSAGE = Message("+27821234567", "Hello")
PAIRS = {
    "an account and its token": (f"AC{'0123456789abcdef' * 2}", "f3d1c5b7a9e80264" * 2),
    "a short user": ("me", "pa55word"),
    "a key and its secret": ("abcd1234", "Zx9kQ2mPz7Lw"),
    "an address": ("ops@example.com", "t0ken-77"),
}
JWT = ".".join(
    base64.urlsafe_b64encode(part).decode().rstrip("=")
    for part in (b'{"alg":"RS256","typ":"JWT"}', b'{"application_id":"4711","jti":"%d"}', b"\x8a\xfe" * 20)
)


@frozen(kw_only=True)
class EchoSettings(Settings):
    base_url: str = "https://echo.test"
    user: str = PAIRS["an account and its token"][0]
    password: str = field(default=PAIRS["an account and its token"][1], repr=False)


class Echo(Adapter[EchoSettings]):
    """Signs in by Basic; a request of its own has other credentials. It quotes whatever it is answered."""

    name = "echo"
    Settings = EchoSettings

    def headers(self) -> Mapping[str, str]:
        return {"Authorization": basic(self.settings.user, self.settings.password)}

    def error_text(self, answer: Answer) -> str:
        return answer.body.decode()

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        yield Request("POST", "send", headers={"X-Session": "s3ssion/of+one=request"}, effect=Effect.SENDS)
        return Accepted(message_id="1")


def basic(user: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def mask(user: str, password: str) -> CredentialMask:
    made = CredentialMask(EchoSettings(user=user, password=password))
    made.add_headers({"Authorization": basic(user, password)})
    return made


def cuts(text: str) -> Iterator[str]:
    """Give what is left of a text that is cut at both ends."""
    for length in range(8, len(text) + 1, 3):
        for start in range(len(text) - length + 1):
            yield text[start : start + length]


def run_of(secret: str, text: str) -> int:
    """Return how many characters of a secret are together in a text, whatever their case."""
    small, longest = text.lower(), 0
    for start in range(len(secret)):
        while secret[start : start + longest + 1].lower() in small and start + longest < len(secret):
            longest += 1
    return longest


@pytest.mark.parametrize(("user", "password"), PAIRS.values(), ids=PAIRS)
def test_no_more_than_seven_characters_of_a_header_show_wherever_it_is_cut(user: str, password: str) -> None:
    made, token = mask(user, password), basic(user, password).removeprefix("Basic ")
    for cut in cuts(basic(user, password)):
        assert run_of(token, made.text(f"refused [{cut}]!")) <= 7, cut


@pytest.mark.parametrize(("user", "password"), PAIRS.values(), ids=PAIRS)
def test_a_password_shows_alone_as_little_as_in_its_header(user: str, password: str) -> None:
    made = mask(user, password)
    for cut in cuts(password):
        shown = made.text(f"refused [{cut}]!")
        assert run_of(password, shown) <= (7 if len(password) >= 12 else 5), cut


@pytest.mark.parametrize(("user", "password"), PAIRS.values(), ids=PAIRS)
def test_no_way_to_write_a_header_shows_it(user: str, password: str) -> None:
    made, header = mask(user, password), basic(user, password)
    token = header.removeprefix("Basic ")
    ways = {
        "percents": quote(header, safe=""),
        "percents twice": quote(quote(header, safe=""), safe=""),
        "JSON": json.dumps({"header": header}),
        "capitals": header.upper(),
        "small letters": header.lower(),
        "two lines": f"{token[:20]}\n{token[20:]}",
        "bytes": repr(header.encode()),
    }
    for way, written in ways.items():
        shown = made.text(f"refused {written}!")
        assert run_of(token, shown) <= 7, (way, shown)
        assert run_of(password, shown) <= 7, (way, shown)


def test_what_the_settings_show_stays_readable() -> None:
    user, password = PAIRS["an account and its token"]
    made = mask(user, password)
    assert made.text(f"account {user} is suspended") == f"account {user} is suspended"
    assert made.text(f"account {user[:20]} is suspended") == f"account {user[:20]} is suspended"
    assert made.text(f"{user}:{password}") == "***"


def test_the_key_of_a_file_is_struck_out_and_the_words_around_it_are_not() -> None:
    lines = [base64.b64encode(bytes([place]) * 24 + b"key").decode() for place in range(65, 69)]
    key = "\n".join(["-----BEGIN PRIVATE KEY-----", *lines, "-----END PRIVATE KEY-----"])
    made = CredentialMask(EchoSettings(password=key))
    assert made.text("the private key cannot be read") == "the private key cannot be read"
    for cut in cuts(lines[2]):
        assert run_of(lines[2], made.text(f"bad line: {cut}")) <= 7


def test_a_proxy_is_named_without_its_password() -> None:
    made = CredentialMask(EchoSettings(proxy="http://worker:s3cr3tpw@proxy.example.com:3128"))
    assert made.text("no connection to proxy.example.com:3128") == "no connection to proxy.example.com:3128"
    assert run_of("s3cr3tpw", made.text("http://worker:s3cr3t")) <= 5


def echoing(text: str) -> Provider:
    return Provider("acme", Echo(EchoSettings(), provider="acme"), StubTransport(lambda _: answer(401, text=text)))


def everything(error: SmsgateError) -> str:
    return f"{error} {error!r} {vars(error)} {pickle.dumps(error)!r}"


@pytest.mark.parametrize("header", ["s3ssion/of+one=request", "s3ssion%2Fof%2Bone%3Drequest", "ssion/of+one=reque"])
def test_a_header_of_one_request_is_a_credential_too(header: str) -> None:
    with pytest.raises(AuthenticationError) as raised:
        echoing(f"who is [{header}]?").send(MESSAGE)
    assert run_of("s3ssion/of+one=request", everything(raised.value)) <= 7
    assert "who is [***]?" in str(raised.value)


def test_no_error_log_journal_pickle_or_observer_has_a_header(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    user, password = PAIRS["an account and its token"]
    header, events = basic(user, password), list[RequestEvent]()
    path = tmp_path / "j.db"
    journal = SqliteJournal(JournalSettings(path=str(path)))
    provider = echoing(f"echo: {header} {header[9:-3]} {quote(header)} {password}")
    with (
        Gateway([provider], journal=journal, on_request=events.append) as gateway,
        pytest.raises(AuthenticationError) as raised,
    ):
        gateway.send(MESSAGE)
    with sqlite3.connect(path) as database:
        written = "\n".join(database.iterdump())
    database.close()
    assert "echo: " in written
    found = f"{written} {caplog.text} {events!r} {everything(raised.value)}"
    assert run_of(header.removeprefix("Basic "), found) <= 7
    assert run_of(password, found) <= 7


def test_a_token_that_was_made_for_a_request_is_struck_out_though_many_others_were_made_since() -> None:
    made = CredentialMask(EchoSettings())
    made.add_headers({"Authorization": f"Bearer {JWT}"})
    for number in range(2 * MOST):
        made.add_headers({"Authorization": f"Bearer token-number-{number:08}"})
    for shown in (JWT, JWT[:60], JWT[: JWT.index(".") + 3]):
        assert made.text(f"bad token {shown}, sorry") == "bad token ***, sorry"
    assert made.text("eyJ is how a token begins") == "eyJ is how a token begins"


def test_a_vendor_with_a_new_token_for_each_request_does_not_have_them_all_taken_apart_for_each_error() -> None:
    made, requests = CredentialMask(EchoSettings()), 4 * MOST
    profile = Profile()
    for number in range(requests):
        made.add_headers({"Authorization": f"Bearer token-number-{number:08}"})
        said = profile.runcall(made.text, f"bad token-number-{number:08}, token-number-{max(0, number - MOST + 1):08}")
        assert said == "bad ***, ***"
    taken = next(stat[0] for (_, _, name), stat in Stats(profile).stats.items() if name == "_parts")  # type: ignore[attr-defined]
    assert taken < 20 * requests


def test_no_token_is_missed_after_very_many_requests_without_an_error() -> None:
    made = CredentialMask(EchoSettings())
    assert made.text("first token-number-00000000") == "first token-number-00000000"
    for number in range(10 * MOST):
        made.add_headers({"X-Key": "always-the-same", "Authorization": f"Bearer token-number-{number:08}"})
    assert made.text(f"always-the-same token-number-{10 * MOST - 1:08} {EchoSettings().password}") == "*** *** ***"
    assert len(made._used) <= MOST
