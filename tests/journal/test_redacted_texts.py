"""A journal that keeps no texts has no piece of one, whatever quotes it and in which spelling."""

from __future__ import annotations

import html
import json
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgate import (
    Accepted,
    Answer,
    ConfigError,
    Conversation,
    DeliveryReport,
    Effect,
    InvalidMessageError,
    JournalSettings,
    KeepText,
    Message,
    NotSentError,
    OptedOutError,
    OptOut,
    Outcome,
    ProviderError,
    RejectedError,
    Reply,
    Request,
    SmsgateError,
    Status,
    Submission,
    UnknownOutcomeError,
    VendorEvent,
)
from smsgate.testing import answer
from tests.plain_adapter import TO, Line, Plain, gateway

PIECE = 12
"""Characters of a text, without case and blanks, of which none may be in the file."""
SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "cut at its end": lambda text: text[: max(PIECE, 2 * len(text) // 3)],
    "cut at its beginning": lambda text: text[len(text) // 3 :],
    "in capitals": str.upper,
    "in small letters": str.lower,
    "with other blanks": lambda text: " \t ".join(text.split(" ")),
    "without blanks": lambda text: "".join(text.split()),
    "in quotes": repr,
    "as JSON": json.dumps,
    "as HTML": html.escape,
    "as a URL": quote,
    "within a sentence": lambda text: f"Message '{text}' is blocked by our filter.",
    "with a hyphen in every word": "-".join,
}
KINDS = (RejectedError, OptedOutError, NotSentError, UnknownOutcomeError, ProviderError, InvalidMessageError)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=PIECE, max_size=90)


def plain(text: str) -> str:
    """Return a text without case and blanks."""
    return "".join(text.casefold().split())


def pieces(text: str) -> set[str]:
    text = plain(text)
    return {text[place : place + PIECE] for place in range(len(text) - PIECE + 1)}


def contents(folder: Path) -> str:
    """Return the contents of the journal's files, the write-ahead log included, also as JSON and Python unescape it."""
    raw = b"".join(file.read_bytes() for file in sorted(folder.iterdir())).decode("utf-8", "ignore")
    unescaped = re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), raw)
    paired = unescaped.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    return "\n".join(map(plain, (raw, paired, paired.replace("\\", ""), html.unescape(paired))))


class Quoting(Plain):
    """Quotes the text in every word that it is free to choose."""

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        answer = yield Request("POST", "send", json={"text": message.text}, effect=Effect.SENDS)
        said = str(answer.raw()["said"])
        return Accepted(message_id=str(next(self.ids)), sender=said, notes=(said,), raw={"said": said})


def failing(kind: type[SmsgateError], words: str) -> ProviderError:
    """Raise what a vendor, or a hook, says that quotes; a vendor's code quotes, too."""
    raise kind(words, code=words) if issubclass(kind, ProviderError) else kind(words)


def everything_that_quotes(path: Path, keep: KeepText, text: str, spelt: str) -> None:
    """Send the text to a vendor that quotes it, first in failures, and record what comes back."""
    failures = iter(KINDS)

    def says(_: Request) -> Answer:
        if kind := next(failures, None):
            failing(kind, spelt)
        return answer(json={"said": spelt})

    with gateway(JournalSettings(path=str(path / "j.db"), text=keep), Line(says), adapter=Quoting) as opened:
        for number in range(len(KINDS)):
            with suppress(SmsgateError):
                opened.send(Message(TO, text, key=f"failed-{number}"))
        list(opened.send_bulk([Message(TO, text)], run="campaign"))
        for event in coming_back(spelt):
            opened.incoming.deliver(event, lambda _: None)
        for entry in opened.unknowns.list():
            opened.unknowns.resolve(entry.id, Outcome.NOT_SENT)
        for number in range(len(KINDS)):
            with suppress(SmsgateError):
                opened.send(Message(TO, text, key=f"failed-{number}"))


@cache
def contents_for_any_text(keep: KeepText) -> str:
    """Return what the files contain whatever the text is."""
    with tempfile.TemporaryDirectory() as folder:
        everything_that_quotes(Path(folder), keep, "7", "7")
        return contents(Path(folder))


def coming_back(spelt: str) -> Iterator[DeliveryReport | Reply | VendorEvent]:
    for number, status in enumerate([Status.UNKNOWN, Status.FAILED, Status.DELIVERED]):
        word = spelt if status is Status.UNKNOWN else status.value
        yield DeliveryReport(provider="a", message_id=f"r{number}", status=status, raw_status=word, reason=spelt)
    yield Reply(provider="a", message_id="1", sender="+27831234567", text=spelt, campaign=spelt, raw={"t": spelt})
    yield Reply(provider="a", message_id="2", sender="+27841234567", text="STOP", raw={"t": spelt})
    yield VendorEvent(provider="a", kind="moved", raw={"text": spelt})


@given(text=TEXTS, spelling=st.sampled_from([*SPELLINGS]), keep=st.sampled_from([KeepText.HASH, KeepText.NONE]))
@settings(max_examples=12)
def test_no_piece_of_a_text_is_in_the_file_whatever_quotes_it(text: str, spelling: str, keep: KeepText) -> None:
    with tempfile.TemporaryDirectory() as folder:
        everything_that_quotes(Path(folder), keep, text, SPELLINGS[spelling](text))
        found = contents(Path(folder))
    assert [piece for piece in pieces(text) if piece in found and piece not in contents_for_any_text(keep)] == []


