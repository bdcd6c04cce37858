"""What a vendor may be able to do with the texts that it keeps."""

from __future__ import annotations

from abc import ABC, abstractmethod

from smsgate.adapter.driver import Conversation
from smsgate.adapter.operation import does
from smsgate.model.contact import Template
from smsgate.model.page import Page

__all__ = [
    "KeepsTemplates",
]


class KeepsTemplates(ABC):
    """The vendor keeps texts to be sent again."""

    @does("templates.list", command="templates list")
    @abstractmethod
    def list_templates(self, cursor: str | None) -> Conversation[Page[Template]]:
        """Return one page of all templates."""

    @does("templates.get", command="templates get")
    @abstractmethod
    def get_template(self, template_id: str) -> Conversation[Template]:
        """Return one template."""

    @does("templates.delete", command="templates delete")
    @abstractmethod
    def delete_template(self, template_id: str) -> Conversation[None]:
        """Delete a template."""
