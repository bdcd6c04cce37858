"""Tells the story of one history with second tries: ``python -m tests.simulation.second_try SEED``."""

from __future__ import annotations

import sys

from tests.simulation.__main__ import main
from tests.simulation.second_try.plan import SecondTryPlan
from tests.simulation.second_try.playing import play

if __name__ == "__main__":
    sys.exit(main(SecondTryPlan.of(int(sys.argv[1])), play))
