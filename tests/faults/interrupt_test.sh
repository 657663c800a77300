#!/bin/bash
# Ctrl-C and SIGTERM: within one guest time limit there is a valid file with what
# was complete, marked partial, and the exit code is 128 and the signal. The run
# that the signal breaks is not held against its case. Also where the session
# process has stopped answering. $1 is the binary.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
need_kvm
limit_s=10
# For starting, writing and printing on a busy machine.
slack_s=10

cases='^pio/out.ring3$'
exits=20
moment=0 # Seconds after a session.

# interrupted SIGNAL CODE [stuck]
interrupted() {
  local signal=$1 code=$2 stuck=${3:-} pid session start seconds
  rm -f "$dir"/*
  "$binary" run "--cases=$cases" --exits=$exits --rounds=1 --sessions=2000 \
    --timeout=${limit_s}s --out="$dir/a.pb" --progress=always \
    >"$dir/out" 2>"$dir/err" &
  pid=$!
  wait_until 120 grep -aqs '1 sessions saved' "$dir/err" ||
    fail "$signal $stuck: no session before it"
  if [ -n "$stuck" ]; then
    until session=$(session_of $pid) &&
      kill -STOP "$session" 2>/dev/null; do :; done
  fi
  sleep $moment
  start=$(date +%s)
  kill "-$signal" $pid
  expect_end "$code" $pid "$signal $stuck"
  seconds=$(($(date +%s) - start))
  [ $seconds -le $((limit_s + slack_s)) ] ||
    fail "$signal $stuck: ended after $seconds s"
  "$binary" show "$dir/a.pb" >"$dir/shown" || fail "$signal $stuck: no file"
  grep -q PARTIAL "$dir/shown" || fail "$signal $stuck: not marked partial"
  grep -q PARTIAL "$dir/out" || fail "$signal $stuck: the table does not say so"
  grep -q '[1-9][0-9]* OK' "$dir/shown" || fail "$signal $stuck: nothing kept"
  ! grep FAILED "$dir/shown" || fail "$signal $stuck, $moment s on: $cases"
}
# Jobs of a script ignore SIGINT unless it is a shell of its own that starts them.
set -m
interrupted INT 130
interrupted TERM 143
interrupted TERM 143 stuck

# A signal breaks KVM_RUN and KVM_CREATE_VM, which host loops call themselves.
# The first are nearly always in KVM_RUN.
cases='^(exit/debug|vm/get_regs)' exits=20000
for moment in .1 .23 .37 .51; do interrupted INT 130; done
cases='^(exit/debug|vm/)' exits=200
for moment in 0 .3 .7; do interrupted INT 130; done

# Before anything is measured there is nothing to write, and nothing is claimed.
# at_once SIGNAL CODE FLAGS...
at_once() {
  local signal=$1 code=$2 pid
  shift 2
  "$binary" run '--cases=^pio/' --exits=100000000 --timeout=${limit_s}s \
    --out="$dir/none.pb" "$@" >"$dir/out" 2>"$dir/err" &
  pid=$!
  until [ -n "$(session_of $pid)" ]; do :; done
  kill "-$signal" $pid
  expect_end "$code" $pid "interrupted at once $*"
  if [ -e "$dir/none.pb" ] || [ -s "$dir/out" ] ||
    ! grep -qx 'exitbench: interrupted before anything was measured' \
      "$dir/err"; then
    fail "interrupted at once $*: $(cat "$dir/out" "$dir/err")"
  fi
}
at_once TERM 143
# In the pilot runs.
at_once INT 130 --budget=10m
at_once TERM 143 --budget=10m

finish
