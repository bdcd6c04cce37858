"""What eight other projects test for, where it is what the standard says."""

import json
from pathlib import Path
from typing import Any

import pytest

from smsgate import text

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "peer_cases.json").read_text("utf-8"))


def of_kind(kind: str) -> list[Any]:
    cases = [case for case in CASES if case["kind"] == kind]
    return [pytest.param(case, id=f"{number}: {case['source']}") for number, case in enumerate(cases)]


@pytest.mark.parametrize("case", of_kind("segment"))
def test_a_text_is_counted_as_its_source_expects(case: dict[str, Any]) -> None:
    analysis = text.analyse(case["text"])
    assert (analysis.encoding, analysis.segments, analysis.segment_units) == (
        text.Encoding(case["encoding"]),
        case["segments"],
        tuple(case["units"]),
    )
    assert analysis.units == case["total_units"]


@pytest.mark.parametrize("case", [case for case in of_kind("segment") if "parts" in case.values[0]])
def test_a_text_is_split_as_its_source_expects(case: dict[str, Any]) -> None:
    assert text.split(case["text"]) == case["parts"]


@pytest.mark.parametrize("case", of_kind("pack"))
def test_septets_pack_and_unpack_as_their_source_expects(case: dict[str, Any]) -> None:
    septets, packed = bytes.fromhex(case["septets"]), bytes.fromhex(case["packed"])
    assert text.pack(septets, case["fill_bits"]) == packed
    assert text.unpack(packed, len(septets), case["fill_bits"]) == septets


@pytest.mark.parametrize("case", of_kind("encode"))
def test_a_text_is_encoded_as_its_source_expects(case: dict[str, Any]) -> None:
    assert text.encode(case["text"]).hex() == case["septets"]


@pytest.mark.parametrize("case", of_kind("decode"))
def test_septets_are_decoded_as_their_source_expects(case: dict[str, Any]) -> None:
    assert text.decode(bytes.fromhex(case["septets"])) == case["text"]


def test_no_case_was_lost() -> None:
    assert len(CASES) == 157
