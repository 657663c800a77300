#!/bin/bash
# Profiles of two kernels, as a user sees them: profile_test.sh EXITBENCH PASTE
# DOCUMENT CHECK_SPEEDSCOPE FILE... The outputs in the document are what is printed
# of the files; what is exported is read by the tools that it is for.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
paste=$(realpath -es "$2") document=$(realpath -es "$3")
check=$(realpath -es "$4") files=$(dirname "$(realpath -es "$5")")
cd "$dir" || exit 1

expect 0 python3 "$paste" --check "$document" "$binary" "$files"
sed '0,/^ .* svm_vcpu_run /s/\([0-9]\)\( *svm_vcpu_run \)/\1\1\2/' "$document" >wrong
cmp -s wrong "$document" && fail "the document has no line to spoil"
if python3 "$paste" --check wrong "$binary" "$files" >/dev/null; then
  fail "$document with a wrong figure passed"
fi

# eb ARGS...: exitbench, in the folder of the profiles.
eb() {
  (cd "$files" && timeout 60 "$binary" "$@")
}

# The figure is what the results file says, and the profile is all of it.
expect 0 eb profile 6.1.profile.pb --cases='^pio/out$' --format=json
read -r figure uncounted sum < <(python3 -c '
import json, sys
case, = json.load(sys.stdin)[0]["cases"]
print(case["figure"], case["uncounted"], sum(f["self"] for f in case["functions"]))
' <out)
expect 0 eb show 6.1.pb --cases='^pio/out$' --format=json
measured=$(python3 -c '
import json, sys
case, = json.load(sys.stdin)["cases"]
print(next(m["medianOfRuns"] if "medianOfRuns" in m else m["median_of_runs"]
           for m in case["metrics"] if m["name"] == "guest"))
' <out)
[ "$figure" = "$measured" ] || fail "the profile has $figure, the results $measured"
[ $((sum - uncounted)) -eq "$figure" ] ||
  fail "functions have $sum, less $uncounted is not $figure"

# diff --functions in JSON explains the figures to the last instruction.
# mmio/write got worse.
expect 1 eb diff 6.1.pb 6.12.pb --functions --threshold=0.01% --format=json
python3 - out <<'PYTHON' || fail "diff --functions --format=json"
import json
import sys

diff = json.load(open(sys.argv[1]))
assert diff["functions_notes"] == [], diff["functions_notes"]
assert len(diff["functions"]) == 3, len(diff["functions"])
for case in diff["functions"]:
    change = case["new_figure"] - case["old_figure"]
    explained = sum(f["new_self"] - f["old_self"] for f in case["functions"])
    explained -= case["new_uncounted"] - case["old_uncounted"]
    assert change != 0 and explained == change, (case["case"], explained, change)
    assert case["unexplained"] == 0
PYTHON

for kernel in 6.1 6.12; do
  for format in pprof speedscope folded; do
    expect 0 eb export $kernel.profile.pb --format=$format --cases='^pio/out$'
    cp out $kernel.$format
  done
done
[ "$(awk '{ sum += $NF } END { print sum }' 6.1.folded)" -eq "$sum" ] ||
  fail "folded stacks do not sum to $sum"
grep -q '^pio/out;entry;.*;kvm_vcpu_ioctl;kvm_arch_vcpu_ioctl_run;.* [0-9]*$' \
  6.1.folded || fail "folded stacks: $(head -n 3 6.1.folded)"
expect 0 python3 "$check" 6.1.speedscope "$sum"
expect 0 eb export 6.1.profile.pb --format=speedscope --out="$dir/all"
expect 0 python3 -c '
import json, sys
assert len(json.load(open(sys.argv[1]))["profiles"]) == 3' all

expect_error 2 'give json, csv, gbench, benchstat, openmetrics, ktap, junit or sqlite$' \
  eb export 6.1.pb --format=folded
expect_error 2 'give pprof, speedscope or folded$' \
  eb export 6.1.profile.pb --format=csv
expect_error 2 'pprof, speedscope or folded of a profile$' \
  eb export 6.1.profile.pb
expect_error 2 'it is a results file$' eb profile 6.1.pb
expect_error 2 'exitbench profile FILE' eb profile
expect_error 2 'matches no case' \
  eb profile 6.1.profile.pb --cases=none
expect_error 2 'top=-1: give 0 or more' eb profile 6.1.profile.pb --top=-1
expect_error 2 'prints text or json' eb profile 6.1.profile.pb --format=textproto

# Narrow terminals.
for columns in 40 60 80; do
  expect 0 env COLUMNS=$columns "$binary" profile "$files/6.1.profile.pb" --tree
  widest=$(awk '{ if (length > m) m = length } END { print m }' out)
  [ "$widest" -le $columns ] || fail "$widest columns, not $columns"
done

# pprof itself.
for go in "$(command -v go)" /usr/lib/go-*/bin/go; do
  [ ! -x "$go" ] || break
done
if [ ! -x "$go" ]; then
  left_out "go: pprof has not read what is exported"
  finish
fi
export HOME=$dir
expect 0 timeout 60 "$go" tool pprof -top -nodecount=1000 6.1.pprof
grep -q "^Showing nodes accounting for .* of $sum total\$" out ||
  fail "pprof counts: $(cat out)"
self=$(cd "$files" && "$binary" profile 6.1.profile.pb --cases='^pio/out$' --top=0 |
  awk '$(NF - 1) == "svm_vcpu_run" { print $2 " " $1 }')
awk -v want="$self" '$NF == "svm_vcpu_run" && $1 " " $4 == want { found = 1 }
  END { exit !found }' out || fail "pprof has not $self for svm_vcpu_run: $(cat out)"
expect 0 timeout 60 "$go" tool pprof -top -diff_base=6.1.pprof 6.12.pprof
grep -Eq '^ *-[0-9]+ .* svm_get_segment$' out || fail "pprof -diff_base: $(cat out)"
expect 0 timeout 60 "$go" tool pprof -tags 6.1.pprof
grep -q '100%): pio/out' out || fail "pprof -tags: $(cat out)"

finish
