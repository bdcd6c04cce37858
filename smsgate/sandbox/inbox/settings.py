"""The settings that make smsgate use a vendor's account in the sandbox."""

import json
import re
from collections.abc import Mapping

from smsgate.sandbox.vendor import Vendor

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def settings_of(vendor: Vendor, root: str) -> str:
    """Return the table of a provider in a smsgate.toml, for a sandbox at the address `root`."""
    settings = {
        "adapter": vendor.name,
        "base_url": f"{root}/{vendor.name}{vendor.base_path}",
        **vendor.credentials,
        **vendor.account,
    }
    lines = "".join(f"{_key(name)} = {_toml(value)}\n" for name, value in settings.items())
    return f"[providers.{_key(vendor.name)}]\n{lines}"


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else json.dumps(name)


def _toml(value: object) -> str:
    """Write a value as TOML has it: a table in one line."""
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(name)} = {_toml(each)}' for name, each in value.items())} }}"
    return json.dumps(value)
