"""Templates: `templates/..`. They are written on the vendor's site only."""

from __future__ import annotations

from attrs import frozen

from smsgate import Adapter, Conversation, Effect, KeepsTemplates, Page, Request, Template, fields
from smsgate_zoomconnect.answers import page_request, read_list
from smsgate_zoomconnect.settings import ZoomConnectSettings

__all__ = ["Templates"]


@frozen
class TemplateReply:
    """One template; its text is called data."""

    raw: fields.Raw
    templateId: fields.Word
    name: str | None = None
    data: str | None = None

    def template(self) -> Template:
        """Say it in smsgate's words."""
        return Template(id=self.templateId, name=self.name or "", text=self.data or "", raw=self.raw)


class Templates(Adapter[ZoomConnectSettings], KeepsTemplates):
    """What concerns templates."""

    def list_templates(self, cursor: str | None) -> Conversation[Page[Template]]:
        """Guide: GET templates/all."""
        answer = yield page_request("templates/all", cursor)
        return read_list(answer, "webServiceTemplates", TemplateReply).map(TemplateReply.template)

    def get_template(self, template_id: str) -> Conversation[Template]:
        """Guide: GET templates/{templateId}."""
        answer = yield Request("GET", "templates/{template_id}", ids={"template_id": template_id})
        return answer.read(TemplateReply).template()

    def delete_template(self, template_id: str) -> Conversation[None]:
        """Guide: DELETE templates/{templateId}."""
        yield Request("DELETE", "templates/{template_id}", ids={"template_id": template_id}, effect=Effect.CHANGES)
