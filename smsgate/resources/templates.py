"""Templates: texts kept at the vendor."""

from __future__ import annotations

from smsgate.adapter.abilities.templates import KeepsTemplates
from smsgate.model.contact import Template
from smsgate.model.page import AsyncListing
from smsgate.resources.facet import Facet

__all__ = ["AsyncTemplates"]


class AsyncTemplates(Facet):
    """``provider.templates``; every method raises `UnsupportedError` where the vendor keeps none."""

    name = "templates"

    def list(self) -> AsyncListing[Template]:
        """Give every template, page by page as they are needed."""
        return self._walk(self._able(KeepsTemplates, "list").list_templates)

    async def get(self, template_id: str) -> Template:
        """Return one template, or raise `NotFoundError`; `Template.render` makes a message of it."""
        return await self._ask("get", self._able(KeepsTemplates, "get").get_template(template_id))

    async def delete(self, template_id: str) -> None:
        """Delete a template."""
        await self._ask("delete", self._able(KeepsTemplates, "delete").delete_template(template_id))
