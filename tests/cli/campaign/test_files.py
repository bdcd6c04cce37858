"""Where `smsgate bulk` writes what it sends from a pipe."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from smsgate.cli.campaign.files import Destinations
from smsgate.model.errors import ConfigError

DEMAND = "results cannot be written beside it; give --results and --rejects"


@pytest.mark.parametrize("missing", ["results", "rejects"])
def test_a_pipe_demands_names_for_both_files(tmp_path: Path, missing: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    named = {name: tmp_path / name for name in ("results", "rejects")}
    for campaign in (tmp_path / "pipe", tmp_path / "link"):
        assert Destinations.of(campaign, **named).results == tmp_path / "results"
        with pytest.raises(ConfigError, match=DEMAND):
            Destinations.of(campaign, **{"results": None, "rejects": None, **named, missing: None})


@pytest.mark.parametrize("name", ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0", "/dev/../dev/stdin"])
def test_a_descriptor_demands_names_whatever_is_behind_it(name: str) -> None:
    with pytest.raises(ConfigError, match=DEMAND):
        Destinations.of(Path(name), None, None)
