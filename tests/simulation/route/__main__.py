"""Tells the story of one history of a route: ``python -m tests.simulation.route SEED``."""

from __future__ import annotations

import sys

from tests.simulation.__main__ import main
from tests.simulation.route.plan import RoutePlan
from tests.simulation.route.playing import play

if __name__ == "__main__":
    sys.exit(main(RoutePlan.of(int(sys.argv[1])), play))
