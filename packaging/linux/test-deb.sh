#!/bin/sh
# test-deb.sh DEB [PREVIOUS_DEB]   what a person does with the package, in a bare Debian system, and what is left then
#
# As root. Without PREVIOUS_DEB, the same package with a lower number is what gets upgraded. The bare system is kept for
# the next time in ~/.cache/imgvar; SUITE (default: bookworm) says which. Prints what was checked, line by line.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source-path=SCRIPTDIR source=tools.sh
. "$here/tools.sh"
# shellcheck source-path=SCRIPTDIR source=room.sh
. "$here/room.sh"
# shellcheck source-path=SCRIPTDIR source=desk.sh
. "$here/desk.sh"

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
  sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
[ "$(id -u)" = 0 ] || give_up "A system of its own (debootstrap, chroot, a network without ways out) needs root."
need debootstrap xvfb openbox xdotool imagemagick iproute2 x11-utils
name=imgvar-desktop
deb=$(realpath "$1")
work=$(mktemp -d)
trap 'close_desk; close_room; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
library=/home/person/.local/share/imgvar/library
saved=/home/person/Pictures

previous() { # prints the package to upgrade from: the one given, or this one with a lower number
  if [ -n "${1:-}" ]; then realpath "$1" && return; fi
  dpkg-deb -R "$deb" "$work/previous"
  sed -i 's/^Version: .*/&~before/' "$work/previous/DEBIAN/control"
  dpkg-deb --root-owner-group -Znone -b "$work/previous" "$work/previous.deb" >/dev/null
  rm -rf "$work/previous"
  echo "$work/previous.deb"
}

install() { # DEB: as a person would, with apt, but with nothing that is only recommended
  cp "$1" "$room/tmp/this.deb"
  administrator apt-get install -y --no-install-recommends /tmp/this.deb >"$work/apt.log" 2>&1 || {
    cat "$work/apt.log" >&2
    fail "apt-get installs $(basename "$1")"
  }
  rm "$room/tmp/this.deb"
}

