# The functions of a kernel whose host sent only where its sections are: Bochs' serial
# line takes minutes for the table.
# shellcheck shell=bash
#
# All of vmlinux moves by one distance, so its table is that of another boot of the
# same kernel, moved. The modules' are in their files.

# kernel_table: prints the path of the vmlinux table of the kernel in $ready: lines of
# /proc/kallsyms, compressed, from a boot under QEMU with nothing else to do. Kept
# beside the kernel.
kernel_table() {
  local table=$ready/symbols.gz
  [[ -f $table ]] || {
    say "booting the kernel under QEMU once, for its symbols"
    symbols_boot "$table"
  }
  printf '%s\n' "$table"
}

# symbols_boot TABLE: makes TABLE. In a subshell, since it is another host.
symbols_boot() (
  emulator=qemu module=kvm_amd append=(kvm_amd.npt=1) check='exit 0' setting=auto
  profiling=syms marked=() counted=1 cpus=1 console= boot_timeout=120 emulator_pid=
  need_packages "${QEMU_PACKAGES_AMD64[@]}"
  qemu_machine svm-npt
  trap stop_emulator EXIT
  dir=$(mktemp -d -p "$temporary")
  cp "$ready/vmlinuz" "$dir/vmlinuz"
  make_overlay "$dir/overlay.cpio" "$temporary/input"
  cat "$ready/base.cpio" "$dir/overlay.cpio" >"$dir/initramfs"
  kernel_args=$(qemu_kernel_args)
  boot "$dir" ''
  { gzip -dc "$dir/symbols" | awk '!/\[/' | gzip >"$dir/table" &&
    mv "$dir/table" "$1"; } || die "$EXIT_MACHINE" "cannot write $1"
  rm -rf "$dir"
)

# What awk lacks for addresses. Its numbers end at 53 bits, and what mawk prints as
# hexadecimal at 31, so only the last nine digits are added to; those before are the
# same in all of the kernel.
readonly ADDRESSES='
  function number(hex,   i, n) {
    for (i = 1; i <= length(hex); ++i) {
      n = n * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
    }
    return n
  }
  function last(address) { return number(substr(address, length(address) - 8)) }
  function plus(address, distance,   sum, high) {
    sum = last(address) + distance
    high = int(sum / 16777216)
    return sprintf("%s%03x%06x", substr(address, 1, length(address) - 9), high, \
                   sum - high * 16777216)
  }'

# moved_table SECTIONS: of the table on standard input, for the address of _text in
# SECTIONS.
moved_table() {
  awk -v to="$(awk '$1 == "vmlinux" { print substr($3, 3) }' "$1")" "$ADDRESSES"'
    { line[NR] = $0; if ($3 == "_text") from = $1 }
    END {
      if (from == "" || to == "") exit 1
      for (i = 1; i <= NR; ++i) {
        split(line[i], word, " ")
        print plus(word[1], last(to) - last(from)), word[2], word[3]
      }
    }'
}

# module_table FILE NAME SECTIONS: the functions of the module NAME, whose file is
# FILE, where SECTIONS says that it is.
module_table() {
  { readelf -SW "$1" && readelf -sW "$1"; } |
    awk -v name="$2" -v where="$3" "$ADDRESSES"'
    BEGIN {
      while ((getline row < where) > 0) {
        split(row, part, " ")
        if (part[1] == name) base[part[2]] = substr(part[3], 3)
      }
    }
    # "  [ 5] .text   PROGBITS ..."
    match($0, /^ *\[ *[0-9]+\] /) {
      split(substr($0, RSTART, RLENGTH), part, /[][ ]+/)
      split(substr($0, RLENGTH + 1), rest, " ")
      section[part[2]] = rest[1]
      next
    }
    # "   12: 0000000000000010   42 FUNC    GLOBAL DEFAULT    5 name"
    ($4 == "FUNC" || $4 == "NOTYPE") && $8 != "" && (section[$7] in base) {
      printf "%s %s %s\t[%s]\n", plus(base[section[$7]], number($2)), \
        $5 == "LOCAL" ? "t" : "T", $8, name
    }'
}

# unpack_modules DIR: the modules of the kernel in $ready to DIR, which is made.
unpack_modules() {
  local all
  all=$(mktemp -d -p "$temporary")
  { (cd "$all" && cpio --quiet -id 'modules/*.ko' <"$ready/base.cpio") &&
    mkdir -p "$all/modules" && mv "$all/modules" "$1"; } ||
    die "$EXIT_MACHINE" "cannot unpack the modules"
  rm -rf "$all"
}

# module_symbols DIR: DIR/symbols, as init would send it, from DIR/sections.
module_symbols() {
  local dir=$1 table file name
  [[ -f $dir/sections ]] ||
    die "$EXIT_RESULTS" "the host did not say where its kernel is"
  table=$(kernel_table) || exit
  unpack_modules "$dir/modules"
  {
    gzip -dc "$table" | moved_table "$dir/sections"
    for file in "$dir"/modules/*.ko; do
      [[ -f $file ]] || continue
      name=$(basename "$file" .ko)
      module_table "$file" "${name//-/_}" "$dir/sections"
    done
  } | gzip -1 >"$dir/symbols"
}
