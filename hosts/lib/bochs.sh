# Bochs as the emulator: the vmx hosts, and an AMD host that is not QEMU's.
# shellcheck shell=bash

# shellcheck disable=SC2034
readonly BOCHS_PACKAGES=(bochs bochs-term bochsbios vgabios grub-common
  grub-pc-bin xorriso mtools bsdutils gcc libc6-dev)

# Hosts with a CPU that Debian 12's Bochs can't emulate, or not well, have the
# Bochs of the release after, unpacked into the cache with what it needs of its
# own release. The libraries for its windows, which are never opened, are those
# of the Bochs that is installed.
readonly NEWER_BOCHS_SUITE=trixie
readonly NEWER_BOCHS_PACKAGES=(bochs bochs-term bochsbios libc6 libstdc++6
  libgcc-s1 libncurses6 libtinfo6 libltdl7 libreadline8t64)

# The TSC's frequency: instructions in a millisecond of emulated time.
readonly BOCHS_KHZ=1000000

# By its CPUID, Skylake has a TSC of 3.5 GHz and, which the kernel makes of that, a
# local APIC whose timer runs at a crystal's 24 MHz. Under Bochs both run at
# BOCHS_KHZ, so the kernel is given the one and then has to measure the other.
readonly SKYLAKE_TSC=tsc_early_khz=$BOCHS_KHZ
readonly SKYLAKE_CHECK="dmesg | grep -q 'tsc: Detected \
$((BOCHS_KHZ / 1000)).000 MHz' || echo 'emuhost: this kernel does not take \
${SKYLAKE_TSC%=*}: it has a wrong TSC frequency, and all that waits is off' >&2"

# What run's --cases has on Ryzen, for three faults of Bochs' SVM (docs/hosts.md):
# a pending single step is taken by the host, which dies of it; VMRUN with
# interrupts on does not take V_IRQ, so the guest waits for ever; and an injected
# INT3 returns to itself.
readonly RYZEN_LEFT_OUT='-^exit/debug_single_step,-^ipi/self.*_hlt,-^cpu/int3'

# newer_bochs: prints the root of the newer Bochs, fetched if it is not in the
# cache. Callers hold the cache's lock.
newer_bochs() {
  unpack_newer "bochs-$NEWER_BOCHS_SUITE" \
    "${NEWER_BOCHS_PACKAGES[@]/%//$NEWER_BOCHS_SUITE}"
}

# bochs_machine HOST: sets what HOST is emulated by: $bochs_model, $bochs_bios, the
# arrays $bochs_command and $bochs_environment; $bochs_debugger, the option that
# starts the debugger; $check, which make_overlay has; and
# $left_out, the --cases that leave out what it gets wrong.
bochs_machine() {
  case $1 in
    *-skylake) bochs_model=corei7_skylake_x check=$SKYLAKE_CHECK ;;
    *-ryzen) bochs_model=ryzen left_out=$RYZEN_LEFT_OUT ;;
    *) bochs_model=corei7_haswell_4770 ;;
  esac
  bochs_command=(bochs) bochs_environment=() bochs_debugger=
  bochs_bios=/usr/share/bochs/BIOS-bochs-latest
  [[ $bochs_model == corei7_haswell_4770 ]] && return
  local root libraries
  root=$(with_cache_lock newer_bochs) || exit
  libraries=$root/usr/lib/x86_64-linux-gnu
  bochs_command=("$libraries/ld-linux-x86-64.so.2" --library-path "$libraries"
    "$root/usr/bin/bochs-bin")
  bochs_debugger=-debugger
  bochs_environment=("LTDL_LIBRARY_PATH=$libraries/bochs/plugins"
    "BXSHARE=$root/usr/share/bochs")
  bochs_bios=$root/usr/share/bochs/BIOS-bochs-latest
}

# bochs_kernel_args: the console, and what the kernel is told of the machine.
bochs_kernel_args() {
  printf 'console=ttyS0 quiet panic=-1 tsc=reliable lpj=%d' "$BOCHS_KHZ"
  [[ $bochs_model != corei7_skylake_x ]] || printf ' %s' "$SKYLAKE_TSC"
}

# bochs_name: the emulator's name for the results file.
bochs_name() {
  printf 'bochs-%s\n' "$(env "${bochs_environment[@]}" "${bochs_command[@]}" \
    --help 2>&1 | sed -nE 's/.*Bochs x86 Emulator ([0-9.]+).*/\1/p' |
    head -n 1)"
}

