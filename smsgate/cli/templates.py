"""`smsgate templates`: message templates at a vendor."""

from __future__ import annotations

from typing import Annotated

import typer

from smsgate.cli.options import AsJson, Assent, ConfigFile, Limit, ProviderName, confirm, open_account
from smsgate.cli.output import Output

__all__ = ["add_to"]

TemplateId = Annotated[str, typer.Argument(metavar="ID", help="The template's id at the vendor.")]

templates = typer.Typer(help="Message templates at a vendor.", no_args_is_help=True)


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the commands."""
    app.add_typer(templates, rich_help_panel=topic, name="templates")


@templates.command("list")
def list_templates(
    *, limit: Limit = None, provider: ProviderName = None, config: ConfigFile = None, as_json: AsJson = False
) -> None:
    """Show the templates."""
    with open_account(config, provider) as account:
        Output(as_json=as_json).items(account.templates.list(), ("id", "name", "text"), limit)


@templates.command("get")
def get_template(
    template_id: TemplateId, *, provider: ProviderName = None, config: ConfigFile = None, as_json: AsJson = False
) -> None:
    """Show one template."""
    with open_account(config, provider) as account:
        template = account.templates.get(template_id)
    rows = {
        "id": template.id,
        "name": template.name,
        "text": template.text,
        "fields": ", ".join(sorted(template.fields)) or None,
        "provider": template.provider,
    }
    Output(as_json=as_json).show(template, rows)


@templates.command("delete")
def delete_template(
    template_id: TemplateId, *, yes: Assent = False, provider: ProviderName = None, config: ConfigFile = None
) -> None:
    """Delete a template."""
    with open_account(config, provider) as account:
        confirm(f"Delete template {template_id}?", yes=yes)
        account.templates.delete(template_id)
