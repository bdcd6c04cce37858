"""Sandbox vendors, found by the entry points of installed packages."""

from collections.abc import Iterable

from smsgate.model.errors import ConfigError
from smsgate.runtime.plugins import PluginGroup
from smsgate.sandbox.vendor import Vendor

_VENDORS: PluginGroup[Vendor] = PluginGroup("smsgate.sandbox", "sandbox vendor", Vendor, "smsgate.sandbox.Vendor")


def installed_vendors() -> list[Vendor]:
    """Make one of each sandbox vendor that is installed; `ConfigError` if there is none, or one is broken."""
    vendors = _VENDORS.load_all()
    if not vendors:
        raise ConfigError(
            f"no sandbox vendor is installed (no entry point in the group {_VENDORS.group!r}); "
            "install smsgate again, or name vendors: Sandbox(vendors=[..])"
        )
    return [_made(name, vendor) for name, vendor in vendors.items()]


def named_vendors(vendors: Iterable[Vendor | str]) -> list[Vendor]:
    """Make one of each sandbox vendor that is given by its name; `ConfigError` for a name that none has."""
    return [each if isinstance(each, Vendor) else _made(each, _VENDORS.load(each)) for each in vendors]


def _made(name: str, vendor: type[Vendor]) -> Vendor:
    own = getattr(vendor, "name", None)
    if own is None:
        raise _VENDORS.error(name, f"has no name in its class; set name = {name!r}")
    if own != name:
        raise _VENDORS.error(name, f"is named {own!r} in its class; use one name in both places")
    try:
        return vendor()
    except Exception as error:  # noqa: BLE001 - a plug-in may raise anything
        reason = f"cannot be made without arguments: {type(error).__name__}: {error}; give each a default"
        raise _VENDORS.error(name, reason) from None
