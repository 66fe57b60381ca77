"""Which candidates become variations: sound ones, unlike the source, unlike one another, and not all in the mirror."""

import numpy as np

from imgvar_desktop.service.engine.scoring import Judged, apart, chosen

RNG = np.random.default_rng(5)
SOURCE = RNG.random((16, 16, 3)).astype(np.float32)


def far(faults: float = 0.01, *, mirrored: bool = False) -> Judged:
    return Judged(faults, RNG.random((16, 16, 3)).astype(np.float32), mirrored)


def near(faults: float = 0.01, *, mirrored: bool = False) -> Judged:
    """Unlike the source by a quarter of what a far one is."""
    return Judged(faults, 0.75 * SOURCE + 0.25 * RNG.random((16, 16, 3)).astype(np.float32), mirrored)


def test_half_of_a_set_is_not_mirrored_even_if_mirrored_ones_are_farther_from_the_source():
    candidates = [*(far(mirrored=True) for _ in range(6)), *(near() for _ in range(6))]

    taken = chosen(candidates, SOURCE, 4, 0.5)

    assert sum(candidates[i].mirrored for i in taken) == 2


def test_a_broken_candidate_is_not_taken_for_the_sake_of_the_mixture():
    candidates = [*(far(mirrored=True) for _ in range(6)), far(faults=0.3)]

    assert 6 not in chosen(candidates, SOURCE, 4, 0.5)


def test_one_like_another_is_taken_last():
    twin = far()
    candidates = [twin, Judged(twin.faults, twin.thumbnail + 0.001), far(), far()]

    assert set(chosen(candidates, SOURCE, 3, 0.5)) in ({0, 2, 3}, {1, 2, 3})


def test_the_bolder_the_farther_from_the_source():
    candidates = [
        Judged(0.01, (SOURCE * (1 - share) + share * RNG.random((16, 16, 3))).astype(np.float32))
        for share in np.linspace(0.05, 1, 24)
    ]

    def distance(strength: float) -> float:
        taken = chosen(candidates, SOURCE, 4, strength)
        return float(np.mean([apart(candidates[i].thumbnail, SOURCE) for i in taken]))

    assert distance(0.15) <= distance(0.5) <= distance(0.85)


def test_what_is_nearly_there_already_waits_for_what_is_less_so():
    first = far()
    twin = Judged(first.faults, first.thumbnail + np.float32(0.001))
    cousin = Judged(0.02, (0.7 * first.thumbnail + 0.3 * RNG.random((16, 16, 3))).astype(np.float32))

    order = chosen([first, twin, cousin], SOURCE, 3, 0.5)

    assert {order[0], order[2]} == {0, 1}
