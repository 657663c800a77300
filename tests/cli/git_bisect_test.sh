#!/bin/bash
# `git bisect run` with exitbench's bisect on a toy repository: git_bisect_test.sh
# TOY_BISECT. 24 commits, from the 18th on the case costs 5% more; two of them
# can't run it. What is measured is made up, with noise; git is real.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
toy=$binary
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

finish
