#!/bin/bash
# A disk that is full, a limit on file sizes, a file system that turns read-only
# half way: one clear line, exit code 2, the old file as it was, nothing beside.
# storage_test.sh EXITBENCH MAKE_RESULTS. Mounts small file systems in a mount
# namespace of its own: as root, or where users may have namespaces.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
enter_own_mounts -m || enter_own_mounts -rm ||
  skip "root or user namespaces, to mount a small file system"
eb=$binary make=$(realpath -es "$2")
disk=$dir/disk
mkdir "$disk"
clean_up() {
  umount "$disk"
}
mount -t tmpfs -o size=256k none "$disk" || exit 1

for boot in 1 2; do
  "$make" "$dir/$boot.pb" "boot$boot" 3000 $boot || fail make_results
done
"$eb" merge --out="$disk/all.pb" "$dir/1.pb" "$dir/2.pb" 2>/dev/null ||
  fail "merge, on a disk with room"
cp "$disk/all.pb" "$dir/before"

# refused REGEX COMMAND...: exit code 2, one line that matches, and the disk as it
# was.
refused() {
  local regex=$1 listed
  shift
  listed=$(ls "$disk")
  expect_error 2 "^exitbench: .*$regex" "$@"
  cmp -s "$disk/all.pb" "$dir/before" || fail "the old file changed: $*"
  [ "$(ls "$disk")" = "$listed" ] || fail "left behind: $(ls "$disk")"
}

merge=("$eb" merge --out="$disk/all.pb" "$dir/1.pb" "$dir/2.pb")
new=("$eb" merge --out="$disk/new.pb" "$dir/1.pb" "$dir/2.pb")
cat /dev/zero >"$disk/filler" 2>/dev/null
refused "can't write $disk/all.pb: No space left" "${merge[@]}"
refused "can't write $disk/new.pb: No space left" "${new[@]}"
refused "No space left" "$eb" export "$dir/1.pb" --format=csv \
  --out="$disk/new.csv"
rm "$disk/filler"
limited() (
  ulimit -f 1
  "$@"
)
refused "File too large" limited "${merge[@]}"
mount -o remount,ro none "$disk"
refused "Read-only file system" "${merge[@]}"
refused "Read-only file system" "${new[@]}"
mount -o remount,rw none "$disk"
"${merge[@]}" 2>/dev/null || fail "merge, with room again"

# Half way through a run that appends.
# run_until_broken WHAT REGEX COMMAND...: COMMAND breaks the disk.
run_until_broken() {
  local what=$1 regex=$2 file=$disk/run.pb pid reported holds
  shift 2
  rm -f "$file" "$dir/err"
  "$eb" run --cases='pio/out.ring3$' --exits=20 --rounds=1 --sessions=2000 \
    --append --out="$file" --progress=always >/dev/null 2>"$dir/err" &
  pid=$!
  wait_until 30 grep -aqs '2 sessions saved' "$dir/err" ||
    fail "$what half way: no two sessions before it"
  until "$@"; do :; done
  expect_end 2 $pid "$what half way"
  # Without the progress line.
  sed 's/.*\x1b\[K//' "$dir/err" >"$dir/lines"
  [ "$(grep -ac '^exitbench: ' "$dir/lines")" -eq 1 ] || fail "$what: more lines"
  grep -aEq "^exitbench: .*$regex.*still has the [0-9]+ sessions" \
    "$dir/lines" ||
    fail "$what half way: $(tail -n 1 "$dir/err")"
  reported=$(sessions_saved "$dir/err")
  holds=$(sessions_in "$file")
  if [ "$holds" -ne "${reported:-0}" ] || [ "$holds" -lt 2 ]; then
    fail "$what half way: $reported sessions reported, the file has $holds"
  fi
  [ -z "$(find "$disk" -name 'run.pb.*')" ] || fail "$what: left behind"
}
fill() {
  cat /dev/zero >"$disk/filler" 2>/dev/null
  true
}
if have_kvm; then
  run_until_broken "a full disk" "No space left" fill
  rm "$disk/filler"
  # Refused for as long as a file is being written.
  run_until_broken "a read-only file system" "Read-only file system" \
    mount -o remount,ro none "$disk"
  mount -o remount,rw none "$disk"
else
  left_out "KVM: a run whose disk breaks half way"
fi

finish