# bochs_check: ends unless Bochs can take the cache's path, which it splits at
# spaces and commas, whatever quotes are around it.
bochs_check() {
  [[ $cache != *[^[:alnum:]/._+@-]* ]] || die "$EXIT_USAGE" "--cache: for hosts \
under Bochs its path is of letters, digits and /._+@- only, not '$cache'"
}

# bochs_iso DIR: DIR/boot.iso, which boots DIR/vmlinuz with DIR/initramfs.
bochs_iso() {
  local dir=$1 tree=$1/iso
  mkdir -p "$tree/boot/grub"
  mv "$dir/vmlinuz" "$dir/initramfs" "$tree/boot/"
  cat >"$tree/boot/grub/grub.cfg" <<END
linux /boot/vmlinuz $kernel_args
initrd /boot/initramfs
boot
END
  find "$tree" -exec touch -d @1704067200 {} +
  SOURCE_DATE_EPOCH=1704067200 grub-mkrescue -o "$dir/boot.iso" "$tree" \
    >"$dir/iso.log" 2>&1 || {
    tail -n 3 "$dir/iso.log" >&2
    die "$EXIT_MACHINE" "grub-mkrescue failed"
  }
  rm -rf "$tree"
}

# bochs_trace_start DIR: makes DIR/commands and DIR/debug.log FIFOs, and starts what
# takes the trace from the one and gives commands by the other.
bochs_trace_start() {
  local dir=$1
  trace_program "$hosts/bochs_trace.c" "$dir/bochs_trace"
  rm -f "$dir/commands" "$dir/debug.log"
  mkfifo "$dir/commands" "$dir/debug.log" ||
    die "$EXIT_MACHINE" "cannot make a FIFO in $dir"
  setpriv --pdeathsig KILL -- "$dir/bochs_trace" "$dir/debug.log" \
    "$dir/commands" "$dir/trace" 2>"$dir/bochs_trace.log" &
  tracer_pid=$!
}

# bochs_start DIR: boots DIR/vmlinuz with DIR/initramfs and the kernel arguments
# $kernel_args; leaves in $emulator_pid the process that ends when Bochs does.
#
# Bochs advances the TSC by one for each instruction, at ips instructions per
# emulated second. A lower ips means more timer ticks per exit, so noisier
# samples. Its display is refreshed by emulated time: by real time, the terminal
# that nobody reads would be full in the end on a slow machine, and Bochs waits
# for it. It seeds its random numbers and its clock from time(), which
# bochs_pin.c pins. Debian's Bochs wants a terminal of at least 60 lines, and
# has the debugger in, which waits for a "c"; the newer one starts it if asked.
bochs_start() {
  local dir=$1
  bochs_iso "$dir"
  cc -shared -fPIC -O1 -o "$dir/pin.so" "$hosts/bochs_pin.c" ||
    die "$EXIT_MACHINE" "cannot compile $hosts/bochs_pin.c"
  local terminal=$dir/terminal trace_option= magic=0
  printf 'c\nquit\n' >"$dir/commands"
  if [[ $profiling != none ]]; then
    bochs_trace_start "$dir"
    # It has each traced line too.
    terminal=/dev/null magic=1
    trace_option="$bochs_debugger -dbglog $dir/debug.log"
  fi
  cat >"$dir/bochsrc" <<END
cpu: model=$bochs_model, count=1, ips=${BOCHS_KHZ}000, reset_on_triple_fault=0
memory: guest=$memory, host=$memory
romimage: file=$bochs_bios
vgaromimage: file=/usr/share/vgabios/vgabios.bin
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=cdrom, path=$dir/boot.iso, status=inserted
boot: cdrom
display_library: term
com1: enabled=1, mode=file, dev=$dir/ttyS0
com2: enabled=1, mode=file, dev=$dir/ttyS1
com3: enabled=1, mode=file, dev=$dir/ttyS2
log: $dir/bochs.log
panic: action=fatal
error: action=ignore
magic_break: enabled=$magic
clock: sync=none, time0=1704067200
vga: extension=vbe, update_freq=1, realtime=0
sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy
END
  cat >"$dir/bochs" <<END
stty rows 60 cols 132
echo \$\$ >$dir/inner.pid
export TERM=xterm BOCHS_SEED=$seed LD_PRELOAD=$dir/pin.so HOME=$dir \\
  ${bochs_environment[*]}
exec setpriv --pdeathsig KILL -- ${bochs_command[*]} -q -f $dir/bochsrc \\
  -rc $dir/commands $trace_option
END
  setpriv --pdeathsig KILL -- script -qc "sh $dir/bochs" "$terminal" \
    </dev/null >/dev/null 2>"$dir/emulator.log" &
  emulator_pid=$!
}
