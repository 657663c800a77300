# Bochs as the emulator: an Intel host, so vmx-ept and vmx-shadow.
# shellcheck shell=bash

# shellcheck disable=SC2034
readonly BOCHS_PACKAGES=(bochs bochs-term bochsbios vgabios grub-common
  grub-pc-bin xorriso mtools bsdutils gcc libc6-dev)

# bochs_name: the emulator's name for the results file.
bochs_name() {
  printf 'bochs-%s\n' "$(bochs --help 2>&1 |
    sed -nE 's/.*Bochs x86 Emulator ([0-9.]+).*/\1/p' | head -n 1)"
}

# bochs_check: ends unless Bochs can take the cache's path, which it splits at
# spaces and commas, whatever quotes are around it.
bochs_check() {
  [[ $cache != *[^[:alnum:]/._+@-]* ]] || die "$EXIT_USAGE" "--cache: for vmx \
hosts its path is of letters, digits and /._+@- only, not '$cache'"
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

# bochs_start DIR: boots DIR/vmlinuz with DIR/initramfs and the kernel arguments
# $kernel_args; leaves in $emulator_pid the process that ends when Bochs does.
#
# Bochs advances the TSC by one for each instruction, at ips instructions per
# emulated second. A lower ips means more timer ticks per exit, so noisier
# samples. Its display is refreshed by emulated time: by real time, the terminal
# that nobody reads would be full in the end on a slow machine, and Bochs waits
# for it. It seeds its random numbers and its clock from time(), which
# bochs_pin.c pins. Debian's Bochs wants a terminal of at least 60 lines, and
# has the debugger in, which waits for a "c".
bochs_start() {
  local dir=$1
  bochs_iso "$dir"
  cc -shared -fPIC -O1 -o "$dir/pin.so" "$hosts/bochs_pin.c" ||
    die "$EXIT_MACHINE" "cannot compile $hosts/bochs_pin.c"
  printf 'c\nquit\n' >"$dir/commands"
  cat >"$dir/bochsrc" <<END
cpu: model=corei7_haswell_4770, count=1, ips=1000000000, reset_on_triple_fault=0
memory: guest=$memory, host=$memory
romimage: file=/usr/share/bochs/BIOS-bochs-latest
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
clock: sync=none, time0=1704067200
vga: extension=vbe, update_freq=1, realtime=0
sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy
END
  cat >"$dir/bochs" <<END
stty rows 60 cols 132
echo \$\$ >$dir/inner.pid
export TERM=xterm BOCHS_SEED=$seed LD_PRELOAD=$dir/pin.so HOME=$dir
exec setpriv --pdeathsig KILL -- bochs -q -f $dir/bochsrc -rc $dir/commands
END
  setpriv --pdeathsig KILL -- script -qc "sh $dir/bochs" "$dir/terminal" \
    </dev/null >/dev/null 2>"$dir/emulator.log" &
  emulator_pid=$!
}
