#!/bin/bash
# Interrupts under a CPU hog on every CPU: no interrupt may be lost, nothing may
# hang. Each round runs every selected case once; a lost interrupt is a TIMEOUT,
# and a count that differs from the kernel's or the guest's a FAILED.
# $1 is the binary, $2 how many rounds (default 2; 1000 take hours), $3 a RE2
# expression for the cases (default: all that interrupt).
set -u
binary=$1 rounds=${2:-2}
cases=${3:-'^(ipi|irq|upcall|doorbell|stream|noise)/'}
if [ ! -r /dev/kvm ] || [ ! -w /dev/kvm ]; then
  echo "SKIPPED, needs KVM: no usable /dev/kvm"
  exit 0
fi
dir=$(mktemp -d)
hogs=()
trap 'kill "${hogs[@]}" 2>/dev/null; rm -rf "$dir"' EXIT
for cpu in $(taskset -cp $$ | sed 's/.*: //; s/,/ /g'); do
  for ((i = ${cpu%-*}; i <= ${cpu#*-}; i++)); do
    taskset -c "$i" bash -c 'while :; do :; done' &
    hogs+=($!)
  done
done

# What a results file says, added to the totals so far.
count='
import collections, json, sys
totals = collections.Counter(json.load(open(sys.argv[2])))
results = json.load(open(sys.argv[1]))
for case in results["cases"]:
    outcome = case["outcome"].removeprefix("OUTCOME_")
    totals[outcome + " cases"] += 1
    totals["runs"] += len(case["runs"])
    totals["runs tagged disturbed"] += sum(r["disturbed"] for r in case["runs"])
    totals["events"] += sum(r["events"] for r in case["runs"])
    if outcome not in ("OK", "SKIPPED"):
        print(outcome, case["name"] + ":", case["reason"])
json.dump(totals, open(sys.argv[2], "w"))
'
echo '{}' >"$dir/totals"
failures=0
# A file for each fifty rounds, so that what is kept stays small.
for ((done = 0; done < rounds; done += chunk)); do
  chunk=$((rounds - done < 50 ? rounds - done : 50))
  "$binary" run --sessions=1 --rounds=$chunk --reruns=0 --exits=10 \
    --cases="$cases" --out="$dir/r.pb" >/dev/null 2>"$dir/err"
  code=$?
  [ $code -eq 0 ] || {
    echo "FAILED: after $done rounds exitbench ended with $code:" \
      "$(tail -n 3 "$dir/err")"
    failures=$((failures + 1))
  }
  "$binary" show --format=json "$dir/r.pb" >"$dir/json" &&
    python3 -c "$count" "$dir/json" "$dir/totals" || failures=$((failures + 1))
  rm -f "$dir/r.pb"
  echo "after $((done + chunk)) rounds: $(cat "$dir/totals")"
done
for pid in "${hogs[@]}"; do
  kill -0 "$pid" 2>/dev/null || {
    echo "FAILED: a hog ended early"
    failures=$((failures + 1))
  }
done
echo "$rounds rounds, ${#hogs[@]} hogs, $failures failures"
grep -q '"OK cases"' "$dir/totals" || {
  echo "FAILED: no case was OK"
  exit 1
}
[ $failures -eq 0 ]
