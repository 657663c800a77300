#!/bin/bash
# Cycles explained, as a user sees it: explain_test.sh EXITBENCH PASTE DOCUMENT
# PLANT_COSTS ATLAS_FILE... The outputs in the document are what is printed of the
# files of the atlas, planted costs are found, and what does not fit is refused.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
paste=$(realpath -es "$2") document=$(realpath -es "$3")
plant=$(realpath -es "$4") atlas=$(dirname "$(realpath -es "$5")")
profiles=$atlas/profiles
base=$profiles/6.1.0-56-cloud-amd64.svm-npt
[ -r "$base.profile.pb" ] || fail "no profiles in $atlas"
cd "$dir" || exit 1

expect 0 python3 "$paste" --check "$document" "$binary" "$atlas"
sed 's/^\( *1\.\)000  /\1900  /' "$document" >wrong
cmp -s wrong "$document" && fail "the document has no line to spoil"
if python3 "$paste" --check wrong "$binary" "$atlas" >/dev/null; then
  fail "$document with a wrong figure passed"
fi

# explain ARGS...: as JSON, to $dir/out.
explain() {
  timeout 100 "$binary" explain --format=json "$@"
}

# Where instructions are counted, one costs 1 and nothing else costs anything.
for kernel in 6.1.0-56-cloud-amd64 7.2.12+deb13-cloud-amd64; do
  expect 0 explain "$atlas/$kernel.svm-npt.pb" "$profiles/$kernel.svm-npt.profile.pb"
  python3 - out <<'PYTHON' || fail "on a host that counts instructions: $kernel"
import json
import sys

e = json.load(open(sys.argv[1]))
assert e["no_model"] == "" and e["unit"] == "instructions", e["unit"]
assert e["instruction_costs_1"] is True
costs = {t["name"]: t["cost"] for t in e["terms"] if "cost" in t}
assert abs(costs.pop("instruction") - 1) < .001, costs
assert costs and all(abs(cost) < 2 for cost in costs.values()), costs
assert "VM entry" in costs
dropped = {t["name"]: t["dropped"] for t in e["terms"] if t["dropped"]}
assert dropped["RDMSR"] == "goes with VM entry", dropped
assert e["median_by_others"] < .001 < .2 < e["median_by_mean"], e
assert len(e["cases"]) > 150, len(e["cases"])
assert all(abs(c["residual"]) < .05 for c in e["cases"])
reasons = {c["reason"] for c in e["left_out"]}
for reason in ("refused in the profile", "in which the host idles",
               "not OK in the results", "without an instruction of the kernel"):
    assert reason in reasons, reasons
PYTHON
done

# Costs that were planted into the counts are found, and so is who has none of
# them.
expect 0 "$plant" "$base.pb" "$base.profile.pb" planted.pb .7 1800 250 .05 12
expect 0 explain planted.pb "$base.profile.pb"
python3 - out <<'PYTHON' || fail "planted costs are not found"
import json
import sys

e = json.load(open(sys.argv[1]))
assert e["no_model"] == "" and e["unit"] == "cycles"
terms = {t["name"]: t for t in e["terms"] if "cost" in t}
assert abs(terms["instruction"]["cost"] - .7) < .02, terms
assert abs(terms["VM entry"]["cost"] - 1800) < 90, terms
assert abs(terms["WRMSR"]["cost"] - 250) < 80, terms
for name, planted in (("instruction", .7), ("VM entry", 1800), ("WRMSR", 250),
                      ("event", 0), ("LFENCE", 0), ("TLB flush", 0)):
    assert terms[name]["low"] < planted < terms[name]["high"], terms[name]
beyond = {c["name"] for c in e["cases"] if not c["holds"]}
slow = {c["name"] for c in e["cases"] if c["residual"] > 1}
assert beyond == slow and len(slow) == 14, beyond ^ slow
# Noise is even within 5%.
assert .02 < e["median_residual"] < .03 and .02 < e["median_by_others"] < .035
PYTHON
expect 0 "$plant" "$base.pb" "$base.profile.pb" exact.pb .7 1800 250 0 0 sampled.profile.pb
expect 0 explain exact.pb "$base.profile.pb"
python3 -c '
import json, sys
e = json.load(open("out"))
costs = {t["name"]: t["cost"] for t in e["terms"] if "cost" in t}
planted = {"instruction": .7, "VM entry": 1800, "WRMSR": 250}
assert all(abs(cost - planted.get(name, 0)) < 1e-6 * max(1, planted.get(name, 0))
           for name, cost in costs.items()), costs' || fail "exact costs are not found"

