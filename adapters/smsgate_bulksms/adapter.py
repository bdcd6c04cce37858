"""BulkSMS's JSON REST API v1, as its published API description has it (SPEC in this package).

DOC is the vendor's page on webhooks. What neither says and we had to assume is marked PRESUMED; `presumptions` has the
list. `messages` is about messages after they were sent or received, `opt_outs` about blocked numbers; here are the
account, its errors, and POST /messages.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from attrs import field, frozen
from attrs.validators import ge, le

import smsgate as sg
from smsgate import Accepted, Message, Submission
from smsgate_bulksms.messages import CLOCK_DIFFERENCE, FITS_FILTER, MessageReply, Messages, listed
from smsgate_bulksms.opt_outs import OptOuts
from smsgate_bulksms.presumptions import presumptions

__all__ = ["BulkSms", "BulkSmsSettings"]

Result = Accepted | sg.RejectedError | sg.UnknownOutcomeError
Results = sg.Conversation[list[Result]]

SENDERS = {"number": "INTERNATIONAL", "short code": "SHORTCODE", "name": "ALPHANUMERIC"}
REPLIABLE = "REPLIABLE"
"""The sender by which the vendor picks a number of its own that takes replies (SPEC)."""
FAILURES = {"FAILED.BLOCKED": sg.OptedOutError, "FAILED.NOT_SENT": sg.InvalidRecipientError}
"""What a status says that is there in the answer to the submission already (PRESUMED to happen)."""
_TEMPLATE = re.compile(r"\{(?:F[0-9]+|fn|sn)#*\}", re.IGNORECASE)
"""A field that the vendor replaces in a text (SPEC); that one without # or in the other case is one is PRESUMED."""
WORDS: dict[str, type[sg.RejectedError]] = {
    r"\b(?:from address|sender|originator)\b": sg.InvalidSenderError,
    r"\b(?:to address|recipients?|phone ?numbers?|msisdn)\b": sg.InvalidRecipientError,
}
"""PRESUMED words of a 400's `detail`; that a refusal is the message's or the account's is PRESUMED too."""


@frozen(kw_only=True)
class BulkSmsSettings(sg.Settings):
    """One BulkSMS account."""

    base_url: str = "https://api.bulksms.com/v1"
    token_id: str = field(validator=sg.fits_header)
    """The id of an API token, or the account's user name."""
    token_secret: str = field(validator=sg.fits_header, repr=False)
    """The secret of the API token, or the account's password."""
    bulk_size: int = field(default=100, validator=[ge(1), le(1_000)])
    """Messages in one call, 1 to 1,000; the vendor advises 4,000 at most, and takes 30,000 (SPEC)."""

    @property
    def account_identity(self) -> Sequence[str]:
        """The token's id, or the user name: nothing else in the settings tells accounts apart."""
        return ("token_id",)


@frozen
class _ProfileReply:
    raw: sg.fields.Raw
    amount: Decimal = sg.fields.named("credits.balance")


