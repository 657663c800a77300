#!/bin/sh
# Tests of emuhost: kernels and commands that hang or die.
# shellcheck source=hosts/emuhost_tests/lib.sh
. "$(dirname "$0")/lib.sh"
own_cache
begin=$(date +%s)
emuhost --kernel="$kernel" -- kvm
# What a boot takes on this machine, now: enough to get as far as the command.
enough=$((2 * ($(date +%s) - begin) + 5))

cp -r "$temporary/cache" "$temporary/cache_garbage"
for base in "$temporary"/cache_garbage/kernels/*/"$name"/base.cpio; do
  head -c 100000 /dev/zero | tr '\0' 'g' >"$base"
done
emuhost --kernel="$kernel" --cache="$temporary/cache_garbage" -- kvm
check "a garbage initramfs: the boot is reported as failed" ended_with 202
check "with the panic" said 'Kernel panic'
check "and nothing is left" nothing_left

emuhost --kernel="$kernel" --boot_timeout=10 \
  --append='rdinit=/bin/busybox -- sh -c "while :; do :; done"' -- kvm
check "a boot that hangs is ended" ended_with 203
check "and nothing is left" nothing_left
emuhost --kernel="$kernel" --timeout="$enough" -- hang
check "a command that hangs is ended" ended_with 203
check "what it said before comes out" said '^mode hang$'
check "and nothing is left" nothing_left
emuhost --kernel="$kernel" -- crash
check "a host that crashes is reported" ended_with 202
check "with the panic" said 'Kernel panic - not syncing: sysrq'

timeout -k 5 180 ./emuhost --binary="$temporary/stand_in" --kernel="$kernel" \
  -- hang >"$temporary/out" 2>"$temporary/err" &
sleep 4
kill $!
wait $!
code=$?
check "ended from outside, it says so" ended_with 143
check "and nothing is left" nothing_left

finish
