#!/bin/bash
# run --profile on this host's KVM: profile_kvm_test.sh EXITBENCH.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
need_kvm
cd "$dir" || exit 1

# The line says why if it may not sample, and nothing is measured then.
short=("$binary" run --quick --events=500 '--cases=^(pio/out|vm/get_regs)(.ring3)?$')
"${short[@]}" --profile --profile_seconds=0.4 --out=a.pb >table 2>err
code=$?
if [ $code -ne 0 ] && grep -q "can't sample the kernel: " err; then
  [ $code -eq 2 ] || fail "not permitted: exit code $code"
  [ ! -e a.pb ] || fail "measured before it was known to be permitted"
  skip "permission: $(cat err)"
fi
[ $code -eq 0 ] || fail "run: exit code $code: $(cat err)"
for file in a.pb a.profile.pb; do
  [ -s $file ] || fail "no $file: $(ls)"
done
cases=$(tail -n 1 table | sed -n 's/^\([0-9]*\) OK.*/\1/p')
grep -Eq "^profile: a.profile.pb: [0-9]{3,} samples of $cases cases, [0-9.]+% \
attributed( \([0-9]+ lost\))?, (cpu-clock: with interrupts on only|cycles by NMI)\
(; hardware events: not measured, no PMU)?$" err || fail "no line of the profile: $(cat err)"
"$binary" show a.pb | cmp -s - table || fail "show is not run's table"

# A run without it has neither the file nor the metrics.
"${short[@]}" --out=b.pb >table 2>err || fail "run: $(cat err)"
[ ! -e b.profile.pb ] || fail "a profile that nobody asked for"
grep -q profile err && fail "of a profile: $(cat err)"
"$binary" show --format=json b.pb | grep -q instructions_host &&
  fail "metrics of a PMU without --profile"

# Without the filter too, and with a budget that leaves less time.
"${short[@]}" --noseccomp --profile --profile_seconds=60 --budget=12s \
  --out=c.pb >table 2>err || fail "--noseccomp: $(cat err)"
grep -q '^profile: c.profile.pb: ' err || fail "--noseccomp: $(cat err)"

# A file can't be next to standard output.
expect_error 2 'wants --out=FILE' "${short[@]}" --profile --out=-
finish
