#!/bin/sh
# Tests of emuhost: the arm64 hosts.
# shellcheck source=hosts/emuhost_tests/lib.sh
. "$(dirname "$0")/lib.sh"
if command -v aarch64-linux-gnu-gcc >/dev/null; then
  aarch64-linux-gnu-gcc -O1 -static -o "$temporary/stand_in_arm64" \
    testdata/stand_in.c || exit 1
  learn_name
  arm64() { # MODE KERNEL ARGUMENT...
    arm64_host=arm64-$1 arm64_kernel=debian:$2
    shift 2
    emuhost --host="$arm64_host" --kernel="$arm64_kernel" \
      --binary="$temporary/stand_in_arm64" "$@"
  }
  limit=600
  arm64 vhe 6.1 -- kvm
  check "arm64-vhe: the host has a usable /dev/kvm" ended_with 7
  check "and nothing is noted" test "$(grep -c '^emuhost: note' "$temporary/err")" -eq 0
  arm64_name=$(said_kernel)
  check "its kernel is for arm64" test "${arm64_name##*-}" = arm64
  for mode in nvhe pkvm; do
    arm64 $mode 6.1 -- kvm
    check "arm64-$mode: the host has a usable /dev/kvm" ended_with 7
  done
  arm64 nested 6.1 -- kvm
  check "a kernel without nested virtualization is an error" ended_with 207
  check "with the kernel's words" said_line "emuhost: KVM's mode nested: did not take; \
the kernel said: VHE mode initialized successfully"
  arm64 nested 7.2 -- kvm
  check "arm64-nested: the host has a usable /dev/kvm" ended_with 7
  check "under QEMU 10" said ', qemu-10[.]'
  limit=180
  arm64 vhe "$arm64_name" -- bytes --out="$temporary/results.pb"
  check "arm64-vhe: a results file comes out" same_bytes "$temporary/results.pb"
  arm64 vhe "$arm64_name" -- run --out="$temporary/run.pb"
  check "run is told that a tick is an instruction" printed '[--tick=instruction]'
  arm64 vhe "$arm64_name" --cntfrq=25000000 -- run --out="$temporary/run.pb"
  check "but not where it is 40" test -z "$(grep tick= "$temporary/out")"
  arm64 vhe "$arm64_name" --kvm_param=kvm.halt_poll_ns=0 \
    --kvm_param=kvm-arm.wfi_trap_policy=trap -- kvm
  check "arm64-vhe: KVM's parameters are read back" ended_with 7
  check "but for those that the kernel does not show" said \
    '^emuhost: note: kvm_arm.wfi_trap_policy=trap: the kernel does not show'
  arm64 vhe "$arm64_name" --kvm_param=kvm_amd.npt=1 -- kvm
  check "one of another processor's is an error" ended_with 207
  check "that says so" said_line \
    "emuhost: kvm_amd.npt=1: this host runs kvm_arm, not kvm_amd"
  arm64 vhe "$arm64_name" -- crash
  check "arm64-vhe: a host that crashes is reported" ended_with 202
  check "with the panic" said 'Kernel panic - not syncing: sysrq'
  arm64 vhe "$arm64_name" --cpus=2 --realtime -- kvm
  check "arm64-vhe: two CPUs, in real time" ended_with 7
  arm64 vhe "$name" -- kvm
  check "a kernel for amd64 is none for arm64" ended_with 201
else
  echo "SKIPPED, needs gcc-aarch64-linux-gnu: arm64 hosts"
fi

finish
