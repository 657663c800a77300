#!/bin/bash
# Every case on this host's KVM, briefly: none may fail, and what is skipped
# must say why. $1 is the binary.
set -u
binary=$1
if [ ! -r /dev/kvm ] || [ ! -w /dev/kvm ]; then
  echo "SKIPPED, needs KVM: no usable /dev/kvm"
  exit 0
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

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

# list --check agrees with what the run did.
"$binary" list --check >"$dir/check" || fail "list --check: exit $?"
grep -c 'NOT HERE:' "$dir/check" >"$dir/not_here"
tail -n 1 "$dir/table" | sed -nE 's/.* ([0-9]+) SKIPPED.*/\1/p' >"$dir/skipped"
cmp -s "$dir/not_here" "$dir/skipped" ||
  fail "list --check: $(cat "$dir/not_here") not here, run: $(cat "$dir/skipped") skipped"
"$binary" list --check --format=json | grep -q '"here": "exits' ||
  fail "list --check --format=json"

echo "$failures failures"
[ $failures -eq 0 ]
