#!/bin/bash
# atlas_test.sh EXITBENCH PASTE OUTCOMES ARM64_DOC ATLAS_DOC MEMORY_DOC DIFF_DOC
# SWEEPS_DOC WHERE_DOC RESULTS_FILE...: the tables in the documents are what the command
# prints of the results files, and a wrong figure is noticed. So are the tables of
# outcomes in ATLAS_DOC, and each file of arm64 hosts is in them.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
paste=$2 outcomes=$3 atlas_doc=$5 documents=("$4" "$5" "$6" "$7" "$8" "$9")
atlas=$(dirname "${10}")
for document in "${documents[@]}"; do
  expect 0 python3 "$paste" --check "$document" "$binary" "$atlas"
  sed -E '0,/^  guest  .*[0-9]|^.* guest .*functions/s/^(  guest  .*|.* guest .*)[0-9]/\1x/' "$document" \
    >"$dir/wrong" || fail "no copy of $document"
  if python3 "$paste" --check "$dir/wrong" "$binary" "$atlas" >/dev/null; then
    fail "$document with a wrong figure passed"
  fi
done

expect 0 python3 "$outcomes" --check "$atlas_doc" "$binary" "$atlas"
for file in "$atlas"/arm64/*.pb; do
  grep -q "^| .* arm64/${file##*/} |$" "$atlas_doc" || fail "no row of $file"
done
# wrong_outcomes WHAT EXPRESSION: the document, changed by sed, does not pass.
wrong_outcomes() {
  sed -E "$2" "$atlas_doc" >"$dir/wrong"
  cmp -s "$atlas_doc" "$dir/wrong" && fail "$1: nothing was changed"
  if python3 "$outcomes" --check "$dir/wrong" "$binary" "$atlas" >/dev/null; then
    fail "$1 passed"
  fi
}
wrong_outcomes "a wrong count" 's/^(\| [0-9]+ \| [0-9]+)([0-9] \| .*arm64\/)/\11\2/'
wrong_outcomes "a wrong reason" 's/no KVM_CAP_DIRTY_LOG_RING_ACQ_REL/no reason/'
wrong_outcomes "a missing row" '/^\| 1 \|.*arm64\//d'

finish
