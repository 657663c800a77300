#!/bin/bash
# atlas_test.sh EXITBENCH PASTE DOCUMENT.md... RESULTS_FILE...: the tables in the
# documents are what the command prints of the results files, and a wrong figure is
# noticed.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
paste=$2
shift 2
documents=()
while [[ $1 = *.md ]]; do
  documents+=("$1")
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

finish
