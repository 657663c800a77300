#!/bin/sh
# Tests of emuhost: what run is given beside the user's arguments, what is said of the
# results, and where paths begin.
# shellcheck source=hosts/emuhost_tests/lib.sh
. "$(dirname "$0")/lib.sh"
own_cache

emuhost --kernel="$kernel" -- run --out="$temporary/run.pb"
check "run is told that it counts" printed '[--tick=instruction]'
check "and to leave its own filter out" printed '[--noseccomp]'
emuhost --kernel="$kernel" -- run --seccomp --out="$temporary/run.pb"
check "unless that is asked for" printed '[--seccomp]'
check "and then is not left out" test -z "$(grep noseccomp "$temporary/out")"

# --- What is said of the results, and where paths begin.
in_order() { # two lines of what came out, in the order in which it did
  awk -v first="$1" -v second="$2" '
    $0 == first { seen = 1 }
    $0 == second { found = seen; exit }
    END { exit !found }' "$temporary/both"
}
tools=$PWD
mkdir "$temporary/elsewhere"
cp "$temporary/stand_in" "$temporary/elsewhere/eb"
cp -r "$temporary/cache" "$temporary/elsewhere/cache"
(cd "$temporary/elsewhere" &&
  timeout -k 5 "$limit" "$tools/emuhost" --binary=eb --cache=cache \
    --kernel="$kernel" -- run --out=x.pb) >"$temporary/both" 2>&1
code=$?
check "relative paths are those of the working directory" ended_with 0
check "results come to where they are asked for" \
  grep -q OUTCOME_OK "$temporary/elsewhere/x.pb"
check "that is said after the table" in_order '[--noseccomp]' 'results: x.pb'
check "once" test "$(grep -c results: "$temporary/both")" -eq 1
rm -rf "$temporary/elsewhere/cache"

finish
