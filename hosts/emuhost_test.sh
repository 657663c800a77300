#!/bin/sh
# Tests of emuhost and matrix: what is brought out of a host, and what happens
# when the kernel or the command does not do what it should. What matrix does without
# a kernel is tested by lib/*_test.py.
#
# Boots a kernel of Debian's archive ($EMUHOST_TEST_KERNEL, by default the newest
# 6.1) some twenty times with a stand-in for exitbench. Every run has a time limit.
set -u
cd "$(dirname "$0")" || exit 1
temporary=$(mktemp -d) || exit 1
trap 'rm -rf "$temporary"' EXIT
cc -O1 -static -o "$temporary/stand_in" testdata/stand_in.c || exit 1
kernel=debian:${EMUHOST_TEST_KERNEL:-6.1}
code=
failures=0
limit=180

# check WHAT COMMAND...: COMMAND must succeed.
check() {
  what=$1
  shift
  if "$@"; then
    echo "ok   $what"
  else
    echo "FAIL $what (exit code $code)"
    sed 's/^/     | /' "$temporary/err"
    failures=$((failures + 1))
  fi
}

# emuhost ARGUMENT...: sets code, fills out and err. The time limit here is only
# for a tool that does not keep its own.
emuhost() {
  timeout -k 5 "$limit" ./emuhost --binary="$temporary/stand_in" "$@" \
    >"$temporary/out" 2>"$temporary/err"
  code=$?
}

ended_with() { [ "$code" -eq "$1" ]; }
printed() { grep -qxF -e "$1" "$temporary/out"; }
said() { grep -q -e "$1" "$temporary/err"; }
said_line() { grep -qxF -e "$1" "$temporary/err"; }

# Whether no process and no directory of a run below $temporary is left. The
# pattern is in a file, so that grep does not find itself.
nothing_left() {
  sleep 1
  echo "$temporary/cache" >"$temporary/pattern"
  ! {
    cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n' |
      grep -F -f "$temporary/pattern"
  } && ! ls -d "$temporary"/cache*/run.* 2>/dev/null
}

same_bytes() { # FILE: what `bytes` writes, made here
  "$temporary/stand_in" bytes --out="$temporary/expected" >/dev/null 2>&1
  cmp -s "$temporary/expected" "$1"
}

# --- Usage, and kernels that are none: nothing is booted.
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

# --- What a host brings out.
emuhost --kernel="$kernel" -- kvm "it's" 'a "b" $c'
check "the host has a usable /dev/kvm, the exit code comes out" ended_with 7
check "arguments come through as they are" printed "[it's]"
check "arguments with quotes and dollars too" printed '[a "b" $c]'
check "standard error comes out" said '^mode kvm$'
name=$(sed -n 's/.*, kernel \([^,]*\),.*/\1/p' "$temporary/err")
kernel=debian:$name
check "the kernel's full name is said" test -n "$name"

emuhost --kernel="$kernel" --mitigations=both -- run --out=-
check "two boots with results to one pipe are a usage error" ended_with 200
emuhost --host=vmx-ept --kernel="$kernel" --cache="$temporary/a b" -- kvm
check "Bochs and a cache with a space are a usage error" ended_with 200
check "of the cache" said '^emuhost: --cache: '

# --- A script in place of exitbench, and files of the user's.
mkdir -p "$temporary/with/bin" "$temporary/with/dir"
printf '#!/bin/sh\necho "hello, $1"\n' >"$temporary/with/bin/hello"
chmod +x "$temporary/with/bin/hello"
echo 'in a file' >"$temporary/with/dir/file"
echo 'not this' >"$temporary/with/init"
cat >"$temporary/script" <<'END'
hello world
cat /dir/file
echo "$# arguments: $1, $2"
exitbench "$@"
echo "exitbench ended with $?" >&2
exit 9
END
with() { # ARGUMENT...
  emuhost --kernel="$kernel" --script="$temporary/script" \
    --with="$temporary/with" "$@"
}
with -- kvm 'a b'
check "a script's exit code comes out" ended_with 9
check "it runs what came with it" printed 'hello, world'
check "and reads it" printed 'in a file'
check "it gets exitbench's arguments" printed '2 arguments: kvm, a b'
check "and can run exitbench with them" said_line 'exitbench ended with 7'
with -- bytes --out="$temporary/results.pb"
check "the results file comes out of a script" same_bytes "$temporary/results.pb"
with --profile="$temporary/x.pb" -- run
check "a profile of a script is a usage error" ended_with 200
with --script=/none -- kvm
check "a script that is not there is one" ended_with 200
with --with="$temporary/script" -- kvm
check "and files that are no directory" ended_with 200

