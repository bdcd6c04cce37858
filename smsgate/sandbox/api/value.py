"""Compare a value of JSON with its schema, and say in one line what the schema wants."""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence

from smsgate.sandbox.api.schema import Schema

_TYPES: Mapping[str, Callable[[object], bool]] = {
    "string": lambda value: isinstance(value, str) and _is_text(value),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value),
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "null": lambda value: value is None,
}
_WORDS = {
    "string": "a text of valid Unicode",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "null": "null",
}


def fits(value: object, schema: Schema) -> bool:
    """Say whether a value is what the schema wants."""
    types = _types(schema)
    if types and not any(_TYPES[each](value) for each in types):
        return False
    if value is None:
        return True
    if "enum" in schema and value not in schema["enum"]:
        return False
    if isinstance(value, str) and "pattern" in schema:
        return re.search(schema["pattern"], value) is not None
    if isinstance(value, list) and "items" in schema:
        return all(fits(item, schema["items"]) for item in value)
    return not isinstance(value, int | float) or _is_within(value, schema)


def wanted(schema: Schema) -> str:
    """Return what the schema wants, such as `an integer of at least 1, or null`."""
    first, *others = _types(schema)
    if "enum" in schema:
        what = f"one of {', '.join(each for each in schema['enum'] if each is not None)}"
    elif "pattern" in schema:
        what = schema["description"]
    elif "items" in schema:
        what = f"a list, each item {wanted(schema['items'])}"
    else:
        what = f"{_WORDS[first]}{_range(schema)}"
    return ", or ".join([what, *(_WORDS[each] for each in others)])


def shown(value: object) -> str:
    """Return the beginning of a value as JSON."""
    written = json.dumps(value)
    return written if len(written) <= 80 else f"{written[:80]}.."


def read(text: str, schema: Schema) -> object:
    """Return the value that a text in a query or a path means; the text itself if it means none of that type."""
    kind = _types(schema)[0]
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if kind == "integer" and re.fullmatch("-?[0-9]{1,18}", text):
        return int(text)
    if kind == "number" and re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", text):
        return float(text)
    return text


def _types(schema: Schema) -> Sequence[str]:
    types = schema.get("type", ())
    return [types] if isinstance(types, str) else types


def _is_within(value: float, schema: Schema) -> bool:
    return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))


def _range(schema: Schema) -> str:
    match schema:
        case {"minimum": least, "maximum": most}:
            return f" from {least} to {most}"
        case {"minimum": least}:
            return f" of at least {least}"
        case _:
            return ""


def _is_text(value: str) -> bool:
    """Say whether it can be written as UTF-8: half a surrogate pair cannot."""
    return not any("\ud800" <= character <= "\udfff" for character in value)
