"""What a journal writes of the providers that may have a text: JSON, a list for each of them.

It has the provider's name, since when it was asked and under which id it may have the text; then the submission's id
and number, and whether the id went out as the reference; then which account the provider was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from attrs import evolve

from smsgate.model.entry import Asked
from smsgate.model.submission import Submission

__all__ = ["asked_ends", "asked_now", "joined", "read_asked", "write_asked"]

_OF_SUBMISSION = 3
"""What is written of a submission."""


def write_asked(asked: Iterable[Asked]) -> str:
    """Write who may have a text."""
    return json.dumps([_written(each) for each in asked])


def read_asked(written: str | None) -> list[Asked]:
    """Read who may have a text; earlier versions wrote no accounts, and those before version 6 no submissions."""
    return [
        Asked(provider, datetime.fromisoformat(since), message_id, _read_submission(*rest[:_OF_SUBMISSION]), *account)
        for provider, since, message_id, *rest in (json.loads(written) if written else ())
        for account in [rest[_OF_SUBMISSION:]]
    ]


def asked_now(
    provider: str | None, account: str | None, now: float, submission: Submission, *, referenced: bool
) -> list[Asked]:
    """Return that the provider of an intent may have its text from now on."""
    if provider is None:
        return []
    made = evolve(submission, reference=submission.id if referenced else None)
    return [Asked(provider, datetime.fromtimestamp(now, UTC), submission=made, account=account)]


def asked_ends(provider: str, account: str | None, now: float) -> tuple[str, str]:
    """Return how the JSON begins and ends of an intent for a provider; its submission is between the two."""
    start = write_asked([Asked(provider, datetime.fromtimestamp(now, UTC))]).removesuffix("]]")
    return start, "]]" if account is None else f", {json.dumps(account)}]]"


def joined(asked: Iterable[Asked], recorded: Iterable[Asked]) -> list[Asked]:
    """Return who may have a text, with the submissions, accounts and ids that were recorded before."""
    known = {each.provider: each for each in recorded}
    return [
        each
        if each.provider not in known
        else evolve(
            each,
            submission=known[each.provider].submission,
            message_id=known[each.provider].message_id or each.message_id,
            account=known[each.provider].account,
        )
        for each in asked
    ]


def _written(asked: Asked) -> list[object]:
    made = asked.submission
    submission = () if made is None else (made.id, made.number, made.reference is not None)
    written = [asked.provider, asked.since.isoformat(), asked.message_id, *submission]
    return written if asked.account is None else [*written, *[None] * (_OF_SUBMISSION - len(submission)), asked.account]


def _read_submission(id_: str | None = None, number: int | None = None, referenced: object = None) -> Submission | None:
    return None if id_ is None else Submission(id_, number=number, reference=id_ if referenced else None)
