#!/bin/bash
# A run end to end on this host's KVM. $1 is the binary.
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

"$binary" run --cases='^(pio|mmio)/(out|in|write|read)$' --quick --exits=100 \
  --out="$dir/a.pb" >"$dir/table" 2>"$dir/err" || fail "run: exit $?"
grep -q '4 OK' "$dir/table" || fail "not 4 OK: $(cat "$dir/table")"
"$binary" show --format=json "$dir/a.pb" >"$dir/a.json" || fail "show"
grep -q '"name": "kvm_run"' "$dir/a.json" || fail "no host clock in the JSON"
grep -q '"name": "guest"' "$dir/a.json" || fail "no guest clock in the JSON"
"$binary" show --format=textproto "$dir/a.pb" | grep -q 'kvm_backend' ||
  fail "textproto"
"$binary" show "$dir/a.pb" | cmp -s - "$dir/table" || fail "show is not run's table"

# Standard output is the results file with --out=-, and nothing else.
"$binary" run --cases=pio/out --quick --exits=100 --out=- >"$dir/b.pb" \
  2>/dev/null || fail "--out=-"
"$binary" show "$dir/b.pb" >/dev/null || fail "what --out=- wrote"

# The same seed: the same order.
for i in 1 2; do
  "$binary" run --quick --cases=pio --exits=10 --seed=7 --progress=always --out="$dir/c.pb" \
    2>&1 >/dev/null | tr '\r' '\n' | grep -o 'round.*' | awk '{print $4}' \
    >"$dir/order$i"
done
[ -s "$dir/order1" ] || fail "no progress shown"
cmp -s "$dir/order1" "$dir/order2" || fail "the same seed, another order"

# An interrupt: a valid file, marked partial, and 128 + SIGINT.
"$binary" run --cases=pio/out --out="$dir/d.pb" --sessions=100 \
  >/dev/null 2>&1 &
pid=$!
sleep 2
kill -INT $pid
wait $pid
[ $? -eq 130 ] || fail "interrupted run: exit code"
"$binary" show "$dir/d.pb" | grep -q PARTIAL || fail "not marked partial"

# An unwritable place is noticed before anything is measured.
mkdir "$dir/ro"
start=$(date +%s)
"$binary" run --out="$dir/ro/none/x.pb" 2>"$dir/err" && fail "unwritable --out"
[ $(($(date +%s) - start)) -le 2 ] || fail "unwritable --out noticed late"

echo "$failures failures"
[ $failures -eq 0 ]
