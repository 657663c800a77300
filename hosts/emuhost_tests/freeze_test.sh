#!/bin/sh
# Tests of emuhost: an emulator that freezes. It is a fake one, since no real one does so
# on demand.
# shellcheck source=hosts/emuhost_tests/lib.sh
. "$(dirname "$0")/lib.sh"
own_cache

mkdir "$temporary/fake"
ln -s "$PWD/testdata/fake_qemu" "$temporary/fake/qemu-system-x86_64"
fake_emuhost() { # FREEZES SECONDS ARGUMENT...
  rm -f "$temporary/starts"
  freezes=$1 seconds=$2
  shift 2
  PATH="$temporary/fake:$PATH" FAKE_STARTS="$temporary/starts" \
    FAKE_FREEZES=$freezes FAKE_SECONDS=$seconds \
    emuhost --kernel="$kernel" --realtime --cpus=2 --freeze_timeout=4 "$@" -- kvm
}
starts() { [ "$(wc -l <"$temporary/starts")" -eq "$1" ]; }
fake_emuhost 1 1
check "an emulator that froze is started again" ended_with 7
check "and no more than that" starts 2
check "what came of it comes out" grep -q 'went well' "$temporary/out"
check "the freeze is reported" said 'the emulator froze.*trying once more'
fake_emuhost 2 1
check "one that froze twice has an exit code of its own" ended_with 206
check "and was started twice" starts 2
check "and nothing is left" nothing_left
fake_emuhost 0 8
check "a host that is only slow is let be" ended_with 7
check "and started once" starts 1
fake_emuhost 0 30 --timeout=6
check "a command that hangs while the heart beats is no freeze" ended_with 203
check "and not tried again" starts 1

finish
