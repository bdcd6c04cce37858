"""Makes a history that fails smaller, as long as it breaks the same promise."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrs import evolve

from tests.simulation.kinds import Kind
from tests.simulation.plan import Plan
from tests.simulation.playing import Failure, play

MOST_TRIES = 150


def shrink(failure: Failure, play: Callable[[Plan], Failure | None] = play, most: int = MOST_TRIES) -> Failure:
    """Return the smallest failure that is found within so many tries."""
    tries, smaller = 0, True
    while smaller:
        smaller = False
        for plan in simpler(failure.plan):
            tries += 1
            if tries > most:
                return failure
            found = play(plan)
            if found is not None and found.kind == failure.kind:
                failure, smaller = found, True
                break
    return failure


def report(
    failure: Failure,
    play: Callable[[Plan, list[str]], Failure | None] = play,
    command: str = "python -m tests.simulation",
) -> str:
    """Return what a person reads: which promise, how to play it again, the plan, and the story."""
    story: list[str] = []
    again = play(failure.plan, story)
    error = failure.error if again is None else again.error
    again_by = f"{command} {failure.plan.seed}"
    return "\n".join([str(error), f"seed {failure.plan.seed}: {again_by}", failure.plan.words, *story])


def simpler(plan: Plan) -> Iterator[Plan]:
    """Give plans with a little less in them, those with much less first."""
    for change in (
        {"faults": frozenset[str]()},
        {"processes": 1},
        {"deaths": ()},
        {"halts": ()},
        {"full_disk": None},
        {"stop": None, "start": None, "confirms": False},
        {"start": None},
        {"confirms": False},
        {"resends": 0},
        {"polls": False},
        {"token": False},
        {"per_second": None},
        {"reports": False},
        {"keyed": 0},
        {"once": 0},
        {"cancels": ()},
        {"alike": False},
        {"bulk": False},
        {"references": False},
        {"kind": Kind.TEXT},
        {"turns_references_on": False},
        {"conflicts": False},
        {"containers": False},
        {"texts": 1},
        {"in_flight": 1},
    ):
        if any(getattr(plan, name) != value for name, value in change.items()):
            yield evolve(plan, **change)
    yield from plan.simpler()
    if plan.texts > 1:
        yield evolve(plan, texts=plan.texts - 1)
    for fault in sorted(plan.faults):
        yield evolve(plan, faults=plan.faults - {fault})
    for place in range(len(plan.cancels)):
        yield evolve(plan, cancels=plan.cancels[:place] + plan.cancels[place + 1 :])
    for place, steps in enumerate(plan.deaths):
        yield evolve(plan, deaths=plan.deaths[:place] + plan.deaths[place + 1 :])
        if steps > 2:
            yield evolve(plan, deaths=(*plan.deaths[:place], steps // 2, *plan.deaths[place + 1 :]))
