#!/bin/bash
# The checks of lib.sh fail where they should: lib_test.sh LIB. It uses none of
# them itself: they are in doubt here.
# shellcheck disable=SC2016
set -u
lib=$(realpath "$1") || exit 1
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
wrong=0

# verdict CODE REGEX LINES: the exit code of a test of these lines; REGEX is found
# in what it prints, and it leaves nothing behind.
verdict() {
  local code=$1 regex=$2 got
  printf '. "%s"\n%s\n' "$lib" "$3" >"$dir/test.sh"
  mkdir "$dir/tmp"
  TMPDIR=$dir/tmp timeout 60 bash "$dir/test.sh" /bin/true >"$dir/said" 2>&1
  got=$?
  if [ $got -ne "$code" ] || ! grep -Eq -- "$regex" "$dir/said" ||
    ! rmdir "$dir/tmp"; then
    echo "FAILED: exit code $got, wanted $code and /$regex/: $3"
    cat "$dir/said"
    rm -rf "$dir/tmp"
    wrong=1
  fi
}

# Ends.
verdict 0 '^0 failures$' 'finish'
verdict 1 '^FAILED: a and b$' 'fail a and b; finish'
verdict 1 '^2 failures$' 'fail a; fail b; finish'
verdict 1 'ended before its last line' 'true'
verdict 1 'ended before its last line' 'exit 0'
verdict 3 '^and out$' 'echo and out; exit 3'
verdict 1 'unbound variable' 'echo "$never_set"; finish'
verdict 0 '^SKIPPED, needs KVM: none$' 'skip KVM: none; fail'
verdict 1 '^SKIPPED, needs KVM: none$' 'fail a; skip KVM: none'
verdict 0 '^it is there$' 'touch "$dir/it"
  clean_up() { [ ! -e "$dir/it" ] || echo "it is there"; }; finish'

# expect.
verdict 0 '^0 failures$' 'expect 0 true; expect 7 bash -c "exit 7"; finish'
verdict 1 '^FAILED: exit code 1, not 0: false' 'expect 0 false; finish'
verdict 1 '^FAILED: exit code 0, not 2: true' 'expect 2 true; finish'
verdict 0 '^a b$' 'expect 0 bash -c "echo a; echo b >&2"
  echo $(cat "$dir/out" "$dir/err"); finish'

# expect_error.
error='expect_error 2 "^no .*file$" bash -c'
verdict 0 '^0 failures$' "$error 'echo no such file >&2; exit 2'; finish"
verdict 1 'exit code 1, not 2' "$error 'echo no such file >&2; exit 1'; finish"
verdict 1 'not one line' "$error 'echo no such case >&2; exit 2'; finish"
verdict 1 'not one line' "$error 'exit 2'; finish"
verdict 1 'not one line' \
  "$error 'echo no such file >&2; echo more >&2; exit 2'; finish"
verdict 1 'not one line' \
  "$error 'echo no such file >&2; echo more; exit 2'; finish"

# Jobs and time.
verdict 0 '^0 failures$' 'bash -c "exit 5" & expect_end 5 $! job; finish'
verdict 1 '^FAILED: job: exit code 5, not 0$' \
  'bash -c "exit 5" & expect_end 0 $! job; finish'
verdict 0 '^0 failures$' '(sleep .2; touch "$dir/it") &
  wait_until 30 test -e "$dir/it" || fail; finish'
verdict 1 '^FAILED: late$' 'wait_until 1 false || fail late; finish'
verdict 0 '^0 failures$' 'bash -c "sleep 30 & wait" & pid=$!
  wait_until 30 eval "[ -n \"\$(session_of $pid)\" ]" || fail
  kill "$(session_of $pid)" || fail; finish'
verdict 0 '^13 of 13$' 'printf "2 sessions saved\\r13 sessions saved" >"$dir/err"
  echo "$(sessions_saved "$dir/err") of 13"; finish'

exit $wrong
