#!/bin/sh
# Tests of emuhost: what comes out of a host, and what goes in.
# shellcheck source=hosts/emuhost_tests/lib.sh
. "$(dirname "$0")/lib.sh"

emuhost --kernel="$kernel" -- kvm "it's" 'a "b" $c'
check "the host has a usable /dev/kvm, the exit code comes out" ended_with 7
check "arguments come through as they are" printed "[it's]"
check "arguments with quotes and dollars too" printed '[a "b" $c]'
check "standard error comes out" said '^mode kvm$'
name=$(said_kernel)
kernel=debian:$name
check "the kernel's full name is said" test -n "$name"

emuhost --kernel="$kernel" -- bytes --out="$temporary/results.pb"
check "a results file comes out" ended_with 0
check "byte for byte" same_bytes "$temporary/results.pb"

printf 'first ' >"$temporary/added.pb"
emuhost --kernel="$kernel" -- append --append --out="$temporary/added.pb"
check "a file to append to goes into the host" ended_with 0
check "and comes out with more in it" \
  test "$(cat "$temporary/added.pb")" = 'first more'

finish
