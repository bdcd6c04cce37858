"""What a vendor keeps for an account: contacts, groups of them, templates."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import asdict, field, frozen

from smsgate.model.errors import InvalidMessageError
from smsgate.model.message import Message
from smsgate.model.placeholders import Placeholders

__all__ = ["Contact", "ContactFields", "Group", "Template"]


@frozen(kw_only=True)
class ContactFields:
    """What can be written of a contact; None leaves a field as it is."""

    number: str | None = None
    """E.164."""
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    company: str | None = None
    title: str | None = None

    def written(self, names: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the fields that are to be written, under the vendor's `names` where these are given."""
        return {(names or {}).get(name, name): value for name, value in asdict(self).items() if value is not None}


@frozen(kw_only=True)
class Contact:
    """One person in a vendor's address book."""

    provider: str = ""
    """The account's name in the settings; an adapter leaves it out."""
    id: str
    number: str | None
    """E.164 where it can be read as such, else as the vendor has it."""
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    company: str | None = None
    title: str | None = None
    opted_out: bool | None = None
    """Whether the person asked not to be texted; None where the vendor does not say."""
    raw: Mapping[str, object] = field(factory=dict, repr=False, hash=False)


@frozen(kw_only=True)
class Group:
    """Contacts under a name: what a vendor calls a group, a tag or a campaign."""

    provider: str = ""
    """The account's name in the settings; an adapter leaves it out."""
    id: str
    name: str
    raw: Mapping[str, object] = field(factory=dict, repr=False, hash=False)


@frozen(kw_only=True)
class Template:
    """A text kept at the vendor, with ``{named}`` fields."""

    provider: str = ""
    """The account's name in the settings; an adapter leaves it out."""
    id: str
    name: str
    text: str
    raw: Mapping[str, object] = field(factory=dict, repr=False, hash=False)

    def render(self, to: str, *, region: str | None = None, **fields: str) -> Message:
        """Fill the fields and make a `Message`; raise `InvalidMessageError` for a field without a value or place.

        A field is ``{name}``; ``{{`` and ``}}`` are braces. Values are put in as they are, braces in them included.
        """
        parsed = self._placeholders()
        if missing := sorted({*parsed.names} - fields.keys()):
            raise InvalidMessageError(f"template {self.name!r} needs a value for: {', '.join(missing)}")
        if spare := sorted(fields.keys() - {*parsed.names}):
            raise InvalidMessageError(f"template {self.name!r} has no field: {', '.join(spare)}")
        return Message(to, parsed.fill(fields), region=region)

    @property
    def fields(self) -> frozenset[str]:
        """The names of the fields in the text."""
        return frozenset(self._placeholders().names)

    def _placeholders(self) -> Placeholders:
        try:
            parsed = Placeholders(self.text)
        except ValueError as error:
            raise InvalidMessageError(f"template {self.name!r} {error}") from None
        for name in parsed.names:
            if not name.isidentifier():
                raise InvalidMessageError(f"template {self.name!r} has a field that is no plain name: {{{name}}}")
        return parsed
