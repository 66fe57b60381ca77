#!/bin/sh
# dev.sh run [ARGUMENT ...]   start the program; without a screen, make four variations of a picture in the terminal
# dev.sh test                 run every check that a change must pass
#
# Works from a bare clone: it finds out what this machine lacks, says what it will install before it does, and leaves
# everything of its own in .venv. Administrator rights are used for apt alone. A second start goes straight on.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
venv=$root/.venv
stamp=$venv/.set-up
PATH=$PATH:/usr/sbin:/sbin # where Debian keeps ldconfig, which an ordinary user's PATH leaves out

# What Qt links or loads, by the name that the dynamic linker knows, then the Debian and Ubuntu package that has it.
# Names with t64 at their end provide the ones without.
libraries='
libGL.so.1 libgl1
libEGL.so.1 libegl1
libxkbcommon.so.0 libxkbcommon0
libdbus-1.so.3 libdbus-1-3
libfontconfig.so.1 libfontconfig1
libglib-2.0.so.0 libglib2.0-0
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libxcb-cursor.so.0 libxcb-cursor0
libxcb-icccm.so.4 libxcb-icccm4
libxcb-keysyms.so.1 libxcb-keysyms1
libxcb-shape.so.0 libxcb-shape0
libwayland-client.so.0 libwayland-client0
libwayland-cursor.so.0 libwayland-cursor0
libwayland-egl.so.1 libwayland-egl1
'
# What the tests on a real screen, a real keyring and exported files start, by command.
test_commands='
Xvfb xvfb
openbox openbox
xdotool xdotool
xclip xclip
gnome-keyring-daemon gnome-keyring
secret-tool libsecret-tools
dbus-run-session dbus
exiftool libimage-exiftool-perl
'

say() { printf '%s\n' "$*" >&2; }
give_up() { say "$@"; exit 3; }

fits() { # PYTHON: is it a version this program runs on?
  "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null
}

find_python() { # prints the first interpreter that fits, fails if there is none
  for candidate in python3 python3.13 python3.12 python3.11; do
    path=$(command -v "$candidate") && fits "$path" && { echo "$path"; return; }
  done
  return 1
}

python_packages() { # prints the packages that are missing for a virtual environment, if any
  if python=$(find_python); then
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
      "$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
    return
  fi
  command -v apt-cache >/dev/null || { echo "python3.11-or-later"; return; }
  for version in 3.13 3.12 3.11; do
    if apt-cache show "python$version" >/dev/null 2>&1; then echo "python$version" "python$version-venv"; return; fi
  done
  # None known: there is none, or apt has not fetched its lists yet; the usual name brings both to light.
  command -v python3 >/dev/null || echo python3 python3-venv
}

missing_packages() { # KIND: prints the packages that this machine lacks
  known=$(ldconfig -p 2>/dev/null) || known=
  echo "$libraries" | while read -r library package; do
    case "$known" in *"$library "*) ;; *) echo "$package" ;; esac
  done
  if [ "$1" = test ]; then
    echo "$test_commands" | while read -r name package; do
      command -v "$name" >/dev/null || echo "$package"
    done
  fi
  [ -n "$(find /usr/share/fonts /usr/local/share/fonts "$HOME/.fonts" "$HOME/.local/share/fonts" \
    \( -name '*.[ot]tf' -o -name '*.ttc' \) 2>/dev/null | head -n 1)" ] || echo fonts-dejavu-core
  python_packages
}

ask_an_administrator() { # PACKAGE ...
  give_up "Only an administrator can install them. As root, run this, then try again:
  apt-get install --no-install-recommends $*"
}

