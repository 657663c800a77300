#!/bin/bash
# atlas_test.sh EXITBENCH PASTE ARM64_DOC ATLAS_DOC MEMORY_DOC DIFF_DOC SWEEPS_DOC
# WHERE_DOC VM_DOC RESULTS_FILE...: the tables in the documents are what the command prints of the
# results files, and a wrong figure is noticed.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
paste=$2 documents=("$3" "$4" "$5" "$6" "$7" "$8" "$9") atlas=$(dirname "${10}")
for document in "${documents[@]}"; do
  expect 0 python3 "$paste" --check "$document" "$binary" "$atlas"
  sed -E '0,/^  guest  .*[0-9]|^.* guest .*functions/s/^(  guest  .*|.* guest .*)[0-9]/\1x/' "$document" \
    >"$dir/wrong" || fail "no copy of $document"
  if python3 "$paste" --check "$dir/wrong" "$binary" "$atlas" >/dev/null; then
    fail "$document with a wrong figure passed"
  fi
done

finish
