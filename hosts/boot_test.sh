#!/bin/bash
# boot_test.sh [KERNEL]: one boot of KERNEL (default 6.1) as an emulated AMD host
# with NPT, with all cases, each once and briefly. No case may be FAILED or
# TIMEOUT, and enough must be OK: a host on which all is SKIPPED shows nothing.
set -u
hosts=$(dirname "$(readlink -f "$0")")
# What the host of this test can't run is some 50 cases, most for want of a
# second CPU.
readonly LEAST_OK=280
out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT

"$hosts/matrix" --kernels="${1:-6.1}" --hosts=svm-npt --out="$out" \
  --timeout=900 -- run --sessions=1 --rounds=1 --exits=100 \
  --strict_expectations >"$out/summary" \
  2>"$out/messages"
code=$?
# Of the one cell: its number, OK, SKIPPED, FAILED, TIMEOUT, exit, seconds.
read -r _ ok skipped failed late _ seconds name < <(sed -n 2p "$out/summary")
echo "${name:-no cell}: ${ok:-0} OK, ${skipped:-0} SKIPPED, ${failed:-0} FAILED," \
  "${late:-0} TIMEOUT in ${seconds:-0} s"
grep -E '^(FAILED|TIMEOUT) ' "$out/summary"
((code == 0)) || {
  tail -n 20 "$out/messages"
  exit 1
}
((${ok:-0} >= LEAST_OK)) || {
  echo "fewer than $LEAST_OK cases are OK:"
  grep '^SKIPPED ' "$out/summary"
  exit 1
}
