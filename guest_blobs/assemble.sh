#!/bin/sh
# assemble.sh SOURCE NAME BASE MOST_BYTES LINKER_SCRIPT OUT_OBJECT
#
# Builds the payload SOURCE once per kind of stamp, with and without its event,
# and once with its event marked, as flat binaries linked at BASE, and puts them
# all into OUT_OBJECT as read-only data named
# eb_blob_NAME_{stamp}_{event}_{begin,end} and eb_blob_NAME_marked_{begin,end}. A
# binary larger than MOST_BYTES fails. $TOOL_PREFIX stands before the names of the
# compiler, the linker and objcopy.
set -eu
prefix=${TOOL_PREFIX-}
source=$1 name=$2 base=$3 most=$4 script=$5 out=$6
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# build SUFFIX STAMP EVENT MARK: one binary; prints the assembly that embeds it.
build() {
  flat=$dir/$1
  # No build id, no PIC, no unwind tables: nothing but the bytes we wrote.
  "${prefix}gcc" -c -x assembler-with-cpp -nostdlib -I. \
    -DEB_STAMP="$2" -DEB_EVENT="$3" -DEB_MARK="$4" "$source" -o "$flat.o"
  "${prefix}ld" -n -static --build-id=none -T "$script" -Ttext="$base" \
    "$flat.o" -o "$flat.elf"
  "${prefix}objcopy" -O binary "$flat.elf" "$flat.bin"
  size=$(wc -c <"$flat.bin")
  if [ "$size" -gt $((most)) ] || [ "$size" -eq 0 ]; then
    echo "$source: $size bytes, allowed are 1 to $((most))" >&2
    exit 1
  fi
  symbol=eb_blob_${name}_$1
  echo ".globl ${symbol}_begin, ${symbol}_end"
  echo ".balign 8"
  echo "${symbol}_begin: .incbin \"$flat.bin\""
  echo "${symbol}_end:"
}

{
  echo '.section .rodata'
  for stamp in 0 1 2; do
    for event in 0 1; do
      build ${stamp}_$event $stamp $event 0
    done
  done
  # With stamps that every host has: these are not looked at.
  build marked 2 1 1
  echo '.section .note.GNU-stack,"",@progbits'
} >"$dir/all.S"
"${prefix}gcc" -c "$dir/all.S" -o "$out"
