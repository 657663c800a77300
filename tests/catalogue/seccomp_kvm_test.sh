#!/bin/bash
# Every case under the seccomp filter, which is on by default: sessions do run
# with it, none fails, and none is skipped that runs without it. That a forbidden
# call is refused is in harness/session/seccomp_test.cc. $1 is the binary.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
need_kvm

# outcomes NAME FILTER FLAG...: the cases' outcomes, in NAME. FILTER is what the
# kernel is to say of the session: 2 is filtered, 0 is not.
outcomes() {
  local name=$1 filter=$2 pid session said
  shift 2
  "$binary" run --quick --exits=20 --timeout=60s --format=json "$@" \
    --out="$dir/$name.pb" >"$dir/$name.json" 2>"$dir/$name.err" &
  pid=$!
  # Filtered before its first case, or never.
  while kill -0 $pid 2>/dev/null; do
    session=$(session_of $pid)
    # Not what is left of a session that has just ended.
    said=$([ -n "$session" ] && grep -s '^Seccomp:' "/proc/$session/status") &&
      echo "$said" >"$dir/$name.filter"
    grep -qs '2$' "$dir/$name.filter" && break
    sleep .05
  done
  grep -qs "$filter\$" "$dir/$name.filter" ||
    fail "the kernel says of the session: $(cat "$dir/$name.filter")"
  wait $pid || fail "run $*: exit code $?: $(cat "$dir/$name.err")"
  python3 - "$dir/$name.json" >"$dir/$name" <<'END'
import json, sys
results = json.load(open(sys.argv[1]))
for case in sorted(results["cases"], key=lambda case: case["name"]):
    print(case["outcome"], case["name"])
knobs = results["sessions"][0]["knobs"]
print(*[knob["value"] for knob in knobs if knob["key"] == "seccomp"])
END
}

outcomes filtered 2
grep -qx on "$dir/filtered" || fail "the filter is not recorded"
outcomes plain 0 --noseccomp
grep -qx off "$dir/plain" || fail "that there is no filter is not recorded"
# On a busy machine the guest of a dirty/ or .running case, or one of several in
# scale/, may get too little of a CPU, which skips it, filter or not.
readonly needs_cpu=' dirty/|[.]running$| scale/.*[.][0-9]+($|[.])'
diff <(grep OUTCOME_SKIPPED "$dir/plain" | grep -vE "$needs_cpu") \
  <(grep OUTCOME_SKIPPED "$dir/filtered" | grep -vE "$needs_cpu") ||
  fail "the filter has other cases skipped"
[ "$(grep -c OUTCOME_OK "$dir/filtered")" -ge 50 ] ||
  fail "only $(grep -c OUTCOME_OK "$dir/filtered") cases OK"
echo "$(grep -c OUTCOME_OK "$dir/filtered") cases OK under the filter," \
  "$(grep -c OUTCOME_SKIPPED "$dir/filtered") skipped, as without"

finish
