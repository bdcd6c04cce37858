"""All of one text: `/texts/{number}`, and how it ends."""

from collections import Counter
from collections.abc import Sequence

from aiohttp import web
from attrs import frozen

from smsgate.sandbox.callbacks.call import Call
from smsgate.sandbox.conversations import ConversationText
from smsgate.sandbox.inbox.blocks import drawn
from smsgate.sandbox.inbox.bubbles import ENDS, word_of
from smsgate.sandbox.inbox.drawing import code_point, name_of
from smsgate.sandbox.inbox.form import fields_of
from smsgate.sandbox.inbox.pages import Pages, asks_for_part
from smsgate.sandbox.inbox.paths import phone_path
from smsgate.sandbox.inbox.whole_number import whole_number
from smsgate.sandbox.magic import DeliveryOutcome
from smsgate.sandbox.state import State
from smsgate.text import Analysis, Encoding
from smsgate.text.alphabet import EXTENSION


@frozen(kw_only=True)
class Cost:
    """A character that costs, how often the text has it, and why."""

    character: str
    code_point: str
    name: str
    count: int
    reason: str


@frozen
class Texts:
    """Show all of one text, and end its delivery."""

    pages: Pages

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Answer with the page of a text, or with the part of it that changes."""
        state, number = self.pages.state, whole_number(request.match_info["number"])
        text = None if number is None else state.network.conversations.get(number)
        if text is None:
            return self.pages.refusal(404, f"there is no text {request.match_info['number']}; it may have been cleared")
        part = asks_for_part(request)
        return self.pages.answer(
            "parts/text.html" if part == "text" else "text.html",
            text=text,
            drawn=drawn(text.text),
            costs=costs(text.text, drawn(text.text, 1).analysis),
            word=word_of(state, text),
            logged=None if text.request is None else state.requests.get(text.request),
            calls=calls_of(state, text),
            ends=ENDS,
        )

    async def end(self, request: web.Request) -> web.StreamResponse:
        """End the delivery of a text as a button says."""
        fields, number = await fields_of(request), whole_number(request.match_info["number"])
        text = None if number is None else self.pages.state.network.conversations.get(number)
        if text is None:
            return self.pages.problem(request, f"there is no text {request.match_info['number']}", status=404)
        try:
            outcome = DeliveryOutcome(fields.get("outcome", ""))
            self.pages.state.end(text.vendor, text.message_id, outcome)
        except (LookupError, ValueError) as error:
            return self.pages.problem(request, str(error.args[0]))
        of_phone = fields.get("page") == "phone"
        return self.pages.done(request, f"{phone_path(text.phone)}#text-{number}" if of_phone else f"/texts/{number}")


def costs(text: str, analysis: Analysis) -> Sequence[Cost]:
    """Return the characters that cost more than a septet, in the order in which they first occur."""
    if analysis.encoding is Encoding.UCS2:
        found = Counter(offender.character for offender in analysis.offenders)
    else:
        found = Counter(character for character in text if character in EXTENSION.values())
    return [
        Cost(
            character=character,
            code_point=code_point(character),
            name=name_of(character),
            count=count,
            reason=_reason(character, analysis.encoding),
        )
        for character, count in found.items()
    ]


def calls_of(state: State, text: ConversationText) -> Sequence[Call]:
    """Return the calls to the application that are about a text."""
    callbacks = state.callbacks.get(text.vendor)
    return [] if callbacks is None else [call for call in callbacks.calls if call.message_id == text.message_id]


def _reason(character: str, encoding: Encoding) -> str:
    if encoding is Encoding.GSM7:
        return "2 septets: it is in the extension table of GSM-7"
    units = "1 UTF-16 unit" if character <= "\uffff" else "2 UTF-16 units"
    return f"{units}: it is not in GSM-7, so that the whole text is UCS-2"
