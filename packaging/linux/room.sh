# Read by test-deb.sh: a bare Debian system to try things in, and ways to be its administrator and its user.
# shellcheck shell=sh disable=SC2154

suite=${SUITE:-bookworm}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/imgvar
mounted="proc dev dev/shm tmp/.X11-unix"

pass() { printf 'ok     %s\n' "$*"; }
fail() { # with a picture of the screen, where there is one
  printf 'FAILED %s\n' "$*"
  [ -z "${display:-}" ] || {
    import -display "$display" -window root "$cache/failed.png" && say "The screen at that moment: $cache/failed.png"
  }
  exit 1
}

until_true() { # SECONDS COMMAND ...: asks again until it is so; other programs send us no word
  ends=$(($(date +%s) + $1))
  shift
  until "$@"; do
    [ "$(date +%s)" -lt "$ends" ] || return 1
    sleep 0.1
  done
}

open_room() { # sets room
  room=$work/room
  mkdir "$room"
  if [ ! -e "$cache/$suite.tar" ]; then
    say "Making a bare Debian system, once ..."
    mkdir -p "$cache"
    # shellcheck disable=SC2046  # the mirror is one word or none
    debootstrap --variant=minbase --include=ca-certificates "$suite" "$work/base" $(mirror) >"$cache/$suite.log" 2>&1 ||
      give_up "debootstrap failed; see $cache/$suite.log"
    tar -C "$work/base" -cf "$cache/$suite.tar.new" . && mv "$cache/$suite.tar.new" "$cache/$suite.tar"
    rm -rf "$work/base"
  fi
  tar -C "$room" -xf "$cache/$suite.tar"
  cp -L /etc/resolv.conf /etc/hosts "$room/etc/"
  use_the_same_mirror
  mkdir -p /tmp/.X11-unix "$room/tmp/.X11-unix"
  for place in $mounted; do mount --bind "/$place" "$room/$place"; done
  administrator apt-get update -qq >"$work/apt.log" 2>&1 || fail "the bare system reaches its packages"
  administrator useradd --create-home --shell /bin/sh person
  mkdir -m 700 "$room/tmp/run"
  chown --reference "$room/home/person" "$room/tmp/run"
}

mirror() { # prints the first one that this machine uses
  cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null |
    grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n 1 | tr -d ' '
}

use_the_same_mirror() { # when this machine is of the same suite: its sources, settings and certificates for apt
  grep -qs "VERSION_CODENAME=$suite" /etc/os-release || return 0
  rm -f "$room/etc/apt/sources.list"
  cp -a /etc/apt/. "$room/etc/apt/"
  for place in /etc/ssl/certs /usr/local/share/ca-certificates /usr/share/keyrings; do
    mkdir -p "$room$place"
    cp -a "$place/." "$room$place/"
  done
}

close_room() {
  [ -n "${room:-}" ] || return 0
  for process in /proc/[0-9]*; do
    [ "$(readlink "$process/root")" = "$room" ] && kill -9 "${process#/proc/}" 2>/dev/null
  done
  for place in tmp/.X11-unix dev/shm dev proc; do
    ! mountpoint -q "$room/$place" || umount -l "$room/$place"
  done
  # Never through a mount that has stayed: the machine's own /dev is behind it.
  rm -rf --one-file-system "$room"
}

administrator() { # COMMAND ...: as root in there, with the network
  chroot "$room" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

person() { # COMMAND ...: as its user, with a network that leads nowhere: only the computer itself answers
  # shellcheck disable=SC2016  # for the shell within
  unshare --net sh -c 'ip link set lo up && exec "$@"' sh chroot --userspec=person:person "$room" env -i \
    PATH=/usr/bin:/bin HOME=/home/person USER=person LANG=C.UTF-8 XDG_RUNTIME_DIR=/tmp/run DISPLAY="${display:-}" \
    PYTHON_KEYRING_BACKEND=keyring.backends.null.Keyring sh -c 'cd && exec "$@"' sh "$@"
}
