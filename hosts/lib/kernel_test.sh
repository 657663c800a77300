#!/bin/bash
# Tests kernel.sh, debian.sh and common.sh without a kernel: which architecture an
# image, a program and a name of Debian's is for.
cd "$(dirname "$(readlink -f "$0")")" || exit 1
temporary=$(mktemp -d) || exit 1
trap 'rm -rf "$temporary"' EXIT
# shellcheck disable=SC2034  # The libraries use it.
tool='test'
for part in common debian kernel; do
  # shellcheck disable=SC1090
  . "./$part.sh"
done
failures=0

# equal WHAT ACTUAL EXPECTED
equal() {
  [[ $2 == "$3" ]] && echo "ok   $1" && return
  printf 'FAIL %s\n     | %s\nnot  | %s\n' "$1" "$2" "$3"
  failures=$((failures + 1))
}

# zeros COUNT
zeros() { head -c "$1" /dev/zero; }

# --- Images.
bzimage=$temporary/bzImage image=$temporary/Image
{
  zeros 514
  printf 'HdrS'
  zeros 8
  # The release is at 512 + 0x300.
  printf '\x00\x03'
  zeros 752
  printf '6.1.0-x (builder) #1\0'
} >"$bzimage"
{
  printf 'MZ'
  zeros 54
  printf 'ARM\x64'
  printf 'Linux version %%s (%%s)\0Linux version 6.12.118+y (builder) #1\n\0'
  printf 'Linux version 9.9 (no banner)\n'
} >"$image"
equal "a bzImage is one for amd64" "$(image_architecture "$bzimage")" amd64
equal "an Image is one for arm64" "$(image_architecture "$image")" arm64
equal "the release of a bzImage" "$(image_release "$bzimage")" 6.1.0-x
equal "the release of an Image" "$(image_release "$image")" 6.12.118+y
gzip -c "$image" >"$image.gz"
equal "a compressed Image is none by itself" "$(image_architecture "$image.gz")" ''
{
  zeros 55
  printf 'ARM\x64'
  zeros 500
} >"$temporary/shifted"
equal "nor is one with its magic elsewhere" \
  "$(image_architecture "$temporary/shifted"; echo $?)" 1
echo >"$temporary/short"
equal "nor a short file" "$(image_release "$temporary/short"; echo $?)" 1

# own ARCHITECTURE IMAGE: what own_kernel says; make_kernel is not that of kernel.sh.
make_kernel() { echo "$2 $(image_architecture "$1")"; }
# shellcheck disable=SC2034  # own_kernel uses it.
own() {
  (architecture=$1 && own_kernel "$2" '' "$temporary/ready" 2>&1)
  echo $?
}
equal "one's own Image" "$(own arm64 "$image")" '6.12.118+y arm64
0'
equal "compressed" "$(own arm64 "$image.gz")" '6.12.118+y arm64
0'
equal "one's own bzImage" "$(own amd64 "$bzimage")" '6.1.0-x amd64
0'
equal "an Image is none for an amd64 host" "$(own amd64 "$image")" \
  "test: --kernel: $image is a kernel for arm64; the host wants one for amd64
201"
equal "nor a bzImage for an arm64 host" "$(own arm64 "$bzimage")" \
  "test: --kernel: $bzimage is a kernel for amd64; the host wants one for arm64
201"
equal "a file that is none" "$(own arm64 ./kernel.sh)" \
  "test: --kernel: ./kernel.sh is no arm64 kernel image (Image or Image.gz)
201"
head -c 60 "$image.gz" >"$temporary/cut.gz"
equal "a damaged one" "$(own arm64 "$temporary/cut.gz")" \
  "test: --kernel: $temporary/cut.gz is damaged, or there is no space for it
201"

# --- Programs.
# elf FILE MACHINE TEXT
elf() {
  {
    printf '\x7fELF\x02\x01\x01'
    zeros 11
    # shellcheck disable=SC2059
    printf "\\x$2\\x00"
    zeros 100
    printf '%s\0' "$3"
  } >"$1"
}
elf "$temporary/x86" 3e ''
elf "$temporary/arm" b7 ''
elf "$temporary/dynamic" b7 /lib/ld-linux-aarch64.so.1
elf "$temporary/riscv" f3 ''
equal "a program for amd64" "$(elf_architecture "$temporary/x86")" amd64
equal "one for arm64" "$(elf_architecture "$temporary/arm")" arm64
equal "one for neither" "$(elf_architecture "$temporary/riscv"; echo $?)" 1
equal "a script" "$(elf_architecture ./kernel_test.sh; echo $?)" 1

