"""The description of the API: OpenAPI 3.1, made from the operations."""

from collections.abc import Sequence

from smsgate.sandbox.api.answers import Error
from smsgate.sandbox.api.operation import PREFIX, Operation, Parameter
from smsgate.sandbox.api.operations import OPERATIONS
from smsgate.sandbox.api.schema import Schema, Schemas

_REFUSALS = {
    "400": "a field is unknown, missing or wrong",
    "401": "the sandbox was started with a token, and the request has another one or none",
    "403": "the request comes from a page of another site",
    "421": "the request's Host is not a name of the sandbox",
}
_NOT_THERE = {"404": "there is nothing of this number"}
_NO_JSON = {"415": "the body has no Content-Type of JSON"}


def description_of(operations: Sequence[Operation]) -> Schema:
    """Return the description of these operations, and of the one that answers with it."""
    schemas = Schemas()
    paths: dict[str, Schema] = {}
    for operation in (*operations, Operation("GET", "/openapi.json", describe)):
        paths.setdefault(f"{PREFIX}{operation.path}", {})[operation.method.lower()] = _described(operation, schemas)
    schemas.of(Error)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "The sandbox of smsgate",
            "version": "1",
            "description": "Read the texts that were sent, wait for the next one, and make vendors misbehave.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def describe() -> object:
    """Return this description."""
    return description_of(OPERATIONS)


def _described(operation: Operation, schemas: Schemas) -> Schema:
    elsewhere = [one for name, one in operation.parameters.items() if name not in operation.in_path]
    in_path = [operation.parameters[name] for name in operation.in_path]
    described = {
        "operationId": f"{operation.method.lower()}{operation.path.title().translate(_NO_MARKS)}",
        "summary": operation.summary,
        "responses": {**_answer(operation, schemas), **_errors(operation)},
    }
    parameters = [_parameter(one, "path") for one in in_path]
    if operation.details:
        described["description"] = operation.details
    if operation.has_body and (elsewhere or operation.is_open):
        described["requestBody"] = _body(operation, elsewhere)
    elif not operation.has_body:
        parameters += [_parameter(one, "query") for one in elsewhere]
    return described | ({"parameters": parameters} if parameters else {})


_NO_MARKS = str.maketrans("", "", "/{}._")


def _answer(operation: Operation, schemas: Schemas) -> Schema:
    if operation.answer is type(None):
        return {"204": {"description": "done"}}
    return {"200": {"description": "the answer", "content": _json(schemas.of(operation.answer))}}


def _errors(operation: Operation) -> Schema:
    reasons = _REFUSALS | (_NOT_THERE if operation.in_path else {}) | (_NO_JSON if operation.has_body else {})
    schema = {"$ref": f"#/components/schemas/{Error.__name__}"}
    return {status: {"description": reason, "content": _json(schema)} for status, reason in sorted(reasons.items())}


def _body(operation: Operation, fields: Sequence[Parameter]) -> Schema:
    required = [one.name for one in fields if one.required]
    schema = {
        "type": "object",
        "properties": {one.name: _schema(one) for one in fields},
        "additionalProperties": operation.is_open,
    }
    return {"required": bool(required), "content": _json(schema | ({"required": required} if required else {}))}


def _parameter(parameter: Parameter, place: str) -> Schema:
    return {"name": parameter.name, "in": place, "required": parameter.required, "schema": _schema(parameter)}


def _schema(parameter: Parameter) -> Schema:
    has_default = not parameter.required and parameter.default is not None
    return parameter.schema | ({"default": parameter.default} if has_default else {})


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}
