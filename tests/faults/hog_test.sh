#!/bin/bash
# Interrupts under a CPU hog on every CPU: no interrupt may be lost, nothing may
# hang. Each round runs every selected case once; a lost interrupt is a TIMEOUT,
# and a count that differs from the kernel's or the guest's a FAILED.
# $1 is the binary, $2 how many rounds (default 2; 1000 take an hour or more),
# the rest RE2 expressions for cases, each run by a process of its own beside
# the others (default: all that interrupt, in one).
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
need_kvm
rounds=${2:-2}
shift $(($# < 2 ? $# : 2))
[ $# -gt 0 ] || set -- '^(ipi|irq|upcall|doorbell|stream|noise)/'
hogs=()
clean_up() {
  kill "${hogs[@]}" 2>/dev/null
}
for cpu in $(taskset -cp $$ | sed 's/.*: //; s/,/ /g'); do
  for ((i = ${cpu%-*}; i <= ${cpu#*-}; i++)); do
    taskset -c "$i" bash -c 'while :; do :; done' &
    hogs+=($!)
  done
done

# Adds what a results file says to the totals so far.
count='
import collections, json, sys
totals = collections.Counter(json.load(open(sys.argv[2])))
results = json.load(open(sys.argv[1]))
for case in results["cases"]:
    outcome = case["outcome"].removeprefix("OUTCOME_")
    totals["runs"] += len(case["runs"])
    totals["runs tagged disturbed"] += sum(r["disturbed"] for r in case["runs"])
    totals["events"] += sum(r["events"] for r in case["runs"])
    if outcome not in ("OK", "SKIPPED"):
        totals[outcome] += 1
        print(outcome, case["name"] + ":", case["reason"])
totals["cases OK"] = sum(c["outcome"] == "OUTCOME_OK" for c in results["cases"])
totals["cases SKIPPED"] = sum(
    c["outcome"] == "OUTCOME_SKIPPED" for c in results["cases"])
json.dump(totals, open(sys.argv[2], "w"))
'

# All rounds of cases $2; $1 is a number for its files. A file for each ten
# rounds, so that what is kept stays small.
run_rounds() {
  local ran chunk code failures=0
  local results=$dir/$1.pb json=$dir/$1.json totals=$dir/$1.totals
  echo '{}' >"$totals"
  for ((ran = 0; ran < rounds; ran += chunk)); do
    chunk=$((rounds - ran < 10 ? rounds - ran : 10))
    # A thread that waits for a CPU for ten seconds is no lost interrupt.
    "$binary" run --sessions=1 --rounds=$chunk --reruns=0 --exits=10 \
      --timeout=60s --cases="$2" --out="$results" >/dev/null 2>"$dir/$1.err"
    code=$?
    [ $code -eq 0 ] || fail "$2: after $ran rounds exitbench ended with $code:" \
      "$(tail -n 3 "$dir/$1.err")"
    if ! "$binary" show --format=json "$results" >"$json" ||
      ! python3 -c "$count" "$json" "$totals"; then
      fail "$2: its results"
    fi
    rm -f "$results"
    echo "$2: $((ran + chunk)) rounds: $(cat "$totals")"
  done
  [ $failures -eq 0 ] && grep -q '"cases OK": [1-9]' "$totals"
}

workers=()
for cases in "$@"; do
  run_rounds ${#workers[@]} "$cases" &
  workers+=($!)
done
for worker in "${workers[@]}"; do
  wait "$worker" || fail "one of the workers"
done
for pid in "${hogs[@]}"; do
  kill -0 "$pid" 2>/dev/null || fail "a hog ended early"
done

finish