# checked FILE ARCHITECTURE: what check_binary says.
checked() {
  (check_binary "$@" 2>&1)
  echo $?
}
equal "for its own architecture" "$(checked "$temporary/arm" arm64)" 0
equal "not for another" "$(checked "$temporary/x86" arm64)" \
  "test: --binary: $temporary/x86 is a program for amd64; the host wants one for arm64
200"
equal "none at all" "$(checked ./kernel.sh amd64)" \
  "test: --binary: ./kernel.sh is no program; the host wants one for amd64
200"
equal "one with libraries" "$(checked "$temporary/dynamic" arm64)" \
  "test: --binary: $temporary/dynamic is not linked statically
200"
equal "one that is not there" "$(checked "$temporary/none" arm64)" \
  "test: no binary for arm64 at $temporary/none; build it (bazel build \
--config=aarch64 //:exitbench) or give --binary
200"
equal "the default for arm64 is that of its configuration" \
  "$(default_binary "$temporary/hosts" arm64)" \
  "$temporary/hosts/../bazel-arm64-bin/exitbench"
mkdir "$temporary/hosts" && touch "$temporary/exitbench-arm64"
equal "or what is packaged" "$(default_binary "$temporary/hosts" arm64)" \
  "$temporary/hosts/../exitbench-arm64"

# --- Hosts.
for host in "${HOST_NAMES[@]}"; do
  printf '%s %s\n' "$(host_architecture "$host")" "$host"
done | grep arm64 >"$temporary/arm64_hosts"
equal "hosts of arm64" "$(cat "$temporary/arm64_hosts")" 'arm64 arm64-vhe
arm64 arm64-nvhe
arm64 arm64-pkvm
arm64 arm64-nested'

# --- Debian's names.
cache=$temporary/cache
mkdir -p "$cache/apt" "$cache/apt-arm64"
printf 'linux-image-%s\n' 6.1.0-55-cloud-amd64 6.1.0-56-amd64 6.1.0-9-cloud-arm64 \
  >"$cache/apt/packages"
printf 'linux-image-%s\n' 6.1.0-54-cloud-arm64 6.1.0-56-cloud-arm64 6.1-cloud-arm64 \
  6.1.0-57-arm64-16k 6.1.0-57-arm64-8k 6.12.1-amd64 >"$cache/apt-arm64/packages"
# of ARCHITECTURE COMMAND...
# shellcheck disable=SC2034  # The libraries use it.
of() {
  (architecture=$1 && shift && "$@" 2>&1)
  echo $?
}
equal "kernels for amd64" "$(of amd64 debian_kernels)" '6.1.0-55-cloud-amd64
6.1.0-56-amd64
0'
equal "kernels for arm64" "$(of arm64 debian_kernels)" '6.1.0-54-cloud-arm64
6.1.0-56-cloud-arm64
6.1.0-57-arm64-16k
0'
equal "the newest for arm64" "$(of arm64 debian_name 6.1)" '6.1.0-56-cloud-arm64
0'
equal "the oldest" "$(of arm64 debian_name 6.1@oldest)" '6.1.0-54-cloud-arm64
0'
equal "one by its name" "$(of arm64 debian_name 6.1.0-1-arm64)" '6.1.0-1-arm64
0'
equal "one with pages of 16 KiB" "$(of arm64 debian_name 6.1.0-57-arm64-16k)" \
  '6.1.0-57-arm64-16k
0'
equal "not one of another architecture" "$(of arm64 debian_name 6.1.0-55-cloud-amd64)" \
  'test: --kernel: debian:6.1.0-55-cloud-amd64 is no kernel for arm64, which the host wants
201'
equal "one that there is not" "$(of arm64 debian_name 9.9)" \
  "test: no cloud kernel for arm64 of version 9.9 in Debian's archive; see --list_kernels
201"

echo "$failures failures"
((failures == 0))
