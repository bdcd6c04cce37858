"""The phones and their conversations: `/` and `/phones/{number}`."""

from aiohttp import web
from attrs import frozen

from smsgate.sandbox.inbox.bubbles import ENDS
from smsgate.sandbox.inbox.conversation import Conversation, last_sent, senders
from smsgate.sandbox.inbox.form import fields_of
from smsgate.sandbox.inbox.pages import Pages, asks_for_part
from smsgate.sandbox.inbox.paths import phone_path
from smsgate.sandbox.inbox.phone_list import PhoneList, entry_of, only_scheduled
from smsgate.sandbox.inbox.whole_number import whole_number

_PARTS_OF_LIST = {"phones": "parts/phones.html", "more": "parts/more_phones.html", "status": "parts/status.html"}
_PARTS_OF_PHONE = {part: f"parts/{part}.html" for part in ("conversation", "earlier", "texts")}


@frozen
class Phones:
    """Show the phones with a text, and the conversation of one of them."""

    pages: Pages

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Answer with the list of phones, or with the part of it that is asked for."""
        query, part = request.query, asks_for_part(request)
        if part == "status":
            return self.pages.answer("parts/status.html")
        words = _words(request)
        before, until = whole_number(query.get("before")), whole_number(query.get("until"))
        return self.pages.answer(
            _PARTS_OF_LIST.get(part, "phones.html"),
            words=words,
            phones=PhoneList.of(self.pages.state, words, before=before, until=until),
            scheduled=[] if words or before else only_scheduled(self.pages.state),
            chosen=query.get("phone"),
            before=before,
            first="first" in query,
            conversation=None,
        )

    async def show_phone(self, request: web.Request) -> web.StreamResponse:
        """Answer with a phone's conversation, or with the part of it that is asked for."""
        query, number, part = request.query, request.match_info["number"], asks_for_part(request)
        before, since = whole_number(query.get("before")), whole_number(query.get("since"))
        conversation = Conversation.of(self.pages.state, number, before=before, since=since)
        if part in {"earlier", "texts"}:
            template, first = _PARTS_OF_PHONE[part], "first" in query
            return self.pages.answer(
                template, conversation=conversation, ends=ENDS, before=before, first=first, words=_words(request)
            )
        if part == "conversation":
            around = (
                entry_of(self.pages.state, each, _words(request)) for each in (query.get("phone"), number) if each
            )
            return self._page(request, conversation, template=_PARTS_OF_PHONE[part], around=[*around])
        return self._page(request, conversation)

    async def reply(self, request: web.Request) -> web.StreamResponse:
        """Receive a text from the person."""
        number, fields = request.match_info["number"], await fields_of(request)
        vendor, typed = fields.get("vendor", ""), fields.get("text", "")
        text = fields.get("stop") or typed.replace("\r\n", "\n")  # a form ends a line with both
        last = last_sent(self.pages.state, number, vendor) if fields.get("in_reply") else None
        problem = ""
        try:
            self.pages.state.receive(vendor, number, text, message_id=last.message_id if last else None)
        except LookupError as error:
            problem = str(error.args[0])
        if not problem and "HX-Request" not in request.headers:
            raise web.HTTPSeeOther(phone_path(number))
        kept = typed if problem or fields.get("stop") else ""
        template = "parts/reply.html" if "HX-Request" in request.headers else "phones.html"
        conversation = Conversation.of(self.pages.state, number)
        return self._page(request, conversation, template=template, vendor=vendor, typed=kept, problem=problem)

    def _page(
        self,
        request: web.Request,
        conversation: Conversation,
        *,
        template: str = "phones.html",
        problem: str = "",
        **values: object,
    ) -> web.Response:
        state, words = self.pages.state, _words(request)
        shown = {
            "around": [],
            "chosen": conversation.number,
            "conversation": conversation,
            "ends": ENDS,
            "focus": template == "parts/reply.html",
            "number": conversation.number,
            "phones": PhoneList.of(state, words) if template == "phones.html" else None,
            "problem": problem,
            "scheduled": [] if words or template != "phones.html" else only_scheduled(state),
            "typed": "",
            "vendor": "",
            "vendors": senders(state, conversation.number),
            "words": words,
        }
        status = 422 if problem and template == "phones.html" else 200  # else the part that was asked for
        return self.pages.answer(template, status=status, **(shown | values))


def _words(request: web.Request) -> str:
    return request.query.get("q", "").strip()
