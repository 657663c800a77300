# A kernel's files with debug information, by which profiles tell inlined functions
# apart: see inlines.py.
# shellcheck shell=bash

# shellcheck disable=SC2034
readonly INLINE_PACKAGES=(binutils python3)
# Also, for arm64 hosts.
# shellcheck disable=SC2034
readonly INLINE_PACKAGES_ARM64=(binutils-aarch64-linux-gnu)

# fetch_debug NAME DIR: Debian's package with the debug information of kernel NAME;
# of it vmlinux and KVM's modules to DIR, which is made. The rest is several times as
# large.
fetch_debug() {
  local name=$1 dir=$2 package=linux-image-$1-dbg debs=$temporary/debs file
  local all=$temporary/debug wanted=('*/vmlinux*') apt
  [[ $architecture != amd64 ]] || wanted+=('*/arch/x86/kvm/*')
  apt=$(apt_folder)
  need_lists
  grep -qxF "$package" "$apt/packages" || need_lists 60
  grep -qxF "$package" "$apt/packages" || die "$EXIT_KERNEL" \
    "--inlined: Debian's archive has no package $package"
  say "fetching $package"
  mkdir "$debs" "$all" "$all/ready" ||
    die "$EXIT_MACHINE" "cannot write to the cache $cache"
  (cd "$debs" && apt_private apt-get download "$package") \
    >"$apt/download.log" 2>&1 || {
    grep '^E:' "$apt/download.log" >&2
    die "$EXIT_KERNEL" "cannot fetch $package"
  }
  (
    set -o pipefail
    dpkg-deb --fsys-tarfile "$debs"/*.deb |
      tar -x -C "$all" --wildcards "${wanted[@]}"
  ) || die "$EXIT_MACHINE" "cannot unpack $package"
  while IFS= read -r file; do
    case $file in
      */vmlinux*) mv "$file" "$all/ready/vmlinux" ;;
      *) copy_module "$file" "$all/ready" ;;
    esac
  done < <(find "$all" -type f)
  { mkdir -p "${dir%/*}" && mv "$all/ready" "$dir"; } ||
    die "$EXIT_MACHINE" "cannot write $dir"
  rm -rf "$debs" "$all"
}

# debian_debug NAME: prints the folder with the debug information of Debian's kernel
# NAME, which is beside the kernel.
debian_debug() {
  local dir=$ready/debug
  [[ -f $dir/vmlinux ]] || fetch_debug "$1" "$dir"
  printf '%s\n' "$dir"
}

# own_debug: prints the folder with $vmlinux and the modules of the kernel in $ready,
# as they are.
own_debug() {
  local dir=$temporary/debug
  readelf -h "$vmlinux" >/dev/null 2>&1 ||
    die "$EXIT_KERNEL" "--vmlinux: $vmlinux is no ELF file, as a vmlinux is"
  unpack_modules "$dir"
  ln -s "$(readlink -f "$vmlinux")" "$dir/vmlinux" ||
    die "$EXIT_MACHINE" "cannot write to the cache $cache"
  printf '%s\n' "$dir"
}

# find_debug: sets debug to the folder with the debug information of the kernel in
# $ready, if it was asked for.
find_debug() {
  debug=
  if ((inlined)); then
    debug=$(with_cache_lock debian_debug "$(<"$ready/release")") || exit
  elif [[ $vmlinux ]]; then
    debug=$(own_debug) || exit
  fi
}

# map_inlines DIR: DIR/inlines, which functions are inlined at the addresses of the
# trace in DIR, by DIR/kallsyms.
map_inlines() {
  python3 -B "$hosts/lib/inlines.py" "$1/trace" "$1/kallsyms" "$debug" \
    >"$1/inlines" || die "$EXIT_RESULTS" "cannot tell inlined functions apart"
}
