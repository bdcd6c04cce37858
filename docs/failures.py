"""Write what happens when a vendor refuses or an answer is lost, by sending to each vendor's sandbox.

It is a table of each vendor's page in docs/adapters/. Run by `make docs`; a test compares what is written with this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import frozen

from smsgate import Attempt, Config, Entry, Gateway, Message, Outcome, SendResult, SmsgateError
from smsgate.adapter.registry import adapter_named
from smsgate.sandbox import DeliveryOutcome, Fault, Sandbox

DOCS = Path(__file__).parent
VENDORS = ("bulksms", "salesbox", "salesmsg", "telnyx", "twilio", "vonage", "zoomconnect")
BEGIN, END = "<!-- failures: written by `make docs` -->", "<!-- end of failures -->"
INTRODUCTION = """Each row was run on the sandbox: one message, a journal, a route with another provider after this one.

- *It is about*: what the refusal concerns. One about the recipient or the message does not count for the breaker.
- *Afterwards*: what `smsgate unknown reconcile` finds after the settling time. A delivery report may settle it sooner.
- *Presumed*: the numbers of what is listed below. The row rests on it, and no document of the vendor says it.
"""
HEAD = ("what happens", "smsgate says", "it is about", "next provider", "afterwards", "presumed")
SENDERS = {"telnyx": "+13125550001", "vonage": "27600000000"}
"""Of the vendors that send nothing without one, and whose account in the sandbox names none."""
BLOCKED = {"telnyx", "salesmsg"}
"""Vendors whose sandbox refuses a text to a person who has sent STOP. Twilio has a number for it; others report it."""
TWILIO_OPTED_OUT = "+15005550004"

WRONG_KEY, NO_CREDIT, THROTTLED = "the credentials are wrong", "the account has no credit", "429, too many requests"
BAD_NUMBER, OPTED_OUT, FAILED = (
    "the number is invalid",
    "the vendor knows of an opt-out",
    "503; the vendor sent nothing",
)
LOST_AFTER = "the answer is lost; the vendor has the message"
LOST_BEFORE = "the answer is lost; the vendor never read the request"
REPEATED = "the application sends the same `key` again"
FAULTS = {
    BAD_NUMBER: Fault.REFUSE_NUMBER,
    FAILED: Fault.UNAVAILABLE,
    LOST_AFTER: Fault.DROP_AFTER,
    LOST_BEFORE: Fault.DROP_BEFORE,
    NO_CREDIT: Fault.NO_CREDIT,
    THROTTLED: Fault.RATE_LIMITED,  # last: the account waits then
}
ONCE = {FAILED, LOST_AFTER, LOST_BEFORE}
ROWS = (WRONG_KEY, NO_CREDIT, THROTTLED, BAD_NUMBER, OPTED_OUT, FAILED, LOST_AFTER, LOST_BEFORE, REPEATED)

CODES = "Each code is about"
LISTED = "within 15 minutes"
STATUSES = "The HTTP statuses beside the codes are the sandbox's, but for 429."
USUAL = "401, 429 and 5xx mean the usual: no document says what they mean."
RESTS_ON: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "bulksms": {
        WRONG_KEY: (USUAL,),
        NO_CREDIT: ("A refusal with 400",),
        THROTTLED: (USUAL,),
        BAD_NUMBER: ("A refusal with 400", "The words of an error's `detail` tell a bad number."),
        OPTED_OUT: ("The words of a message's status",),
        FAILED: (USUAL, "A key drops a repetition"),
        LOST_AFTER: ("A key drops a repetition",),
        LOST_BEFORE: ("A key drops a repetition",),
    },
    "salesbox": {
        NO_CREDIT: ("The words of an error say where credit is missing.",),
        OPTED_OUT: ("No document of the vendor has opt-outs; that such a text fails is the sandbox's own.",),
        FAILED: ("A message that is a draft",),
        LOST_BEFORE: ("A message that is a draft",),
    },
    "salesmsg": {
        NO_CREDIT: ("The words of an error tell", "No document shows the answer to an account without credit."),
        BAD_NUMBER: ("The words of an error tell", "A 422 has the form `{message, errors}`."),
        OPTED_OUT: ("The words of an error tell",),
        FAILED: (LISTED,),
        LOST_BEFORE: (LISTED,),
    },
    "telnyx": {
        WRONG_KEY: (CODES, STATUSES),
        NO_CREDIT: (CODES, STATUSES),
        THROTTLED: (CODES,),
        BAD_NUMBER: (CODES, STATUSES),
        OPTED_OUT: (CODES, STATUSES),
        LOST_AFTER: ("The list of webhooks",),
    },
    "twilio": {
        WRONG_KEY: (CODES,),
        NO_CREDIT: ("No document shows the answer to an account without credit; the code is the sandbox's.",),
        THROTTLED: (CODES,),
        BAD_NUMBER: (CODES,),
        OPTED_OUT: (CODES,),
        FAILED: (LISTED,),
        LOST_BEFORE: (LISTED,),
    },
    "vonage": {
        NO_CREDIT: ("A code is at the end",),
        BAD_NUMBER: ("A code is at the end",),
        OPTED_OUT: ("A code is at the end",),
        FAILED: (LISTED,),
        LOST_AFTER: ("The records of texts",),
        LOST_BEFORE: (LISTED, "The records of texts"),
    },
    "zoomconnect": {
        NO_CREDIT: ("The words of an error tell",),
        THROTTLED: ("A 429 means the usual: the vendor warns of a limit, and no document has its answer.",),
        OPTED_OUT: ("The words of a message's status",),
        FAILED: (LISTED,),
        LOST_BEFORE: (LISTED,),
    },
}
"""What each row rests on and no document says: words of an adapter's presumption, or a sentence of its own."""


