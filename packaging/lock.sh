#!/bin/sh
# lock.sh [UV OPTION ...]   write the lock files anew from pyproject.toml, for every Python and system it names; needs uv
#
# Versions that still fit are kept; --upgrade takes the newest ones, --upgrade-package NAME those of one project.
set -eu
cd "$(dirname "$0")/.."

lock() { # FILE OPTION ...
  file=$1
  shift
  uv pip compile pyproject.toml -o "$file" --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-emit-find-links --no-annotate --custom-compile-command 'sh packaging/lock.sh' --quiet "$@"
  # A pre-release of Python, such as the 3.11 of Ubuntu 22.04, fits no bound on its full version; both say the same.
  sed "s/python_full_version \([<>=]*\) '\([0-9]*\.[0-9]*\)'/python_version \1 '\2'/g" "$file" >"$file.new"
  mv "$file.new" "$file"
}
lock requirements-test.lock --extra test "$@"
lock packaging/pyinstaller/requirements.lock --extra freeze --constraint requirements-test.lock "$@"
lock requirements.lock --constraint requirements-test.lock # the same versions, fewer of them
