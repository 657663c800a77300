#!/bin/bash
# Every case on this host's KVM, briefly: none may fail, and what is skipped
# must say why. $1 is the binary.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
need_kvm

# Where the host's kind is known, what is unexpected is a failure too.
strict=--strict_expectations
"$binary" doctor | grep -q 'no host of this kind has been tested' && strict=
# shellcheck disable=SC2086
"$binary" run --quick --exits=60 $strict --out="$dir/a.pb" >"$dir/table" \
  2>"$dir/err" ||
  fail "run: exit $?: $(grep -E '^(FAILED|TIMEOUT)' "$dir/table")"
grep -E '^SKIPPED' "$dir/table" |
  grep -vE '^SKIPPED  ([a-z0-9_/.]+|[0-9]+ cases): .{8,}' &&
  fail "a case is skipped without a reason"

# list --check agrees with what the run did; but for dirty/, .running and scale/ with
# two vCPUs, whose guests may have got too little of a CPU just then.
"$binary" list --check >"$dir/check" || fail "list --check: exit $?"
"$binary" list --check --format=json >"$dir/check.json" ||
  fail "list --check --format=json: exit $?"
"$binary" show --format=json "$dir/a.pb" >"$dir/a.json" || fail "show: exit $?"
python3 - "$dir/check.json" "$dir/a.json" <<'END' || fail "list and run differ"
import json, re, sys
check, run = (json.load(open(name)) for name in sys.argv[1:])
not_here = {c["name"] for c in check if not c["runs_here"]}
skipped = {c["name"] for c in run["cases"] if c["outcome"] == "OUTCOME_SKIPPED"}
needs_cpu = re.compile(r"^dirty/|[.]running$|^scale/.*[.]2($|[.])")
differ = [n for n in not_here ^ skipped if not needs_cpu.search(n)]
print("NOT HERE by list or SKIPPED by run, not both:", differ)
sys.exit(bool(differ))
END
"$binary" list --check --format=json | grep -q '"here": "exits' ||
  fail "list --check --format=json"

finish
