import re
from pathlib import Path

from smsgate.sandbox import Fault, faults, magic

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "sandbox.md"


def test_the_reference_lists_every_fault_with_its_number_and_its_truth() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (\+\d+) \| (no|yes|after the stall) \|", REFERENCE.read_text(), re.MULTILINE)
    documented = {name: (number, truth != "no") for name, number, truth in rows}
    assert documented == {fault.name: (number, fault.accepts) for number, fault in magic.FAULTS.items()}


def test_the_reference_lists_every_delivery_outcome_with_its_number() -> None:
    numbers = re.findall(r"^\| (\+\d+) \|", REFERENCE.read_text(), re.MULTILINE)
    assert numbers == list(magic.OUTCOMES)


def test_the_docstring_of_faults_lists_every_one_with_its_truth() -> None:
    rows = re.findall(r"^ *([A-Z_]+) {2,}(no|yes|after the stall) {2,}", faults.Fault.__doc__ or "", re.MULTILINE)
    assert {name: truth != "no" for name, truth in rows} == {fault.name: fault.accepts for fault in Fault}
