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

finish
