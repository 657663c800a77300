#!/bin/bash
# Fuzzes what reads files: tests/fuzz/run.sh [--executions=N] [TARGET...]
#
# Builds the targets (all by default) with Debian's clang, its fuzzer, ASan and
# UBSan, and gives each its share of N executions (default 10 million), one
# target after the other on one CPU. A finding ends it: its input is kept, and
# belongs into tests/fuzz/corpus/TARGET/ once it is mended.
#
# Debian's packages for it: tools/fuzz_packages.txt.
set -eu
. "$(dirname "${BASH_SOURCE[0]}")/../../tools/setup.sh"

# Each target, its share in percent, and how many bytes an input may have: a
# target reads up to four files. Writing JSON takes show_fuzz ten times as long
# as the others.
all='show_fuzz 4 800
export_fuzz 16 800
merge_fuzz 16 1600
diff_fuzz 16 1600
calibrate_fuzz 14 1600
bisect_fuzz 10 1600
calibration_fuzz 12 800
profile_fuzz 5 800
trace_fuzz 5 4096
inlines_fuzz 2 800'

executions=10000000
wanted=()
for word in "$@"; do
  case "$word" in
  --executions=[0-9]*) executions=${word#*=} ;;
  *_fuzz) wanted+=("$word") ;;
  *)
    echo "usage: tests/fuzz/run.sh [--executions=N] [TARGET_fuzz...]" >&2
    exit 2
    ;;
  esac
done
[ ${#wanted[@]} -gt 0 ] || mapfile -t wanted < <(cut -d' ' -f1 <<<"$all")

install_missing "$root/tools/debian_packages.txt"
install_missing "$root/tools/fuzz_packages.txt"
quiet_bazel build --config=fuzz //tests/fuzz:all
binaries=$(cd "$root" && bazel info --config=fuzz bazel-bin 2>/dev/null)
work=$(mktemp -d "${TMPDIR:-/tmp}/exitbench-fuzz.XXXXXX")
echo "Working in $work" >&2

for target in "${wanted[@]}"; do
  read -r _ share most_bytes < <(grep "^$target " <<<"$all") || {
    echo "no target $target" >&2
    exit 2
  }
  mkdir "$work/$target"
  # Later builds are not to change what runs.
  cp "$binaries/tests/fuzz/$target" "$work/binary-$target"
  # Those of full size are for the plain test; an input cut short is none.
  find "$root/tests/fuzz/corpus/$target" -type f -size "-${most_bytes}c" \
    -exec cp -t "$work/$target" {} +
  status=0
  "$work/binary-$target" -runs=$((executions * share / 100)) \
    -max_len="$most_bytes" -timeout=20 -rss_limit_mb=2048 -verbosity=0 \
    -print_final_stats=1 -artifact_prefix="$work/finding-$target-" \
    "$work/$target" >"$work/log-$target" 2>&1 || status=$?
  done=$(sed -n 's/stat::number_of_executed_units: *//p' "$work/log-$target")
  if [ $status -ne 0 ]; then
    echo "$target: a finding after ${done:-0} executions: $work"
    tail -n 40 "$work/log-$target" >&2
    exit 1
  fi
  echo "$target: $done executions, no finding"
done
