#!/bin/sh
# Tests settings.sh without a kernel: on a folder like /sys/module and messages like
# the kernel's, in this shell and in that of the emulated hosts.
#
# settings_test.sh [once]
cd "$(dirname "$(readlink -f "$0")")" || exit 1
temporary=$(mktemp -d) || exit 1
trap 'rm -rf "$temporary"' EXIT
[ "${1-}" = once ] || {
  echo "in sh"
  sh ./settings_test.sh once || exit
  command -v busybox >/dev/null || {
    echo "SKIPPED, needs the package busybox-static: settings.sh in its shell"
    exit 0
  }
  echo "in busybox's shell, with its tools"
  mkdir "$temporary/bin" && busybox --install -s "$temporary/bin" || exit 1
  PATH=$temporary/bin busybox sh ./settings_test.sh once
  exit
}
# shellcheck source=hosts/lib/settings.sh
. ./settings.sh
failures=0

# equal WHAT ACTUAL EXPECTED
equal() {
  [ "$2" = "$3" ] && echo "ok   $1" && return
  printf 'FAIL %s\n     | %s\nnot  | %s\n' "$1" "$2" "$3"
  failures=$((failures + 1))
}

# --- The words of a command line.
equal "KVM's parameters, the last of each" "$(asked_parameters <<'END'
kvm_amd.npt=1 quiet kvm.x=a=b mitigations=off kvm-intel.a-b=1
emuhost.write=/sys/x:kvm.y=1 kvmclock=1 kvm.=1 kvm.x kvm_amd.npt=0
END
)" 'kvm_amd npt 0
kvm x 1
kvm_intel a_b 1'

# --- Values.
# same ASKED TOOK, differ ASKED TOOK
same() {
  same_value "$1" "$2"
  equal "$1 reads as $2" $? 0
}
differ() {
  same_value "$1" "$2"
  equal "$1 does not read as $2" $? 1
}
for value in 1 y Y yes on true 0x1 force; do
  same "$value" Y
  differ "$value" N
done
for value in 0 n N no off false 0x0 00; do
  same "$value" N
  differ "$value" Y
done
same auto N
same auto 17
same y 1
same 0x10 16
same 0X1f 31
same 010 8
same +5 5
same -1 -1
same 0xffffffffffffffff 18446744073709551615
same 4294967296 4294967296
same cond cond
differ 010 10
differ 1 -1
differ 16 0x100
differ 09 9
differ 2 Y
differ 1_0 10
differ 200000 20000
differ 4294967296 0
differ 0xffffffffffffffff 18446744073709551614
differ '' 0
differ cond always
differ 0x 0

# --- What may have been meant.
# near WANTED EXPECTED: WANTED of module kvm
near() {
  equal "for $1: ${2:-none}" "$(near_parameter kvm "$1" <<'END'
kvm_amd avic
kvm_amd halt_poll_nx
kvm_amd nested
kvm_amd npt
kvm halt_poll_ns_grow
kvm halt_poll_ns
kvm nx_huge_pages
kvm tdp_mmu
kvm x
END
)" "$2"
}
near halt_poll 'kvm halt_poll_ns'
near halt_poll_n 'kvm halt_poll_ns'
near halt_poll_nz 'kvm halt_poll_ns'
near halt_pol_ns 'kvm halt_poll_ns'
near halt_poll_ms 'kvm halt_poll_ns'
near halt_poll_sn 'kvm halt_poll_ns'
near halt_poll_nsec 'kvm halt_poll_ns'
near haltpollns 'kvm halt_poll_ns'
near huge_pages ''
near halt_poll_nsecs ''
near halt 'kvm halt_poll_ns'
near hal ''
near nested 'kvm_amd nested'
near npt 'kvm_amd npt'
near ept 'kvm_amd npt'
near avi 'kvm_amd avic'
near abc ''
near y ''

# --- A host: AMD, with a parameter of each kind.
# shellcheck disable=SC2034
host_module=kvm_amd
sys_module=$temporary/sys module_files=$temporary/modules
mkdir -p "$sys_module/kvm/parameters" "$sys_module/kvm_amd/parameters" \
  "$module_files"
