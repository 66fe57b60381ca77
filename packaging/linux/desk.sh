# Read by test-deb.sh: a screen with a window manager on this machine, and a keyboard for the program in the room.
# shellcheck shell=sh disable=SC2154

open_desk() { # sets display
  mkfifo "$work/number"
  Xvfb -displayfd 3 -screen 0 1600x1000x24 -nolisten tcp 3>"$work/number" >"$work/xvfb.log" 2>&1 &
  screen=$!
  read -r number <"$work/number"
  display=:$number
  DISPLAY=$display openbox >"$work/openbox.log" 2>&1 &
  manager=$!
  until_true 10 xdo get_num_desktops >/dev/null 2>&1 || fail "a window manager runs"
}

close_desk() {
  # shellcheck disable=SC2086  # numbers, or none
  [ -z "${screen:-}" ] || kill $manager $screen 2>/dev/null || true
}

xdo() { DISPLAY=$display xdotool "$@"; }
windows() { xdo search --onlyvisible --class "^$name\$" 2>/dev/null || true; }
has_window() { [ -n "$(windows)" ]; }
has_no_window() { [ -z "$(windows)" ]; }
title() { xdo getwindowname "$window"; }
has_title() { case $(title) in "$1"*) ;; *) return 1 ;; esac; }
titled() { until_true 20 has_title "$1"; } # START
keys() { xdo windowactivate --sync "$window" key --clearmodifiers "$@"; }

visible_window() { # prints the number of the program's window, once it is there
  until_true 30 has_window && windows | tail -n 1
}

select_all() { # a click into the gallery first: Ctrl+A in a field of text selects the text
  eval "$(xdo getwindowgeometry --shell "$window")"
  xdo mousemove $((X + 416)) $((Y + 190)) click 1
  keys ctrl+a
}

accept_dialog() { # that comes up, as it is: typing would change the keyboard's map under the program (xdotool type)
  until_true 10 has_dialog || fail "a dialog comes up"
  dialog=$(windows | grep -vx "$window" | tail -n 1)
  xdo windowactivate --sync "$dialog" key Return
}

has_dialog() { [ "$(windows | wc -l)" -gt 1 ]; }

close_window() { # and waits for everything that the program had started
  keys ctrl+q
  until_true 20 has_no_window && until_true 20 nobody_runs
}

nobody_runs() {
  for process in /proc/[0-9]*; do
    case $(readlink "$process/exe" 2>/dev/null) in "$room"/usr/lib/imgvar-desktop/*) return 1 ;; esac
  done
}