install_packages() { # PACKAGE ...: with apt, or says what a person has to do
  say "This machine lacks what the program needs from the system (graphics, fonts, Python, test tools):"
  say "  $*"
  if ! command -v apt-get >/dev/null; then
    give_up "There is no apt here: install what your system calls these, then run this again."
  elif [ "$(id -u)" = 0 ]; then
    as_root=
  elif command -v sudo >/dev/null; then
    as_root=sudo
  else
    ask_an_administrator "$@"
  fi
  say "Installing them now with apt${as_root:+ (through sudo)}; this may take a minute or two ..."
  # Asks for the password where one is needed, before the output goes to a file.
  [ -z "$as_root" ] || $as_root apt-get --version >/dev/null || ask_an_administrator "$@"
  log=$(mktemp)
  # A failed update is no reason to stop: the lists that are there may do.
  $as_root apt-get update -qq >"$log" 2>&1 </dev/null || true
  # shellcheck disable=SC2086  # as_root is empty or one word
  if $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" \
    >>"$log" 2>&1 </dev/null; then
    rm -f "$log"
  else
    tail -n 15 "$log" >&2
    give_up "apt could not install them (its whole output: $log). Once they are there, run this again."
  fi
}

provide_system() { # KIND: system packages; nothing to do outside Linux
  [ "$(uname)" = Linux ] || return 0
  packages=$(missing_packages "$1" | sort -u | tr '\n' ' ')
  # shellcheck disable=SC2086  # a list of words
  [ -z "${packages% }" ] || install_packages $packages
  # Where apt had no lists before, it is only now that we can see which Pythons it offers.
  packages=$(python_packages | tr '\n' ' ')
  # shellcheck disable=SC2086
  [ -z "${packages% }" ] || install_packages $packages
}

install_locked() { # LOCK: the very files that were locked, by uv where it is and works, by pip otherwise
  if command -v uv >/dev/null && uv pip install -q --python "$venv/bin/python" --require-hashes -r "$1" &&
    uv pip install -q --python "$venv/bin/python" --no-deps -e "$root"; then
    return
  fi
  "$venv/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes -r "$1"
  "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-deps -e "$root"
}

provide_venv() { # KIND: .venv with the locked versions, anew only when they, the project or its place changed
  lock=$root/requirements.lock
  [ "$1" = run ] || lock=$root/requirements-test.lock
  wanted=$({ echo "$root"; cat "$root/pyproject.toml" "$root/requirements.lock" "$root/requirements-test.lock"; } | cksum)
  if [ -x "$venv/bin/python" ] && fits "$venv/bin/python"; then
    # What the checks need includes what the program needs.
    case "$(cat "$stamp" 2>/dev/null)" in "$1 $wanted" | "test $wanted") return ;; esac
  else
    python=$(find_python) || give_up "No Python from 3.11 to 3.13 was found, nor does the system
offer one by name: install one so that python3.13, python3.12 or python3.11 starts it, then run this again."
    say "Creating .venv with $("$python" -V) ..."
    "$python" -m venv --clear "$venv"
  fi
  say "Installing the locked versions of the libraries into .venv; about 130 MB, once ..."
  rm -f "$stamp"
  install_locked "$lock"
  warn_about_unmet_libraries
  echo "$1 $wanted" >"$stamp"
}

warn_about_unmet_libraries() { # a system we do not know may split its packages another way
  command -v ldd >/dev/null || return 0
  unmet=$(ldd "$venv"/lib/python3.*/site-packages/PySide6/Qt/plugins/platforms/libq*.so 2>/dev/null |
    sed -n 's/^[[:space:]]*\([^ ]*\) => not found$/\1/p' | grep -v '^libQt6' | sort -u | tr '\n' ' ')
  [ -z "$unmet" ] || say "Not on this system, though a part of Qt asks for it: $unmet"
}

run() {
  case "${1:-}" in vary | serve | -h | --help | --version) exec "$venv/bin/python" -m imgvar_desktop "$@" ;; esac
  if [ "$(uname)" = Darwin ] || [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    exec "$venv/bin/python" -m imgvar_desktop "$@"
  fi
  [ $# -gt 0 ] || set -- "$root/resources/samples/lake.jpg"
  say "No screen here (DISPLAY and WAYLAND_DISPLAY are empty): making 4 variations of $* in ./variations instead."
  exec "$venv/bin/python" -m imgvar_desktop vary "$@" -n 4 -o variations
}

case "${1:-}" in
  run)
    shift
    provide_system run
    provide_venv run
    run "$@"
    ;;
  test)
    provide_system test
    provide_venv test
    exec sh "$root/packaging/check.sh"
    ;;
  *)
    sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
