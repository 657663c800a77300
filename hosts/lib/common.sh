# Shared by the tools of hosts/: exit codes, messages, the hosts' names, missing
# packages, cache.
# shellcheck shell=bash
#
# The tools' own failures are 200 and up, so they are never taken for an exit
# code of exitbench, and `git bisect run` stops at them instead of calling a
# commit bad.
# shellcheck disable=SC2034
readonly EXIT_USAGE=200 EXIT_KERNEL=201 EXIT_BOOT=202 EXIT_TIME=203 \
  EXIT_RESULTS=204 EXIT_MACHINE=205 EXIT_FROZEN=206 EXIT_SETTING=207

# The emulated hosts there are.
readonly HOST_NAMES=(svm-npt svm-shadow vmx-ept vmx-shadow vmx-ept-skylake
  vmx-shadow-skylake svm-npt-ryzen arm64-vhe arm64-nvhe arm64-pkvm arm64-nested)

# Where depmod and modprobe are: not in the PATH of every user of Debian.
PATH=$PATH:/usr/sbin:/sbin

# say TEXT...: one line on standard error.
say() {
  printf '%s: %s\n' "$tool" "$*" >&2
}

# die CODE TEXT...: one line on standard error, then the end.
die() {
  local code=$1
  shift
  say "$@"
  exit "$code"
}

# as_called: the text on standard input, which calls this tool hosts/NAME, with the
# name it was called by. Installed it may have another one, in the PATH.
as_called() {
  local name=$0 line
  [[ $(type -P "${0##*/}") != "$0" ]] || name=${0##*/}
  while IFS= read -r line; do
    printf '%s\n' "${line//"hosts/$tool"/"$name"}"
  done
}

# host_architecture HOST: HOST's architecture, as Debian names it.
host_architecture() {
  case $1 in
    arm64-*) printf 'arm64\n' ;;
    *) printf 'amd64\n' ;;
  esac
}

# default_binary HOSTS ARCHITECTURE: the exitbench to run, for tools in the folder
# HOSTS: what Bazel built in a source tree, or what a package has beside HOSTS.
default_binary() {
  local built=$1/../bazel-bin/exitbench packaged=$1/../exitbench
  [[ $2 == amd64 ]] || built=$1/../bazel-arm64-bin/exitbench packaged+=-$2
  [[ ! -f $built && -f $packaged ]] && built=$packaged
  printf '%s\n' "$built"
}

# elf_architecture FILE: FILE's architecture, as Debian names it; fails if FILE is no
# program for one that there are hosts of.
elf_architecture() {
  [[ $(head -c 4 "$1" | tr -d '\0') == $'\x7fELF' ]] || return
  case $(od -An -tu2 -j 18 -N 2 "$1" | tr -d ' ') in
    62) printf 'amd64\n' ;;
    183) printf 'arm64\n' ;;
    *) return 1 ;;
  esac
}

# check_binary FILE ARCHITECTURE: a usage error unless FILE is a static program for
# ARCHITECTURE.
check_binary() {
  local is config=''
  [[ $2 == amd64 ]] || config='--config=aarch64 '
  [[ -f $1 ]] || die "$EXIT_USAGE" "no binary for $2 at $1; build it \
(bazel build $config//:exitbench) or give --binary"
  is=$(elf_architecture "$1") && [[ $is == "$2" ]] || die "$EXIT_USAGE" \
    "--binary: $1 is ${is:+a program for }${is:-no program}; the host wants one for $2"
  # ldd knows only programs of this machine's architecture.
  ! { ldd "$1" 2>/dev/null | grep -q '=>' ||
    head -c 4096 "$1" | grep -qaF /lib/ld-linux-; } || die "$EXIT_USAGE" \
    "--binary: $1 is not linked statically"
}

# check_host OPTION HOST: a usage error unless HOST is one of HOST_NAMES.
check_host() {
  local name
  for name in "${HOST_NAMES[@]}"; do
    [[ $name == "$2" ]] && return
  done
  die "$EXIT_USAGE" "$1: '$2' is none of ${HOST_NAMES[*]}"
}

# need_packages PACKAGE...: installs the Debian packages that are missing.
need_packages() {
  local package missing=()
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == \
      installed ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  ((EUID == 0)) || die "$EXIT_MACHINE" \
    "missing packages; install them: sudo apt-get install ${missing[*]}"
  say "installing missing packages: ${missing[*]}"
  local log
  log=$(mktemp)
  if ! DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
    --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}" \
    >"$log" 2>&1; then
    # An index that is too old names files the mirror no longer has.
    if ! { apt-get update -qq -o DPkg::Lock::Timeout=300 &&
      DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
        --no-install-recommends -o DPkg::Lock::Timeout=300 \
        "${missing[@]}"; } >"$log" 2>&1; then
      tail -n 5 "$log" >&2
      rm -f "$log"
      die "$EXIT_MACHINE" "cannot install packages: ${missing[*]}"
    fi
  fi
  rm -f "$log"
}

# absolute PATH: PATH from the root on. The cache's has to be, since apt takes others
# from a folder of its own.
absolute() {
  case $1 in
    /* | '') printf '%s\n' "$1" ;;
    *) printf '%s\n' "$PWD/$1" ;;
  esac
}

# default_cache: where kernels are kept, unless --cache says otherwise.
default_cache() {
  absolute "${EXITBENCH_HOST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/exitbench/hosts}"
}

# make_temporary: sets temporary, a directory for this run, on the file system of
# $cache, so that kernels can be linked, not copied. Removes those of runs that
# were killed.
make_temporary() {
  local old pid
  mkdir -p "$cache" || die "$EXIT_MACHINE" "cannot make the cache $cache"
  cache=$(readlink -f "$cache")
  for old in "$cache"/run.*; do
    pid=${old#"$cache"/run.}
    [[ -d $old && ! -d /proc/${pid%%.*} ]] && rm -rf "$old"
  done
  temporary=$(mktemp -d -p "$cache" "run.$$.XXXXXX") ||
    die "$EXIT_MACHINE" "cannot write to the cache $cache"
}
