#!/bin/bash
# The binary as users meet it: exit codes and messages. $1 is the binary.
# Runs without KVM; what needs it is in cli_kvm_test.sh.
set -u
binary=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failures=0

# expect CODE REGEX ARGS...: exit code, one line on stderr that matches, and
# nothing on stdout.
expect() {
  local code=$1 regex=$2
  shift 2
  "$binary" "$@" >"$dir/out" 2>"$dir/err" </dev/null
  local got=$?
  if [ $got -ne "$code" ] || [ "$(wc -l <"$dir/err")" -ne 1 ] ||
    ! grep -Eq -- "$regex" "$dir/err" || [ -s "$dir/out" ]; then
    echo "FAILED: exitbench $*: exit $got, wanted $code and /$regex/; stderr:"
    cat "$dir/err"
    failures=$((failures + 1))
  fi
}

# Sanitizers can't be linked statically; what users copy is.
if [ "${2:-}" != sanitized ]; then
  file -L "$binary" | grep -q 'statically linked' || {
    echo "FAILED: the binary is not static"
    failures=$((failures + 1))
  }
  size=$(stat -Lc %s "$binary")
  [ "$size" -le $((6 * 1024 * 1024)) ] || {
    echo "FAILED: the binary has $size bytes, allowed are 6 MiB"
    failures=$((failures + 1))
  }
fi

expect 2 'nothing_matches.*matches no case' run --cases=nothing_matches
expect 2 'regular expression' run '--cases=('
expect 2 'is empty' run --cases=pio,,mmio
expect 2 'guest_page=1g: give 4k or 2m' run --guest_page=1g
expect 2 'host_page=2m: give 4k, thp or hugetlb' run --host_page=2m
expect 2 'working_set=3m: give a multiple of 2m' run --working_set=3m
expect 2 'working_set changes none' run --cases=pio --working_set=64m
expect 2 'leaves no case' run --cases=pio,-pio
expect 2 'unknown flag --bogus' run --bogus
expect 2 'unknown command' bogus
expect 2 '--exits=abc' run --exits=abc
expect 2 '--events is to be' run --exits=0
expect 2 '--cpu=' run --cpu=100000
expect 2 '--format=' list --format=xml
expect 2 'takes no arguments' run pio
expect 3 'no /nonexistent' run --quick --kvm_device=/nonexistent
expect 3 'no /nonexistent' list --check --kvm_device=/nonexistent
expect 3 'no KVM device' run --quick --kvm_device=/dev/null
expect 2 'wants results files' show
expect 2 'No such file' show "$dir/missing.pb"
: >"$dir/empty.pb"
expect 2 'it is empty' show "$dir/empty.pb"
head -c 100000 /dev/urandom >"$dir/random.pb"
expect 2 'random.pb' show "$dir/random.pb"

"$binary" list >"$dir/list" || failures=$((failures + 1))
grep -q '^pio/out ' "$dir/list" || {
  echo "FAILED: list does not name pio/out"
  failures=$((failures + 1))
}
"$binary" list --format=json --cases=pio | grep -q '"name": "pio/in"' || {
  echo "FAILED: list --format=json"
  failures=$((failures + 1))
}
"$binary" --help | grep -q 'usage:' || failures=$((failures + 1))
"$binary" --version | grep -q 'exitbench [0-9]' || failures=$((failures + 1))

echo "$failures failures"
[ $failures -eq 0 ]
