"""`smsgate contacts`: contacts at a vendor."""

from __future__ import annotations

from typing import Annotated

import typer

from smsgate.cli.options import AsJson, Assent, ConfigFile, Limit, ProviderName, confirm, open_account, open_gateway
from smsgate.cli.output import Output
from smsgate.model.contact import Contact
from smsgate.model.errors import NotFoundError

__all__ = ["COLUMNS", "add_to"]

COLUMNS = ("id", "number", "first_name", "last_name", "email", "company", "opted_out")
_FIELDS = (*COLUMNS, "title", "provider")

ContactId = Annotated[str, typer.Argument(metavar="ID", help="The contact's id at the vendor.")]
FirstName = Annotated[str | None, typer.Option(metavar="NAME", help="First name.")]
LastName = Annotated[str | None, typer.Option(metavar="NAME", help="Last name.")]
Email = Annotated[str | None, typer.Option(metavar="ADDRESS", help="E-mail address.")]
Company = Annotated[str | None, typer.Option(metavar="NAME", help="Company.")]
Title = Annotated[str | None, typer.Option(metavar="TITLE", help="Title, such as Dr.")]

contacts = typer.Typer(help="Contacts at a vendor.", no_args_is_help=True)


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the commands."""
    app.add_typer(contacts, rich_help_panel=topic, name="contacts")


@contacts.command("list")
def list_contacts(
    *,
    search: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only contacts that the vendor finds with this text.")
    ] = None,
    limit: Limit = None,
    provider: ProviderName = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show contacts."""
    with open_account(config, provider) as account:
        Output(as_json=as_json).items(account.contacts.list(search=search), COLUMNS, limit)


@contacts.command("get")
def get_contact(
    contact_id: ContactId, *, provider: ProviderName = None, config: ConfigFile = None, as_json: AsJson = False
) -> None:
    """Show one contact."""
    with open_account(config, provider) as account:
        _show(account.contacts.get(contact_id), as_json=as_json)


@contacts.command("find")
def find_contact(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Such as +27821234567.")],
    *,
    provider: ProviderName = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show the contact with this number."""
    with open_gateway(config) as gateway:
        book = gateway.contacts if provider is None else gateway.provider(provider).contacts
        found = book.find(number, region=gateway.default_region)
    if found is None:
        raise NotFoundError(f"no contact has the number {number}")
    _show(found, as_json=as_json)


@contacts.command("create")
def create_contact(  # noqa: PLR0913 - a contact's fields
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Such as +27821234567.")],
    *,
    first_name: FirstName = None,
    last_name: LastName = None,
    email: Email = None,
    company: Company = None,
    title: Title = None,
    provider: ProviderName = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Create a contact."""
    with open_gateway(config) as gateway:
        book = gateway.contacts if provider is None else gateway.provider(provider).contacts
        created = book.create(
            number,
            first_name=first_name,
            last_name=last_name,
            email=email,
            company=company,
            title=title,
            region=gateway.default_region,
        )
    _show(created, as_json=as_json)


@contacts.command("update")
def update_contact(  # noqa: PLR0913 - a contact's fields
    contact_id: ContactId,
    *,
    number: Annotated[str | None, typer.Option(metavar="NUMBER", help="Such as +27821234567.")] = None,
    first_name: FirstName = None,
    last_name: LastName = None,
    email: Email = None,
    company: Company = None,
    title: Title = None,
    provider: ProviderName = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Change the given fields of a contact; the others stay as they are."""
    with open_gateway(config) as gateway:
        book = gateway.contacts if provider is None else gateway.provider(provider).contacts
        updated = book.update(
            contact_id,
            number=number,
            first_name=first_name,
            last_name=last_name,
            email=email,
            company=company,
            title=title,
            region=gateway.default_region,
        )
    _show(updated, as_json=as_json)


@contacts.command("delete")
def delete_contact(
    contact_id: ContactId, *, yes: Assent = False, provider: ProviderName = None, config: ConfigFile = None
) -> None:
    """Delete a contact."""
    with open_account(config, provider) as account:
        confirm(f"Delete contact {contact_id}?", yes=yes)
        account.contacts.delete(contact_id)


def _show(contact: Contact, *, as_json: bool) -> None:
    Output(as_json=as_json).show(contact, {name.replace("_", " "): getattr(contact, name) for name in _FIELDS})
