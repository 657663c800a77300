#!/bin/bash
# `exitbench report`: what it takes and refuses, and its pages in a real browser:
# report_test.sh EXITBENCH MAKE_RESULTS CHECK_REPORT CHROMIUM_PY ATLAS... -- PROFILE...
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
make=$(realpath -es "$2") check=$(realpath -es "$3")
shift 4
atlas=()
while [ "$1" != -- ]; do
  atlas+=("$(realpath -es "$1")")
  shift
done
shift
profiles=()
for file in "$@"; do profiles+=("$(realpath -es "$file")"); done
cd "$dir" || exit 1

# in_atlas REGEX: the files of the atlas whose paths match.
in_atlas() {
  printf '%s\n' "${atlas[@]}" | grep -E -- "$1" | sort -V
}
mapfile -t kernels < <(in_atlas '/atlas/[^/]*[0-9.-]+(\+deb13)?-cloud-amd64\.svm-npt\.pb$')
mapfile -t halt_poll < <(in_atlas '/sweeps/halt_poll/')
x86=${kernels[0]} arm64=$(in_atlas '/arm64/' | head -n 1)
[ ${#kernels[@]} -ge 8 ] || fail "the atlas has ${#kernels[@]} kernels"
[ ${#halt_poll[@]} -eq 4 ] || fail "the sweep has ${#halt_poll[@]} sides"
report() {
  expect 0 "$binary" report "$@"
}

# What is refused, in one line.
expect_error 2 'wants files to read and a file to write' "$binary" report
expect_error 2 'wants files to read and a file to write' "$binary" report "$x86"
expect_error 2 'no_such.pb' "$binary" report no_such.pb --out=x.html
head -c 300 "$x86" >cut.pb
expect_error 2 '^exitbench: cut.pb: ' "$binary" report cut.pb --out=x.html
expect_error 2 '^exitbench: cut.pb: ' "$binary" report "$x86" cut.pb --out=x.html
expect_error 2 'x.html' "$binary" report "$x86" --out=no_folder/x.html
expect_error 2 'threshold' "$binary" report "$x86" "$x86" --threshold=200% --out=x.html
expect_error 2 'matches no case' "$binary" report "$x86" --cases=no_such --out=x.html
expect_error 2 'a results file besides profiles' "$binary" report "${profiles[1]}" \
  --out=x.html
expect_error 3 'of which no results are given' "$binary" report "$x86" "${profiles[1]}" \
  --out=x.html
for more in "" "$x86"; do
  # shellcheck disable=SC2086
  expect_error 3 'cases of two architectures are never the same' "$binary" report \
    "$x86" $more "$arm64" --force --out=x.html
done
expect_error 3 'not comparable.*--force' "$binary" report \
  "$(in_atlas 'svm-shadow' | head -n 1)" "$x86" --out=x.html
[ ! -e x.html ] || fail "a page of what is refused"

# An old page is replaced, a link or an input is not.
echo old >old.html
report "$x86" --out=old.html
grep -q '^<!doctype html>' old.html || fail "old.html was not replaced"
echo kept >target
ln -s target link.html
expect_error 2 'symbolic link' "$binary" report "$x86" --out=link.html
[ "$(cat target)" = kept ] || fail "what link.html points to was overwritten"
cp "$x86" input.pb
expect_error 2 'is to be made of' "$binary" report input.pb --out=./input.pb
cmp -s "$x86" input.pb || fail "the input was overwritten"
expect 0 "$binary" report "$x86" --out=-
cmp -s out old.html || fail "standard output has another page"

# The pages that the browser opens, with what they are to show.
expect 0 "$make" one.pb boot1 3000 1
expect 0 "$make" markup.pb boot3 3000 3 markup
expect 0 "$make" markup2.pb boot4 3000 4 markup
report "$x86" --out=one.html
expect 0 "$binary" show --format=json "$x86" && mv out one.json
report "${kernels[2]}" "${kernels[-1]}" --out=two.html
expect 1 "$binary" diff --format=json "${kernels[2]}" "${kernels[-1]}" && mv out two.json
report --history "${kernels[@]}" --out=many.html
expect 1 "$binary" diff --history --format=json "${kernels[@]}" && mv out many.json
report "${halt_poll[@]}" --out=sweep.html
expect 0 "$binary" diff --format=json "${halt_poll[@]}" && mv out sweep.json
report "${profiles[0]}" "${profiles[1]}" --out=functions.html
expect 0 "$binary" profile --format=json --top=0 "${profiles[1]}" && mv out functions.json
report markup.pb --out=markup.html
report markup.pb markup2.pb --out=markup_two.html
report one.pb --cases=hypercall --out=empty.html
for page in *.html; do
  [ "$page" = link.html ] || [ "$(stat -c %s "$page")" -lt 3000000 ] ||
    fail "$page has $(stat -c %s "$page") bytes"
done

chromium=$(command -v chromium) || skip "chromium: no page was opened"
expect 0 timeout 700 python3 "$check" "$chromium" . ${REPORT_SCREENSHOTS:+"$REPORT_SCREENSHOTS"}
cat out

# The check can fail: figures of another kernel, a page that asks the network.
mkdir bad
cp one.html bad/one.html
expect 0 "$binary" show --format=json "${kernels[-1]}" && mv out bad/one.json
sed 's|<body>|<body><img src="http://192.0.2.1/x.png" alt="">|' empty.html >bad/empty.html
expect 1 timeout 300 python3 "$check" "$chromium" bad
grep -q '^FAILED: one: figures' out || fail "other figures pass: $(head -n 5 out)"
grep -q '^FAILED: empty: complaints' out || fail "a request passes: $(head -n 5 out)"

finish
