"""Which sender a message goes out under: the setting `senders`, by the recipient's prefix or country."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from attrs import field, frozen

from smsgate.model.errors import ConfigError, InvalidMessageError
from smsgate.model.numbers import country_of, read_region
from smsgate.model.sender import sender_kind
from smsgate.model.sender_rules import forbidden

__all__ = ["SenderEntry", "SenderTable"]

DEFAULT = "default"


@frozen
class SenderEntry:
    """One sender of a table."""

    sender: str
    is_service: bool = False
    """Whether it is a vendor's id of a pool of senders."""
    source: str | None = field(default=None, eq=False)
    """The variable or file that the settings name for it, whose content no error shows: it may be another's secret."""

    @property
    def shown(self) -> str:
        """How an error names it."""
        return repr(self.sender[:40]) if self.source is None else f"the content of {self.source}"

    def fits(self, service_pattern: str | None) -> bool:
        """Whether a vendor whose pools have such ids can use it."""
        if not self.is_service:
            return True
        return service_pattern is not None and re.fullmatch(service_pattern, self.sender) is not None


def _read(entries: Mapping[str, object]) -> Mapping[str, SenderEntry]:
    """Read all entries; raise `ConfigError` with every error."""
    found: dict[str, SenderEntry] = {}
    problems: list[str] = []
    for key, value in entries.items():
        try:
            place, country = _place(key, found)
            found[place] = _entry(value, country)
        except ValueError as error:
            problems.append(f"{key}: {error}")
    if problems:
        raise ConfigError(*problems)
    return MappingProxyType(found)


@frozen
class SenderTable:
    """Senders by E.164 prefix, of which the longest that fits wins, then by country, then the default.

    ``SenderTable({"ZA": "27820001111", "GB": "ACME", "+1": {"service": "MG..."}, "default": "ACME"})``. Raises
    `ConfigError` with a problem for each error.
    """

    entries: Mapping[str, SenderEntry] = field(converter=_read, hash=False)
    """By prefix (``+1242``), country (ISO 3166, ``ZA``) and ``default``."""
    common: bool = field(default=False, kw_only=True)
    """Whether it is that of all providers that have none of their own."""
    _lengths: tuple[int, ...] = field(init=False, eq=False, repr=False)
    _has_countries: bool = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        lengths = {len(key) for key in self.entries if key.startswith("+")}
        object.__setattr__(self, "_lengths", tuple(sorted(lengths, reverse=True)))
        object.__setattr__(self, "_has_countries", any(key.isupper() for key in self.entries))

    def choose(self, to: str, service_pattern: str | None) -> tuple[str, str] | None:
        """Return the sender of a message to an E.164 number, and its place in the table; None if there is none.

        An id of another vendor's pool (`service_pattern` does not match it) is passed over.
        """
        for place in self._places(to):
            entry = self.entries.get(place)
            if entry is not None and entry.fits(service_pattern):
                return entry.sender, place
        return None

    def _places(self, to: str) -> Iterator[str]:
        for length in self._lengths:
            yield to[:length]
        if self._has_countries and (country := country_of(to)) is not None:
            yield country
        yield DEFAULT


def _place(key: object, found: Mapping[str, SenderEntry]) -> tuple[str, str | None]:
    """Return an entry's prefix, country or "default" as it is looked up, and the country if it is one."""
    place, country = _prefix_or_country(key)
    if place in found:
        raise ValueError(f"is there twice, as {place}; remove one of them")
    return place, country


def _prefix_or_country(key: object) -> tuple[str, str | None]:
    if not isinstance(key, str):
        raise ValueError(f"must be text, got {type(key).__name__}")  # noqa: TRY004 - reported as a problem of the settings
    if key == DEFAULT:
        return DEFAULT, None
    prefix = re.sub(r"[\s()-]", "", key)
    if re.fullmatch(r"\+[1-9][0-9]{0,14}", prefix):
        return prefix, None
    try:
        country = read_region(key)
    except InvalidMessageError:
        raise ValueError(
            "is no country, prefix or default; write two ISO 3166 letters such as ZA, + and digits such as "
            f'"+1242", or {DEFAULT}'
        ) from None
    return country, country


def _entry(value: object, country: str | None) -> SenderEntry:
    if isinstance(value, Mapping):
        return _service(value)
    entry = SenderEntry(value) if isinstance(value, str) else value
    if not isinstance(entry, SenderEntry):
        raise ValueError(f'must be a sender such as "ACME", or {{ service = "..." }}, got {type(value).__name__}')  # noqa: TRY004
    if not entry.is_service:
        _check(entry, country)
    return entry


def _check(entry: SenderEntry, country: str | None) -> None:
    """Raise ValueError for what is no sender, or none in a country."""
    try:
        kind = sender_kind(entry.sender)
    except ValueError as error:
        why = error if entry.source is None else f"{entry.shown} is no number, short code or name"
        raise ValueError(f'{why}; the id of a pool is written as {{ service = "..." }}') from None
    if (rule := forbidden(kind, country)) is not None:
        raise ValueError(f"{rule}, got {entry.shown}; write a number, a short code or a service")


def _service(value: Mapping[object, object]) -> SenderEntry:
    match dict(value):
        case {"service": str(service), **others} if not others and service.strip():
            return SenderEntry(service, is_service=True)
    keys = ", ".join(map(str, value)) or "nothing"
    raise ValueError(f'must be a sender such as "ACME", or {{ service = "..." }} with an id, got a table of {keys}')
