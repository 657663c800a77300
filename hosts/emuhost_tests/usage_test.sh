#!/bin/sh
# Tests of emuhost: usage errors, and kernels that are none. Nothing is booted.
# shellcheck source=hosts/emuhost_tests/lib.sh
. "$(dirname "$0")/lib.sh"

emuhost --host=arm --kernel="$kernel"
check "an unknown host is a usage error" ended_with 200
emuhost --kernel="$kernel" --cpus=2
check "counting on two CPUs is a usage error" ended_with 200
emuhost --host=svm-npt-ryzen --kernel="$kernel" --realtime
check "Bochs in real time is a usage error, on an AMD host too" ended_with 200
emuhost --kernel="$kernel" run
check "arguments of exitbench before -- are a usage error" ended_with 200
for parameter in halt_poll_ns=1 kvm.halt_poll_ns kvm.halt_poll_ns= \
  'kvm.halt_poll_ns=1 quiet' irqbypass.x=1; do
  emuhost --kernel="$kernel" --kvm_param="$parameter" -- kvm
  check "--kvm_param=$parameter is a usage error" ended_with 200
done
emuhost --kernel="$kernel" --cntfrq=25000000
check "a clock of its own is a usage error on an AMD host" ended_with 200
emuhost --host=arm64-vhe --kernel="$kernel"
check "a program for amd64 is a usage error on an arm64 host" ended_with 200
check "and called that" said \
  'is a program for amd64; the host wants one for arm64'
for options in --cntfrq=30000000 --cntfrq=0 --modules=. \
  --append=kvm-arm.mode=nvhe '--append=quiet kvm-arm.mode=none'; do
  emuhost --host=arm64-vhe --kernel="$kernel" "$options"
  check "$options is a usage error on an arm64 host" ended_with 200
  check "that names it" said '^emuhost: \(--cntfrq\|--modules\|kvm-arm.mode=\):'
done
emuhost --kernel=testdata/stand_in.c -- run
check "an image that is no kernel is refused" ended_with 201
check "and called that" said "is no x86 kernel image"

emuhost --kernel="$kernel" --mitigations=both -- run --out=-
check "two boots with results to one pipe are a usage error" ended_with 200
emuhost --host=vmx-ept --kernel="$kernel" --cache="$temporary/a b" -- kvm
check "Bochs and a cache with a space are a usage error" ended_with 200
check "of the cache" said '^emuhost: --cache: '

emuhost --kernel="$kernel" --realtime --profile="$temporary/x.pb" -- run
check "a profile of a host that does not count is a usage error" ended_with 200
emuhost --kernel="$kernel" --profile="$temporary/x.pb" -- list
check "and one without a run" ended_with 200
emuhost --kernel="$kernel" --profile="$temporary/x.pb" -- run --out=-
check "and one without a results file" ended_with 200
emuhost --kernel="$kernel" --profile="$temporary/none/x.pb" -- run
check "and one in no folder" ended_with 200
for options in "--inlined" "--vmlinux=$temporary/stand_in" \
  "--profile=$temporary/x.pb --vmlinux=$temporary/stand_in" \
  "--profile=$temporary/x.pb --inlined --kernel=testdata/stand_in.c" \
  "--profile=$temporary/x.pb --vmlinux=/none --kernel=testdata/stand_in.c"; do
  # shellcheck disable=SC2086
  emuhost --kernel="$kernel" $options -- run
  check "$options is a usage error" ended_with 200
  check "that names it" said '^emuhost: --\(inlined\|vmlinux\)'
done

finish
