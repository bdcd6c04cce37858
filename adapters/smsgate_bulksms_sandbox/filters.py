"""The filter of GET /messages: clauses that are joined by &, all of which a message has to fit."""

import operator
import re
from collections.abc import Callable
from datetime import datetime
from functools import reduce
from typing import Any

from smsgate_bulksms_sandbox.answers import BadRequest

_CLAUSE = re.compile(r"([a-zA-Z.]+)(>=|<=|=|<|>)(.+)", re.DOTALL)
_OPERATORS = {"=": operator.eq, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}
_FIELDS: dict[str, tuple[str, Callable[[str], Any]]] = {
    **dict.fromkeys(("type", "submission.id", "status.type", "status.id", "userSuppliedId"), ("=", str)),
    "id": ("< >", int),
    "submission.date": ("<= < > >=", datetime.fromisoformat),
}
"""Each field with its operators, and how its value is read."""


def fits(message: dict[str, Any], wanted: str) -> bool:
    """Whether a message fits a filter; a clause that is not documented is a 400."""
    return all(_fits(message, clause) for clause in wanted.split("&"))


def _fits(message: dict[str, Any], clause: str) -> bool:
    name, sign, wanted = found.groups() if (found := _CLAUSE.fullmatch(clause)) else ("", "", "")
    operators, read = _FIELDS.get(name, ("", str))
    if sign not in operators.split():
        raise BadRequest(f"the clause {clause!r} is not valid")
    value = reduce(lambda part, step: part[step], name.split("."), message)
    return value is not None and bool(_OPERATORS[sign](read(str(value)), read(wanted)))
