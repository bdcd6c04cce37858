"""Messages on their way out: `POST messages`, for numbers, short codes, alphanumeric senders and number pools alike.

After a lost answer a webhook that Telnyx sent about the message proves that Telnyx has it. Nothing proves that Telnyx
has it not: a message that waits in a queue, for up to four hours, or for its time has caused no webhook yet, and no
list shows it.
"""

import re
from datetime import timedelta
from functools import partial

import smsgate as sg
from smsgate_telnyx.message_reply import MessageReply, read_message
from smsgate_telnyx.messages import CLOCK_DIFFERENCE, Messages, ask, read_events

__all__ = ["PROFILE", "Sending"]

PROFILE = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
"""A messaging profile (a UUID), whose number pool chooses the number."""
NUMBER = re.compile(r"\+?[0-9]+")
"""A sender that has a profile already: a phone number or a short code."""
ROUNDED_UP = timedelta(seconds=59, microseconds=999_999)
"""To the minute, which is the vendor's accuracy: no message is sent before its time."""
SURELY = timedelta(seconds=2)
"""How far the vendor's clock may be behind for a message of the same recipient and text to be certainly no older."""


class Sending(Messages, sg.Reconciles):
    """Sends one message a call; Telnyx has neither a deduplication key nor a reference of ours (API description).

    A lost one is found by its id, by the address of its submission, or by its recipient, text and time.
    """

    def send(self, message: sg.Message, submission: sg.Submission) -> sg.Conversation[sg.Accepted]:
        """Guide: POST /messages. Any 2xx with an id accepts: one page has a 201."""
        request = sg.Request("POST", "messages", json=self._body(message, submission), effect=sg.Effect.SENDS)
        return read_message((yield request)).accepted()

    def reconcile(self, doubt: sg.Doubt) -> sg.Conversation[sg.Accepted | sg.Matches]:
        """Guide: GET /messages/{id}, else GET /webhook_deliveries; a message is never "absent"."""
        if doubt.message_id is not None:
            return (yield from ask(doubt.message_id)).accepted()
        fetch = partial(read_events, "message.sent,message.finalized", doubt.since, doubt.message.to.removeprefix("+"))
        found = yield from sg.read_pages(fetch)
        about = {message.id: message for message in found.items if message.to == doubt.message.to}
        own = [one for one in about.values() if doubt.submission and (one.address or "").endswith(doubt.submission.id)]
        if len(own) == 1:
            return own[0].accepted()
        oldest_first = sorted(about.values(), key=lambda each: each.received_at or doubt.since)
        judged = ((each.accepted(), self._fits(each, doubt)) for each in oldest_first)
        matches = sg.Matches.of((each, certain) for each, certain in judged if certain is not None)
        if own or found.skipped or found.next is not None or matches is None:
            raise sg.UnknownOutcomeError("no webhook shows the message for certain; one that is queued has none yet")
        return matches

    def _body(self, message: sg.Message, submission: sg.Submission) -> dict[str, object]:
        sender, profile = message.sender, self.settings.messaging_profile_id
        if sender and re.fullmatch(PROFILE, sender):
            sender, profile = None, sender
        written = {
            "to": message.to,
            "from": sender,
            "messaging_profile_id": None if sender and NUMBER.fullmatch(sender) else profile,
            "text": message.text or None,
            "media_urls": [each.url for each in message.media] or None,
            "send_at": message.send_at and f"{message.send_at + ROUNDED_UP:%Y-%m-%dT%H:%M:00Z}",
            "webhook_url": submission.callback_url,
        }
        body = {**message.extra.get(self.name, {}), **sg.given(written)}
        if "messaging_profile_id" not in body and not NUMBER.fullmatch(str(body.get("from"))):
            raise sg.InvalidMessageError(f"{self} needs a number or a profile; set [senders], or messaging_profile_id")
        return body

    def _fits(self, message: MessageReply, doubt: sg.Doubt) -> bool | None:
        """Whether a message is certainly no older than the one looked for and the same; None where it is not that one.

        One without a time may be, and one with another number of files: a text may be the same with other pictures. One
        that reports to another address than the submission's is not.
        """
        at = message.received_at or doubt.since - CLOCK_DIFFERENCE
        in_time = doubt.since - CLOCK_DIFFERENCE <= at <= (doubt.until or at) + self.settling
        elsewhere = message.address and doubt.submission and doubt.submission.callback_url
        fits = in_time and not elsewhere and (message.text or "") == doubt.message.text
        return (at >= doubt.since - SURELY and len(message.files or ()) == len(doubt.message.media)) if fits else None
