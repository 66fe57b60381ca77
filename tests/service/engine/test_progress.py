"""The tally of a job's work: it adds up, it never falls, and it ends what nobody wants any more."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgvar_desktop.service.engine.progress import Cancelled, Progress, Tally


def told(tally_of: float) -> tuple[Tally, list[Progress]]:
    seen: list[Progress] = []
    return Tally(tally_of, seen.append, None), seen


@given(st.lists(st.tuples(st.floats(0.1, 50), st.integers(0, 60)), min_size=1, max_size=8))
def test_portions_add_up_to_one_however_often_they_are_checked(portions):
    tally, seen = told(sum(work for work, _ in portions))

    for work, checks in portions:
        with tally.portion(work, "detail"):
            for _ in range(checks):
                tally.check()

    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1)


def test_a_portion_moves_at_each_check_and_is_whole_only_at_its_end():
    tally, seen = told(10)

    with tally.portion(10, "compose"):
        for _ in range(200):
            tally.check()
        within = [progress.fraction for progress in seen]

    assert 0 < within[0] < within[5] < within[20]
    assert within[-1] < 0.95
    assert seen[-1] == Progress(1.0, "compose")


def test_checks_of_another_thread_do_not_count_for_this_ones_portion():
    tally, seen = told(10)

    with tally.portion(10, "compose"):
        before = len(seen)
        other = threading.Thread(target=tally.check)
        other.start()
        other.join()
        assert len(seen) == before


def test_work_that_is_not_needed_brings_the_end_nearer():
    tally, seen = told(10)
    with tally.portion(4, "analyse"):
        pass
    before = seen[-1].fraction

    tally.forgo(4)
    with tally.portion(2, "detail"):
        pass

    assert (before, seen[-1].fraction) == (pytest.approx(0.4), pytest.approx(1.0))


def test_a_cancelled_portion_counts_nothing_more():
    seen: list[Progress] = []
    stop = threading.Event()
    tally = Tally(10, seen.append, stop.is_set)

    def work() -> None:
        with tally.portion(10, "detail"):
            tally.check()
            stop.set()
            tally.check()

    with pytest.raises(Cancelled):
        work()

    assert len(seen) == 1
    assert seen[0].fraction < 0.5
