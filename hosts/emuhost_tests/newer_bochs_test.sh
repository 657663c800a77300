#!/bin/sh
# Tests of emuhost: the hosts under the newer Bochs.
# shellcheck source=hosts/emuhost_tests/lib.sh
. "$(dirname "$0")/lib.sh"
own_cache

mkdir "$temporary/broken"
printf '#!/bin/sh\nexit 1\n' >"$temporary/broken/dpkg-deb"
chmod +x "$temporary/broken/dpkg-deb"
PATH="$temporary/broken:$PATH" emuhost --host=svm-npt-ryzen --kernel="$kernel" \
  -- kvm
check "a Bochs that can't be unpacked is the machine's lack" ended_with 205
check "and called that" said 'cannot unpack bochs'
check "and none of it is taken for one" \
  test ! -e "$temporary/cache/emulators/1/bochs-trixie"
limit=600
emuhost --host=svm-npt-ryzen --kernel="$kernel" -- kvm
check "Ryzen: the host has a usable /dev/kvm" ended_with 7
check "with nested paging" printed 'kvm_amd.npt=1'
check "under Bochs 3" said ', bochs-3[.]'
emuhost --host=vmx-ept-skylake --kernel="$kernel" --mitigations=auto -- kvm
check "Skylake: the host has a usable /dev/kvm" ended_with 7
check "without APICv" printed 'kvm_intel.enable_apicv=0'
check "its TSC frequency is right" test -z "$(grep tsc_early "$temporary/err")"
emuhost --host=vmx-ept-skylake --kernel="$kernel" --mitigations=auto \
  --kvm_param=kvm_intel.enable_apicv=1 --append=tsc_early_khz=900000 -- kvm
check "with APICv if that is asked for" ended_with 7
check "and only that" test \
  "$(grep '^kvm_intel.enable_apicv' "$temporary/out")" = kvm_intel.enable_apicv=1
check "a wrong TSC frequency is noticed" said 'does not take tsc_early_khz'

# Its debugger, which makes traces, is off unless asked for.
real=../bazel-bin/exitbench
if [ -x "$real" ]; then
  timeout -k 5 "$limit" ./emuhost --cache="$temporary/cache" --binary="$real" \
    --host=vmx-ept-skylake --kernel="$kernel" --mitigations=auto \
    --profile="$temporary/profile.pb" -- run --sessions=1 --rounds=1 --events=20 \
    --cases='^pio/out$' --out="$temporary/results.pb" \
    >"$temporary/out" 2>"$temporary/err"
  code=$?
  check "with a profile: exitbench runs" ended_with 0
  in_profile=$("$real" profile "$temporary/profile.pb" --cases='^pio/out$' |
    sed -n 's/^pio\/out  guest \([0-9]*\) instructions.*/\1/p')
  in_results=$("$real" show "$temporary/results.pb" |
    awk '$1 == "pio/out" { print $3 }')
  check "and its instructions are those of the results" \
    test "${in_profile:-none}" = "$in_results"
else
  echo "SKIPPED, needs bazel-bin/exitbench: a profile of Skylake"
fi

finish
