"""The tables that guards need: the version of the journal's tables that brought them."""

from __future__ import annotations

__all__ = ["GUARDS"]

_RENAMED = """
-- Under a new name, so that programs that know the version before only fail before they send: they reserve nothing.
ALTER TABLE entries RENAME COLUMN counted TO nth;
"""
_BUDGETS = ""
_CONVERSIONS = ""
_DUE = ""
_SECOND_TRIES = ""
_OPT_OUTS = ""
_CONSENTS = ""
GUARDS = f"{_RENAMED}{_BUDGETS}{_CONVERSIONS}{_DUE}{_SECOND_TRIES}{_OPT_OUTS}{_CONSENTS}"
