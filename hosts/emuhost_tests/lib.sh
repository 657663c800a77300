# What the tests here share, sourced by each: it runs emuhost with a stand-in for
# exitbench, and counts checks. A test ends with `finish`. Each runs alone as well.
# $EMUHOST_TEST_KERNEL is a kernel of Debian's archive, by default the newest 6.1.
# Every run has a time limit.
# shellcheck shell=sh disable=SC2034
set -u
cd "$(dirname "$0")/.." || exit 1
temporary=$(mktemp -d) || exit 1
trap 'rm -rf "$temporary"' EXIT
: >"$temporary/err"
cc -O1 -static -o "$temporary/stand_in" testdata/stand_in.c || exit 1
kernel=debian:${EMUHOST_TEST_KERNEL:-6.1}
code=
checks=0
failures=0
limit=180

# check WHAT COMMAND...: COMMAND must succeed.
check() {
  what=$1
  shift
  checks=$((checks + 1))
  if "$@"; then
    echo "ok   $what"
  else
    echo "FAIL $what (exit code $code)"
    sed 's/^/     | /' "$temporary/err"
    failures=$((failures + 1))
  fi
}

# finish: says how many checks there were, and ends the test.
finish() {
  echo "$checks checks, $failures failures"
  [ "$failures" -eq 0 ]
  exit
}

# emuhost ARGUMENT...: sets code, fills out and err. The time limit here is only
# for a tool that does not keep its own.
emuhost() {
  timeout -k 5 "$limit" ./emuhost --binary="$temporary/stand_in" "$@" \
    >"$temporary/out" 2>"$temporary/err"
  code=$?
}

ended_with() { [ "$code" -eq "$1" ]; }
printed() { grep -qxF -e "$1" "$temporary/out"; }
said() { grep -q -e "$1" "$temporary/err"; }
said_line() { grep -qxF -e "$1" "$temporary/err"; }

# said_kernel: prints the full name of the kernel that emuhost has booted.
said_kernel() { sed -n 's/.*, kernel \([^,]*\),.*/\1/p' "$temporary/err"; }

# Whether no process and no directory of a run below $temporary is left. The
# pattern is in a file, so that grep does not find itself.
nothing_left() {
  sleep 1
  echo "$temporary/cache" >"$temporary/pattern"
  ! {
    cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n' |
      grep -F -f "$temporary/pattern"
  } && ! ls -d "$temporary"/cache*/run.* 2>/dev/null
}

same_bytes() { # FILE: what `bytes` writes, made here
  "$temporary/stand_in" bytes --out="$temporary/expected" >/dev/null 2>&1
  cmp -s "$temporary/expected" "$1"
}

# learn_name: sets name to the kernel's full name, which is said before the boot, and
# kernel to the kernel of that name.
learn_name() {
  emuhost --kernel="$kernel" --boot_timeout=1 -- kvm
  name=$(said_kernel)
  if [ -z "$name" ]; then
    cat "$temporary/err"
    exit 1
  fi
  kernel=debian:$name
}

# own_cache: from here on with a cache of our own, so that all that is left there is
# ours. Sets name and kernel as learn_name does.
own_cache() {
  learn_name
  shared=${EXITBENCH_HOST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/exitbench/hosts}
  for format in "$shared"/kernels/*; do
    mkdir -p "$temporary/cache/kernels/${format##*/}"
    cp -r "$format/$name" "$temporary/cache/kernels/${format##*/}"
  done
  export EXITBENCH_HOST_CACHE="$temporary/cache"
}
