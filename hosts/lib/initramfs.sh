# Initramfs images, as two cpio archives in a row: the kernel unpacks both.
# shellcheck shell=bash
#
# The base belongs to the kernel and is cached; the overlay has this run's
# binary, arguments and input files. Both are the same byte for byte when
# their input is.

# Of the busybox for arm64, so that it stays the same.
readonly BUSYBOX_SUITE=bookworm

# pack DIR FILE: DIR as a cpio archive that says nothing of when and by whom
# it was made.
pack() {
  (
    cd "$1" || exit
    find . -exec touch -h -d @0 {} +
    find . -mindepth 1 -printf '%P\n' | LC_ALL=C sort |
      cpio --quiet --reproducible -R 0:0 -H newc -o
  ) >"$2" || die "$EXIT_MACHINE" "cannot write $2"
}

# copy_module FILE DIR: FILE to DIR, decompressed.
copy_module() {
  local name
  name=$(basename "$1")
  case $name in
    *.ko) cp "$1" "$2/$name" ;;
    *.ko.xz) xz -dc "$1" >"$2/${name%.xz}" ;;
    *.ko.gz) gzip -dc "$1" >"$2/${name%.gz}" ;;
    *.ko.zst)
      need_packages zstd
      zstd -qdc "$1" >"$2/${name%.zst}"
      ;;
  esac
}

# arm64_busybox: prints the path of a busybox for arm64, fetched if it is not in the
# cache. Callers hold the cache's lock.
arm64_busybox() {
  local root
  root=$(architecture=arm64 unpack_newer busybox-arm64 \
    "busybox-static/$BUSYBOX_SUITE") || exit
  find "$root" -path '*/bin/busybox' -print -quit
}

# find_busybox: prints the path of a busybox for hosts of $architecture.
find_busybox() {
  if [[ $architecture == arm64 ]]; then
    with_cache_lock arm64_busybox
  else
    dpkg -L busybox-static | grep -m1 '/bin/busybox$'
  fi
}

# make_base_initramfs RELEASE ROOT FILE: $busybox, and out of
# ROOT/lib/modules/RELEASE the modules KVM needs. modules/kvm_amd and
# modules/kvm_intel list them in the order of insertion. KVM for arm64 has none.
make_base_initramfs() {
  local release=$1 root=$2 file=$3 dir
  dir=$(mktemp -d -p "$temporary")
  mkdir -p "$dir/bin" "$dir/modules"
  cp "$busybox" "$dir/bin/busybox" || die "$EXIT_MACHINE" "cannot copy busybox"
  [[ $root && $architecture == amd64 ]] && collect_modules "$release" "$root" "$dir/modules"
  pack "$dir" "$file"
  rm -rf "$dir"
}

# collect_modules RELEASE ROOT DIR: fills DIR for make_base_initramfs.
collect_modules() {
  local release=$1 root=$2 dir=$3 errors=$temporary/modules.errors
  local vendor word path
  depmod -b "$root" "$release" 2>"$errors"
  for vendor in kvm_amd kvm_intel; do
    while read -r word path _; do
      [[ $word == insmod ]] || continue
      { copy_module "$path" "$dir" &&
        basename "${path%%.ko*}" >>"$dir/$vendor"; } ||
        die "$EXIT_MACHINE" "cannot unpack $path"
    done < <(modprobe -d "$root" -S "$release" --show-depends "$vendor" \
      2>>"$errors")
  done
  compgen -G "$dir/kvm*.ko" >/dev/null && return
  tail -n 3 "$errors" >&2
  # Debian's kernels all have them: without, it must not get into the cache.
  [[ $kernel == debian:* ]] &&
    die "$EXIT_MACHINE" "found no KVM modules of $release"
  say "no KVM modules for $release below $root; they must be built in"
}

# shell_word TEXT: TEXT as one word for a POSIX shell.
shell_word() {
  printf "'%s'" "${1//\'/\'\\\'\'}"
}

# command_line COMMAND ARGUMENT...: a line of a shell that runs COMMAND, as it stands,
# with these.
command_line() {
  local argument
  printf 'exec %s' "$1"
  shift
  for argument in "$@"; do
    printf ' '
    shell_word "$argument"
  done
  printf '\n'
}

# make_overlay FILE DIR ARGUMENT...: what init (which see) needs beside the
# kernel's own: the binary with its arguments, or $script in its place if that is not
# empty, after the command line $check if that is not empty, the same for the marked
# run ($marked), what to do about profiles ($profiling), the name of the KVM module,
# the settings asked for ($setting, that of the mitigations, $append and the mode of
# KVM, $kvm_mode), whether it is to have a heartbeat, and the files of DIR in /home.
# What is below each of $with is there too, but gives way to all of this.
#
# With and without a profile the archive differs by no more than the letters of a
# word, so that the memory of the host is the same.
make_overlay() {
  local file=$1 input=$2 dir folder command=/bin/exitbench
  shift 2
  dir=$(mktemp -d -p "$temporary")
  for folder in ${with[@]+"${with[@]}"}; do
    cp -rT "$folder" "$dir" || die "$EXIT_USAGE" "--with: cannot copy $folder"
  done
  mkdir -p "$dir/bin" "$dir/home"
  cp "$hosts/init" "$hosts/lib/settings.sh" "$dir/"
  cp "$binary" "$dir/bin/exitbench"
  chmod 755 "$dir/init" "$dir/bin/exitbench"
  printf '%s\n' "$module" >"$dir/module"
  printf '%s\n' "$setting" >"$dir/mitigations"
  [[ ! $kvm_mode ]] || printf '%s\n' "$kvm_mode" >"$dir/kvm_mode"
  printf '%s\n' ${append[@]+"${append[@]}"} >"$dir/asked"
  # Would be counted.
  ((counted)) || touch "$dir/heartbeat"
  cp -rT "$input" "$dir/home"
  if [[ $script ]]; then
    cp "$script" "$dir/script" || die "$EXIT_USAGE" "--script: cannot read $script"
    command='sh /script'
  fi
  {
    [[ $check ]] && printf '%s\n' "$check"
    command_line "$command" "$@"
  } >"$dir/command"
  command_line /bin/exitbench ${marked[@]+"${marked[@]}"} >"$dir/marked_command"
  printf '%s\n' "$profiling" >"$dir/profiling"
  pack "$dir" "$file"
  rm -rf "$dir"
}
