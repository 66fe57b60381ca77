#!/bin/sh
# check.sh   every check that a change must pass, in .venv; goes through all of them, fails if any failed
set -u
cd "$(dirname "$0")/.." || exit 2
PATH=$PWD/.venv/bin:$PATH
failed=

said=$(mktemp)
trap 'rm -f "$said"' EXIT

step() { # NAME COMMAND ...: one line if it passes, all it said if it does not
  name=$1
  shift
  began=$(date +%s)
  if "$@" >"$said" 2>&1; then verdict=ok; else verdict=FAILED failed="$failed $name," && cat "$said"; fi
  printf '%-7s %-13s %3d s\n' "$verdict" "$name" $(($(date +%s) - began))
}

step format ruff format --check --quiet
step lint ruff check --quiet
step types mypy --no-error-summary
step imports lint-imports --no-logo
[ -z "$failed" ] || printf 'FAILED before the tests:%s the tests follow\n' "$failed"
# Last, and with nothing after it: its closing line is the one that tells how many tests there were.
# One worker for each core, four at the most: each starts programs of its own besides, which need their turn as well.
pytest -q --numprocesses auto --maxprocesses 4 --dist worksteal || exit 1
[ -z "$failed" ]
