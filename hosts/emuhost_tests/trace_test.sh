#!/bin/sh
# Tests of emuhost: traces, of exitbench itself.
# shellcheck source=hosts/emuhost_tests/lib.sh
. "$(dirname "$0")/lib.sh"

real=../bazel-bin/exitbench
if [ -x "$real" ]; then
  trace=$temporary/trace
  for way in with without; do
    set --
    [ $way = without ] || set -- --keep_trace="$trace"
    timeout -k 5 "$limit" ./emuhost --kernel="$kernel" "$@" -- run --sessions=1 \
      --rounds=1 --events=100 --cases='^(pio/out|mmio/write)$,vm/get_regs' \
      --out="$temporary/$way.pb" >"$temporary/out" 2>"$temporary/err"
    code=$?
    check "$way a trace: exitbench runs" ended_with 0
  done
  check "a trace changes no byte of the results" \
    cmp "$temporary/with.pb" "$temporary/without.pb"
  check "the trace has the kernel's functions" \
    sh -c "gzip -dc '$trace/kallsyms.gz' | grep -q ' t svm_vcpu_run	.kvm_amd.'"
  check "and no data" sh -c "! gzip -dc '$trace/kallsyms.gz' | grep -q ' [dDrRbB] '"
  "$real" show --format=json "$temporary/with.pb" >"$temporary/with.json"
  python3 testdata/trace_figures.py "$trace/trace" "$temporary/with.json" \
    >"$temporary/figures" 2>"$temporary/err"
  code=$?
  check "the trace is whole" ended_with 0
  check "its names are those of the cases" awk '
    { name = $0; sub(/^[a-z]+/, "", name) }
    $1 == "trace" { traced = name }
    $1 == "results" { cases = name }
    END { exit traced != cases || cases !~ /pio\/out.*vm\/get_regs/ }' \
    "$temporary/figures"
  check "its figures are those of the results, and the instruction that exits" awk '
    $1 == "trace" || $1 == "results" { next }
    NF == 4 { ++lines; if ($3 != $4 + 1) wrong = 1 }
    END { exit lines != 4 || wrong }' "$temporary/figures"
else
  echo "SKIPPED, needs bazel-bin/exitbench: traces"
fi

finish
