#!/bin/bash
# A run by an ordinary user in group kvm, without a single capability: it works,
# what it can't read is recorded as absent, its files are its own, and others'
# are left alone. ordinary_user_test.sh EXITBENCH; needs root, to become one.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
need_kvm
if [ "$(id -u)" -ne 0 ] || ! enter_own_mounts -m; then
  skip "root: to run exitbench as another user"
fi

clean_up() {
  umount -l "$dir/fs" /dev/kvm /proc/pressure/cpu \
    /sys/devices/system/cpu/smt/control 2>/dev/null
}
chmod 755 "$dir"
mkdir "$dir/fs"
mount -t tmpfs -o mode=755 none "$dir/fs" || exit 1
cd "$dir/fs" || exit 1
cp "$binary" exitbench

# /dev/kvm as distributions have it, whatever this machine's is like.
user=65534 group=64055
device=$(stat -Lc '%Hr %Lr' /dev/kvm)
# shellcheck disable=SC2086
if ! mknod -m 0660 kvm c $device || ! chown 0:$group kvm ||
  ! mount --bind kvm /dev/kvm; then
  fail "can't make a device node for group $group"
fi
as_user() {
  setpriv --reuid="$user" --regid="$user" --groups="$group" --bounding-set=-all \
    --inh-caps=-all --ambient-caps=-all --no-new-privs "$@"
}
as_other() {
  setpriv --reuid="$user" --regid="$user" --clear-groups --bounding-set=-all \
    --inh-caps=-all --ambient-caps=-all --no-new-privs "$@"
}
[ "$(as_user grep -c '^Cap.*0000000000000000$' /proc/self/status)" -eq 5 ] ||
  fail "there are capabilities left"

# Two facts that can't be read.
touch hidden && chmod 0 hidden
hidden=()
for file in /proc/pressure/cpu:pressure.cpu \
  /sys/devices/system/cpu/smt/control:cpu.smt; do
  [ -e "${file%:*}" ] && mount --bind hidden "${file%:*}" &&
    hidden+=("${file#*:}")
done
[ ${#hidden[@]} -gt 0 ] || fail "nothing could be hidden"

mkdir -m 0755 mine shared && chown $user mine && chmod 1777 shared
umask 027
as_user ./exitbench run --quick --exits=20 --timeout=60s \
  '--cases=^(pio|mmio|cpu|vm|control|hypercall)/,^ept/.*(violation|userfault)' \
  --out=mine/a.pb >table 2>err ||
  fail "run: exit code $?: $(tail -n 3 err; grep -E '^(FAILED|TIMEOUT)' table)"
grep -Eq '^[0-9]+ OK' table || fail "nothing measured: $(cat table err)"
echo "as an ordinary user: $(tail -n 1 table)"
[ "$(stat -c '%u %a' mine/a.pb)" = "$user 640" ] ||
  fail "the file is $(stat -c '%u %a' mine/a.pb)"
as_user ./exitbench show --format=textproto mine/a.pb >text || fail "show"
for fact in "${hidden[@]}"; do
  grep -A1 "key: \"$fact\"" text | grep -q 'value: "absent"' ||
    fail "$fact could not be read, and is not absent"
done
expect 0 as_user ./exitbench doctor

quick=(./exitbench run --quick '--cases=^pio/out.ring3$' --exits=20)
expect_error 3 'no permission to open /dev/kvm: add this user to the group kvm' \
  as_other "${quick[@]}" --out=mine/b.pb
expect_error 2 'Permission denied' as_user "${quick[@]}" --out=/b.pb

# In a folder that all may write to.
echo theirs >shared/theirs.pb
chmod 666 shared/theirs.pb
ln -s ../mine/a.pb shared/link.pb
cp mine/a.pb before
expect_error 2 'belongs to another user' as_user "${quick[@]}" \
  --out=shared/theirs.pb
expect_error 2 'is a symbolic link' as_user "${quick[@]}" --out=shared/link.pb
expect_error 2 'is a symbolic link' as_user "${quick[@]}" --append \
  --out=shared/link.pb
[ "$(cat shared/theirs.pb)" = theirs ] || fail "another user's file changed"
cmp -s before mine/a.pb || fail "a link was followed"
[ -L shared/link.pb ] || fail "a link was replaced"
expect 0 as_user "${quick[@]}" --out=shared/new.pb
[ "$(ls shared)" = "$(printf 'link.pb\nnew.pb\ntheirs.pb')" ] ||
  fail "left in a shared folder: $(ls shared)"

# To sample the kernel takes more than to run guests.
paranoid=$(cat /proc/sys/kernel/perf_event_paranoid)
if [ "$paranoid" -gt 1 ]; then
  expect_error 2 "--profile can't sample the kernel: kernel.perf_event_paranoid \
is $paranoid and has to be 1 or less, or this process needs CAP_PERFMON" \
    as_user "${quick[@]}" --profile --out=mine/p.pb
  [ ! -e mine/p.pb ] || fail "measured without the profile that was asked for"
else
  left_out "kernel.perf_event_paranoid of 2 or more: the line of --profile"
fi

finish