@frozen
class Happened:
    """What became of one message: its result, of how many attempts, and what was found out afterwards."""

    result: SendResult
    afterwards: str

    @property
    def cells(self) -> list[str]:
        """The cells of its row, without the first and the last."""
        attempt = self.result.attempts[0] if self.result.attempts else None
        if attempt is None or attempt.error is None:
            return [f"{_word(self.result.outcome)}", "", "not asked", self.afterwards]
        asked = "asked" if len(self.result.attempts) > 1 else "not asked"
        return [_said(attempt), str(getattr(attempt.error, "scope", "")), asked, self.afterwards]


def page(vendor: str) -> tuple[Path, str]:
    """Return the page of a vendor as it should be."""
    path = DOCS / f"adapters/{vendor}.md"
    written = path.read_text(encoding="utf-8")
    marks = f"{re.escape(BEGIN)}.*{re.escape(END)}"
    return path, re.sub(marks, lambda _: f"{BEGIN}\n\n{table(vendor)}\n{END}", written, flags=re.DOTALL)


def table(vendor: str) -> str:
    """Return the table of a vendor, with the list of what is presumed in it."""
    happened = run(vendor)
    claims = claims_of(vendor)
    numbers = dict(zip(dict.fromkeys(claim for row in ROWS for claim in claims[row]), count(1), strict=False))
    lines = [HEAD, ["---"] * len(HEAD)]
    lines += [[row, *happened[row].cells, ", ".join(str(numbers[each]) for each in claims[row])] for row in ROWS]
    rows = "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
    return f"{INTRODUCTION}\n{rows}\nPresumed:\n\n" + "".join(
        f"{number}. {claim}\n" for claim, number in numbers.items()
    )


def run(vendor: str) -> dict[str, Happened]:
    """Send a message into each row of the table; return what became of it."""
    with opened(vendor) as (sandbox, gateway):
        happened = {OPTED_OUT: _to_opted_out(vendor, sandbox, gateway), REPEATED: _again(sandbox, gateway)}
        for place, (row, fault) in enumerate(FAULTS.items()):
            sandbox.misbehave(vendor, fault, times=1 if row in ONCE else None, path=sandbox.send_path(vendor))
            result = _sent(gateway, _message(place))
            sandbox.behave()
            happened[row] = Happened(result, _afterwards(row, result, gateway))
    with opened(vendor) as (sandbox, gateway):
        sandbox.misbehave(vendor, Fault.UNAUTHORIZED, times=None)
        happened[WRONG_KEY] = Happened(_sent(gateway, _message(97)), "")
    return happened


