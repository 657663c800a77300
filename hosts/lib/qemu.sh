# QEMU as the emulator: an AMD host, so svm-npt and svm-shadow.
# shellcheck shell=bash

readonly QEMU_PACKAGES=(qemu-system-x86)

# qemu_name: the emulator's name for the results file.
qemu_name() {
  printf 'qemu-%s-tcg\n' "$(qemu-system-x86_64 --version |
    sed -nE '1s/.*version ([0-9.]+).*/\1/p')"
}

# qemu_start DIR: boots DIR/vmlinuz with DIR/initramfs and the kernel arguments
# $kernel_args; leaves the emulator's process in $emulator_pid.
#
# Counting makes the TSC advance by one for each instruction, whoever executes
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
      -shared -fPIC -fvisibility=hidden
    trace=(-plugin "${dir//,/,,}/trace.so,out=${dir//,/,,}/trace")
  fi
  local heartbeat=()
  ((counted)) || heartbeat=(-serial "file:$dir/ttyS3")
  setpriv --pdeathsig KILL -- qemu-system-x86_64 -nodefaults -no-user-config \
    -accel tcg -cpu EPYC,+svm,+npt -smp "$cpus" -m "$memory" \
    -display none -monitor none -no-reboot "${options[@]}" "${trace[@]}" \
    -serial "file:$dir/ttyS0" -serial "file:$dir/ttyS1" \
    -serial "file:$dir/ttyS2" ${heartbeat[@]+"${heartbeat[@]}"} \
    -kernel "$dir/vmlinuz" -initrd "$dir/initramfs" \
    -append "$kernel_args" </dev/null >"$dir/emulator.log" 2>&1 &
  emulator_pid=$!
}
