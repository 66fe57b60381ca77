# Read by the scripts beside it. What they need from the system they install with apt, and say so first.
# shellcheck shell=sh

say() { printf '%s\n' "$*" >&2; }
give_up() { say "$@"; exit 3; }

need() { # PACKAGE ...: installs those that are missing
  missing=
  for package; do
    # Names with t64 at their end provide the ones without.
    dpkg-query -W -f '${db:Status-Status}\n' "$package" "${package}t64" 2>/dev/null | grep -qx installed ||
      missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null || give_up "This needs Debian or Ubuntu, with:$missing"
  as_root=
  [ "$(id -u)" = 0 ] || as_root=sudo
  say "Installing what is missing here:$missing"
  $as_root apt-get update -qq >&2 || say "apt-get update failed; trying with the lists that are there"
  # shellcheck disable=SC2086  # lists of words
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o DPkg::Lock::Timeout=300 \
    --no-install-recommends $missing >&2 </dev/null || give_up "apt could not install them."
}
