#!/bin/bash
# ask.sh CACHE QUESTION [NAME]: prints what the bash libraries know, for matrix and
# track, which are no bash. CACHE may be empty: the default. Says why on standard error,
# and has emuhost's exit codes, if there is no answer.
#
#   cache                      where kernels, sources and builds are kept
#   hosts                      the emulated hosts there are, one a line
#   kernel ARCHITECTURE NAME   the full name of Debian's kernel NAME, such as 6.1
#   refresh ARCHITECTURE       nothing; package lists are fetched if they are older
#                              than a day
#   release_candidate          the newest in the lists that the cache has, for
#                              amd64; may be none
#   emulator HOST              the packages that HOST is emulated by, with versions
#   binary ARCHITECTURE        the exitbench to run, unless an option names one
#
# ARCHITECTURE is amd64 or arm64.
# shellcheck disable=SC2034  # The libraries use them.
set -u
tool=matrix
lib=$(dirname "$(readlink -f "$0")")
for part in common debian kernel bochs qemu; do
  # shellcheck disable=SC1090
  . "$lib/$part.sh"
done
cache=$(absolute "${1:-$(default_cache)}")

# release_candidate: a name, or nothing. That there is none is no reason to fetch
# lists.
release_candidate() {
  local names
  names=$(cloud_kernels rc) || return 0
  tail -n 1 <<<"$names"
}

# emulator_packages HOST: what is missing of them is installed or fetched here, so
# that the first cell of a host has the versions that it runs with.
emulator_packages() {
  local root
  case $1 in
    *-skylake | *-ryzen)
      root=$(with_cache_lock newer_bochs) || exit
      cat "$root/unpacked"
      ;;
    vmx-*) need_packages "${BOCHS_PACKAGES[@]}" && dpkg-query -W bochs ;;
    *) qemu_emulator_packages "$1" ;;
  esac
}

# qemu_emulator_packages HOST: emulator_packages for a host under QEMU.
qemu_emulator_packages() {
  local packages root
  mapfile -t packages < <(qemu_packages "$1")
  need_packages "${packages[@]}"
  if newer_qemu_wanted "$1"; then
    root=$(with_cache_lock newer_qemu) || exit
    cat "$root/unpacked"
  else
    dpkg-query -W "${packages[@]}"
  fi
}

case ${2-} in
  cache) printf '%s\n' "$cache" ;;
  hosts) printf '%s\n' "${HOST_NAMES[@]}" ;;
  kernel) architecture=$3 && with_cache_lock debian_name "$4" ;;
  refresh) architecture=$3 && with_cache_lock need_lists 1440 ;;
  release_candidate) with_cache_lock release_candidate ;;
  binary) default_binary "${lib%/*}" "$3" ;;
  emulator) emulator_packages "$3" ;;
  *) die "$EXIT_USAGE" "ask.sh: no such question: ${2-}" ;;
esac