# --- The arm64 hosts.
if command -v aarch64-linux-gnu-gcc >/dev/null; then
  aarch64-linux-gnu-gcc -O1 -static -o "$temporary/stand_in_arm64" \
    testdata/stand_in.c || exit 1
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
  arm64_name=$(sed -n 's/.*, kernel \([^,]*\),.*/\1/p' "$temporary/err")
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

# From here on with a cache of our own, so that all that is left there is ours.
shared=${EXITBENCH_HOST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/exitbench/hosts}
for copy in cache cache_garbage; do
  mkdir "$temporary/$copy"
  for format in "$shared"/kernels/*; do
    mkdir -p "$temporary/$copy/kernels/${format##*/}"
    cp -r "$format/$name" "$temporary/$copy/kernels/${format##*/}"
  done
done
export EXITBENCH_HOST_CACHE="$temporary/cache"

begin=$(date +%s)
emuhost --kernel="$kernel" -- bytes --out="$temporary/results.pb"
check "a results file comes out" ended_with 0
check "byte for byte" same_bytes "$temporary/results.pb"
# What a boot takes on this machine, now: enough to get as far as the command.
enough=$((2 * ($(date +%s) - begin) + 5))

# --- What run is given beside the user's arguments.
emuhost --kernel="$kernel" -- run --out="$temporary/run.pb"
check "run is told that it counts" printed '[--tick=instruction]'
check "and to leave its own filter out" printed '[--noseccomp]'
emuhost --kernel="$kernel" -- run --seccomp --out="$temporary/run.pb"
check "unless that is asked for" printed '[--seccomp]'
check "and then is not left out" test -z "$(grep noseccomp "$temporary/out")"

# --- What is said of the results, and where paths begin.
in_order() { # two lines of what came out, in the order in which it did
  awk -v first="$1" -v second="$2" '
    $0 == first { seen = 1 }
    $0 == second { found = seen; exit }
    END { exit !found }' "$temporary/both"
}
tools=$PWD
mkdir "$temporary/elsewhere"
cp "$temporary/stand_in" "$temporary/elsewhere/eb"
cp -r "$temporary/cache" "$temporary/elsewhere/cache"
(cd "$temporary/elsewhere" &&
  timeout -k 5 "$limit" "$tools/emuhost" --binary=eb --cache=cache \
    --kernel="$kernel" -- run --out=x.pb) >"$temporary/both" 2>&1
code=$?
check "relative paths are those of the working directory" ended_with 0
check "results come to where they are asked for" \
  grep -q OUTCOME_OK "$temporary/elsewhere/x.pb"
check "that is said after the table" in_order '[--noseccomp]' 'results: x.pb'
check "once" test "$(grep -c results: "$temporary/both")" -eq 1
rm -rf "$temporary/elsewhere/cache"

# --- Settings that the kernel does not take: nothing is run.
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

# --- Cases that an emulator gets wrong.
rewritten() { # ARGUMENT...: the --cases that exitbench gets where x is wrong
  bash -c 'tool=test; . lib/common.sh
    eval "$(sed -n "/^rewrite_arguments()/,/^}/p" emuhost)"
    bochs_name() { echo bochs; }
    left_out=-^x mitigations=auto counted=1 seed=1 emulator=bochs
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

# --- Traces, of exitbench itself.
real=../bazel-bin/exitbench
if [ -x "$real" ]; then
  trace=$temporary/trace
  for way in with without; do
    set --
    [ $way = without ] || set -- --keep_trace="$trace"
    timeout -k 5 "$limit" ./emuhost --kernel="$kernel" "$@" -- run --sessions=1 \
      --rounds=1 --events=100 --cases='^(pio/out|mmio/write)$,vm/get_regs' \
      --out="$temporary/$way.pb" >"$temporary/out" 2>"$temporary/err"
    code=$?
    check "$way a trace: exitbench runs" ended_with 0
  done
  check "a trace changes no byte of the results" \
    cmp "$temporary/with.pb" "$temporary/without.pb"
  check "the trace has the kernel's functions" \
    sh -c "gzip -dc '$trace/kallsyms.gz' | grep -q ' t svm_vcpu_run	.kvm_amd.'"
  check "and no data" sh -c "! gzip -dc '$trace/kallsyms.gz' | grep -q ' [dDrRbB] '"
  "$real" show --format=json "$temporary/with.pb" >"$temporary/with.json"
  python3 testdata/trace_figures.py "$trace/trace" "$temporary/with.json" \
    >"$temporary/figures" 2>"$temporary/err"
  code=$?
  check "the trace is whole" ended_with 0
  check "its names are those of the cases" awk '
    { name = $0; sub(/^[a-z]+/, "", name) }
    $1 == "trace" { traced = name }
    $1 == "results" { cases = name }
    END { exit traced != cases || cases !~ /pio\/out.*vm\/get_regs/ }' \
    "$temporary/figures"
  check "its figures are those of the results, and the instruction that exits" awk '
    NF == 4 { ++lines; if ($3 != $4 + 1) wrong = 1 }
    END { exit lines != 4 || wrong }' "$temporary/figures"
