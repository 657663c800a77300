#!/bin/bash
# The subcommands that work on files, on the real binary: files_test.sh
# EXITBENCH MAKE_RESULTS SCHEMA CHECK_SCHEMA. Needs Debian's python3-jsonschema,
# python3-scipy and libbenchmark-tools.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
make=$(realpath -es "$2") schema=$(realpath -es "$3") check=$(realpath -es "$4")
cd "$dir" || exit 1

# eb ARGS...: exitbench, for a minute at most.
eb() {
  timeout 60 "$binary" "$@"
}

for boot in 1 2 3 4 5; do
  "$make" "boot$boot.pb" "boot$boot" 3000 "$boot" || fail make_results
done
"$make" worse.pb bootw 3300 9
"$make" counted.pb bootc 3000 1 counted

# export json, by its schema.
expect 0 eb export boot1.pb --format=json
cp out export.json
/usr/bin/python3 "$check" "$schema" export.json || fail "schema"
expect 0 eb show boot1.pb --format=json
cmp -s out export.json || fail "show and export print different JSON"

# export gbench, by google/benchmark's own tool, which sees the 10%.
for f in boot1 worse; do
  expect 0 eb export "$f.pb" --format=gbench "--out=$f.json"
done
expect 0 timeout 60 /usr/bin/python3 /usr/share/benchmark/compare.py --no-color \
  benchmarks boot1.json worse.json
grep -Eq '^pio/out/kvm_run_pvalue +0\.0000 .*Repetitions: 15 vs 15' out ||
  fail "compare.py did not see 15 repetitions that differ"
grep -Eq '^pio/out/kvm_run +\+0\.(09|10)' out || fail "compare.py saw no +10%"
expect 2 eb export counted.pb --format=gbench
grep -q 'instructions' err || fail "gbench of instructions: $(cat err)"

# export csv and benchstat: the formats are held by export_test.
expect 0 eb export boot1.pb --format=csv
[ "$(wc -l <out)" -eq 46 ] || fail "csv has $(wc -l <out) lines"
expect 0 eb export boot1.pb --format=benchstat
[ "$(grep -c '^BenchmarkPio/out ' out)" -eq 15 ] || fail "benchstat lines"
expect 2 eb export boot1.pb --format=xml
expect 2 eb export boot1.pb
expect 2 eb export
expect 2 eb export none.pb --format=csv

# diff and its exit codes; the table fits 100 columns, and is only ASCII but
# for one sign.
expect 0 eb diff boot1.pb boot2.pb
expect 1 eb diff boot1.pb worse.pb
grep -Eq 'kvm_run.*\+(9\.|10\.).*worse' out || fail "diff did not say worse"
[ "$(LC_ALL=C.UTF-8 awk '{ if (length > m) m = length } END { print m }' out)" \
  -le 100 ] || fail "a line is wider than 100 columns"
expect 1 eb diff boot1.pb boot2.pb worse.pb
expect 3 eb diff boot1.pb counted.pb --force
expect 0 eb diff boot1.pb,boot2.pb,boot3.pb boot4.pb,boot5.pb --changed
expect 2 eb diff boot1.pb
expect 2 eb diff boot1.pb boot2.pb --frobnicate

# The same runs on both sides are the same, and that is said.
cp boot1.pb copy.pb
while IFS='|' read -r old new regex; do
  expect 0 eb diff "$old" "$new"
  grep -Eqx "exitbench: warning: $regex" err || fail "$old $new: $(cat err)"
done <<'END'
boot1.pb|boot1.pb|both sides are boot1.pb
boot1.pb|./boot1.pb|boot1.pb and ./boot1.pb are one file
boot1.pb|copy.pb|boot1.pb and copy.pb both have the session of .+
boot2.pb,boot1.pb|copy.pb|boot2.pb,boot1.pb and copy.pb both have the session of .+
END
expect 0 eb diff boot1.pb boot2.pb
[ ! -s err ] || fail "diff of two boots warns: $(cat err)"

# merge.
expect 0 eb merge --out=all.pb boot1.pb boot2.pb
expect 0 eb diff all.pb boot3.pb
grep -q '6 sessions of 2 boots' out || fail "merge: $(head -n 2 out)"
expect 2 eb diff boot1.pb,boot2.pb,boot1.pb boot3.pb
grep -q 'boot1.pb and boot1.pb are no one side: the session of .* is in both' \
  err || fail "a session twice in a side: $(cat err)"
expect 2 eb diff --cases=no_such_case boot1.pb boot2.pb
expect 0 eb merge --slim --out=slim.pb all.pb
[ "$(stat -c %s slim.pb)" -lt "$(stat -c %s all.pb)" ] || fail "slim.pb is no smaller"
expect 0 eb show slim.pb
expect 2 eb merge --out=one.pb all.pb
expect 2 eb merge --out=twice.pb boot1.pb boot1.pb
expect 2 eb merge --out=mixed.pb boot1.pb counted.pb
expect 2 eb merge boot1.pb boot2.pb
for left in twice.pb mixed.pb; do
  [ ! -e $left ] || fail "a refused merge left $left"
