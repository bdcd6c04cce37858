"""Read and delete templates: `templates/..`. The API cannot create one."""

from typing import Any

from aiohttp import web

from smsgate_zoomconnect_sandbox.account import Account
from smsgate_zoomconnect_sandbox.answers import NOTHING, Refusal, link
from smsgate_zoomconnect_sandbox.lists import PAGE, listed
from smsgate_zoomconnect_sandbox.records import Template
from smsgate_zoomconnect_sandbox.routes import Route

_ONE = "templates/{template_id:[0-9]{1,19}}"


async def every(request: web.Request, account: Account) -> dict[str, Any]:
    """List all templates."""
    items = [_shown(request, template) for template in account.templates.values()]
    return listed(request, account, "webServiceTemplates", items)


async def get(request: web.Request, account: Account) -> dict[str, Any]:
    """Show one template."""
    return _shown(request, _named(request, account))


async def delete(request: web.Request, account: Account) -> object:
    """Delete a template."""
    del account.templates[_named(request, account).template_id]
    return NOTHING


def _named(request: web.Request, account: Account) -> Template:
    template = account.templates.get(int(request.match_info["template_id"]))
    if template is None:
        raise Refusal(404, "Template not found")
    return template


def _shown(request: web.Request, template: Template) -> dict[str, Any]:
    return {
        "templateId": template.template_id,
        "name": template.name,
        "data": template.text,
        "links": [link(request, "self", f"templates/{template.template_id}")],
    }


ROUTES = (
    Route("GET", "templates/all", every, "webServiceTemplates", query=PAGE),
    Route("GET", _ONE, get, "webServiceTemplate"),
    Route("DELETE", _ONE, delete, "void", status=204),
)
