"""The settings that the overview of guards shows are read, and each of its guards is in them."""

from __future__ import annotations

import re
from pathlib import Path

from smsgate import Config, Gateway, Message

PAGE = Path(__file__).parents[2] / "docs/how-to/guards.md"


def test_the_settings_of_all_guards_are_read_and_sent_with(tmp_path: Path) -> None:
    [settings] = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    file = tmp_path / "smsgate.toml"
    file.write_text(settings, encoding="utf-8")
    config = Config.from_file(file)
    assert [*config.guards.budgets] == ["codes", "campaigns", "all"]
    assert config.guards.quiet_hours is not None
    assert [guard.name for guard in config.guards.pumping] == ["guard.codes"]
    assert config.journal is not None
    assert config.limits.max_segments is not None
    assert [route.on_undelivered is not None for route in config.routes] == [True]
    with Gateway.from_config(config) as gateway:
        assert gateway.send(Message("+27821234567", "Your code is 4711", campaign="otp")).provider == "main"
        assert gateway.plan(Message("+4915112345678", "Hello")).refusal is None
        assert gateway.plan(Message("+15551234567", "Hello")).refusal is not None
