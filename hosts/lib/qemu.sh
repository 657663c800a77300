# QEMU as the emulator: an AMD host, so svm-npt and svm-shadow, and the arm64 hosts.
# shellcheck shell=bash

# Of hosts of each architecture.
readonly QEMU_PACKAGES_AMD64=(qemu-system-x86) QEMU_PACKAGES_ARM64=(qemu-system-arm)

# Debian 12's QEMU has no nested virtualization for arm64. Where none is installed that
# does, there is the one of its backports, unpacked into the cache. It takes libraries
# of the one that is installed.
readonly NEWER_QEMU_SUITE=bookworm-backports LEAST_NESTED_QEMU=10
readonly NEWER_QEMU_PACKAGES=(qemu-system-arm qemu-system-common qemu-system-data)

# What arm64 hosts have of a machine. QARMA, by which a CPU signs pointers, takes most
# of the emulator's time; another function for it changes no figure.
readonly ARM64_MACHINE=virt,virtualization=on,gic-version=3,its=on
readonly ARM64_CPU=max,pauth-impdef=on

# At this frequency a tick of an arm64 host's clock is one instruction: QEMU gives each
# a nanosecond.
# shellcheck disable=SC2034
readonly INSTRUCTION_HZ=1000000000

# qemu_packages HOST: the packages that HOST needs to be installed, a line each.
qemu_packages() {
  case $(host_architecture "$1") in
    arm64) printf '%s\n' "${QEMU_PACKAGES_ARM64[@]}" ;;
    *) printf '%s\n' "${QEMU_PACKAGES_AMD64[@]}" ;;
  esac
}

# qemu_version COMMAND...: the version of the QEMU that COMMAND starts.
qemu_version() {
  "$@" --version | sed -nE '1s/.*version ([0-9.]+).*/\1/p'
}

# newer_qemu: prints the root of the newer QEMU, fetched if it is not in the cache.
# Callers hold the cache's lock.
newer_qemu() {
  architecture=amd64 unpack_newer "qemu-$NEWER_QEMU_SUITE" \
    "${NEWER_QEMU_PACKAGES[@]/%//$NEWER_QEMU_SUITE}"
}

# newer_qemu_wanted HOST: whether HOST needs a newer QEMU than the one installed.
newer_qemu_wanted() {
  local version
  [[ $1 == arm64-nested ]] || return
  version=$(qemu_version qemu-system-aarch64)
  ((${version%%.*} < LEAST_NESTED_QEMU))
}

# qemu_machine HOST: sets what HOST is emulated by: the arrays $qemu_command and
# $qemu_options, and $qemu_api, the version of its interface for plugins.
qemu_machine() {
  qemu_api=1
  if [[ $(host_architecture "$1") == amd64 ]]; then
    qemu_command=(qemu-system-x86_64) qemu_options=(-cpu EPYC,+svm,+npt)
    return
  fi
  qemu_command=(qemu-system-aarch64)
  qemu_options=(-M "$ARM64_MACHINE" -cpu "$ARM64_CPU,cntfrq=$cntfrq")
  if newer_qemu_wanted "$1"; then
    local root
    root=$(with_cache_lock newer_qemu) || exit
    qemu_command=("$root/usr/bin/qemu-system-aarch64"
      -L "$root/usr/share/qemu")
    "${qemu_command[@]}" --version >/dev/null 2>&1 || die "$EXIT_MACHINE" \
      "QEMU of $NEWER_QEMU_SUITE does not start: $("${qemu_command[@]}" \
        --version 2>&1 | head -n 1)"
  fi
  local version
  version=$(qemu_version "${qemu_command[@]}")
  ((${version%%.*} < LEAST_NESTED_QEMU)) || qemu_api=4
}

# qemu_name: the emulator's name for the results file.
qemu_name() {
  printf 'qemu-%s-tcg\n' "$(qemu_version "${qemu_command[@]}")"
}

# qemu_kernel_args: the console, and what the kernel is told of the machine. The stack
# of a system call of arm64 begins at a random place, by which paths differ.
qemu_kernel_args() {
  if [[ $architecture == arm64 ]]; then
    printf 'console=ttyAMA0 quiet panic=-1 randomize_kstack_offset=off'
  else
    printf 'console=ttyS0 quiet panic=-1'
    ((cpus == 1)) || printf ' tsc=reliable'
  fi
}

# qemu_serial DIR: sets qemu_lines, the options for the lines of init, which see. The
# console of arm64 is another device, so the first of the others is left out there.
qemu_serial() {
  local dir=$1 line
  if [[ $architecture != arm64 ]]; then
    qemu_lines=(-serial "file:$dir/ttyS0" -serial "file:$dir/ttyS1"
      -serial "file:$dir/ttyS2")
    ((counted)) || qemu_lines+=(-serial "file:$dir/ttyS3")
    return
  fi
  qemu_lines=(-serial "file:$dir/ttyS0" -chardev null,id=line0)
  for line in 1 2; do
    qemu_lines+=(-chardev "file,id=line$line,path=${dir//,/,,}/ttyS$line")
  done
  if ((counted)); then
    qemu_lines+=(-chardev null,id=line3)
  else
    qemu_lines+=(-chardev "file,id=line3,path=${dir//,/,,}/ttyS3")
  fi
  qemu_lines+=(-device
    pci-serial-4x,chardev1=line0,chardev2=line1,chardev3=line2,chardev4=line3)
}

# qemu_start DIR: boots DIR/vmlinuz with DIR/initramfs and the kernel arguments
# $kernel_args; leaves the emulator's process in $emulator_pid.
#
# Counting makes the host's clock advance by one for each instruction, whoever executes
# it, and the clocks follow it. With the seed and the start of the clock
# pinned, a boot then repeats exactly. Two CPUs hang when counted.
qemu_start() {
  local dir=$1 options=(-seed "$seed")
  if ((counted)); then
    options+=(-icount shift=0,sleep=off -rtc base=2024-01-01,clock=vm)
  fi
  local trace=()
  if [[ $profiling == full ]]; then
    trace_program "$hosts/qemu_trace.c" "$dir/trace.so" \
      -shared -fPIC -fvisibility=hidden "-DEB_QEMU_API=$qemu_api"
    trace=(-plugin "${dir//,/,,}/trace.so,out=${dir//,/,,}/trace")
  fi
  qemu_serial "$dir"
  setpriv --pdeathsig KILL -- "${qemu_command[@]}" -nodefaults -no-user-config \
    -accel tcg "${qemu_options[@]}" -smp "$cpus" -m "$memory" \
    -display none -monitor none -no-reboot "${options[@]}" "${trace[@]}" \
    "${qemu_lines[@]}" -kernel "$dir/vmlinuz" -initrd "$dir/initramfs" \
    -append "$kernel_args" </dev/null >"$dir/emulator.log" 2>&1 &
  emulator_pid=$!
}
