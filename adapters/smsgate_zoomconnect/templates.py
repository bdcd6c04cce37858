"""Templates: `templates/..`. They are written on the vendor's site only."""

from __future__ import annotations

from smsgate import Adapter, Conversation, Effect, KeepsTemplates, Page, Request, Template
from smsgate_zoomconnect.links import page_request
from smsgate_zoomconnect.lists import read_list
from smsgate_zoomconnect.replies import TemplateReply
from smsgate_zoomconnect.settings import ZoomConnectSettings

__all__ = ["Templates"]


class Templates(Adapter[ZoomConnectSettings], KeepsTemplates):
    """What concerns templates."""

    def list_templates(self, cursor: str | None) -> Conversation[Page[Template]]:
        """Guide: GET templates/all."""
        answer = yield page_request("templates/all", cursor)
        return read_list(
            answer, "webServiceTemplates", TemplateReply, lambda reply, raw: reply.template(self.provider, raw)
        )

    def get_template(self, template_id: str) -> Conversation[Template]:
        """Guide: GET templates/{templateId}."""
        answer = yield Request("GET", "templates/{template_id}", ids={"template_id": template_id})
        return answer.read(TemplateReply).template(self.provider, answer.raw())

    def delete_template(self, template_id: str) -> Conversation[None]:
        """Guide: DELETE templates/{templateId}."""
        yield Request("DELETE", "templates/{template_id}", ids={"template_id": template_id}, effect=Effect.CHANGES)
