# One boot from start to end: time limits, the console, what was sent out.
# shellcheck shell=bash

# unframe FILE DIR: splits what came over ttyS1 (see init) into one file per
# frame in DIR. Stops at the first frame that is not whole; prints its name.
unframe() {
  local file=$1 dir=$2 offset=0 end word name length sum line
  end=$(stat -c %s "$file")
  while ((offset < end)); do
    line=$(tail -c +$((offset + 1)) "$file" | head -c 200 | head -n 1 |
      tr -d '\0')
    read -r word name length sum <<<"$line"
    [[ $word == frame && $name =~ ^[a-z]+$ && $length =~ ^[0-9]+$ && $sum ]] ||
      { printf 'header\n' && return; }
    offset=$((offset + ${#line} + 1))
    tail -c +$((offset + 1)) "$file" | head -c "$length" >"$dir/$name"
    [[ $(sha256sum <"$dir/$name") == "$sum "* ]] || {
      rm -f "$dir/$name"
      printf '%s\n' "$name" && return
    }
    offset=$((offset + length))
  done
}

# show_console DIR: the last lines the emulated host wrote, and the emulator.
show_console() {
  local log
  say "the console's last lines:"
  tr -cd '\t\n\040-\176' <"$1/ttyS0" 2>/dev/null | grep . | tail -n 15 |
    sed 's/^/  | /' >&2
  for log in emulator.log bochs.log; do
    [[ -f $1/$log ]] && grep -E 'PANIC|qemu-system|rror' "$1/$log" |
      tail -n 3 | sed 's/^/  emulator: /' >&2
  done
}

# stop_emulator: ends what this script started, if it still runs.
stop_emulator() {
  [[ $emulator_pid ]] || return 0
  kill -KILL "$emulator_pid" 2>/dev/null
  wait "$emulator_pid" 2>/dev/null
  emulator_pid=
}

# wait_for_emulator DIR: until it has ended by itself. Prints nothing; returns
# 1 if the kernel was not up in $boot_timeout seconds, 2 if the command was not
# done in $timeout. The emulator has been ended then.
wait_for_emulator() {
  local dir=$1 start=$SECONDS up=0 result=0 errors_pid
  touch "$dir/ttyS2"
  tail -f -s 0.1 -n +1 --pid="$emulator_pid" "$dir/ttyS2" >&2 2>/dev/null &
  errors_pid=$!
  while kill -0 "$emulator_pid" 2>/dev/null; do
    if ((!up)) && grep -qs -m1 '^frame up' "$dir/ttyS1"; then
      up=1
    fi
    if ((!up && SECONDS - start >= boot_timeout)); then
      result=1
      break
    elif ((SECONDS - start >= timeout)); then
      result=2
      break
    fi
    sleep 0.1
  done
  stop_emulator
  wait "$errors_pid" 2>/dev/null
  return "$result"
}

# boot DIR: boots what lies in DIR and leaves there stdout, results (if any)
# and rc. Ends with a code of its own when that did not work.
boot() {
  local dir=$1 result broken
  "${emulator}_start" "$dir"
  wait_for_emulator "$dir"
  result=$?
  [[ $console ]] && cp "$dir/ttyS0" "$console"
  if ((result == 1)); then
    show_console "$dir"
    die "$EXIT_TIME" "the kernel was not up after $boot_timeout s \
(--boot_timeout): ended"
  elif ((result == 2)); then
    show_console "$dir"
    die "$EXIT_TIME" "not done after $timeout s (--timeout): ended"
  fi
  broken=$(unframe "$dir/ttyS1" "$dir" 2>/dev/null)
  if [[ ! -f $dir/up ]]; then
    show_console "$dir"
    die "$EXIT_BOOT" "the kernel did not boot"
  elif [[ $broken ]]; then
    show_console "$dir"
    die "$EXIT_RESULTS" "what the host sent is damaged (at: $broken)"
  elif [[ ! -f $dir/rc ]]; then
    show_console "$dir"
    die "$EXIT_BOOT" "the host died before the command was done"
  fi
}
