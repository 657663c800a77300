#!/bin/sh
# Tests of matrix, with emulated hosts. What it does without a kernel is tested by
# lib/*_test.py.
# shellcheck source=hosts/emuhost_tests/lib.sh
. "$(dirname "$0")/lib.sh"
learn_name

matrix() {
  timeout -k 5 240 ./matrix --binary="$temporary/stand_in" \
    --out="$temporary/matrix" --kernels="$kernel" \
    --hosts=svm-npt,svm-shadow "$@" >"$temporary/out" 2>"$temporary/err"
  code=$?
}
matrix --jobs=2
check "a matrix without failures ends with 0" ended_with 0
check "its table has all cells" printed 'a/b   ok   ok'
check "and says why a case was skipped" printed 'SKIPPED c/d in 1 2: no capability'
matrix
check "it does not run again what is there" test \
  "$(grep -c 'there already' "$temporary/err")" -eq 2
echo garbage >"$temporary/matrix/$name.svm-shadow.pb"
matrix --summary
check "a cell with results that can't be read is an error" ended_with 202
check "and named" said "cannot read .*svm-shadow.pb"
rm "$temporary/matrix/$name.svm-shadow.pb"
matrix --hosts=svm-npt --flags=--kvm_param=kvm.halt_poll=1
check "a cell with a parameter that there is not is an error" ended_with 202
check "and named" said 'kvm.halt_poll=1: no results, exit code 207 after'
check "with what was meant" said 'did you mean --kvm_param=kvm.halt_poll_ns=1?'
check "as one without results" printed 'NO RESULTS in 1: exit code 207'
matrix --summary
check "a cell without results is an error" ended_with 202

# Images of the user's own, which are not booted here.
for build in a b; do
  mkdir "$temporary/$build"
  echo "$build" >"$temporary/$build/bzImage"
done
matrix --summary --kernels="$temporary/a/bzImage,$temporary/b/bzImage"
check "images with one file name have cells of their own" test \
  "$(grep -c '_bzImage[.]svm-' "$temporary/out")" -eq 4
matrix --summary --kernels="$temporary/a/bzImage,$temporary/a_bzImage"
check "two images whose cells would have one name are a usage error" \
  ended_with 200

finish
