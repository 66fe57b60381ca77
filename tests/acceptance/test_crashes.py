"""A kill at any moment loses at most the image in flight, and nothing is sent again; a benchmark tries 200 of them."""

from pathlib import Path

from tests.acceptance.crashes import a_trial

KILLS = 10


def test_what_was_shown_outlives_kills_and_nothing_is_sent_again(tmp_path: Path) -> None:
    with a_trial(tmp_path / "home", seed=20261123) as trial:
        for _ in range(KILLS):
            trial.live_and_die()
        trial.look()

    figures = trial.figures
    assert figures.kills == KILLS
    assert len(figures.shown) >= KILLS  # or the kills came too early to try anything
    assert figures.kept >= len(figures.shown)
    assert figures.calls <= figures.asked
    assert figures.in_run > 0
