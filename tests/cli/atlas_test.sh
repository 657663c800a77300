#!/bin/bash
# atlas_test.sh EXITBENCH PASTE OUTCOMES DOCUMENT.md... RESULTS_FILE...: the tables in
# the documents are what the command prints of the results files, and a wrong figure is
# noticed. So are the tables of outcomes in atlas.md, and each file of arm64 hosts is in
# them.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
paste=$2 outcomes=$3 atlas_doc=
shift 3
documents=()
while [[ $1 = *.md ]]; do
  documents+=("$1")
  [[ $1 != */atlas.md ]] || atlas_doc=$1
  shift
done
atlas=$(dirname "$1")
[ ${#documents[@]} -ge 7 ] || fail "${#documents[@]} documents"

# Prints DOCUMENT with the last figure of its first table's first line that has one changed.
with_a_wrong_figure() {
  awk '/^\$ exitbench (diff|explain|profile|show) / && before == "```" { command = NR }
       command && NR > command && !done && /[0-9]/ { sub(/[0-9][^0-9]*$/, "x"); done = 1 }
       { print; before = $0 }' "$1"
}

for document in "${documents[@]}"; do
  expect 0 python3 "$paste" --check "$document" "$binary" "$atlas"
  with_a_wrong_figure "$document" >"$dir/wrong" || fail "no copy of $document"
  ! cmp -s "$document" "$dir/wrong" || fail "$document has no figure"
  if python3 "$paste" --check "$dir/wrong" "$binary" "$atlas" >/dev/null; then
    fail "$document with a wrong figure passed"
  fi
done

expect 0 python3 "$outcomes" --check "$atlas_doc" "$binary" "$atlas"
for file in "$atlas"/{arm64,newer}/*.pb; do
  grep -q "^| .* ${file#"$atlas"/} |$" "$atlas_doc" || fail "no row of $file"
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