def claims_of(vendor: str) -> dict[str, list[str]]:
    """Return what each row rests on, in the words of the adapter's presumptions.

    Raises `LookupError` for words that the adapter has not.
    """
    with Sandbox(vendors=[vendor]) as sandbox:
        own = {"adapter": vendor, **sandbox.credentials(vendor), **sandbox.account(vendor)}
    settings = Config.from_mapping({"providers": {"main": own}}).accounts["main"].settings
    presumed = [each.text for each in adapter_named(vendor)(settings, provider="main").presumptions()]
    return {row: [_claim(words, presumed) for words in RESTS_ON[vendor].get(row, ())] for row in ROWS}


@contextmanager
def opened(vendor: str) -> Iterator[tuple[Sandbox, Gateway]]:
    """Give a sandbox, and a gateway whose route is an account there and one that takes everything."""
    with TemporaryDirectory() as folder, Sandbox(stall=0.05, vendors=[vendor]) as sandbox:
        own = {**sandbox.credentials(vendor), **sandbox.account(vendor)}
        account = {"adapter": vendor, "base_url": sandbox.url(vendor), "rate": "unlimited", "settling": 0.0, **own}
        settings = {
            "journal": f"{folder}/smsgate.db",
            "providers": {"main": account, "next": {"adapter": "memory"}},
            "breaker": {"failures": 100},
            "senders": {"default": SENDERS[vendor]} if vendor in SENDERS else {},
        }
        with Gateway.from_mapping(settings) as gateway:
            yield sandbox, gateway


def _to_opted_out(vendor: str, sandbox: Sandbox, gateway: Gateway) -> Happened:
    message = Message(TWILIO_OPTED_OUT, "Your code is 4711") if vendor == "twilio" else _message(99)
    if vendor in BLOCKED:
        _sent(gateway, Message(message.to, "Hello"))
        sandbox.receive(vendor, message.to, "STOP")
    result = _sent(gateway, message)
    if result.outcome is not Outcome.ACCEPTED or result.message_id is None:
        return Happened(result, "")
    sandbox.end(vendor, result.message_id, DeliveryOutcome.OPTED_OUT)
    report = gateway.provider("main").status(result.message_id)
    reason = f", reason “{report.reason}”" if report.reason else ""
    return Happened(result, f"its status becomes `{report.status.name}`{reason}")


def _again(sandbox: Sandbox, gateway: Gateway) -> Happened:
    first, before = _sent(gateway, _message(98)), len(sandbox.texts)
    second = _sent(gateway, _message(98))
    is_same = first.message_id == second.message_id and len(sandbox.texts) == before
    return Happened(second, "the first result; the vendor is not asked" if is_same else "a second text")


def _afterwards(row: str, result: SendResult, gateway: Gateway) -> str:
    if row is THROTTLED:
        return "the account waits, as long as `Retry-After` says"
    if row in ONCE and result.outcome is Outcome.ACCEPTED:
        return "the request was repeated with its key"
    if result.outcome is not Outcome.UNKNOWN:
        return ""
    entry = next(each for each in gateway.unknowns.list() if each.key == result.message.key)
    return f"`smsgate unknown reconcile`: {_reconciled(gateway, entry)}"


def _reconciled(gateway: Gateway, entry: Entry) -> str:
    try:
        return _word(gateway.unknowns.reconcile(entry.id).state)
    except SmsgateError:
        return "still unknown"


def _sent(gateway: Gateway, message: Message) -> SendResult:
    try:
        return gateway.send(message)
    except SmsgateError as error:
        if not isinstance(error.result, SendResult):
            raise
        return error.result


def _message(place: int) -> Message:
    return Message(f"+2782123{place:04}", f"Your code is {place}", key=f"code {place}")


def _said(attempt: Attempt) -> str:
    code = getattr(attempt.error, "code", None)
    return f"`{type(attempt.error).__name__}`{f' (`{code}`)' if code else ''}: {_word(attempt.outcome)}"


def _word(outcome: object) -> str:
    return str(outcome).replace("_", " ")


def _claim(words: str, presumed: list[str]) -> str:
    """Return the adapter's presumption with these words, or the sentence itself."""
    found = [text for text in presumed if words in text]
    if not found and not words.endswith("."):
        raise LookupError(f"no presumption has the words {words!r}")
    return found[0] if found else words


if __name__ == "__main__":
    for path, text in map(page, VENDORS):
        path.write_text(text, encoding="utf-8")
