from __future__ import annotations

import re
from pathlib import Path

import pytest

from smsgate import Answer, Effect, NotSentError, RejectedError, Request, UnknownOutcomeError
from smsgate.transport.statuses import refusal

pytestmark = pytest.mark.parametrize("transport", ["requests"], indirect=True)  # it asks by neither
PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "what-a-failure-proves.md"


def _statuses(outcome: str) -> set[int]:
    table = PAGE.read_text(encoding="utf-8").partition("## What a status means")[2]
    line = next(line for line in table.splitlines() if line.startswith(f"| {outcome} |"))
    spans = re.findall(r"(\d{3})(?:\u2013(\d{3}))?", line)
    return {status for first, last in spans for status in range(int(first), int(last or first) + 1)}


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [("rejected", RejectedError), ("not sent", NotSentError), ("unknown", UnknownOutcomeError)],
)
def test_the_page_on_failures_has_the_statuses_of_the_code(outcome: str, kind: type[Exception]) -> None:
    request = Request("POST", "send", effect=Effect.SENDS)
    of_code = {status for status in range(300, 600) if isinstance(refusal(request, Answer(status)), kind)}
    if outcome == "unknown":
        assert _statuses(outcome) <= of_code
    else:
        assert _statuses(outcome) == of_code
