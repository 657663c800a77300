#!/bin/bash
# A run end to end on this host's KVM: cli_kvm_test.sh EXITBENCH MAKE_RESULTS.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
need_kvm
make=$(realpath -es "$2")

"$binary" run --cases='^(pio|mmio)/(out|in|write|read)$' --quick --exits=100 \
  --out="$dir/a.pb" >"$dir/table" 2>"$dir/err" || fail "run: exit $?"
grep -q '4 OK' "$dir/table" || fail "not 4 OK: $(cat "$dir/table")"
"$binary" show --format=json "$dir/a.pb" >"$dir/a.json" || fail "show"
grep -q '"name": "kvm_run"' "$dir/a.json" || fail "no host clock in the JSON"
grep -q '"name": "guest"' "$dir/a.json" || fail "no guest clock in the JSON"
"$binary" show --format=textproto "$dir/a.pb" | grep -q 'kvm_backend' ||
  fail "textproto"
"$binary" show "$dir/a.pb" | cmp -s - "$dir/table" || fail "show is not run's table"

[ "$(tail -n 1 "$dir/err")" = "results: $dir/a.pb" ] ||
  fail "the last line is no results: line"

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
expect_end 130 $pid "an interrupted run"
"$binary" show "$dir/d.pb" | grep -q PARTIAL || fail "not marked partial"

# An unwritable place is noticed before anything is measured.
mkdir "$dir/ro"
start=$(date +%s)
"$binary" run --out="$dir/ro/none/x.pb" 2>"$dir/err" && fail "unwritable --out"
[ $(($(date +%s) - start)) -le 2 ] || fail "unwritable --out noticed late"

# Without --out only the name that is written may be in the way.
mkdir -p "$dir/cwd/exitbench.pb"
(cd "$dir/cwd" && "$binary" run --cases='^pio/out$' --quick --exits=10) \
  >/dev/null 2>"$dir/err" || fail "without --out: $(cat "$dir/err")"
[ "$(find "$dir/cwd" -name 'exitbench-*.pb' | wc -l)" -eq 1 ] ||
  fail "without --out: no file"
[[ $(tail -n 1 "$dir/err") == "results: exitbench-"*".pb in the working \
directory; --out=FILE names another" ]] || fail "without --out: $(cat "$dir/err")"

# --append: the same flags again, and a quick session beside others.
short=("$binary" run '--cases=^pio/out.ring3$' --exits=100 --rounds=1)
for flags in --sessions=2 --sessions=1 --quick; do
  "${short[@]}" $flags --append --out="$dir/e.pb" >/dev/null 2>"$dir/err" ||
    fail "--append $flags: $(cat "$dir/err")"
done
[ "$(sessions_in "$dir/e.pb")" -eq 4 ] || fail "appended: not 4 sessions"

# What can't be added is refused before anything is measured, which would end in
# TIMEOUT and another line, and the file stays as it was.
# refused FILE REGEX FLAGS...
refused() {
  local file=$1 regex=$2
  shift 2
  cp "$file" "$dir/before"
  expect_error 2 "^exitbench: $file: $regex; name another --out$" \
    timeout 120 "${short[@]}" --append --out="$file" --exits=100000000 \
    --timeout=10s "$@"
  cmp -s "$file" "$dir/before" || fail "/$regex/: the file changed"
}
"$make" "$dir/other.pb" boot 3000 1 || fail make_results
refused "$dir/other.pb" 'kernel differs: 6.1.0-test and .*'
refused "$dir/e.pb" 'setting seccomp differs: on and off' --noseccomp
refused "$dir/e.pb" 'pinning \(--cpu\) differs: .* and none' --cpu=none
refused "$dir/e.pb" 'emulator differs: nothing and other' --emulator=other

# The exit code is about this run, whatever became of those before.
expect 1 "${short[@]}" --exits=100000000 --timeout=50ms --sessions=1 --append \
  --out="$dir/f.pb"
expect 0 "${short[@]}" --sessions=1 --append --out="$dir/f.pb"
grep -q '1 TIMEOUT' "$dir/out" || fail "the TIMEOUT is forgotten"

# Sessions that stop to be like the file's are kept beside it.
if [ "$(nproc)" -ge 2 ]; then
  cpu=$(taskset -cp $$ | sed 's/.*[ ,-]//')
  cd "$dir" || exit 1
  rm -rf exitbench-*.pb
  "${short[@]}" --sessions=2000 --append --out=e.pb --progress=always \
    >/dev/null 2>err &
  pid=$!
  wait_until 60 grep -aqs '5 sessions saved' err ||
    fail "another pinning half way: no session of its own"
  taskset -cp "$cpu" $pid >/dev/null
  expect_end 2 $pid "another pinning half way"
  beside=$(find . -maxdepth 1 -name 'exitbench-*.pb')
  grep -aq "e.pb: pinning (--cpu) differs: .* and $cpu; what this run measured is in ${beside#./}$" \
    err || fail "another pinning half way: $(tail -n 1 err)"
  # All of this run but none of the file's own, which has all but the last.
  [ "$(sessions_in "$beside")" -eq $(($(sessions_in e.pb) - 4 + 1)) ] ||
    fail "another pinning half way: $(sessions_in "$beside") sessions kept"
else
  left_out "two CPUs: another pinning half way"
fi

finish