done

# calibrate, and diff with what it found.
expect 0 eb calibrate boot1.pb boot2.pb boot3.pb boot4.pb boot5.pb \
  --out=calibration.txt
expect 1 eb diff boot1.pb worse.pb --calibration=calibration.txt
grep -q "can't be told apart" out && fail "warned of boots though calibrated"
expect 2 eb calibrate boot1.pb boot2.pb
grep -q '2 boots' err || fail "calibrate: $(cat err)"
expect 2 eb calibrate boot1.pb boot1.pb boot2.pb boot3.pb
expect 2 eb calibrate all.pb boot2.pb boot3.pb
grep -q 'boot2.pb: its session of .* is in all.pb too' err ||
  fail "calibrate, a session twice: $(cat err)"

# decode.
/usr/bin/python3 -c '
import struct
begin, ret, end = 64 << 48, 2 << 48, 65 << 48
words = [0x3245434152544245, 1, begin, ret | 0x500061, ret | 0x500000, end]
open("trace", "wb").write(struct.pack("<6Q", *words))'
echo 'ffffffff81000100 T entry_SYSCALL_64' >kallsyms
with=(--symbols=kallsyms --results=counted.pb --out=a.profile.pb)
expect 0 eb decode trace "${with[@]}"
grep -q 'no profile of a: the results file has no figure for it' err ||
  fail "decode: $(cat err)"
[ -s a.profile.pb ] || fail "decode wrote no profile"
expect 2 eb decode trace --symbols=kallsyms --results=counted.pb
expect 2 eb decode kallsyms "${with[@]}"
grep -q 'kallsyms: not a usable trace: it does not begin as one' err ||
  fail "decode of no trace: $(cat err)"
expect 2 eb decode trace "${with[@]}" --symbols=trace
expect 2 eb decode trace "${with[@]}" --results=boot1.pb
grep -q 'not of an emulated host that counts instructions' err ||
  fail "decode of a host that counts time: $(cat err)"
expect 2 eb decode none "${with[@]}"
expect 2 eb decode trace "${with[@]}" --inlines=none
expect 2 eb decode trace "${with[@]}" --inlines=kallsyms
grep -q 'kallsyms: not a map of inlined functions: line 1 is not as' err ||
  fail "decode with no map: $(cat err)"
cp a.profile.pb without.profile.pb
: >map
expect 0 eb decode trace "${with[@]}" --inlines=map
cmp a.profile.pb without.profile.pb || fail "an empty map changes a profile"
expect 2 eb show a.profile.pb
[ "$(wc -l <err)" = 1 ] || fail "a profile is no results file: $(cat err)"

# No measurement is lost to a result that is made of it.
cp boot1.pb kept.pb
for words in 'export --format=csv' calibrate fleet 'merge --slim'; do
  # shellcheck disable=SC2086
  expect_error 2 '--out=./kept.pb: is a file that is read' \
    eb $words kept.pb --out=./kept.pb
  cmp boot1.pb kept.pb || fail "$words wrote over what it read"
done
expect_error 2 '--out=kept.pb: is a file that is read' \
  eb decode trace "${with[@]}" --results=kept.pb --out=kept.pb
cmp boot1.pb kept.pb || fail 'decode wrote over what it read'

# bisect: nothing but 0, 1 and 125 may be taken for an answer.
expect 128 eb bisect
expect 128 eb bisect --frobnicate
expect 128 eb bisect --case=pio/out --good=boot1.pb --bad=none.pb
expect 128 eb bisect --case=none --good=boot1.pb --bad=worse.pb
expect 128 eb bisect --case=pio/out --good=boot1.pb --bad=boot2.pb

# A calibration file is no side, and is called what it is.
for words in 'diff boot1.pb calibration.txt' 'diff calibration.txt boot1.pb' \
  'merge --out=none.pb boot1.pb calibration.txt'; do
  # shellcheck disable=SC2086
  expect_error 2 'it is a calibration file: give it as --calibration=FILE$' \
    eb $words
done

# Neither is a digest of a fleet.
expect 0 eb fleet boot1.pb boot2.pb --out=fleet.digest
expect_error 2 'it is a digest of a fleet: exitbench fleet reads it$' \
  eb show fleet.digest
expect_error 2 'it is a digest of a fleet: exitbench fleet reads it$' \
  eb diff boot1.pb fleet.digest

# Output that can't be written is an error, not a success.
for command in 'diff boot1.pb boot2.pb' list 'list --format=json' --help \
  'diff --help' --version; do
  # shellcheck disable=SC2086
  eb $command >/dev/full 2>err
  [ $? -eq 2 ] || fail "$command: a full disk went unnoticed"
done

finish
