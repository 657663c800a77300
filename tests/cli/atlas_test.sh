#!/bin/bash
# atlas_test.sh EXITBENCH PASTE ATLAS_DOC MEMORY_DOC DIFF_DOC RESULTS_FILE...: the
# tables in the documents are what the command prints of the results files, and a
# wrong figure is noticed.
set -eu
exitbench=$1 paste=$2 documents=("$3" "$4" "$5") atlas=$(dirname "$6")
wrong=$(mktemp)
trap 'rm -f "$wrong"' EXIT
for document in "${documents[@]}"; do
  python3 "$paste" --check "$document" "$exitbench" "$atlas"
  sed '0,/^  guest  .*[0-9]/s/^\(  guest  .*\)[0-9]/\1x/' "$document" >"$wrong"
  if python3 "$paste" --check "$wrong" "$exitbench" "$atlas" >/dev/null; then
    echo "$document with a wrong figure passed"
    exit 1
  fi
done
