#!/bin/sh
# build-deb.sh [-o DIR]   build the Debian package of this checkout, check it, and print where it is
#
# DIR: build/ of this checkout unless said otherwise. The same sources on the same system give the same package, to the
# byte. PYTHON: the Python to freeze, 3.11 to 3.13 (default: the system's own). IMGVAR_XZ_LEVEL: 0 to 9 (default: 6).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
out=$root/build
name=imgvar-desktop
id=io.github.imgvar.imgvar
maintainer="The Imgvar founders <imgvar@users.noreply.github.com>"
# shellcheck source-path=SCRIPTDIR source=tools.sh
. "$here/tools.sh"

while getopts o: option; do
  case $option in
    o) mkdir -p "$OPTARG" && out=$(cd "$OPTARG" && pwd) ;;
    *) sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done

python=${PYTHON:-/usr/bin/python3}

prepare() { # to freeze: compile nothing, but link what Qt asks for, so that each library's package can be looked up
  need python3 git binutils dpkg-dev libgl1 libegl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0 \
    libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libwayland-client0 \
    libwayland-cursor0 libwayland-egl1 libssl3 libsqlite3-0 libffi8
  number=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  case $number in
    3.11 | 3.12 | 3.13) ;;
    *) give_up "$python is $number: set PYTHON to a Python from 3.11 to 3.13." ;;
  esac
  # The system's Python has its library, and what makes virtual environments, in packages of their own.
  [ "$python" != /usr/bin/python3 ] || need "libpython$number" "python$number-venv"
  need desktop-file-utils appstream lintian
  umask 022
}

version() { sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$root/imgvar_desktop/__init__.py"; }

put() { # FILE PLACE: a text file, with its version and date filled in
  mkdir -p "$tree/$(dirname "$2")"
  sed -e "s/@VERSION@/$version/g" -e "s/@DATE@/$date/g" "$1" >"$tree/$2"
}

lay_out() {
  rm -rf "$tree"
  mkdir -p "$tree/usr/lib" "$tree/usr/bin" "$tree/usr/share/icons"
  cp -a "$out/frozen/$name" "$tree/usr/lib/$name"
  cp -a "$out/icons/hicolor" "$tree/usr/share/icons/hicolor"
  for link in imgvar-desktop imgvar; do ln -s "../lib/$name/$name" "$tree/usr/bin/$link"; done
  put "$here/$name.desktop" "usr/share/applications/$name.desktop"
  put "$here/$id.metainfo.xml" "usr/share/metainfo/$id.metainfo.xml"
  put "$here/completion.bash" "usr/share/bash-completion/completions/$name"
  ln -s "$name" "$tree/usr/share/bash-completion/completions/imgvar"
  put "$here/lintian-overrides" "usr/share/lintian/overrides/$name"
  put "$here/$name.1" "usr/share/man/man1/$name.1"
  gzip -9n "$tree/usr/share/man/man1/$name.1"
  ln -s "$name.1.gz" "$tree/usr/share/man/man1/imgvar.1.gz"
  documents
  find "$tree" -type d -exec chmod 755 {} +
  find "$tree" -type f ! -name "$name" -exec chmod 644 {} +
  chmod 755 "$tree/usr/lib/$name/$name"
}

documents() { # the copyright file and the changelog that Debian asks for
  folder=$tree/usr/share/doc/$name
  mkdir -p "$folder"
  {
    printf 'Imgvar\n\n'
    cat "$root/LICENSE"
    printf '\nThe package also carries what follows. The texts named here are in the folder\n'
    printf '/usr/lib/%s/_internal/imgvar_desktop/licences. The LGPL and the GPL are in\n' "$name"
    printf '/usr/share/common-licenses/LGPL-3 and /usr/share/common-licenses/GPL-3 as well.\n\n'
    "$python" - "$out/licences/licences.json" <<'PYTHON'
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    for part in json.load(file):
        print(f"{part['name']} {part['version']}: {part['licence']}\n  {part['homepage']}")
        print("".join(f"  {text}\n" for text in part["texts"]))
PYTHON
  } >"$folder/copyright"
  {
    printf '%s (%s) stable; urgency=medium\n\n  * See the changes in README.md of the sources.\n\n' "$name" "$version"
    printf ' -- %s  %s\n' "$maintainer" "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")"
  } | gzip -9n >"$folder/changelog.gz"
}

depends() { # what the distribution brings: looked up for every library that is linked and is not in the package
  work=$out/shlibdeps
  mkdir -p "$work/debian"
  printf 'Source: %s\n\nPackage: %s\nArchitecture: any\n' "$name" "$name" >"$work/debian/control"
  inside=$tree/usr/lib/$name/_internal
  places=$(find "$inside" -type f -name 'lib*.so*' -exec dirname {} + | sort -u | sed 's/^/-l/')
  files=$(find "$tree/usr/lib/$name" -type f \( -name '*.so*' -o -name "$name" \) | sort)
  # shellcheck disable=SC2086  # lists of paths without blanks: this script names the folder
  (cd "$work" && dpkg-shlibdeps -O --ignore-missing-info $places $files 2>"$work/said") |
    sed -n 's/^shlibs:Depends=//p'
}

control() {
  depends=$(depends)
  [ -n "$depends" ] || give_up "The libraries that the package needs could not be found; see $out/shlibdeps/said"
  mkdir -p "$tree/DEBIAN"
  cat >"$tree/DEBIAN/control" <<CONTROL
Package: $name
Version: $version
Architecture: $(dpkg --print-architecture)
Maintainer: $maintainer
Installed-Size: $(du -sk --apparent-size "$tree/usr" | cut -f 1)
Depends: $depends, fontconfig-config
Recommends: default-dbus-session-bus | dbus-session-bus, fonts-dejavu-core | fonts-noto-core, libxcursor1, xdg-utils
Suggests: gnome-keyring | kwalletmanager, xdg-desktop-portal
Section: graphics
Priority: optional
Homepage: https://github.com/imgvar/imgvar
Description: variations of a picture, to compare, keep and save
 Drop a picture in, choose the square that matters, press Generate, and
 compare, keep and save the variations. Imgvar makes them on this computer,
 with no key, no network and no cost, or through any server that answers
 POST /v1/images/variations.
 .
 The package carries its own Python and Qt. Settings and the library stay
 in the home folders of those who use it, also when it is removed.
CONTROL
  (cd "$tree" && find usr -type f | LC_ALL=C sort | xargs md5sum) >"$tree/DEBIAN/md5sums"
}

check() { # the distribution's own opinion of it
  desktop-file-validate "$tree/usr/share/applications/$name.desktop"
  appstreamcli validate --no-net --pedantic "$tree/usr/share/metainfo/$id.metainfo.xml"
  lintian --fail-on error,warning --allow-root --tag-display-limit 0 "$deb"
}

prepare
# The checkout may be of another user, as it is in a container.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -c safe.directory="$root" -C "$root" log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
version=$(version)
date=$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)
tree=$out/tree
deb=$out/${name}_${version}_$(dpkg --print-architecture).deb

say "Freezing Imgvar $version ..."
"$python" "$root/packaging/pyinstaller/freeze.py" --build "$out"
lay_out
control
say "Packing ..."
dpkg-deb --root-owner-group -Zxz -z"${IMGVAR_XZ_LEVEL:-6}" --build "$tree" "$deb" >&2
check >&2
printf '%s\n' "$deb"
