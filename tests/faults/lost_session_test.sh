#!/bin/bash
# kill -9 of a session process, as the kernel does it where memory runs out: the
# case in flight is FAILED and says so, all others run as often as they would
# have, in the order that the seed gives, and the file holds both sessions.
# lost_session_test.sh EXITBENCH
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
need_kvm

# Long enough that no kill falls between two cases.
"$binary" run --cases='^pio/(out|in|kernel_in)$,^mmio/(read|write)$' \
  --sessions=1 --rounds=3 --reruns=0 --exits=20000 --seed=5 --timeout=60s \
  --progress=always --out="$dir/x.pb" >"$dir/table" 2>"$dir/err" &
pid=$!
in_round_2_or_gone() {
  tr '\r' '\n' 2>/dev/null <"$dir/err" | grep -q 'round 2  8/15' ||
    ! kill -0 "$pid" 2>/dev/null
}
wait_until 60 in_round_2_or_gone || fail "the second round has not come"
session=$(session_of $pid)
[ -n "$session" ] || fail "no session is left"
[ "$(cat "/proc/$session/oom_score_adj")" = 1000 ] ||
  fail "the kernel would not end the session first"
# Where the kernel knows of nodes, it leaves a session's memory where it is.
if [ -e "/proc/$session/numa_maps" ]; then
  awk '{ print $2 }' "/proc/$session/numa_maps" | sort -u >"$dir/policy"
  [ "$(cat "$dir/policy")" = local ] ||
    fail "memory policy: $(cat "$dir/policy")"
fi
kill -9 "$session" || fail "no session to kill"
expect_end 1 $pid "a run whose session was killed" || cat "$dir/err"

"$binary" show --format=json "$dir/x.pb" >"$dir/json" || fail "show"
python3 - "$dir/json" <<'END' || fail "what the file says"
import json, sys
results = json.load(open(sys.argv[1]))
wrong = []
partial = [session.get("partial", False) for session in results["sessions"]]
if partial != [True, False]:
    wrong.append(f"partial: {partial}")
lost = [case for case in results["cases"] if case["outcome"] != "OUTCOME_OK"]
if [(case["outcome"], case["reason"]) for case in lost] != [(
        "OUTCOME_FAILED", "the session process was killed by signal 9 in this "
        "case; is it out of memory?")]:
    wrong.append(f"lost: {lost}")
if len(results["cases"]) != 5:
    wrong.append(f"{len(results['cases'])} cases")
for case in results["cases"]:
    rounds = [run.get("round", 0) for run in case["runs"]]
    if rounds not in ([[0, 1, 2]] if case not in lost else [[0], [0, 1]]):
        wrong.append(f"{case['name']} ran in rounds {rounds}")
for what in wrong:
    print("FAILED:", what)
print("lost:", *(case["name"] for case in lost))
sys.exit(bool(wrong))
END
finish
