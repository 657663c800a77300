#!/bin/bash
# A whole quick run in a memory cgroup of 64 MiB: it ends, no selected case is
# missing from its results, what needs more is SKIPPED with the limit's figures,
# and a case is bad only where its session was killed in it, or where it is bad
# without a limit too.
# memory_limit_test.sh EXITBENCH [MIB]; needs root, to make the cgroup.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
need_kvm
mib=${2:-64}
cgroup=
clean_up() {
  [ -z "$cgroup" ] || rmdir "$cgroup"
}

# Of version 2 where that has the memory controller, else of version 1.
make_cgroup() {
  local name=exitbench-test.$$ root
  while read -r _ _ _ _ root _; do
    [ -e "$root/cgroup.controllers" ] || continue
    grep -qw memory "$root/cgroup.controllers" || continue
    echo +memory >"$root/cgroup.subtree_control" || return
    mkdir "$root/$name" || return
    cgroup=$root/$name
    # Or the kernel would swap instead.
    echo 0 >"$cgroup/memory.swap.max"
    echo $((mib << 20)) >"$cgroup/memory.max"
    return
  done < <(grep -- ' - cgroup2 ' /proc/self/mountinfo)
  while read -r _ _ _ _ root _; do
    mkdir "$root/$name" || return
    cgroup=$root/$name
    echo $((mib << 20)) >"$cgroup/memory.limit_in_bytes"
    return
  done < <(grep -- ' - cgroup .*[ ,]memory\(,\|$\)' /proc/self/mountinfo)
  return 1
}
if [ "$(id -u)" -ne 0 ] || ! make_cgroup 2>/dev/null || [ -z "$cgroup" ]; then
  skip "root: to make a memory cgroup"
fi

# In the cgroup: this shell's child, and all that it starts.
(
  echo "$BASHPID" >"$cgroup/cgroup.procs" || exit 99
  exec "$binary" run --quick --exits=20 --timeout=60s --format=json \
    --out="$dir/x.pb"
) >"$dir/json" 2>"$dir/err"
code=$?
[ $code -le 1 ] || fail "exit code $code: $(cat "$dir/err")"
"$binary" list --format=json >"$dir/list" || fail "list"
python3 - $code "$mib" "$cgroup" "$binary" "$dir/json" \
  "$dir/list" <<'END' || fail "what the run says"
import collections, json, re, subprocess, sys
code, mib, cgroup, binary = int(sys.argv[1]), *sys.argv[2:5]
results, listed = (json.load(open(name)) for name in sys.argv[5:])
cases = results["cases"]
count = collections.Counter(case["outcome"] for case in cases)
print("cgroup", cgroup + ":", *(f"{n} {outcome}" for outcome, n in count.items()))
limited = [case["name"] for case in cases if case["outcome"] == "OUTCOME_SKIPPED"
           and f"the limit of {mib} MiB of memory cgroup {cgroup} leaves "
           in case["reason"]]
print(len(limited), "SKIPPED for want of memory")
bad = [case for case in cases
       if case["outcome"] in ("OUTCOME_FAILED", "OUTCOME_TIMEOUT")]
for case in bad:
    print(case["outcome"], case["name"] + ":", case["reason"])
wrong = []
if sorted(case["name"] for case in cases) != sorted(c["name"] for c in listed):
    wrong.append("not each case is there once")
if not limited:
    wrong.append("the limit skipped nothing")
if code != (1 if bad else 0):
    wrong.append(f"exit code {code}, {len(bad)} bad cases")
for case in bad:
    if "killed by signal 9" in case["reason"]:
        continue
    again = subprocess.run([binary, "run", "--quick", "--exits=20", "--out=-",
                            f"--cases=^{re.escape(case['name'])}$"],
                           capture_output=True, timeout=120)
    if again.returncode != 1:
        wrong.append(f"{case['name']} is bad under the limit only")
if count["OUTCOME_OK"] < 50:
    wrong.append("fewer than 50 cases OK")
for what in wrong:
    print("FAILED:", what)
sys.exit(bool(wrong))
END
finish
