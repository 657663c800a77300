#!/bin/sh
# Tests of emuhost: what `bisect` gets, and what comes out of it.
# shellcheck source=hosts/emuhost_tests/lib.sh
. "$(dirname "$0")/lib.sh"

emuhost --kernel="$kernel" --append=rdinit=/none -- bisect
check "for bisect, a kernel that does not boot is to be skipped" ended_with 125
for file in a.pb a.profile.pb b.pb; do
  echo "this is $file" >"$temporary/$file"
done
emuhost --kernel="$kernel" -- bisect --good="$temporary/a.pb" \
  --bad="$temporary/b.pb"
check "for bisect, exitbench's verdict comes out" ended_with 1
check "the files go in" printed '[--bad=bad.pb]'
check "with the profile beside one" printed 'good.profile.pb: this is a.profile.pb'
check "and no other" test "$(grep -c 'profile[.]pb:' "$temporary/out")" -eq 1

finish