# A selection, and one that is too small.
expect 0 explain planted.pb "$base.profile.pb" --cases='^(pio|mmio)/'
python3 -c '
import json
e = json.load(open("out"))
names = [c["name"] for c in e["cases"] + e["left_out"]]
assert len(names) > 40 and all("io/" in name for name in names), names' ||
  fail "--cases selects something else"
expect 1 "$binary" explain planted.pb "$base.profile.pb" --cases='^pio/out(.ring3)?$'
grep -qx 'no model: too few cases: 2, and 10 are the least' out || fail "no least number"
expect 1 explain planted.pb "$base.profile.pb" --cases='^pio/out$'
python3 -c '
import json
e = json.load(open("out"))
assert e["no_model"].startswith("too few cases: 1,") and "sigma" not in e' || fail "JSON of no model"
# Cases that cost nothing.
expect 0 "$plant" "$base.pb" "$base.profile.pb" flat.pb 0 0 0 0 0
expect 1 "$binary" explain flat.pb "$base.profile.pb"
grep -q '^no model: too few cases: 0,' out || fail "cases that cost nothing have a model"

# What is another host's.
other=$profiles/7.2.12+deb13-cloud-amd64.svm-npt.profile.pb
expect_error 3 'its kernel is 7.2.12.*of the results 6.1.0-56.*--force explains' \
  "$binary" explain planted.pb "$other"
vmx=$atlas/6.1.0-56-cloud-amd64.vmx-ept.mitigations=auto.pb
expect_error 3 'KVM backend is kvm_amd, that of the results kvm_intel; its paging' \
  "$binary" explain "$vmx" "$base.profile.pb"
shadow=$atlas/6.1.0-56-cloud-amd64.svm-shadow.pb
expect_error 3 'refused.*: its paging is npt, that of the results shadow \(--force' \
  "$binary" explain "$shadow" "$base.profile.pb"
expect 0 "$binary" explain --force "$shadow" "$base.profile.pb"
grep -q '^forced   this is the profile of another host: its paging' out ||
  fail "--force is not mentioned"
grep -q 'DOES NOT\.$' out || fail "an instruction of another path costs 1"
for force in --noforce --force; do
  expect_error 3 'refused, sampled.profile.pb has samples: ' \
    "$binary" explain $force exact.pb sampled.profile.pb
done

# Bad usage and bad files: one line each.
expect_error 2 'it is a profile; explain wants the results first' \
  "$binary" explain "$base.profile.pb" "$base.pb"
expect_error 2 'it is a results file$' "$binary" explain "$base.pb" "$base.pb"
expect_error 2 'exitbench explain RESULTS PROFILE$' "$binary" explain "$base.pb"
expect_error 2 "can't open nothing.pb" "$binary" explain nothing.pb "$base.profile.pb"
expect_error 2 "can't open nothing.pb" "$binary" explain "$base.pb" nothing.pb
expect_error 2 'matches no case' "$binary" explain "$base.pb" "$base.profile.pb" --cases=none
expect_error 2 'top=-1: give 0 or more' \
  "$binary" explain "$base.pb" "$base.profile.pb" --top=-1
expect_error 2 'explain prints text or json' \
  "$binary" explain "$base.pb" "$base.profile.pb" --format=textproto
for part in 0 1 9 50 90 99; do
  for file in "$base.pb" "$base.profile.pb"; do
    size=$(stat -Lc %s "$file")
    head -c $((size * part / 100)) "$file" >"cut.${file##*npt.}"
  done
  expect_error 2 'cut.pb: ' "$binary" explain cut.pb "$base.profile.pb"
  expect_error 2 'cut.profile.pb: ' "$binary" explain "$base.pb" cut.profile.pb
done
for file in "$base.pb" "$base.profile.pb"; do
  python3 -c '
import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[len(data) // 2] ^= 4
open(sys.argv[2], "wb").write(data)' "$file" "spoiled.${file##*npt.}"
done
expect_error 2 'spoiled.pb: ' "$binary" explain spoiled.pb "$base.profile.pb"
expect_error 2 'spoiled.profile.pb: ' "$binary" explain "$base.pb" spoiled.profile.pb

# Narrow terminals.
for columns in 60 80 120; do
  expect 0 env COLUMNS=$columns "$binary" explain planted.pb "$base.profile.pb"
  widest=$(awk '{ if (length > m) m = length } END { print m }' out)
  [ "$widest" -le $columns ] || fail "$widest columns, not $columns"
done

finish
