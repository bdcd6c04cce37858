"""The program of the pictures makes all of them, in the sizes of those that the pages show."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs import screenshots

SIZE = slice(16, 24)
"""Where a PNG has its width and its height."""


@pytest.mark.slow
def test_the_pictures_are_made_in_the_sizes_of_those_that_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = {path.name: path.read_bytes()[SIZE] for path in screenshots.IMAGES.glob("*.png")}
    monkeypatch.setattr(screenshots, "IMAGES", tmp_path)
    screenshots.main()
    assert {path.name: path.read_bytes()[SIZE] for path in tmp_path.iterdir()} == shown
