"""Templates: `templates/..`. They are written on the vendor's site only."""

from __future__ import annotations

from smsgate import Adapter, Conversation, Effect, KeepsTemplates, Page, Request, Template
from smsgate_zoomconnect.links import next_cursor, page_request
from smsgate_zoomconnect.replies import TemplateReply, TemplatesReply, raw_items
from smsgate_zoomconnect.settings import ZoomConnectSettings

__all__ = ["Templates"]


class Templates(Adapter[ZoomConnectSettings], KeepsTemplates):
    """What concerns templates."""

    def list_templates(self, cursor: str | None) -> Conversation[Page[Template]]:
        """Guide: GET templates/all."""
        answer = yield page_request("templates/all", cursor)
        reply = answer.read(TemplatesReply)
        listed = zip(reply.webServiceTemplates, raw_items(answer, "webServiceTemplates"), strict=True)
        return Page(tuple(each.template(self.provider, raw) for each, raw in listed), next_cursor(reply.links))

    def get_template(self, template_id: str) -> Conversation[Template]:
        """Guide: GET templates/{templateId}."""
        answer = yield Request("GET", "templates/{template_id}", ids={"template_id": template_id})
        return answer.read(TemplateReply).template(self.provider, answer.raw())

    def delete_template(self, template_id: str) -> Conversation[None]:
        """Guide: DELETE templates/{templateId}."""
        yield Request("DELETE", "templates/{template_id}", ids={"template_id": template_id}, effect=Effect.CHANGES)