bring_pictures() {
  home=$room/home/person
  cp "$root/resources/samples/lake.jpg" "$home/lake.jpg"
  cp "$root/resources/icons/imgvar.svg" "$home/drawing.svg"
  cp "$root/tests/adapters/data/quadrants.heic" "$home/phone.heic"
  for kind in png webp; do convert "$root/resources/samples/vase.jpg" "$home/vase.$kind"; done
  chmod 644 "$home"/*.*
  person mkdir "$saved"
}

files_of_the_system() { # everything but what apt, dpkg and ldconfig note down, and the person's own
  (cd "$room" && find . -xdev \( -path ./proc -o -path ./dev -o -path ./tmp -o -path ./home -o -path ./var/log \
    -o -path ./var/lib/apt -o -path ./var/cache/apt -o -path ./var/cache/debconf -o -path ./var/lib/dpkg \
    -o -path ./var/cache/ldconfig -o -path ./var/cache/fontconfig \) -prune -o -print | sort)
}

pictures() { find "$room$1" -name '*.png' -path "*${2:-}*" 2>/dev/null | wc -l; }
checksums() { (cd "$room$library" && find . -type f ! -name '*-wal' ! -name '*-shm' | sort | xargs sha256sum); }
# shellcheck disable=SC2016  # a field of dpkg's
version_installed() { administrator dpkg-query -W -f '${Version}' "$name"; }

check_bare() { # DEB: what it depends on is enough
  before=$(files_of_the_system)
  install "$1"
  pass "apt-get installs it into a bare system: $(administrator dpkg-query -W | wc -l) packages there then"
  person imgvar-desktop --version >"$work/said" && pass "imgvar-desktop --version: $(cat "$work/said")"
  # shellcheck disable=SC2016  # for the shell in there
  administrator sh -c 'cd /usr/lib/imgvar-desktop &&
    LD_LIBRARY_PATH=$PWD/_internal ldd $(find . -name "*.so*") 2>&1' |
    grep 'not found' >"$work/said" && fail "every library is found: $(sort -u "$work/said")"
  pass "every library that any of its files links is found"
  person imgvar vary lake.jpg vase.webp drawing.svg phone.heic -n 1 --size 256x256 -o Pictures/vary \
    >"$work/said" 2>&1 || true
  [ "$(pictures "$saved/vary")" = 4 ] || fail "imgvar vary makes a variation of each of four: $(cat "$work/said")"
  pass "imgvar vary, without network and screen: of a JPEG, a WebP, an SVG and a HEIC file"
  check_serve
  rm -r "${room:?}$saved"/*
  administrator apt-get purge -y --auto-remove "$name" >"$work/apt.log" 2>&1
  files_of_the_system >"$work/after"
  printf '%s\n' "$before" | diff - "$work/after" >"$work/left" || fail "purge leaves no file: $(cat "$work/left")"
  pass "apt-get purge --auto-remove leaves the files that were there before, and no other"
}

check_serve() {
  # shellcheck disable=SC2016  # for the shell in there; all in one, for they share a network
  person sh -c 'KEY=word imgvar serve --api-key-env KEY >serve & serving=$!
    until [ -s serve ]; do sleep 0.1; done
    url=$(sed "s/^listening on //" serve)
    IMGVAR_API_KEY=word imgvar vary lake.jpg -n 1 --size 256x256 --base-url "$url" -o Pictures/served
    IMGVAR_API_KEY=other imgvar vary lake.jpg -n 1 --size 256x256 --base-url "$url" -o Pictures/refused
    kill $serving; wait $serving; rm serve' >"$work/said" 2>&1 || true
  [ "$(pictures "$saved/served")" = 1 ] || fail "imgvar serve answers imgvar vary"
  [ "$(pictures "$saved/refused")" = 0 ] || fail "imgvar serve wants its key"
  pass "imgvar serve answers imgvar vary, and nobody without its key"
}

check_keyring() { # a service of one's own, whose key lies in the keyring of the desktop
  administrator apt-get install -y --no-install-recommends dbus dbus-bin gnome-keyring libsecret-tools \
    >"$work/apt.log" 2>&1 || fail "there is a keyring to be had"
  mkdir -p "$room/home/person/keyring"
  printf '{"version": 1, "services": [{"id": "mine", "name": "Mine", "base_url": "http://127.0.0.1:8400/v1"}]}' \
    >"$room/home/person/keyring/settings.json"
  chown -R --reference "$room/home/person" "$room/home/person/keyring"
  # shellcheck disable=SC2016  # for the shell in there
  person env -u PYTHON_KEYRING_BACKEND IMGVAR_HOME=/home/person/keyring dbus-run-session -- sh -c '
    eval "$(printf password | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null)"
    KEY=word imgvar serve --api-key-env KEY --port 8400 >serve & serving=$!
    until [ -s serve ]; do sleep 0.1; done
    imgvar vary lake.jpg -n 1 --size 256x256 --service Mine -o Pictures/without
    printf word | secret-tool store --label=Imgvar service Imgvar username mine application "Python keyring library"
    imgvar vary lake.jpg -n 1 --size 256x256 --service Mine -o Pictures/with
    kill $serving; wait $serving; rm -r serve keyring' >"$work/said" 2>&1 || true
  [ "$(pictures "$saved/without")" = 0 ] || fail "a service wants its key"
  [ "$(pictures "$saved/with")" = 1 ] || fail "the key comes from the keyring: $(cat "$work/said")"
  rm -r "$room$saved/with" "$room/home/person/.local/share/keyrings"
  pass "imgvar vary finds a key in the keyring (Secret Service)"
}

check_desktop() {
  entry=/usr/share/applications/$name.desktop
  administrator gio mime image/png >"$work/said" 2>&1 || true
  grep -q "$name.desktop" "$work/said" || fail "it is offered for image/png"
  for type in image/jpeg image/webp image/heif image/vnd.adobe.photoshop image/svg+xml; do
    administrator gio mime "$type" 2>&1 | grep -q "$name.desktop" || fail "it is offered for $type"
  done
  pass "Open with: offered for PNG, JPEG, WebP, HEIF, PSD and SVG"
  ! grep -rqs "$name" "$room/etc/xdg/mimeapps.list" "$room/usr/share/applications/mimeapps.list" ||
    fail "it makes itself nobody's default"
  pass "Open with: no default was written"
  person gio launch "$entry" /home/person/lake.jpg >"$work/program.log" 2>&1 &
  window=$(visible_window) || fail "its menu entry opens a window: $(cat "$work/program.log")"
  pass "its menu entry opens a window, of the class that the entry names"
  titled lake || fail "the file given to the menu entry is opened: $(title)"
}

check_main_job() { # COUNT: how many variations are there when it is done
  keys ctrl+Return
  until_true 60 has_pictures "$library/images" "$1" || fail "Generate makes four variations, without network"
  pass "Generate makes four variations, without network: $1 in the library now"
  select_all
  keys ctrl+s
  [ "$(pictures "$saved")" -gt 0 ] || accept_dialog
  until_true 20 has_pictures "$saved" "$1" || fail "Save writes them to the folder of choice"
  pass "Save writes them to the folder of choice: last $(cd "$room$saved" && find . -name '*.png' | sort | tail -n 1)"
}

has_pictures() { [ "$(pictures "$1")" -ge "$2" ]; }

check_open_with() {
  person gio open /home/person/vase.png >>"$work/program.log" 2>&1
  titled vase || fail "a picture opened by its type comes to the open window: $(title)"
  [ "$(windows | wc -l)" = 1 ] || fail "there is one window"
  pass "a picture opened by its type comes to the open window, and there is one still"
}

check_upgrade() { # DEB: with a library in place, made by the version before
  checksums >"$work/library"
  before=$(version_installed)
  install "$1"
  [ "$(version_installed)" != "$before" ] || fail "the package before has another version"
  checksums | diff "$work/library" - || fail "an upgrade leaves the library as it is"
  pass "upgrade from $before to $(version_installed): $(wc -l <"$work/library") files of the library untouched"
}

check_removal() {
  checksums >"$work/library"
  administrator apt-get purge -y "$name" >"$work/apt.log" 2>&1
  checksums | diff "$work/library" - || fail "removal leaves the library as it is"
  pass "apt-get purge: $(wc -l <"$work/library") files of the library untouched"
  # The folder of the session, which the system empties at its end, has the lock of the one window.
  (cd "$room" && find . -xdev \( -path ./proc -o -path ./tmp/run -o -path ./home -o -path ./var/lib/apt \
    -o -path ./var/cache/apt \) -prune -o -name '*imgvar*' -print) >"$work/left"
  [ ! -s "$work/left" ] || fail "nothing else is left: $(cat "$work/left")"
  grep -rlas "$name" "$room/usr/share" "$room/etc" "$room/var/lib/dpkg/info" "$room/var/cache/man" >"$work/left" || true
  [ ! -s "$work/left" ] || fail "nothing else names it: $(cat "$work/left")"
  pass "nothing else is left, by name or in the desktop's caches"
}

check_with_screen() { # PREVIOUS DEB
  # What any desktop has: the one that starts menu entries, the two that know file types, and a place for keys.
  administrator apt-get install -y --no-install-recommends libglib2.0-bin desktop-file-utils shared-mime-info \
    >"$work/apt.log" 2>&1
  install "$1"
  check_keyring
  open_desk
  check_desktop
  check_main_job 4
  close_window || fail "Ctrl+Q ends it"
  pass "Ctrl+Q ends the window and the on-device service"
  check_upgrade "$2"
  person gio launch "/usr/share/applications/$name.desktop" >"$work/program.log" 2>&1 &
  window=$(visible_window) || fail "it starts after the upgrade: $(cat "$work/program.log")"
  titled lake || fail "the picture of the last time is there after the upgrade: $(title)"
  pass "after the upgrade it starts with the picture of the last time"
  check_open_with
  check_main_job 8
  close_window || fail "Ctrl+Q ends it"
  check_removal
}

previous=$(previous "${2:-}")
open_room
bring_pictures
check_bare "$deb"
check_with_screen "$previous" "$deb"
printf '%s\n' "All of it passed."
