#!/bin/bash
# Tests symbols.sh without a kernel, on a module that is compiled here.
cd "$(dirname "$(readlink -f "$0")")" || exit 1
temporary=$(mktemp -d) || exit 1
trap 'rm -rf "$temporary"' EXIT
# shellcheck source=hosts/lib/symbols.sh
. ./symbols.sh
failures=0

# equal WHAT ACTUAL EXPECTED
equal() {
  [[ $2 == "$3" ]] && echo "ok   $1" && return
  printf 'FAIL %s\n     | %s\nnot  | %s\n' "$1" "$2" "$3"
  failures=$((failures + 1))
}

cat >"$temporary/sections" <<'END'
vmlinux _text 0xffffffff9a000000
kvm_x .text 0xffffffffc0a12000
kvm_x .noinstr.text 0xffffffffc0ffffff
kvm .text 0xffffffffc0000000
END

# --- vmlinux.
table='ffffffff81000000 T _stext
ffffffff81000000 T _text
ffffffff81fffff8 t late
ffffffff82345678 W weak'
equal "vmlinux moves by one distance" \
  "$(moved_table "$temporary/sections" <<<"$table")" \
  'ffffffff9a000000 T _stext
ffffffff9a000000 T _text
ffffffff9afffff8 t late
ffffffff9b345678 W weak'
equal "down too" "$(sed 's/9a000000/80200000/' "$temporary/sections" \
  >"$temporary/lower"
moved_table "$temporary/lower" <<<"$table" | tail -n 1)" 'ffffffff81545678 W weak'
grep -v vmlinux "$temporary/sections" >"$temporary/none"
moved_table "$temporary/none" <<<"$table" >/dev/null
equal "without an address it is an error" $? 1

# --- A module.
cat >"$temporary/x.s" <<'END'
.text
.zero 16
.globl first
.type first, @function
first: ret
.type second, @function
second: ret
.section .noinstr.text, "ax"
nop
label: ret
.section .init.text, "ax"
.globl gone
.type gone, @function
gone: ret
.data
.globl data
.type data, @object
data: .quad 0
END
as -o "$temporary/x.ko" "$temporary/x.s" || exit 1
equal "a module's functions are where its sections are" \
  "$(module_table "$temporary/x.ko" kvm_x "$temporary/sections" | sort)" \
  "ffffffffc0a12010 T first	[kvm_x]
ffffffffc0a12011 t second	[kvm_x]
ffffffffc1000000 t label	[kvm_x]"
equal "one that is not loaded has none" \
  "$(module_table "$temporary/x.ko" kvm_y "$temporary/sections")" ''

echo "$failures failures"
((failures == 0))
