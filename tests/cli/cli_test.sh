#!/bin/bash
# The binary as users meet it: exit codes and messages. $1 is the binary.
# Runs without KVM; what needs it is in cli_kvm_test.sh.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1

# refused CODE REGEX ARGS...: exit code and the one line that is printed.
refused() {
  local code=$1 regex=$2
  shift 2
  expect_error "$code" "$regex" "$binary" "$@"
}

# Sanitizers can't be linked statically; what users copy is.
if [ "${2:-}" != sanitized ]; then
  file -L "$binary" | grep -q 'statically linked' ||
    fail "the binary is not static"
  size=$(stat -Lc %s "$binary")
  [ "$size" -le $((8 * 1024 * 1024)) ] ||
    fail "the binary has $size bytes, allowed are 8 MiB"
fi

refused 2 'nothing_matches.*matches no case' run --cases=nothing_matches
refused 2 'regular expression' run '--cases=('
refused 2 'is empty' run --cases=pio,,mmio
refused 2 'guest_page=1g: give 4k or 2m' run --guest_page=1g
refused 2 'host_page=2m: give 4k, thp or hugetlb' run --host_page=2m
refused 2 "backing=memdf: give anon, .* did you mean 'memfd'" run --backing=memdf
refused 2 'a guest_memfd has small pages only' run --backing=guest_memfd --host_page=thp
refused 2 'backing_dir=/tmp is for --backing=file' run --backing_dir=/tmp
refused 2 'working_set=3m: give a multiple of 2m' run --working_set=3m
refused 2 'working_set changes none' run --cases=pio --working_set=64m
refused 2 'vm=pmu:maybe: give one of off, on$' run --vm=pmu:maybe
refused 2 "vm=pmv: no such key.*did you mean 'pmu'" run --vm=pmv:off
refused 2 'vm=pmu: give KEY:VALUE' run --vm=pmu
refused 2 "exits_disabled:puase: give .*did you mean 'pause'" run --vm=exits_disabled:hlt,puase
refused 2 'is twice$' run --vm=pmu:on,pmu:off
refused 2 'slots:0: give a number from 1' run --vm=slots:0
refused 2 'vm=pmu:off: changes none of the selected cases$' run --cases=vm/create_vm --vm=pmu:off
refused 2 'vm=pmu:maybe' list --vm=pmu:maybe
refused 2 'leaves no case' run --cases=pio,-pio
refused 2 'unknown flag --bogus' run --bogus
refused 2 'unknown command' bogus
refused 2 '--exits=abc: give a value such as 10000$' run --exits=abc
refused 2 '--budget=x: give a value such as 10m$' run --budget=x
refused 2 '--for=x: give a value such as 10s$' model --for=x costs.pb
refused 2 '--events is to be' run --exits=0
refused 2 '--cpu=' run --cpu=100000
refused 2 '--format=' list --format=xml
refused 2 'takes no arguments.*--cases=pio$' run pio
refused 128 'bisect wants a case and results of' bisect
refused 2 "did you mean 'list'" lsit
refused 2 "did you mean 'cases'" run --case=pio
refused 2 'unknown flag -v;' run -v
refused 2 'wants a value: --cases=pio/out$' run --cases pio/out
refused 2 "did you mean 'pio/out'" run --cases=pio/otu
refused 2 "did you mean 'pio/out'" run --cases=PIO/OUT
refused 2 "found anywhere in a name: 'out'" run '--cases=*out*'
refused 2 '--cases= selects nothing' run --cases=
refused 2 'export wants a format' export "$dir/missing.pb"
refused 3 'no /nonexistent' run --quick --kvm_device=/nonexistent
refused 3 'no /nonexistent' list --check --kvm_device=/nonexistent
refused 3 'no KVM device' run --quick --kvm_device=/dev/null
refused 2 'wants results files' show
refused 2 'No such file' show "$dir/missing.pb"
: >"$dir/empty.pb"
refused 2 'it is empty' show "$dir/empty.pb"
head -c 100000 /dev/urandom >"$dir/random.pb"
refused 2 'random.pb' show "$dir/random.pb"

expect 0 "$binary" list
grep -q '^pio/out ' "$dir/out" || fail "list does not name pio/out"
"$binary" list --format=json --cases=pio | grep -q '"name": "pio/in"' ||
  fail "list --format=json"
"$binary" --help | grep -q 'usage:' || fail "--help"
"$binary" help | grep -q '^model: 1 a VM ended' || fail "exit codes of model"
for words in 'help run' '--help run' 'run --help'; do
  # shellcheck disable=SC2086
  "$binary" $words | grep -q -e 'session; default 5' || fail "$words"
done
printf '# Boot-to-boot variation by anything\n' >"$dir/boots.calibration"
refused 2 'give it as --calibration' show "$dir/boots.calibration"
"$binary" --version | grep -q 'exitbench [0-9]' || fail "--version"

finish
