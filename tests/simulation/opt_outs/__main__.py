"""Tells the story of one history with opt-outs: ``python -m tests.simulation.opt_outs SEED``."""

from __future__ import annotations

import sys

from tests.simulation.__main__ import main
from tests.simulation.opt_outs.plan import OptOutPlan
from tests.simulation.opt_outs.playing import play

if __name__ == "__main__":
    sys.exit(main(OptOutPlan.of(int(sys.argv[1])), play))