else
  echo "SKIPPED, needs bazel-bin/exitbench: traces"
fi
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

# --- What the marked run is given.
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

# --- The hosts under the newer Bochs.
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
limit=180

# --- Adding to a results file.
printf 'first ' >"$temporary/added.pb"
emuhost --kernel="$kernel" -- append --append --out="$temporary/added.pb"
check "a file to append to goes into the host" ended_with 0
check "and comes out with more in it" \
  test "$(cat "$temporary/added.pb")" = 'first more'

# --- An emulator that freezes: a fake one, since no real one does so on demand.
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

# --- A damaged transfer.
sh_unframe() { # FILE: prints the name of the frame that is not whole
  bash -c 'tool=test; . lib/common.sh; . lib/boot.sh; unframe "$1" "$2"' - \
    "$1" "$temporary"
}
{
  printf 'frame stdout 5 %s\n' "$(printf hello | sha256sum | cut -c 1-64)"
  printf hello
} >"$temporary/frames"
check "a whole frame is taken" test -z "$(sh_unframe "$temporary/frames")"
head -c -1 "$temporary/frames" >"$temporary/short"
check "a lost byte is noticed" \
  test "$(sh_unframe "$temporary/short")" = stdout
sed 's/hello$/hellO/' "$temporary/frames" >"$temporary/changed"
check "a changed byte is noticed" \
  test "$(sh_unframe "$temporary/changed")" = stdout
sed 's/^frame/fname/' "$temporary/frames" >"$temporary/header"
check "a broken header is noticed" \
  test "$(sh_unframe "$temporary/header")" = header

# --- Kernels and commands that hang or die.
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
emuhost --kernel="$kernel" --append=rdinit=/none -- bisect
check "for bisect, a kernel that does not boot is to be skipped" ended_with 125
for file in a.pb a.profile.pb b.pb; do
  echo "this is $file" >"$temporary/$file"
done
emuhost --kernel="$kernel" -- bisect --good="$temporary/a.pb" \
  --bad="$temporary/b.pb"
check "for bisect, exitbench's verdict comes out" ended_with 1
check "the files go in" printed '[--bad=bad.pb]'
check "with the profile beside one" printed 'good.profile.pb: this is a.profile.pb'
check "and no other" test "$(grep -c 'profile[.]pb:' "$temporary/out")" -eq 1

timeout -k 5 180 ./emuhost --binary="$temporary/stand_in" --kernel="$kernel" \
  -- hang >"$temporary/out" 2>"$temporary/err" &
sleep 4
kill $!
wait $!
code=$?
check "ended from outside, it says so" ended_with 143
check "and nothing is left" nothing_left

# --- The matrix.
matrix() {
  timeout -k 5 240 ./matrix --binary="$temporary/stand_in" \
    --out="$temporary/matrix" --kernels="$kernel" \
    --hosts=svm-npt,svm-shadow "$@" >"$temporary/out" 2>"$temporary/err"
  code=$?
}
matrix --jobs=2
check "a matrix without failures ends with 0" ended_with 0
check "its table has all cells" printed 'a/b   ok   ok'
check "and says why a case was skipped" printed 'SKIPPED c/d in 1 2: no capability'
matrix
check "it does not run again what is there" test \
  "$(grep -c 'there already' "$temporary/err")" -eq 2
echo garbage >"$temporary/matrix/$name.svm-shadow.pb"
matrix --summary
check "a cell with results that can't be read is an error" ended_with 202
check "and named" said "cannot read .*svm-shadow.pb"
rm "$temporary/matrix/$name.svm-shadow.pb"
matrix --hosts=svm-npt --flags=--kvm_param=kvm.halt_poll=1
check "a cell with a parameter that there is not is an error" ended_with 202
check "and named" said 'kvm.halt_poll=1: no results, exit code 207 after'
check "with what was meant" said 'did you mean --kvm_param=kvm.halt_poll_ns=1?'
check "as one without results" printed 'NO RESULTS in 1: exit code 207'
matrix --summary
check "a cell without results is an error" ended_with 202

# Images of the user's own, which are not booted here.
for build in a b; do
  mkdir "$temporary/$build"
  echo "$build" >"$temporary/$build/bzImage"
done
matrix --summary --kernels="$temporary/a/bzImage,$temporary/b/bzImage"
check "images with one file name have cells of their own" test \
  "$(grep -c '_bzImage[.]svm-' "$temporary/out")" -eq 4
matrix --summary --kernels="$temporary/a/bzImage,$temporary/a_bzImage"
check "two images whose cells would have one name are a usage error" \
  ended_with 200

echo "$failures failures"
[ "$failures" -eq 0 ]
