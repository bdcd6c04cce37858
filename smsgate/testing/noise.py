"""Calls that no vendor makes (needs Hypothesis)."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smsgate.adapter.webhook import FORM, JSON, WebhookCall
from smsgate.testing.forgery import elements_of, fields_of, made, paths, put

__all__ = ["try_noise"]

_LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
_LEVELS, _MOST = 3, 3
"""Levels of a value, and the values of one level at most."""
_KINDS = st.sampled_from([JSON, FORM, f"{JSON}; charset=utf-16", "text/plain", ""])


def _values(levels: int = _LEVELS) -> st.SearchStrategy[object]:
    """Give JSON; `st.recursive` takes twice as long for values of the same size."""
    if levels == 0:
        return _LEAVES
    inner = _values(levels - 1)
    return _LEAVES | st.lists(inner, max_size=_MOST) | st.dictionaries(st.text(), inner, max_size=_MOST)


_VALUES = _values()


_ALTERED, _OF_NOBODY = 30, 70
"""How many calls of a kind are tried."""


def try_noise(honest: WebhookCall, read: Callable[[WebhookCall], None], *, first: bool = True) -> None:
    """Have calls read until one raises; which it was, and how to make it again, is printed.

    The calls that owe nothing to the honest one are only tried with the `first` of an adapter's.
    """
    _try(_altered(honest), _ALTERED, read)
    if first:
        _try(_noise() | _of_fields(st.dictionaries(st.text(), _VALUES)), _OF_NOBODY, read)


def _try(calls: st.SearchStrategy[WebhookCall], times: int, read: Callable[[WebhookCall], None]) -> None:
    @settings(max_examples=times, print_blob=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(calls)
    def run(call: WebhookCall) -> None:
        read(call)

    run()


def _noise() -> st.SearchStrategy[WebhookCall]:
    headers = _KINDS.map(lambda kind: {"content-type": kind})
    return st.builds(WebhookCall, method=st.just("POST"), query=st.text(), headers=headers, body=st.binary())


def _altered(honest: WebhookCall) -> st.SearchStrategy[WebhookCall]:
    """Put something else into one or two places of an honest call."""
    fields, several = fields_of(honest), elements_of(honest) is not None
    places = st.lists(st.tuples(st.sampled_from([*paths(fields)] or [("field",)]), _VALUES), min_size=1, max_size=2)

    def alter(changes: list[tuple[tuple[str, ...], object]]) -> dict[str, object]:
        altered = dict(fields)
        for path, value in changes:
            altered = put(altered, path, value)
        return altered

    return _of_fields(places.map(alter), several=several)


def _of_fields(
    fields: st.SearchStrategy[dict[str, object]], *, several: bool = False
) -> st.SearchStrategy[WebhookCall]:
    return st.builds(lambda said, form: made(said, several=several)[-form], fields, st.integers(0, 0 if several else 2))
