"""`smsgate groups`: groups of contacts at a vendor."""

from __future__ import annotations

from typing import Annotated

import typer

from smsgate.cli.contacts import COLUMNS as CONTACT_COLUMNS
from smsgate.cli.options import AsJson, Assent, ConfigFile, Limit, ProviderName, confirm, open_account
from smsgate.cli.output import Output
from smsgate.model.contact import Group

__all__ = ["add_to"]

GroupId = Annotated[str, typer.Argument(metavar="GROUP", help="The group's id at the vendor.")]
ContactId = Annotated[str, typer.Argument(metavar="CONTACT", help="The contact's id at the vendor.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="1 to 255 characters.")]

groups = typer.Typer(help="Groups of contacts at a vendor.", no_args_is_help=True)


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the commands."""
    app.add_typer(groups, rich_help_panel=topic, name="groups")


@groups.command("list")
def list_groups(
    *, limit: Limit = None, provider: ProviderName = None, config: ConfigFile = None, as_json: AsJson = False
) -> None:
    """Show the groups."""
    with open_account(config, provider) as account:
        Output(as_json=as_json).items(account.groups.list(), ("id", "name"), limit)


@groups.command("get")
def get_group(
    group_id: GroupId, *, provider: ProviderName = None, config: ConfigFile = None, as_json: AsJson = False
) -> None:
    """Show one group."""
    with open_account(config, provider) as account:
        _show(account.groups.get(group_id), as_json=as_json)


@groups.command("create")
def create_group(
    name: Name, *, provider: ProviderName = None, config: ConfigFile = None, as_json: AsJson = False
) -> None:
    """Create a group."""
    with open_account(config, provider) as account:
        _show(account.groups.create(name), as_json=as_json)


@groups.command("rename")
def rename_group(
    group_id: GroupId, name: Name, *, provider: ProviderName = None, config: ConfigFile = None, as_json: AsJson = False
) -> None:
    """Rename a group."""
    with open_account(config, provider) as account:
        _show(account.groups.update(group_id, name=name), as_json=as_json)


@groups.command("delete")
def delete_group(
    group_id: GroupId, *, yes: Assent = False, provider: ProviderName = None, config: ConfigFile = None
) -> None:
    """Delete a group, but not its contacts."""
    with open_account(config, provider) as account:
        confirm(f"Delete group {group_id}?", yes=yes)
        account.groups.delete(group_id)


@groups.command("add")
def add_to_group(
    group_id: GroupId, contact_id: ContactId, *, provider: ProviderName = None, config: ConfigFile = None
) -> None:
    """Add a contact to a group."""
    with open_account(config, provider) as account:
        account.groups.add(group_id, contact_id)


@groups.command("remove")
def remove_from_group(
    group_id: GroupId, contact_id: ContactId, *, provider: ProviderName = None, config: ConfigFile = None
) -> None:
    """Remove a contact from a group."""
    with open_account(config, provider) as account:
        account.groups.remove(group_id, contact_id)


@groups.command("members")
def list_members(
    group_id: GroupId,
    *,
    limit: Limit = None,
    provider: ProviderName = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show the contacts of a group."""
    with open_account(config, provider) as account:
        Output(as_json=as_json).items(account.groups.members(group_id), CONTACT_COLUMNS, limit)


def _show(group: Group, *, as_json: bool) -> None:
    Output(as_json=as_json).show(group, {"id": group.id, "name": group.name, "provider": group.provider})