echo 200000 >"$sys_module/kvm/parameters/halt_poll_ns"
echo Y >"$sys_module/kvm/parameters/tdp_mmu"
echo '???' >"$sys_module/kvm/parameters/flush"
mkdir "$sys_module/kvm/parameters/unreadable"
echo N >"$sys_module/kvm_amd/parameters/avic"
echo 1 >"$sys_module/kvm_amd/parameters/nested"
messages=
kernel_log() { printf '%s\n' "$messages"; }

# wrong MODULE NAME VALUE TEXT; right MODULE NAME VALUE [NOTE]
wrong() {
  text=$(check_parameter "$1" "$2" "$3")
  equal "$1.$2=$3 is an error" "$? $text" "1 $1.$2=$3: $4"
}
right() {
  text=$(check_parameter "$1" "$2" "$3")
  equal "$1.$2=$3 is none" "$? $text" "0 ${4:+$1.$2=$3: $4}"
}
right kvm halt_poll_ns 200000
right kvm halt_poll_ns 0x30d40
right kvm tdp_mmu 1
right kvm_amd nested y
wrong kvm halt_poll_ns 1 \
  'did not take: the kernel has kvm.halt_poll_ns=200000'
wrong kvm_amd avic 1 'did not take: the kernel has kvm_amd.avic=N'
wrong kvm halt_poll 1 "kvm has no parameter halt_poll; kvm has halt_poll_ns; \
did you mean --kvm_param=kvm.halt_poll_ns=1?"
wrong kvm avic 0 "kvm has no parameter avic; kvm_amd has avic; \
did you mean --kvm_param=kvm_amd.avic=0?"
wrong kvm nothing_like_it 0 'kvm has no parameter nothing_like_it'
wrong kvmm avic 0 "this host has no module kvmm; kvm_amd has avic; \
did you mean --kvm_param=kvm_amd.avic=0?"
right kvm flush always 'has no use on this host: it reads as ???'
right kvm unreadable 1 "the kernel does not let this parameter be read; \
whether it took the value is not known"

# Built in, the other vendor's module is there, but does nothing.
wrong kvm_intel nested 1 "this host runs kvm_amd, not kvm_intel; kvm_amd has \
nested; did you mean --kvm_param=kvm_amd.nested=1?"
mkdir -p "$sys_module/kvm_intel/parameters"
echo 1 >"$sys_module/kvm_intel/parameters/ple_gap"
wrong kvm_intel ple_gap 1 'this host runs kvm_amd, not kvm_intel'
wrong kvm ple_gap 1 'kvm has no parameter ple_gap'

