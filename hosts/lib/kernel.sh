# The kernel to boot: a Debian package or the user's own image, made ready.
# shellcheck shell=bash
#
# Ready means a directory in the cache with two files: vmlinuz, and base.cpio,
# the part of the initramfs that belongs to the kernel (busybox, modules).

# Changed whenever what is kept in the cache changes.
readonly KERNEL_FORMAT=1

# with_cache_lock COMMAND...: in a subshell, alone among the users of $cache.
with_cache_lock() (
  mkdir -p "$cache" || die "$EXIT_MACHINE" "cannot make the cache $cache"
  exec 9>"$cache/lock"
  flock -n 9 || {
    say "waiting for another run, which has $cache/lock"
    flock 9
  }
  "$@"
)

# has_text FILE OFFSET TEXT: whether TEXT, which has no zeros, is at OFFSET in FILE.
has_text() {
  [[ $(tail -c +$(($2 + 1)) "$1" 2>/dev/null | head -c ${#3} | tr -d '\0') == "$3" ]]
}

# image_architecture FILE: the architecture of a kernel image, as Debian names it;
# fails if FILE is none. The headers are those of the x86 boot protocol, and of the
# kernel's Documentation/arch/arm64/booting.rst.
image_architecture() {
  if has_text "$1" 514 HdrS; then
    printf 'amd64\n'
  elif has_text "$1" 56 $'ARM\x64'; then
    printf 'arm64\n'
  else
    return 1
  fi
}

# image_release FILE: prints the release of a kernel image; fails if FILE is none.
# That of arm64 has no such field, so it is that of the banner.
image_release() {
  local offset
  case $(image_architecture "$1") in
    amd64)
      offset=$(od -An -tu2 -j 526 -N 2 "$1")
      dd if="$1" bs=1 skip=$((offset + 512)) count=128 status=none |
        tr '\0' '\n' | head -n 1 | cut -d ' ' -f 1
      ;;
    arm64)
      LC_ALL=C grep -aom 1 -E 'Linux version [0-9][!-~]* [(]' "$1" | head -n 1 |
        cut -d ' ' -f 3
      ;;
    *) return 1 ;;
  esac
}

# modules_root DIR RELEASE: prints the root that has lib/modules/RELEASE, for
# a DIR that is that root or the modules directory itself.
modules_root() {
  if [[ -d $1/lib/modules/$2 ]]; then
    printf '%s\n' "$1"
  elif [[ -d $1/kernel && $(basename "$1") == "$2" ]]; then
    readlink -f "$1/../../.."
  else
    return 1
  fi
}

# make_kernel IMAGE RELEASE ROOT TARGET: fills the directory TARGET. ROOT is
# empty when KVM is built in.
make_kernel() {
  local image=$1 release=$2 root=$3 target=$4 new=$temporary/kernel.new
  { mkdir "$new" && cp "$image" "$new/vmlinuz"; } ||
    die "$EXIT_MACHINE" "cannot copy $image to $new"
  make_base_initramfs "$release" "$root" "$new/base.cpio"
  { printf '%s\n' "$release" >"$new/release" && rm -rf "$target" &&
    mkdir -p "${target%/*}" && mv "$new" "$target"; } ||
    die "$EXIT_MACHINE" "cannot write $target"
}

# debian_kernel WANTED: prints the ready directory of a Debian kernel.
debian_kernel() {
  local name target unpacked
  name=$(debian_name "$1") || exit
  target=$cache/kernels/$KERNEL_FORMAT/$name
  if [[ ! -f $target/release ]]; then
    unpacked=$temporary/unpack
    debian_unpack "$name" "$unpacked"
    make_kernel "$unpacked/vmlinuz" "$name" "$unpacked" "$target"
    rm -rf "$unpacked"
  fi
  printf '%s\n' "$target"
}

# image_kind: what a kernel image for $architecture is called.
image_kind() {
  case $architecture in
    arm64) printf 'arm64 kernel image (Image or Image.gz)' ;;
    *) printf 'x86 kernel image (bzImage)' ;;
  esac
}

# own_kernel IMAGE MODULES TARGET: makes the user's own kernel ready in TARGET.
# MODULES is empty when KVM is built in. Never cached: it may be rebuilt.
own_kernel() {
  local image=$1 modules=$2 target=$3 release root='' is
  [[ -f $image && -r $image ]] ||
    die "$EXIT_KERNEL" "--kernel: no such file: $image"
  if [[ $architecture == arm64 ]] && has_text "$image" 0 $'\x1f\x8b'; then
    gzip -dc "$image" >"$temporary/Image" 2>/dev/null ||
      die "$EXIT_KERNEL" "--kernel: $image is damaged, or there is no space for it"
    image=$temporary/Image
  fi
  is=$(image_architecture "$image")
  [[ ! $is || $is == "$architecture" ]] || die "$EXIT_KERNEL" \
    "--kernel: $1 is a kernel for $is; the host wants one for $architecture"
  release=$(image_release "$image") && [[ $release ]] ||
    die "$EXIT_KERNEL" "--kernel: $1 is no $(image_kind)"
  if [[ $modules ]]; then
    root=$(modules_root "$modules" "$release") || die "$EXIT_KERNEL" \
      "--modules: no lib/modules/$release below $modules (the kernel's release is $release)"
  fi
  make_kernel "$image" "$release" "$root" "$target"
}
