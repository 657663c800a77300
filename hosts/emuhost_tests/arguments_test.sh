#!/bin/sh
# Tests of emuhost: how it changes the arguments of exitbench for an emulator that gets
# cases wrong, and for the run that is recorded. Nothing is booted.
# shellcheck source=hosts/emuhost_tests/lib.sh
. "$(dirname "$0")/lib.sh"

rewritten() { # ARGUMENT...: the --cases that exitbench gets where x is wrong
  bash -c 'tool=test; . lib/common.sh
    eval "$(sed -n "/^rewrite_arguments()/,/^}/p" emuhost)"
    bochs_name() { echo bochs; }
    left_out=-^x mitigations=auto counted=1 seed=1 emulator=bochs profiling=none
    arguments=("$@")
    rewrite_arguments
    printf "%s\n" "${arguments[@]}"' - "$@" 2>/dev/null | grep cases
}
check "what an emulator gets wrong is left out" test \
  "$(rewritten run --out=x.pb)" = '--cases=-^x'
check "also of what was asked for" test \
  "$(rewritten run --cases=a,b --out=x.pb)" = '--cases=a,b,-^x'
check "in whatever form" test \
  "$(rewritten --cases a --out x.pb)" = '--cases=a,-^x'
check "but not of a list" test "$(rewritten list --cases=a)" = '--cases=a'

emulator=qemu
marked() { # ARGUMENT...: the arguments of the marked run of these
  emulator=$emulator bash -c 'tool=test; . lib/common.sh; . lib/profile.sh
    marked_arguments "$@"
    printf "%s\n" "${marked[*]}"' - "$@"
}
few="--sessions=1 --rounds=1 --reruns=0 --progress=never --trace_marks --events=20 \
--out=/emuhost-traced.pb"
check "the marked run has few events" test "$(marked run --cases=pio --seed=3)" = \
  "run --cases=pio --seed=3 $few"
check "whatever the user's has" test "$(marked --quick --exits 500 --events=400 \
  --budget=1m --append --native --linearity --rounds 3 --sessions=4 --cases=a)" = \
  "--cases=a $few"
emulator=bochs
check "fewer under Bochs" test "$(marked run | grep -o 'events=.* ')" = 'events=10 '

finish
