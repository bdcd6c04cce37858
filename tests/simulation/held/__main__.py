"""Tells the story of one history with quiet hours: ``python -m tests.simulation.held SEED``."""

from __future__ import annotations

import sys

from tests.simulation.__main__ import main
from tests.simulation.held.plan import HeldPlan
from tests.simulation.held.playing import play

if __name__ == "__main__":
    sys.exit(main(HeldPlan.of(int(sys.argv[1])), play))
