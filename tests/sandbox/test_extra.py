"""The sandbox without its extra."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("package", ["aiohttp", "jinja2"])
def test_a_package_of_the_extra_that_is_missing_is_named_with_the_command_that_installs_it(package: str) -> None:
    program = f"import sys; sys.modules[{package!r}] = None; import smsgate.sandbox"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    expected = f"the sandbox needs the package {package}; try: pip install 'smsgate[sandbox]'"
    assert said.stderr.splitlines()[-1] == f"ModuleNotFoundError: {expected}"
