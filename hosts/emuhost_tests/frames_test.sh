#!/bin/sh
# Tests of emuhost: a damaged transfer. Nothing is booted.
# shellcheck source=hosts/emuhost_tests/lib.sh
. "$(dirname "$0")/lib.sh"

sh_unframe() { # FILE: prints the name of the frame that is not whole
  bash -c 'tool=test; . lib/common.sh; . lib/boot.sh; unframe "$1" "$2"' - \
    "$1" "$temporary"
}
{
  printf 'frame stdout 5 %s\n' "$(printf hello | sha256sum | cut -c 1-64)"
  printf hello
} >"$temporary/frames"
check "a whole frame is taken" test -z "$(sh_unframe "$temporary/frames")"
head -c -1 "$temporary/frames" >"$temporary/short"
check "a lost byte is noticed" \
  test "$(sh_unframe "$temporary/short")" = stdout
sed 's/hello$/hellO/' "$temporary/frames" >"$temporary/changed"
check "a changed byte is noticed" \
  test "$(sh_unframe "$temporary/changed")" = stdout
sed 's/^frame/fname/' "$temporary/frames" >"$temporary/header"
check "a broken header is noticed" \
  test "$(sh_unframe "$temporary/header")" = header

finish
