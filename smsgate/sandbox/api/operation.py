"""One operation of the API: a method, a path, and the function that does it."""

from collections.abc import Callable, Mapping
from functools import cached_property
from inspect import Parameter as Argument
from inspect import getdoc, signature
from typing import Any, get_type_hints

from attrs import field, frozen

from smsgate.sandbox.api.schema import Schema, Schemas, summary_of

PREFIX = "/_sandbox"


@frozen(kw_only=True)
class Parameter:
    """One field of a request: of its path, its query or its body."""

    name: str
    schema: Schema
    required: bool
    default: object = None


@frozen(slots=False)
class Operation:
    """A row of the table. The function takes the fields by name; what it returns is the answer, and None is a 204."""

    method: str
    path: str
    function: Callable[..., object]
    _schemas: Schemas = field(factory=Schemas, repr=False)

    @cached_property
    def summary(self) -> str:
        """Return what it does, in one line."""
        return summary_of(self.function)

    @cached_property
    def details(self) -> str:
        """Return the rest of what there is to say."""
        return (getdoc(self.function) or "").partition("\n")[2].strip().replace("\n", " ")

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """Return the fields that a request may have, by name."""
        return {name: self._parameter(argument) for name, argument in self._arguments.items() if _is_named(argument)}

    @cached_property
    def is_open(self) -> bool:
        """Say whether a request may have fields of any other name."""
        return any(argument.kind is Argument.VAR_KEYWORD for argument in self._arguments.values())

    @cached_property
    def in_path(self) -> frozenset[str]:
        """Return the names of the fields in the path."""
        return frozenset(part[1:-1] for part in self.path.split("/") if part.startswith("{"))

    @cached_property
    def has_body(self) -> bool:
        """Say whether the fields are in the body: else they are in the query."""
        return self.method == "POST"

    @cached_property
    def answer(self) -> object:
        """Return the type of the answer."""
        return self._hints["return"]

    @cached_property
    def _hints(self) -> Mapping[str, Any]:
        return get_type_hints(self.function, include_extras=True)

    @cached_property
    def _arguments(self) -> Mapping[str, Argument]:
        return {name: one for name, one in signature(self.function).parameters.items() if name != "self"}

    def _parameter(self, argument: Argument) -> Parameter:
        required = argument.default is Argument.empty
        schema = self._schemas.of(self._hints[argument.name])
        if not self.has_body and isinstance(schema["type"], list):
            schema["type"] = schema["type"][0]  # a query leaves out what a body may have as null
        return Parameter(
            name=argument.name,
            schema=schema,
            required=required,
            default=None if required else argument.default,
        )


def _is_named(argument: Argument) -> bool:
    return argument.kind is not Argument.VAR_KEYWORD
