#!/bin/bash
# package_chroot_test.sh DEB: installs the Debian package DEB in a fresh Debian 12,
# and uses it there as a user would: manuals, completion, a measurement (if there is a
# usable /dev/kvm), a boot of emuhost, one of matrix; then removes it.
#
# Run by hand, as root: it bootstraps a Debian (package mmdebstrap) from the mirror of
# this machine's apt, and fetches an emulator and a kernel. Takes some minutes and
# about 2 GB in $TMPDIR.
. "$(dirname "${BASH_SOURCE[0]}")/../tests/lib.sh" || exit 1

[ "$(id -u)" -eq 0 ] || skip "root: a chroot with mounts"
command -v mmdebstrap >/dev/null || skip "mmdebstrap: apt-get install mmdebstrap"
# All mounts are in a namespace of the test's own, so they go with it, even if it is
# killed.
if [ "${IN_OWN_NAMESPACE:-}" != yes ]; then
  rm -rf "$dir"
  IN_OWN_NAMESPACE=yes exec unshare --mount --propagation=private \
    "${BASH_SOURCE[0]}" "$@"
fi
chroot=$dir/debian
tools=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# shellcheck source=hosts/lib/debian.sh
. "$tools/../hosts/lib/debian.sh"

clean_up() {
  local each
  for each in dev sys proc; do
    umount --recursive --lazy "$chroot/$each" 2>/dev/null
  done
  # Should one still be there, it is not gone into.
  rm -rf --one-file-system "$chroot"
}

# inside SECONDS COMMAND...: runs it in the chroot as in a login, without input.
inside() {
  local seconds=$1
  shift
  timeout -k 5 "$seconds" env -i HOME=/root TERM=dumb LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    chroot "$chroot" "$@"
}

# expect_inside CODE SECONDS COMMAND...: as expect. What it printed last is shown.
expect_inside() {
  local code=$1
  shift
  echo "# ${*:2}"
  expect "$code" inside "$@" || return
  grep . "$dir/out" | tail -n "${SHOWN:-3}"
}

# printed REGEX: whether the last command did.
printed() {
  grep -Eq -- "$1" "$dir/out" || fail "no /$1/ in what it printed"
}

# bootstrap: Debian 12 with what its standard system has of use here.
bootstrap() {
  local suite
  {
    for suite in bookworm bookworm-updates; do
      echo "deb $(mirror debian) $suite main"
    done
    echo "deb $(mirror debian-security) bookworm-security main"
  } >"$dir/sources.list"
  echo "# mmdebstrap bookworm"
  expect 0 timeout -k 5 540 mmdebstrap --quiet --variant=minbase \
    --include=man-db,bash-completion,ca-certificates,util-linux-extra \
    bookworm "$chroot" "$dir/sources.list" || return
  mount -t proc proc "$chroot/proc" && mount -t sysfs sysfs "$chroot/sys" &&
    mount --rbind /dev "$chroot/dev" || return
  cp /etc/resolv.conf "$chroot/etc/resolv.conf"
  # A proxy, if this machine's apt has one.
  apt-config dump | grep '^Acquire::http.*::Proxy ' \
    >"$chroot/etc/apt/apt.conf.d/90proxy"
  cp "$binary" "$chroot/root/"
}

# check_results FILE: what is in it, in /root, are two cases, both OK.
check_results() {
  expect_inside 0 60 exitbench show "/root/$1"
  printed '^2 OK$'
}

bootstrap || {
  fail "cannot make a Debian 12"
  finish
}
expect_inside 0 300 apt-get update
SHOWN=1 expect_inside 0 300 apt-get install -y "/root/$(basename "$binary")"

for manual in exitbench emuhost exitbench-matrix exitbench-own-kernel \
  exitbench-track; do
  SHOWN=0 expect_inside 0 60 man --pager=cat "$manual"
  printed '^NAME$'
  printed "^ +$manual - [a-z]"
  grep -A 1 '^NAME$' "$dir/out"
done
printed 'exitbench-own-kernel --out=after/bzImage'

# What is typed is "exitbench do".
# shellcheck disable=SC2016
expect_inside 0 60 bash -c '. /usr/share/bash-completion/bash_completion
  _completion_loader exitbench
  COMP_WORDS=(exitbench do) COMP_CWORD=1 COMP_LINE="exitbench do" COMP_POINT=12
  how=$(complete -p exitbench)
  [[ $how =~ -F\ ([^ ]+) ]] && "${BASH_REMATCH[1]}" exitbench do exitbench
  printf "completed: %s\n" "${COMPREPLY[*]}"'
printed '^completed: doctor *$'

expect_inside 0 60 exitbench --version
readonly CASES='--cases=^(pio/(out|in))$'
if have_kvm; then
  expect_inside 0 120 exitbench run --quick "$CASES" --out=/root/quick.pb
  check_results quick.pb
else
  left_out "KVM: exitbench run --quick"
fi

# The first time it installs what emuhost needs.
expect_inside 0 590 emuhost --host=svm-npt --kernel=debian:6.1 -- run --sessions=1 \
  --rounds=2 --events=100 "$CASES" --out=/root/emulated.pb
check_results emulated.pb
expect_inside 0 300 emuhost --host=svm-npt --kernel=debian:6.1 \
  --profile=/root/traced.profile.pb -- run --sessions=1 --rounds=2 --events=100 \
  "$CASES" --out=/root/traced.pb
SHOWN=6 expect_inside 0 60 exitbench profile /root/traced.profile.pb
printed ' kvm_arch_vcpu_ioctl_run +kvm$'
SHOWN=6 expect_inside 0 300 exitbench-matrix --kernels=6.1 --hosts=svm-npt \
  --out=/root/matrix -- run --sessions=1 --rounds=1 --events=10 "$CASES"
printed '^ +1 +2 +0 +0 +0 +0 '

echo "# nothing was written to the package's own folders"
expect_inside 0 60 dpkg --verify exitbench
[ ! -s "$dir/out" ] || fail "dpkg --verify has something to say"
inside 60 dpkg -L exitbench | grep '^/usr/lib/exitbench' | sort >"$dir/listed"
inside 60 find /usr/lib/exitbench | sort >"$dir/there"
diff "$dir/listed" "$dir/there" || fail "there are files that are not the package's"

SHOWN=1 expect_inside 0 300 apt-get purge -y exitbench
for path in /usr/bin/exitbench /usr/bin/emuhost /usr/lib/exitbench \
  /usr/share/doc/exitbench; do
  [ ! -e "$chroot$path" ] || fail "$path is left when the package is removed"
done
finish
