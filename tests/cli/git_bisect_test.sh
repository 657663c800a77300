#!/bin/bash
# `git bisect run` with exitbench's bisect on a toy repository: git_bisect_test.sh
# TOY_BISECT PROFILE... 24 commits, from the 18th on the case costs 5% more; two of them
# can't run it. What is measured is made up, with noise; git is real.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
toy=$binary profiles=$(dirname "$(realpath -es "$2")")
cd "$dir" || exit 1
export HOME=$PWD GIT_CONFIG_NOSYSTEM=1
git init -q repository && cd repository || exit 1
git config user.name test
git config user.email test@example.com
for i in $(seq 1 24); do
  cost=3000
  [ "$i" -lt 18 ] || cost=3150
  [ "$i" -ne 13 ] && [ "$i" -ne 21 ] || cost=broken
  echo "$cost" >cost
  echo "$i" >number
  git add . && git commit -qm "commit $i" || exit 1
done
"$toy" --store=../good.pb:3000 && "$toy" --store=../bad.pb:3150 || exit 1
first=$(git rev-list --max-parents=0 HEAD)
git bisect start HEAD "$first" >/dev/null || exit 1
timeout 60 git bisect run "$toy" --case=pio/out --good=../good.pb \
  --bad=../bad.pb >log 2>&1
found=$(git show -s --format=%s refs/bisect/bad)
cat log
[ "$found" = "commit 18" ] || fail "git found '$found', not commit 18"
# A broken question ends the bisection instead of calling a commit bad.
git bisect reset >/dev/null 2>&1
git bisect start HEAD "$first" >/dev/null
if timeout 60 git bisect run "$toy" --case=none --good=../good.pb \
  --bad=../bad.pb >log 2>&1; then
  fail "git bisect went on with a broken question"
fi
[ "$(git show -s --format=%s refs/bisect/bad)" = "commit 24" ] ||
  fail "a broken question was taken for an answer"

# Where good and bad have profiles, "bad" says in which functions they differ.
mkdir ../profiles && cd ../profiles || exit 1
cp "$profiles"/6.1{,2}{,.profile}.pb .
echo 6.12.pb >cost
answer() { # CASE: that of good 6.1 and bad 6.12
  timeout 60 "$toy" --case="$1" --good=6.1.pb --bad=6.12.pb
}
expect 1 answer pio/out
grep -q '^bad: pio/out' "$dir/out" || fail "no answer: $(cat "$dir/out")"
grep -q '^pio/out guest 3538 -> 3346 (-192): functions 9 new, 15 gone' "$dir/out" ||
  fail "it does not say what changed: $(cat "$dir/out")"
grep -Eq '^ *-357 +433 +76 .* complete_fast_pio_out +kvm$' "$dir/out" ||
  fail "it does not name a function: $(cat "$dir/out")"
[ "$(grep -Ec '^ *[-+][0-9]+ ' "$dir/out")" -eq 5 ] || fail "not five functions: $(cat "$dir/out")"
echo 6.1.pb >cost
expect 0 answer pio/out
[ "$(wc -l <"$dir/out")" -eq 1 ] || fail "good has more than one line: $(cat "$dir/out")"
echo 6.12.pb >cost
rm 6.1.profile.pb
expect 1 answer pio/out
grep -q '^no functions:  there is no 6.1.profile.pb' "$dir/out" ||
  fail "it does not say what is missing: $(cat "$dir/out")"
echo damaged >6.1.profile.pb
expect 1 answer pio/out
grep -q '^no functions: 6.1.profile.pb' "$dir/out" ||
  fail "a damaged profile is not named: $(cat "$dir/out")"
rm 6.1.profile.pb 6.12.profile.pb
expect 1 answer pio/out
[ "$(wc -l <"$dir/out")" -eq 1 ] || fail "without profiles: $(cat "$dir/out")"

finish
