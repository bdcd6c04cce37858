"""An answer of the settings beside one that the vendor gives itself, in the findings."""

from __future__ import annotations

from pathlib import Path

import pytest

from smsgate import Config
from smsgate.doctor import FindingState, examine
from smsgate.sandbox import Sandbox
from tests.doctor.installation import settings_of


@pytest.mark.parametrize(("vendor", "warnings"), [("telnyx", 1), ("twilio", 1), ("bulksms", 0)])
def test_an_answer_that_the_vendor_gives_too_is_a_warning(vendor: str, warnings: int, tmp_path: Path) -> None:
    with Sandbox(vendors=[vendor]) as sandbox:
        settings = settings_of(sandbox, vendor, tmp_path)
        assert [each for each in examine(Config.from_mapping(settings)) if each.check == "answers"] == []
        settings["opt_out"] = {"stop_answer": "You get no more texts."}
        found = [each for each in examine(Config.from_mapping(settings)) if each.check == "answers"]
    assert [(each.subject, each.state) for each in found] == [("provider main", FindingState.WARNING)] * warnings