# --- What the kernel said.
messages="kvm: unknown parameter 'halt_poll' ignored
kvm_amd: \`abc' invalid for parameter \`avic'
kvm_amd: \`7' invalid for parameter \`npt'
Booting kernel: \`99999999999' invalid for parameter \`kvm.halt_poll_ns'"
wrong kvm halt_poll 1 "kvm has no parameter halt_poll; the kernel said: kvm: \
unknown parameter 'halt_poll' ignored; kvm has halt_poll_ns; \
did you mean --kvm_param=kvm.halt_poll_ns=1?"
wrong kvm_amd avic abc \
  "refused; the kernel said: kvm_amd: \`abc' invalid for parameter \`avic'"
wrong kvm halt_poll_ns 99999999999 "refused; the kernel said: Booting kernel: \
\`99999999999' invalid for parameter \`kvm.halt_poll_ns'"
right kvm_amd avic 0
right kvm halt_poll_ns 200000
right kvm_amd nested 1

# --- Modules that are loaded complain of what they don't have.
touch "$module_files/kvm.ko" "$module_files/kvm-amd.ko"
right kvm_amd hidden 1 "the kernel does not show this parameter; whether it took \
the value is not known"
rm -r "$sys_module/kvm_amd"
right kvm_amd avic 0
wrong kvm_amd npt 7 \
  "refused; the kernel said: kvm_amd: \`7' invalid for parameter \`npt'"
rm -r "$sys_module/kvm"
right kvm tdp_mmu 1

# --- Mitigations.
# mitigations SETTING COMMAND_LINE STATUS_AND_TEXT
mitigations() {
  text=$(echo "$2" | check_mitigations "$1")
  equal "mitigations $1 of: $2" "$? $text" "$3"
}
mitigations off 'quiet mitigations=off panic=-1' '0 '
mitigations off 'mitigations=auto mitigations=off' '0 '
mitigations auto 'quiet' '0 '
mitigations auto 'mitigations=auto,nosmt' '0 '
did="did not take: the kernel's command line has"
mitigations off 'quiet' "1 mitigations=off: $did none"
mitigations off 'mitigations=off mitigations=auto' \
  "1 mitigations=off: $did mitigations=auto"
mitigations auto 'mitigations=off' "1 mitigations=auto: $did mitigations=off"
mitigations off 'nomitigations=off' "1 mitigations=off: $did none"

# --- KVM for arm64: its mode, and what it does not show.
# mode MODE SAID STATUS_AND_TEXT: the kernel said "SAID initialized successfully".
mode() {
  messages="kvm [1]: IPA Size Limit: 52 bits
kvm [1]: $2 initialized successfully"
  text=$(check_kvm_mode "$1")
  equal "mode $1 with: $2" "$? $text" "$3"
}
mode vhe 'VHE mode' '0 '
mode nvhe 'Hyp mode' '0 '
mode nvhe 'Hyp nVHE mode' '0 '
mode nvhe 'Hyp hVHE mode' '0 '
mode pkvm 'Protected nVHE mode' '0 '
mode pkvm 'Protected hVHE mode' '0 '
mode nested 'VHE+NV2 mode' '0 '
mode nested 'VHE mode' "1 KVM's mode nested: did not take; the kernel said: VHE mode \
initialized successfully"
for wrong_mode in 'vhe Hyp nVHE mode' 'vhe VHE+NV2 mode' 'nvhe VHE mode' \
  'nvhe Protected hVHE mode' 'pkvm Hyp hVHE mode' 'pkvm VHE mode'; do
  mode "${wrong_mode%% *}" "${wrong_mode#* }" "1 KVM's mode ${wrong_mode%% *}: did not \
take; the kernel said: ${wrong_mode#* } initialized successfully"
done
messages='kvm [1]: HYP mode not available'
equal "a KVM that did not come up has no mode" "$(check_kvm_mode nvhe) $?" ' 0'
host_module=kvm_arm
right kvm_arm wfi_trap_policy trap "the kernel does not show this parameter; whether it \
took the value is not known"
wrong kvm_amd npt 0 'this host runs kvm_arm, not kvm_amd'
host_module=kvm_amd
wrong kvm_arm wfi_trap_policy trap 'this host has no module kvm_arm'
messages=

# --- Writes.
echo old >"$temporary/setting"
text=$(check_write "$temporary/setting:a:b")
equal "a setting is written" "$? $text $(cat "$temporary/setting")" '0  a:b'
text=$(check_write "$temporary/none:1")
equal "one that is not there is an error" "$? $text" \
  "1 emuhost.write=$temporary/none:1: this kernel has no $temporary/none"
equal "and not made" "$(ls "$temporary/none" 2>/dev/null)" ''
text=$(check_write /proc/version:1)
equal "one that can't be written is an error" "$? ${text%%said: *}" \
  "1 emuhost.write=/proc/version:1: refused; the kernel "
case ${text##*said: } in
  'Permission denied' | 'Input/output error' | 'I/O error') why=known ;;
  *) why=${text##*said: } ;;
esac
equal "with the reason" "$why" known

# --- Words that the kernel does not know.
messages='Unknown kernel command line parameters "nosmapp a=b", will be passed to user space.'
equal "unknown words" "$(printf 'a=b quiet\nkvm.x=1 nosmapp' | unknown_words)" \
  'a=b
nosmapp'
equal "none of no words" "$(echo | unknown_words)" ''
messages=
equal "none where the kernel names none" "$(echo a=b | unknown_words)" ''
equal "and none of no words" "$(echo | unknown_words)" ''

# --- The kernel's messages as they come.
eval "$(sed -n '/^kernel_log()/,/^}/p' settings.sh)"
dmesg() { printf '[    1.234567] kvm: one\n[   12.3][  T123] two: [x]\n'; }
equal "messages without their times" "$(kernel_log)" 'kvm: one
two: [x]'

echo "$failures failures"
[ "$failures" -eq 0 ]
