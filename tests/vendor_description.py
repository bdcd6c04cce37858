"""A vendor's own API description: requests are checked against it, and answers that it allows are generated from it.

The descriptions are data that is not part of the project: they are read from the folder `shared/specs` beside it, or
from the one that the variable SMSGATE_SPECS names. Where there is none, the tests that need it are skipped.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from email.utils import format_datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import jsonpatch
import pytest
import requests
import yaml
from attrs import frozen
from hypothesis import strategies as st

from smsgate import Answer, Request

if TYPE_CHECKING:
    from openapi_core import OpenAPI

FOLDER = Path(os.environ.get("SMSGATE_SPECS") or Path(__file__).parents[2] / "shared" / "specs")
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
DEEPEST = 12
"""Levels of an answer; a description may nest itself."""
_TIMES = st.datetimes(timezones=st.just(UTC))
_SCALARS = st.one_of(st.text(max_size=20), st.integers(-(2**53), 2**53), st.booleans())
_FORMATS = {
    "date": st.dates().map(str),
    "date-time": _TIMES.map(lambda moment: moment.isoformat()),
    "date-time-rfc-2822": _TIMES.map(format_datetime),
    "email": st.emails(),
    "uri": st.text("abc123", max_size=20).map("https://example.com/{}".format),
    "url": st.text("abc123", max_size=20).map("https://example.com/{}".format),
    "uuid": st.uuids().map(str),
}


LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C takes a tenth of the time."""


@cache
def description(file: str) -> Description:
    """Read a description with its errata applied, or skip the test if it is not there."""
    path = FOLDER / file
    if not path.exists():
        pytest.skip(f"the vendor's description {file} is not in {FOLDER.name}; name its folder with SMSGATE_SPECS")
    text = path.read_text(encoding="utf-8")
    document = json.loads(text) if path.suffix == ".json" else yaml.load(text, LOADER)
    document = jsonpatch.apply_patch(document, document.get("x-errata", []))
    return Description.of(document)


