"""What is written of who may have a text is read again, that of earlier versions too."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from smsgate import Submission
from smsgate.journal import Asked
from smsgate.journal.asked_record import asked_ends, asked_now, joined, read_asked, write_asked

pytestmark = pytest.mark.threads  # it waits for nothing

NOW = 1_800_000_000.0
SINCE = datetime.fromtimestamp(NOW, UTC)
SUBMISSION = Submission("sg0123", number=7, reference="sg0123")
ACCOUNT = "twilio:1f0c5e2ab971"


@pytest.mark.parametrize("account", [None, ACCOUNT])
@pytest.mark.parametrize("submission", [None, SUBMISSION, Submission("sg0123", number=7)])
@pytest.mark.parametrize("message_id", [None, "17"])
def test_all_of_it_is_read_again(account: str | None, submission: Submission | None, message_id: str | None) -> None:
    asked = [Asked("a", SINCE, message_id, submission, account), Asked("b", SINCE)]
    assert read_asked(write_asked(asked)) == asked


def test_what_earlier_versions_wrote_is_read_and_says_no_account() -> None:
    since = SINCE.isoformat()
    old = json.dumps(
        [["a", since, "17"], ["b", since, None, "sg0123", 7, True], ["c", since, None, "sg0123", 7, False]]
    )
    assert read_asked(old) == [
        Asked("a", SINCE, "17"),
        Asked("b", SINCE, None, SUBMISSION),
        Asked("c", SINCE, None, Submission("sg0123", number=7)),
    ]
    assert write_asked(read_asked(old)) == old


@pytest.mark.parametrize("account", [None, ACCOUNT, 'odd "name":1f0c5e2ab971'])
def test_what_is_made_for_many_messages_is_what_is_written_for_one(account: str | None) -> None:
    start, end = asked_ends("a", account, NOW)
    [asked] = asked_now("a", account, NOW, SUBMISSION, referenced=True)
    assert read_asked(f'{start}, "sg0123", 7, true{end}') == [asked]
    assert f'{start}, "sg0123", 7, true{end}' == write_asked([asked])


def test_what_was_recorded_of_the_account_is_kept() -> None:
    [recorded] = asked_now("a", ACCOUNT, NOW, SUBMISSION, referenced=True)
    assert joined([Asked("a", SINCE, "17"), Asked("b", SINCE)], [recorded]) == [
        Asked("a", SINCE, "17", SUBMISSION, ACCOUNT),
        Asked("b", SINCE),
    ]
