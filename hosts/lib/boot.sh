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

# show_console DIR: what the emulated host wrote last, from the panic on if
# there was one, and what the emulator complained of.
show_console() {
  local text
  text=$(tr -cd '\t\n\040-\176' <"$1/ttyS0" 2>/dev/null | grep .)
  if [[ $text == *"Kernel panic"* ]]; then
    say "the console, from the panic on:"
    text=$(sed -n '/Kernel panic/,$p' <<<"$text" | head -n 15)
  elif [[ $text ]]; then
    say "the console's last lines:"
    text=$(tail -n 15 <<<"$text")
  else
    say "nothing on the console"
  fi
  [[ $text ]] && sed 's/^/  | /' <<<"$text" >&2
  cat "$1/emulator.log" "$1/bochs.log" 2>/dev/null |
    grep -E '^[0-9]+p\[|PANIC|^qemu-system' | grep -v 'warning:' | tail -n 3 |
    sed 's/^/  emulator: /' >&2
}

# stop_emulator: ends what this script started, if it still runs. Bochs is not
# our child but that of the terminal around it, which is to collect it.
stop_emulator() {
  [[ ! $tracer_pid ]] || kill -KILL "$tracer_pid" 2>/dev/null
  [[ $emulator_pid ]] || return 0
  local inner tries
  inner=$(cat "$temporary"/*/inner.pid 2>/dev/null)
  if [[ $inner ]] && kill -KILL "$inner" 2>/dev/null; then
    for ((tries = 0; tries < 20; ++tries)); do
      kill -0 "$emulator_pid" 2>/dev/null || break
      sleep 0.1
    done
  fi
  kill -KILL "$emulator_pid" 2>/dev/null
  wait "$emulator_pid" 2>/dev/null
  emulator_pid=
}

# pass_errors DIR OUT: prints what the command writes to its standard error, as
# it grows, until the emulator ends. The results file has its right name. That it
# is written goes to DIR/written, to be said when it is here.
pass_errors() {
  local line written="results: $GUEST_OUT"
  while IFS= read -r line || [[ $line ]]; do
    if [[ $line == "$written" ]]; then
      printf '%s\n' "${written/"$GUEST_OUT"/$2}" >"$1/written"
    else
      printf '%s\n' "${line//"$GUEST_OUT"/$2}" >&2
    fi
  done < <(exec setpriv --pdeathsig KILL -- tail -f -s 0.1 -n +1 \
    --pid="$emulator_pid" "$1/ttyS2" 2>/dev/null)
}

# wait_for_emulator DIR OUT: until it has ended by itself. Returns 1 if the
# kernel was not up in $boot_timeout seconds, 2 if the command was not done in
# $timeout, 3 if the host's heartbeat, once it had one, stopped for
# $freeze_timeout. The emulator has been ended then.
wait_for_emulator() {
  local dir=$1 start=$SECONDS up=0 result=0 errors_pid beats='' beat=$SECONDS
  local now
  touch "$dir/ttyS2"
  pass_errors "$dir" "$2" &
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
    if [[ -s $dir/ttyS3 ]]; then
      now=$(stat -c %s "$dir/ttyS3")
      [[ $now == "$beats" ]] || beats=$now beat=$SECONDS
      if ((SECONDS - beat >= freeze_timeout)); then
        result=3
        break
      fi
    fi
    sleep 0.1
  done
  ((result)) && stop_emulator
  wait "$emulator_pid" 2>/dev/null
  emulator_pid=
  wait "$errors_pid" 2>/dev/null
  rm -f "$dir/inner.pid"
  return "$result"
}

# frozen_text RESULT: what is said of a wait_for_emulator that returned RESULT.
frozen_text() {
  if (($1 == 3)); then
    printf 'the emulator froze: its host gave no sign for %d s' \
      "$freeze_timeout"
  else
    printf 'the kernel was not up after %d s: it hangs, or its emulator froze' \
      "$boot_timeout"
  fi
}

# start_and_wait DIR OUT: starts the emulator; returns as wait_for_emulator.
start_and_wait() {
  local result
  "${emulator}_start" "$1"
  wait_for_emulator "$1" "$2"
  result=$?
  [[ $console ]] && cp "$1/ttyS0" "$console"
  return "$result"
}

# boot DIR OUT: boots what lies in DIR and leaves there stdout, results (if any)
# and rc. Ends with a code of its own when that did not work.
boot() {
  local dir=$1 result broken line
  start_and_wait "$dir" "$2"
  result=$?
  # Where the host is not to count its own heartbeat a freeze shows only by the
  # time limits. It may come before the host has a heartbeat.
  if ((result == 3 || (result == 1 && !counted))); then
    say "$(frozen_text "$result"); trying once more"
    rm -f "$dir"/ttyS? "$dir/emulator.log" "$dir/written"
    start_and_wait "$dir" "$2"
    result=$?
  fi
  if ((result == 3)); then
    show_console "$dir"
    die "$EXIT_FROZEN" "$(frozen_text 3) again"
  elif ((result == 1)); then
    show_console "$dir"
    die "$EXIT_TIME" "the kernel was not up after $boot_timeout s \
(--boot_timeout): ended"
  elif ((result == 2)); then
    show_console "$dir"
    # The same boot would freeze again, at the same instruction.
    ((counted)) && say "if its emulator froze, which shows by no message at all," \
      "another --seed may not"
    die "$EXIT_TIME" "not done after $timeout s (--timeout): ended"
  fi
  broken=$(unframe "$dir/ttyS1" "$dir" 2>/dev/null)
  if [[ ! -f $dir/up ]]; then
    show_console "$dir"
    die "$EXIT_BOOT" "the kernel did not boot"
  elif [[ $broken ]]; then
    show_console "$dir"
    die "$EXIT_RESULTS" "what the host sent is damaged (at: $broken)"
  elif [[ -f $dir/refused ]]; then
    while IFS= read -r line; do
      say "$line"
    done <"$dir/refused"
    exit "$EXIT_SETTING"
  elif [[ ! -f $dir/rc ]]; then
    show_console "$dir"
    die "$EXIT_BOOT" "the host died before the command was done"
  fi
}