@frozen(eq=False)
class Description:
    document: Mapping[str, Any]
    validator: OpenAPI

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Description:
        """Read what a description says."""
        from openapi_core import OpenAPI  # takes most of a second: not in every process that collects tests

        return cls(document, OpenAPI.from_dict(json.loads(json.dumps(document, default=str))))

    def check(self, request: Request, url: str, headers: Mapping[str, str]) -> None:
        """Fail unless the request, sent to `url` and what follows it, is one that the description allows.

        `url` has the host of the description. A field or parameter that the description does not have is an error.
        """
        from openapi_core.contrib.requests import RequestsOpenAPIRequest

        sent = requests.Request(
            request.method,
            f"{url}/{request.quoted_path}" if request.path else url,
            headers={**headers, **request.headers},
            params={name: value for name, value in request.query.items() if not _is_nested(name)},
            data=request.form or None,
            json=request.json,
        )
        path = self._path_of(request.method, sent.prepare().path_url)
        if path == "/":  # the server's whole URL is the operation's, and the validator wants to see its path
            sent.url += "/"
        self.validator.validate_request(RequestsOpenAPIRequest(sent))
        operation = self.operation(request.method, path)
        described = {parameter["name"]: parameter for parameter in self._parameters(operation)}
        unknown = {name for name in request.query if not self._has(described, name)}
        assert not unknown, f"{request} has parameters that are not described: {unknown}"
        body = request.form or request.json
        if body:
            schema = self._resolved(self._resolved(operation["requestBody"])["content"][FORM if request.form else JSON])
            unknown = set(_names(body)) - {*self._properties(schema["schema"])}
            assert not unknown, f"{request} has fields that are not described: {unknown}"

    def operation(self, method: str, path: str) -> Mapping[str, Any]:
        """Return an operation with the parameters that its path has for all."""
        item = self.document["paths"][path]
        found = item[method.lower()]
        return {**found, "parameters": [*item.get("parameters", []), *found.get("parameters", [])]}

    def answers(
        self, method: str, path: str, status: str, *, needed: Mapping[str, Sequence[str]] | None = None
    ) -> st.SearchStrategy[Answer]:
        """Return answers with a JSON body, as the description allows them.

        `needed` has fields that a description forgets to require, by their place: ``{"": ["sid"], "messages[]": ...}``.
        """
        bodies = self._values(self._content(method, path, status)["schema"], "", needed or {})
        return bodies.map(partial(_answer, _code(status)))

    def examples(self, method: str, path: str, status: str) -> Iterator[Answer]:
        """Give the answers that the description prints."""
        content = self._content(method, path, status)
        printed = [content["example"]] if "example" in content else []
        printed += [self._resolved(each)["value"] for each in content.get("examples", {}).values()]
        example = self._resolved(content["schema"]).get("example")
        for body in [*printed, *([] if example is None else [example])]:
            yield _answer(_code(status), json.loads(body) if isinstance(body, str) else body)

    def values(
        self, schema: Mapping[str, Any], *, needed: Mapping[str, Sequence[str]] | None = None
    ) -> st.SearchStrategy[object]:
        """Return values that a schema of the description allows, such as the bodies of a webhook's calls."""
        return self._values(schema, "", needed or {})

    def _content(self, method: str, path: str, status: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._resolved(self.operation(method, path)["responses"][status])["content"][JSON]
        return found

    def _path_of(self, method: str, url: str) -> str:
        """Return the description's path of a request to a URL without its host."""
        steps = url.partition("?")[0].split("/")
        for path, item in self.document["paths"].items():
            for server in (
                item.get(method.lower(), {}).get("servers") or item.get("servers") or self.document["servers"]
            ):
                wanted = (urlsplit(server["url"]).path + path).rstrip("/").split("/")
                if len(wanted) == len(steps) and all(map(_fits, wanted, steps)):
                    return str(path)
        raise LookupError(f"the description has no path for {method} {url}")

    def _parameters(self, operation: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        return (self._resolved(each) for each in operation.get("parameters", []))

    def _resolved(self, part: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in part:
            found: Any = self.document
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            part = found
        return part

    def _has(self, described: Mapping[str, Any], name: str) -> bool:
        """Whether a parameter is described; filter[at][from] is the property "from" of "at" of the parameter filter."""
        first, *steps = name.replace("]", "").split("[")
        schema = described.get(first, {}).get("schema")
        for step in steps:
            schema = schema and (schema.get("properties", {}).get(step) or (schema.get("additionalProperties") and {}))
        return schema is not None

    def _properties(self, schema: Mapping[str, Any]) -> Iterator[str]:
        schema = self._resolved(schema)
        yield from schema.get("properties", {})
        for part in [*schema.get("allOf", []), *schema.get("oneOf", []), *schema.get("anyOf", [])]:
            yield from self._properties(part)
        if "items" in schema:
            yield from self._properties(schema["items"])

    def _values(
        self, schema: Mapping[str, Any], place: str, needed: Mapping[str, Sequence[str]]
    ) -> st.SearchStrategy[object]:
        """Return values of a schema; `place` is where it is, as in `needed`."""
        schema = self._resolved(schema)
        if place.count(".") + place.count("[") > DEEPEST:
            return st.none()
        found = self._alternatives(schema, place, needed)
        return st.none() | found if schema.get("nullable") or "null" in schema.get("type", ()) else found

    def _alternatives(
        self, schema: Mapping[str, Any], place: str, needed: Mapping[str, Sequence[str]]
    ) -> st.SearchStrategy[object]:
        kind = schema.get("type")
        kind = next((each for each in kind if each != "null"), None) if isinstance(kind, list) else kind
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        if choices := [*schema.get("oneOf", []), *schema.get("anyOf", [])]:
            return st.one_of(*(self._values(each, place, needed) for each in choices))
        if "allOf" in schema:
            merged = self._merged(schema)
            return self._values(merged, place, needed)
        if kind == "array":
            items = self._values(schema.get("items", {}), f"{place}[]", needed)
            return st.lists(items, min_size=schema.get("minItems", 0), max_size=min(schema.get("maxItems", 3), 3))
        if kind == "object" or "properties" in schema:
            return self._objects(schema, place, needed)
        return _scalars(kind, schema)

    def _objects(
        self, schema: Mapping[str, Any], place: str, needed: Mapping[str, Sequence[str]]
    ) -> st.SearchStrategy[object]:
        every = {
            name: self._values(each, f"{place}.{name}".lstrip("."), needed)
            for name, each in schema.get("properties", {}).items()
        }
        if not every:
            return st.dictionaries(st.text(max_size=10), _SCALARS, max_size=2)
        required = {*schema.get("required", []), *needed.get(place, [])} & {*every}
        optional = {name: each for name, each in every.items() if name not in required}
        said = {*needed.get(place, [])}
        present = {name: every[name].filter(_is_there) if name in said else every[name] for name in sorted(required)}
        return st.fixed_dictionaries(present, optional=optional)

    def _merged(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return one schema for several that a value fits at once."""
        parts: list[Mapping[str, Any]] = [{name: each for name, each in schema.items() if name != "allOf"}]
        parts += [self._resolved(each) for each in schema["allOf"]]
        parts = [{**self._merged(each), "allOf": None} if each.get("allOf") else each for each in parts]
        merged: dict[str, Any] = {}
        for part in parts:
            merged |= {name: each for name, each in part.items() if name not in {"allOf", "properties", "required"}}
        merged["properties"] = {name: each for part in parts for name, each in part.get("properties", {}).items()}
        merged["required"] = [name for part in parts for name in part.get("required", [])]
        if not merged["properties"]:
            del merged["properties"]
        return merged


def _is_there(value: object) -> bool:
    return value not in (None, "")


def _scalars(kind: str | None, schema: Mapping[str, Any]) -> st.SearchStrategy[object]:
    least, most = schema.get("minimum"), schema.get("maximum")
    if kind == "string":
        return _texts(schema)
    if kind == "integer":
        return st.integers(-(2**53) if least is None else least, 2**53 if most is None else most)
    if kind == "number":
        return st.floats(least, most, allow_nan=False, allow_infinity=False)
    return st.booleans() if kind == "boolean" else _SCALARS


def _texts(schema: Mapping[str, Any]) -> st.SearchStrategy[object]:
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    shortest = schema.get("minLength", 0)
    return st.text(min_size=shortest, max_size=min(schema.get("maxLength", shortest + 30), shortest + 30))


def _is_nested(name: str) -> bool:
    """Whether it is a parameter within an object of an object, which the validator does not read."""
    return name.count("[") > 1


def _code(status: str) -> int:
    return int(status.replace("XX", "22"))


def _answer(status: int, body: object) -> Answer:
    return Answer(status, {"content-type": JSON}, json.dumps(body, default=str).encode(), "the request")


def _fits(wanted: str, step: str) -> bool:
    if "{" not in wanted:
        return wanted == step
    return bool(step) and step.endswith(wanted.partition("}")[2])


def _names(body: object) -> Iterator[str]:
    if isinstance(body, Mapping):
        yield from body
    elif isinstance(body, list):
        for each in body:
            yield from _names(each)
