"""Kills the real program at random points of real runs: python -m tests.benchmarks.crash_library [-n 200] [--seed N].

After each kill the program is started again, as a person would. Every variation that the window was ever told of must
be known after the restart; at the end each one must be whole, with its row, and a thumbnail that can be made; and the
server must never have got a request that nobody pressed Generate for. Prints figures; any loss ends it with an error.
"""

import argparse
import random
import tempfile
import time
from pathlib import Path

from tests.acceptance.crashes import a_trial


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=200, help="kills")
    parser.add_argument("--seed", type=int, default=None, help="to try the same moments again")
    arguments = parser.parse_args()
    seed = random.randrange(10**6) if arguments.seed is None else arguments.seed
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as home, a_trial(Path(home), seed) as trial:
        for at in range(arguments.n):
            trial.live_and_die()
            if at % 20 == 19:
                print(f"{at + 1} kills, {len(trial.figures.shown)} variations shown", flush=True)
        trial.look()
    figures = trial.figures
    print(f"seed {seed}, {time.monotonic() - started:.0f} s")
    print(f"kills {figures.kills}, of them while starting {figures.at_start}, runs left open {figures.in_run}")
    print(f"Generate pressed {figures.asked} times, requests at the server {figures.calls}")
    print(f"variations shown {len(figures.shown)}, in the library {figures.kept}, lost 0")


if __name__ == "__main__":
    main()
