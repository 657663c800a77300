#!/bin/bash
# kill -9 at random moments of runs that append to one file: the file must open
# every time, and hold every session that was reported as saved. What is left
# beside it must be whole: see results/file/file.h.
# $1 is the binary, $2 how often (default 10).
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
need_kvm
kills=${2:-10}
saved=0
# The machine may be busy: kill within the time that a few sessions take here.
run=("$binary" run '--cases=pio/out$' --exits=20 --rounds=1 --sessions=20
  --append --progress=always)
start=$(date +%s%N)
expect 0 "${run[@]}" --sessions=1 --out="$dir/first.pb" || exit 1
session_ms=$((($(date +%s%N) - start) / 1000000))
for ((i = 1; i <= kills; i++)); do
  "${run[@]}" --out="$dir/a.pb" >/dev/null 2>"$dir/err" &
  pid=$!
  sleep "$(awk -v r=$RANDOM -v ms=$session_ms \
    'BEGIN { printf "%.3f", r / 32768 * 4 * ms / 1000 }')"
  kill -9 $pid 2>/dev/null
  wait $pid 2>/dev/null
  reported=$(sessions_saved "$dir/err")
  [ -n "$reported" ] && saved=$reported
  for left in "$dir"/a.pb.*; do
    [ ! -e "$left" ] || "$binary" show "$left" >/dev/null 2>&1 ||
      fail "kill $i: it left half a file: $left"
  done
  [ "$saved" -eq 0 ] && continue
  if ! "$binary" show --format=json "$dir/a.pb" >"$dir/json" 2>"$dir/err"; then
    fail "kill $i: the file does not open: $(cat "$dir/err")"
    continue
  fi
  # A kill between rename and report leaves one session more than reported.
  holds=$(grep -c '"boot_id"' "$dir/json")
  [ "$holds" -ge "$saved" ] ||
    fail "kill $i: $saved sessions were reported, the file has $holds"
done
left=$(find "$dir" -name 'a.pb.*' | wc -l)
echo "$kills kills, $saved sessions saved, $left files left beside"
[ "$saved" -gt 0 ] || fail "no session was ever saved"

finish
