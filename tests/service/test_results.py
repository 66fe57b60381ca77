"""Results by address: for 60 minutes, and never more than a bounded number of bytes."""

from imgvar_desktop.service.results import Results


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_result_is_found_for_sixty_minutes():
    clock = Clock()
    results = Results(clock)
    name = results.keep(b"png")

    clock.now_s += 60 * 60 - 0.1
    assert results.find(name) == b"png"
    clock.now_s += 0.1
    assert results.find(name) is None


def test_expired_results_leave_room():
    clock = Clock()
    results = Results(clock, max_total_bytes=10)
    results.keep(b"x" * 10)
    clock.now_s += 60 * 60

    kept = [results.keep(b"x" * 5), results.keep(b"y" * 5)]

    assert [results.find(name) for name in kept] == [b"x" * 5, b"y" * 5]


def test_oldest_results_go_first_when_there_is_no_room():
    results = Results(max_total_bytes=10)
    names = [results.keep(bytes([i]) * 4) for i in range(4)]

    assert [results.find(name) for name in names] == [None, None, b"\2" * 4, b"\3" * 4]


def test_newest_result_stays_however_large_it_is():
    results = Results(max_total_bytes=10)
    small = results.keep(b"small")
    large = results.keep(b"x" * 100)

    assert results.find(small) is None
    assert results.find(large) == b"x" * 100


def test_names_differ_and_unknown_ones_are_not_found():
    results = Results()

    assert len({results.keep(b"same") for _ in range(100)}) == 100
    assert results.find("") is None
