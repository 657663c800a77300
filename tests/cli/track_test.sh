#!/bin/bash
# track_test.sh EXITBENCH MAKE_RESULTS TRACK ATLAS_FILE...: hosts/track reports what
# exitbench says of real results, and a planted regression. Nothing is booted.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
make_results=$(realpath -es "$2") track=$(realpath -es "$3")
atlas=$(dirname "$(realpath -es "$4")")
export EXITBENCH_HOST_CACHE=$dir/cache

# report STORE CODE: the summary of what is there, to $dir/out.
report() {
  expect "$2" "$track" --binary="$binary" --store="$dir/$1" --summary
  cmp "$dir/out" "$dir/$1/summary.md" || fail "$1: another summary.md"
}

# says TEXT: a line of the summary is TEXT.
says() {
  grep -qxF -e "$1" "$dir/out" || fail "not said: $1"
}

# Two kernels of the atlas. What diff counts is what is counted.
old=6.1.0-56-cloud-amd64 new=7.2.12+deb13-cloud-amd64
mkdir "$dir/kernels"
cp "$atlas/$new.svm-npt.pb" "$dir/kernels/"
cp "$atlas/$old.svm-npt.pb" "$atlas/svm-npt.calibration" "$dir/kernels/"
report kernels 1
expect 1 "$binary" diff --calibration="$atlas/svm-npt.calibration" --format=json \
  "$atlas/$old.svm-npt.pb" "$atlas/$new.svm-npt.pb"
python3 - "$dir/out" >"$dir/counts" <<'END' || fail "no counts"
import json, sys
counts = json.load(open(sys.argv[1]))["counts"]
print("Metrics: {worse} worse, {better} better, {same} the same, {unsure} unsure."
      .format(**counts))
END
cp "$dir/kernels/summary.md" "$dir/out"
says "## svm-npt: $old -> $new"
says "$(cat "$dir/counts")"
says '| control/immediate_exit | call | 1590 | 1738 | +9.3% |'
grep -q '^- recovered (6): .*exit/memory_fault' "$dir/out" || fail "no case recovered"
grep -q '^- NOT COMPARED, newly skipped (1): cpu/rdpmc (no PMU for guests' "$dir/out" ||
  fail "cpu/rdpmc is not named"
grep -q '^- NOT COMPARED, skipped on both (43): ' "$dir/out" || fail "43 are not named"
[ -s "$dir/kernels/report.svm-npt.html" ] || fail "no page"

# With profiles the functions that grew.
mkdir "$dir/profiles"
cp "$atlas/profiles/"{6.12,7.2}*.svm-npt{,.profile}.pb "$dir/profiles/"
report profiles 1
grep -A 2 '^| Function that grew | ' "$dir/out" | tail -n 1 >"$dir/row"
IFS='|' read -r _ function _ _ case old new change _ < <(tr -d ' ' <"$dir/row")
expect 1 "$binary" diff --functions --format=json --cases="^$case\$" \
  "$dir"/profiles/{6.12,7.2}*npt.pb
python3 - "$dir/out" "$function" "$old" "$new" "$change" <<'END' ||
import json, sys
found = [each for case in json.load(open(sys.argv[1]))["functions"]
         for each in case["functions"] if each["name"] == sys.argv[2]]
sys.exit([found[0]["old_self"], found[0]["new_self"]] != list(map(int, sys.argv[3:5]))
         or int(sys.argv[5]) != int(sys.argv[4]) - int(sys.argv[3]) or len(found) != 1)
END
  fail "diff has not this function: $(cat "$dir/row")"

# A regression that is planted, and none.
for store in worse same; do
  mkdir "$dir/$store"
  "$make_results" "$dir/$store/6.1.0-9-cloud-amd64.svm-npt.pb" a 3500 1 counted
done
"$make_results" "$dir/worse/6.1.0-10-cloud-amd64.svm-npt.pb" b 3520 2 counted
"$make_results" "$dir/same/6.1.0-10-cloud-amd64.svm-npt.pb" b 3500 2 counted
report worse 1
says '## svm-npt: 6.1.0-9-cloud-amd64 -> 6.1.0-10-cloud-amd64'
says '| pio/out | kvm_run | 3500 | 3520 | +0.57% |'
report same 0
grep -q '^Metrics: 0 worse, ' "$dir/out" || fail "something is worse"
grep -q '^- NOT COMPARED, still failing' "$dir/out" || fail "no case is still failing"

finish