class BulkSms(
    Messages,
    OptOuts,
    sg.Adapter[BulkSmsSettings],
    sg.SendsBulk,
    sg.SendsLater,
    sg.ChoosesSender,
    sg.Reconciles,
    sg.TellsBalance,
):
    """BulkSMS: Basic authentication, lists of messages in JSON, a key that drops the repetition of a call."""

    name = "bulksms"
    title = "BulkSMS (bulksms.com)"
    Settings = BulkSmsSettings
    sends_references = True
    dedup_window = timedelta(hours=11)
    """The key lasts for about 12 hours (SPEC); that an hour is margin enough is PRESUMED."""
    service_pattern = REPLIABLE

    def presumptions(self) -> Iterable[sg.Presumption]:
        """Return what no document says."""
        return presumptions(self)

    def headers(self) -> dict[str, str]:
        """Return the credentials, which are sent without being asked for first (SPEC)."""
        pair = f"{self.settings.token_id}:{self.settings.token_secret}".encode()
        return {"Accept": "application/json", "Authorization": f"Basic {b64encode(pair).decode()}"}

    def send(self, message: Message, submission: Submission) -> sg.Conversation[Accepted]:
        """Ask POST /messages with one entry."""
        [result] = yield from self._submit([message], [submission], submission.number)
        if isinstance(result, Accepted):
            return result
        raise result

    @property
    def bulk_size(self) -> int:
        """The setting."""
        return self.settings.bulk_size

    def send_bulk(self, messages: Sequence[Message], made: Sequence[Submission]) -> Results:
        """Ask POST /messages with an entry for each; a call has one date, so messages of several dates are divided."""
        if len({message.send_at for message in messages}) > 1:
            raise sg.NotSentError("one call has one date for all its messages", scope=sg.Scope.MESSAGE)
        return (yield from self._submit(messages, made, sg.bulk_number(made)))

    def _submit(self, messages: Sequence[Message], made: Sequence[Submission], key: int | None) -> Results:
        """Hand messages over under one key, which drops a repetition of the same call; without a journal there is none.

        The order of the answer is not promised: its messages are known by recipient, reference and text. One that shows
        another message, as that of a call which had the same key before, says nothing of this one.
        """
        entries = [self._entry(*each) for each in zip(messages, made, strict=True)]
        query: dict[str, str | int | None] = {"deduplication-id": key, "schedule-date": _date(messages[0].send_at)}
        effect = sg.Effect.SENDS if key is None else sg.Effect.KEYED
        answer = yield sg.Request("POST", "messages", query=sg.given(query), json=entries, effect=effect)
        if len(replies := answer.read(list[object])) != len(messages):
            raise sg.MalformedAnswerError(f"POST messages gave {len(replies)} messages for {len(messages)}")
        shown = [*answer.page(MessageReply, replies).items]
        return [_result(shown, *each) for each in zip(messages, made, strict=True)]

    def _entry(self, message: Message, made: Submission) -> dict[str, object]:
        if template := _TEMPLATE.search(message.text):
            raise sg.InvalidMessageError(f"{self} would replace {template[0][:40]} in the text; change it")
        analysis = sg.text.analyse(message.text)
        fields = {
            "to": [{"type": "INTERNATIONAL", "address": message.to}],
            "from": _sender(message.sender) if message.sender else None,
            "body": message.text,
            "encoding": "TEXT" if analysis.encoding is sg.text.Encoding.GSM7 else "UNICODE",
            "longMessageMaxParts": analysis.segments,  # the vendor's default is 3
            "userSuppliedId": _reference(message, made),
        }
        return {**message.extra.get(self.name, {}), **sg.given(fields)}

    searches_by_time = False  # by the reference; and a scheduled message by the vendor's own clock

    def reconcile(self, doubt: sg.Doubt) -> sg.Conversation[Accepted | sg.Matches | None]:
        """Look for the reference: the submission's id, which this message alone has, or the application's own.

        A scheduled message is listed after its date only (SPEC); how late it is there, the vendor's own clock says.
        """
        if (reference := _reference(doubt.message, doubt.submission)) is None:
            raise sg.UnknownOutcomeError("only a message that went out with a reference can be looked for")
        send_at, is_own = doubt.message.send_at, doubt.submission is not None and reference == doubt.submission.id
        asked_at = (yield sg.Request("GET", "profile")).date if send_at else None
        clauses = ["type=SENT", f"userSuppliedId={reference}"]
        found = yield from sg.read_pages(lambda cursor: listed(clauses, cursor), most=10)
        if found.skipped or found.next is not None:
            raise sg.UnknownOutcomeError(f"the messages with the reference {reference!r} are many, or cannot be read")
        fitting = {each.id: each for each in found.items if _may_be(each, reference, doubt, is_own=is_own)}.values()
        settling = max(self.settling, timedelta(seconds=self.settings.settling or 0))
        if not fitting and send_at and (asked_at is None or asked_at < send_at + settling):
            raise sg.UnknownOutcomeError("the vendor lists a scheduled message after its date only; ask again then")
        if is_own:
            return next(map(_accepted, fitting), None)
        return sg.Matches.of((_accepted(each), bool(each.date) and each.text == doubt.message.text) for each in fitting)

    def balance(self) -> sg.Conversation[sg.Balance]:
        """Ask GET /profile; `raw` is the whole profile: the quota, the allowed senders, the limit of the credit."""
        return sg.fields.into(sg.Balance, (yield sg.Request("GET", "profile")).read(_ProfileReply), unit="credits")

    def explain(self, request: sg.Request, answer: sg.Answer) -> sg.ProviderError | None:
        """Read the error body of a 400 or 403; every other status speaks for itself.

        Its `type` is an address with the code at its end: `bad-request`, `insufficient-credits` (SPEC) or a new one. A
        list with one bad entry is refused whole (PRESUMED): smsgate then divides the call until it finds the entry.
        """
        words, error = self.error_text(answer), answer.read_or_none(dict[str, object]) or {}
        if words is None or answer.status not in {400, 403}:
            return None
        code = str(error["type"]).rpartition("#")[2].rpartition("/")[2]
        kind: type[sg.ProviderError] = sg.refusal_kind(f"{code}: {words}", WORDS)
        if kind is not sg.InsufficientCreditError and not (request.effect.sends and answer.status == 400):
            kind = sg.PermissionDeniedError if answer.status == 403 else sg.ProviderError
        return kind(words, code=code or str(answer.status))

    def error_text(self, answer: sg.Answer) -> str | None:
        """Return what the vendor's error body says: its title and its detail."""
        error = answer.read_or_none(dict[str, object]) or {}
        words = ": ".join(str(error[name]) for name in ("title", "detail") if error.get(name))
        return words if words and "type" in error else None


