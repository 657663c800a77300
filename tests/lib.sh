# Shared by the shell tests, which source it first:
#
#   . "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
#
# A test is a list of checks, and all of them run: what does not hold is told to
# `fail`, and the last line, `finish`, ends the test by what was told. The test's
# first argument is the program under test. Sourcing this sets
#
#   binary    the absolute path of that program
#   dir       a fresh folder, removed in the end
#   failures  how often `fail` was called
#
# and for good that a variable which is not set is an error, and so is an end that
# is neither `finish` nor `skip`.
# shellcheck shell=bash
set -u

binary=$(realpath -es "${1:?which program is to be tested?}") || exit 1
dir=$(mktemp -d) || exit 1
failures=0
_arguments=("$@")
_ended=no

# clean_up: what a test that defines it wants undone in the end, however the test
# ends, before dir is removed.
clean_up() {
  :
}

_at_exit() {
  local code=$?
  clean_up
  rm -rf "$dir"
  if [ $code -eq 0 ] && [ $_ended = no ]; then
    echo "FAILED: the test ended before its last line"
    exit 1
  fi
}
trap _at_exit EXIT

# fail TEXT...: counts a failure and says what it is.
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# finish: ends the test: with 1 if there was a failure.
finish() {
  _ended=yes
  echo "$failures failures"
  exit $((failures > 0))
}

# left_out WHAT: TEXT...: says that a part of the test needs what is not here.
left_out() {
  echo "SKIPPED, needs $*"
}

# skip WHAT: TEXT...: ends the test here: the rest needs what is not here.
skip() {
  left_out "$@"
  finish
}

# have_kvm: whether guests can run here.
have_kvm() {
  [ -r /dev/kvm ] && [ -w /dev/kvm ]
}

# need_kvm: ends the test where guests can't run.
need_kvm() {
  have_kvm || skip "KVM: no usable /dev/kvm"
}

# enter_own_mounts OPTION...: starts the test anew in a mount namespace that
# `unshare OPTION...` makes; true where that has happened, false where it can't.
enter_own_mounts() {
  [ "${IN_OWN_MOUNTS:-}" != yes ] || return 0
  unshare "$@" mount -t tmpfs none /mnt 2>/dev/null || return 1
  rm -rf "$dir"
  IN_OWN_MOUNTS=yes exec unshare "$@" --propagation=private \
    "$0" "${_arguments[@]}"
}

# expect CODE COMMAND...: runs it without input, with its output in $dir/out and
# $dir/err; another exit code than CODE is a failure.
expect() {
  local want=$1 got
  shift
  "$@" >"$dir/out" 2>"$dir/err" </dev/null
  got=$?
  [ $got -eq "$want" ] && return
  fail "exit code $got, not $want: $(printf '%q ' "$@")"
  head -n 40 "$dir/out" "$dir/err" | cat -v
  return 1
}

# expect_error CODE REGEX COMMAND...: as expect; it is to print nothing but one
# line on standard error, in which REGEX is found.
expect_error() {
  local code=$1 regex=$2
  shift 2
  expect "$code" "$@" || return
  if [ -s "$dir/out" ] || [ "$(wc -l <"$dir/err")" -ne 1 ] ||
    ! grep -Eq -- "$regex" "$dir/err"; then
    fail "not one line like /$regex/ alone: $(printf '%q ' "$@")"
    head -n 40 "$dir/out" "$dir/err" | cat -v
    return 1
  fi
}

# expect_end CODE PID TEXT...: waits for PID, a job of the test's; another exit
# code than CODE is a failure.
expect_end() {
  local want=$1 pid=$2 got
  shift 2
  wait "$pid"
  got=$?
  [ $got -eq "$want" ] && return
  fail "$*: exit code $got, not $want"
  return 1
}

# wait_until SECONDS COMMAND...: until COMMAND succeeds; false if it still does not
# after so many seconds.
wait_until() {
  local tries=$(($1 * 20)) try
  shift
  for ((try = 0; try < tries; try++)); do
    "$@" && return
    sleep .05
  done
  return 1
}

# session_of PID: the id of the session process of the run PID, if it has one now.
session_of() {
  local children
  children=$(cat "/proc/$1/task/$1/children" 2>/dev/null)
  echo "${children%% *}"
}

# sessions_in FILE: how many sessions a results file has.
sessions_in() {
  "$binary" show --format=json "$1" | grep -c '"boot_id"'
}

# sessions_saved FILE: how many a run has reported as saved; FILE is its standard
# error, with --progress=always.
sessions_saved() {
  grep -ao '[0-9]* sessions saved' "$1" | tail -n 1 | cut -d' ' -f1
}
