#!/bin/bash
# fleet/slurm/submit with an sbatch that only notes what it was told.
#
#   fleet/slurm/submit_test.sh SUBMIT
. "$(dirname "${BASH_SOURCE[0]}")/../../tests/lib.sh" || exit 1
cd "$dir" || exit 1

mkdir bin elsewhere
cat >bin/sbatch <<'SBATCH'
#!/bin/sh
echo "$*" >>"$SBATCH_LOG"
echo "$(wc -l <"$SBATCH_LOG");cluster"
SBATCH
chmod +x bin/sbatch
export PATH=$dir/bin:$PATH SBATCH_LOG=$dir/log

(cd elsewhere && "$binary" --kernels=6.1,6.12 --hosts=svm-npt,arm64-vhe --out=out --jobs=3 \
  --binary=bin/exitbench --binary_arm64=/opt/exitbench --cache=cache --timeout=9 \
  --sbatch=--chdir=/ -- run --quick) >ids 2>err || fail "submit: $(cat err)"
[ "$(cat ids)" = "1 2" ] || fail "the jobs are $(cat ids)"
grep -q -- '--array=0-3%3 .*--chdir=/ ' log || fail "the array: $(head -n 1 log)"
grep -q -- '--dependency=afterany:1 ' log || fail "the summary: $(tail -n 1 log)"

# A task begins in / and finds what was named by the folder of the command line.
tasks=elsewhere/out/.slurm
[ "$(find $tasks -name '[0-9]*.arguments' | wc -l)" -eq 4 ] || fail "tasks: $(ls $tasks)"
printf '%s\n' --kernels=6.12 --hosts=arm64-vhe "--binary=$dir/elsewhere/bin/exitbench" \
  --binary_arm64=/opt/exitbench "--cache=$dir/elsewhere/cache" --timeout=9 \
  "--out=$dir/elsewhere/out" -- run --quick >wanted
cmp -s wanted $tasks/3.arguments || fail "the last task: $(diff wanted $tasks/3.arguments)"
grep -qx -- "--binary=$dir/elsewhere/bin/exitbench" $tasks/summary.arguments ||
  fail "the summary's arguments: $(cat $tasks/summary.arguments)"

: >log
"$binary" --kernels=6.1 --out=out >/dev/null 2>err
[ $? -eq 2 ] || fail "without --hosts"
[ ! -s log ] || fail "bad usage was submitted: $(cat log)"
finish