@pytest.mark.threads("one spelling after the other: what an engine does is in the test before")
@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("keep", [KeepText.HASH, KeepText.NONE])
def test_a_code_that_a_vendor_quotes_is_not_in_the_file(tmp_path: Path, keep: KeepText, spelling: str) -> None:
    text = "Your code is canary-7f3a, valid until 12:00 & once only"
    everything_that_quotes(tmp_path, keep, text, SPELLINGS[spelling](text))
    found = contents(tmp_path)
    assert "canary-7f3a" not in found
    assert "c-a-n-a-r-y" not in found
    assert [piece for piece in pieces(text) if piece in found] == []


def error_again(path: Path, keep: KeepText, error: ProviderError) -> SmsgateError:
    """Return the error of a message whose key was sent before."""
    settings = JournalSettings(path=str(path / "j.db"), text=keep)
    for _ in range(2):
        with gateway(settings, Line(error)) as opened, pytest.raises(SmsgateError) as raised:
            opened.send(Message(TO, "Your code is 4711", key="k"))
    return raised.value


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (
            RejectedError("'Your code is 4711' is spam", code="400"),
            'the message was refused (code 400, scope message); the vendor\'s words are not kept with text = "hash"',
        ),
        (
            OptedOutError("no more 'Your code'"),
            (
                "the recipient asked not to be texted (scope recipient); the vendor's words are not kept with "
                'text = "hash"'
            ),
        ),
        (
            UnknownOutcomeError("time-out after 'Your code is 4711'", code="502", message_id="17"),
            (
                "the message may have been sent (code 502, scope provider); the vendor's words are not kept with "
                'text = "hash"'
            ),
        ),
        (
            RejectedError("no", code="Your code is 4711"),
            'the message was refused (scope message); the vendor\'s words are not kept with text = "hash"',
        ),
    ],
)
def test_what_is_kept_of_a_refusal_still_says_what_to_do(tmp_path: Path, error: ProviderError, reason: str) -> None:
    again = error_again(tmp_path, KeepText.HASH, error)
    assert type(again) is type(error)
    assert isinstance(again, ProviderError)
    assert (again.reason, again.provider, again.scope, again.message_id) == (reason, "a", error.scope, error.message_id)


def test_a_journal_that_keeps_texts_keeps_the_vendors_words(tmp_path: Path) -> None:
    again = error_again(tmp_path, KeepText.FULL, RejectedError("'Your code is 4711' is spam", code="400"))
    assert str(again) == "a: 'Your code is 4711' is spam"


@pytest.mark.parametrize(
    ("keep", "recorded"),
    [
        (KeepText.FULL, [("odd: Your code", None), ("failed", "spam: Your code is 4711")]),
        (KeepText.NONE, [(None, None), ("failed", None)]),
    ],
)
def test_of_a_report_the_words_that_smsgate_knows_are_kept(
    tmp_path: Path, keep: KeepText, recorded: Sequence[tuple[str | None, str | None]]
) -> None:
    settings = JournalSettings(path=str(tmp_path / "j.db"), text=keep)
    reports = [
        DeliveryReport(provider="a", message_id="1", status=Status.UNKNOWN, raw_status="odd: Your code"),
        DeliveryReport(
            provider="a", message_id="2", status=Status.FAILED, raw_status="failed", reason="spam: Your code is 4711"
        ),
    ]
    handed: list[object] = []
    with gateway(settings, Line()) as opened:
        for report in reports:
            opened.incoming.deliver(report, handed.append)
    assert handed == reports
    with closing(sqlite3.connect(tmp_path / "j.db")) as connection:
        assert (
            connection.execute("SELECT raw_status, reason FROM deliveries ORDER BY message_id").fetchall() == recorded
        )


def test_of_an_opt_out_the_settings_word_is_kept_and_not_the_reply(tmp_path: Path) -> None:
    settings = JournalSettings(path=str(tmp_path / "j.db"), text=KeepText.NONE)
    said = "Please stop texting me"
    with gateway(settings, Line()) as opened:
        events: list[object] = []
        opened.incoming.deliver(Reply(provider="a", message_id="1", sender=TO, text=said), events.append)
        assert isinstance(events[0], OptOut)
        assert opened.opt_outs.get(TO) is not None
    found = contents(tmp_path)
    assert plain(said) not in found
    assert "STOP" in b"".join(file.read_bytes() for file in tmp_path.iterdir()).decode("utf-8", "ignore")


def test_an_applications_own_refusal_is_not_kept_either(tmp_path: Path) -> None:
    settings = JournalSettings(path=str(tmp_path / "j.db"), text=KeepText.HASH)
    line = Line(lambda _: failing(ConfigError, "the text 'Your code is 4711' again"))
    with gateway(settings, line) as opened, pytest.raises(SmsgateError):
        opened.send(Message(TO, "Your code is 4711", key="k"))
    assert "4711" not in contents(tmp_path)