def _sender(sender: str) -> dict[str, str]:
    kind = SENDERS.get(sg.sender_kind(sender, REPLIABLE))
    return {"type": REPLIABLE} if kind is None else {"type": kind, "address": sender}


def _date(at: datetime | None) -> str | None:
    """Write a date in whole seconds, rounded up: no message goes out before its time."""
    return f"{at + timedelta(microseconds=999_999):%Y-%m-%dT%H:%M:%SZ}" if at else None


def _reference(message: Message, made: Submission | None) -> str | None:
    """Return the `userSuppliedId`: the application's reference where it fits, in the field and in a filter.

    In place of one that does not fit goes the submission's id; that is the reference of a message without one, too,
    unless the setting `references` is false.
    """
    if (own := message.reference) and FITS_FILTER.fullmatch(own):
        return own
    return None if made is None else made.id if own else made.reference


def _result(shown: list[MessageReply], message: Message, made: Submission) -> Result:
    """Take out of the answer's messages the one that is this message, and return what it proves."""
    references = {None, _reference(message, made)}
    fitting = [each for each in shown if each.to == message.to and each.reference in references]
    alone = fitting[0] if len(fitting) == 1 and fitting[0].reference else None
    own = next((each for each in fitting if each.text == message.text), alone)
    if own is None:
        return sg.UnknownOutcomeError("the vendor's answer does not show this message; it may have been sent")
    shown.remove(own)
    if not (word := own.raw_status or "").startswith("FAILED"):
        return _accepted(own)
    return FAILURES.get(word, sg.RejectedError)(f"the vendor shows it as {word}", code=word, message_id=own.id)


def _accepted(shown: MessageReply) -> Accepted:
    status = sg.Status.SCHEDULED if shown.status is sg.Status.SCHEDULED else sg.Status.QUEUED
    return Accepted(message_id=shown.id, status=status, sender=shown.sender, raw=shown.raw)


def _may_be(shown: MessageReply, reference: str, doubt: sg.Doubt, *, is_own: bool) -> bool:
    """Whether a message has this reference and number, and is not certainly another."""
    older = shown.date is not None and shown.date < doubt.since - CLOCK_DIFFERENCE
    fits = shown.reference == reference and shown.to in {None, doubt.message.to}
    return fits and (is_own or not (older or shown.id in doubt.taken))
