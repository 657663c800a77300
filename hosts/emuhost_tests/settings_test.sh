#!/bin/sh
# Tests of emuhost: settings that the kernel does not take. Nothing is run then.
# shellcheck source=hosts/emuhost_tests/lib.sh
. "$(dirname "$0")/lib.sh"

did_not_take="did not take: the kernel"
emuhost --kernel="$kernel" --kvm_param=kvm.halt_poll=1 \
  --kvm_param=kvm_amd.avic=1 --kvm_param=kvm_intel.ple_gap=0 --mitigations=off \
  --append='mitigations=auto emuhost.write=/sys/kernel/mm/none:1' \
  --append=emuhost.write=/sys/kernel/mm/transparent_hugepage/enabled:x \
  -- run --out="$temporary/typo.pb"
check "a setting that the kernel does not have is an error" ended_with 207
check "a parameter by its name, and what was meant" said_line \
  "emuhost: kvm.halt_poll=1: kvm has no parameter halt_poll; the kernel said: kvm: \
unknown parameter 'halt_poll' ignored; kvm has halt_poll_ns; did you mean \
--kvm_param=kvm.halt_poll_ns=1?"
check "a value that it changes" said_line \
  "emuhost: kvm_amd.avic=1: $did_not_take has kvm_amd.avic=N"
check "one of another processor's" said_line \
  "emuhost: kvm_intel.ple_gap=0: this host runs kvm_amd, not kvm_intel"
check "mitigations" said_line \
  "emuhost: mitigations=off: $did_not_take's command line has mitigations=auto"
check "a setting to write" said_line \
  "emuhost: emuhost.write=/sys/kernel/mm/none:1: this kernel has no \
/sys/kernel/mm/none"
check "a value that can't be written" said_line \
  "emuhost: emuhost.write=/sys/kernel/mm/transparent_hugepage/enabled:x: refused; \
the kernel said: Invalid argument"
check "and no more is said" test "$(wc -l <"$temporary/err")" -eq 7
check "exitbench did not run" test ! -s "$temporary/out"
check "there are no results" test ! -e "$temporary/typo.pb"
emuhost --kernel="$kernel" --kvm_param=kvm.halt_poll_ns=abc -- bisect
check "a value that it refuses is an error, for bisect too" ended_with 207
check "with the kernel's words" said_line \
  "emuhost: kvm.halt_poll_ns=abc: refused; the kernel said: kvm: \`abc' invalid for \
parameter \`halt_poll_ns'"
check "and no others" test "$(wc -l <"$temporary/err")" -eq 2
emuhost --kernel="$kernel" --kvm_param=kvm.halt_poll_ns=0x10 \
  --kvm_param=kvm_amd.nested=0 --kvm_param=kvm-amd.npt=y \
  --append='kvm.tdp_mmu=n nosmapp mitigations=auto,nosmt' \
  --append=emuhost.write=/sys/module/kvm/parameters/halt_poll_ns_grow:3 -- kvm
check "what is taken is none, in whatever form" ended_with 7
check "a word that the kernel does not know is noted" said_line \
  'emuhost: note: this kernel does not know nosmapp'
check "and nothing else" test "$(grep -c '^emuhost: ' "$temporary/err")" -eq 2

finish
