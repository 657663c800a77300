# The summary of a matrix: every case on every host.
# shellcheck shell=bash

# outcomes FILE: prints case, outcome and reason of each case in a results file;
# fails if it cannot be read.
outcomes() (
  set -o pipefail
  "$binary" show --format=json "$1" | jq -r '
    (if type == "array" then .[] else . end)
    | .cases[]
    | [.name, (.outcome | sub("OUTCOME_"; "") | ascii_upcase),
       (.reason // "" | gsub("[\t\n]"; " "))]
    | @tsv'
)

# summarize: prints the table of all cells to standard output. Returns 0 if no
# case failed, 1 if some did, EXIT_BOOT if a cell has no results
# that can be read.
summarize() {
  local i base code seconds cases missing=0
  local all
  all=$(mktemp)
  for i in "${!cell_name[@]}"; do
    base=$out/${cell_name[$i]} code=- seconds=-
    if [[ -f $base.cell ]]; then
      code=$(sed -n 's/^exit //p' "$base.cell")
      seconds=$(sed -n 's/^seconds //p' "$base.cell")
    fi
    printf 'cell\t%d\t%s\t%s\t%s\n' "$((i + 1))" "${cell_name[$i]}" "$code" \
      "$seconds"
    if [[ ! -f $base.pb ]]; then
      missing=1
    elif cases=$(outcomes "$base.pb") && [[ $cases ]]; then
      sed "s/^/case\t$((i + 1))\t/" <<<"$cases"
    else
      say "cannot read $base.pb"
      missing=1
    fi
  done >"$all"
  awk -F '\t' -v cells="${#cell_name[@]}" "$SUMMARY_AWK" "$all"
  local failed=$?
  rm -f "$all"
  ((missing)) && return "$EXIT_BOOT"
  return "$failed"
}

# Reads the lines of summarize; prints the cells, a table of cases by cells,
# and each reason once with the cells it holds for.
# shellcheck disable=SC2016
readonly SUMMARY_AWK='
  $1 == "cell" { cell[$2] = $3; code[$2] = $4; seconds[$2] = $5; next }
  {
    if (!($3 in seen)) { order[++names] = $3; seen[$3] = 1 }
    if (length($3) > width) width = length($3)
    outcome[$3, $2] = $4
    ++count[$2, $4]
    if ($4 == "FAILED" || $4 == "TIMEOUT") bad = 1
    if ($4 != "OK") {
      key = $4 "\t" $5 "\t" $3
      if (!(key in where)) reason[++reasons] = key
      where[key] = where[key] " " $2
    }
  }
  END {
    printf "%4s %5s %8s %7s %8s %5s %7s  %s\n", "cell", "OK", "SKIPPED",
      "FAILED", "TIMEOUT", "exit", "seconds", "kernel, host, flags"
    for (i = 1; i <= cells; ++i)
      printf "%4d %5d %8d %7d %8d %5s %7s  %s\n", i, count[i, "OK"],
        count[i, "SKIPPED"], count[i, "FAILED"], count[i, "TIMEOUT"], code[i],
        seconds[i], cell[i]
    short["OK"] = "ok"; short["SKIPPED"] = "skip"
    short["FAILED"] = "FAIL"; short["TIMEOUT"] = "TIME"
    if (names) {
      printf "\n%-" width "s", "case"
      for (i = 1; i <= cells; ++i) printf " %4d", i
      printf "\n"
    }
    for (n = 1; n <= names; ++n) {
      printf "%-" width "s", order[n]
      for (i = 1; i <= cells; ++i) {
        o = outcome[order[n], i]
        printf " %4s", o == "" ? "-" : o in short ? short[o] : o
      }
      printf "\n"
    }
    if (reasons) printf "\n"
    for (pass = 0; pass < 2; ++pass)  # What failed comes first.
      for (r = 1; r <= reasons; ++r) {
        split(reason[r], part, "\t")
        if ((part[1] == "SKIPPED") == pass)
          printf "%s %s in%s: %s\n", part[1], part[3], where[reason[r]], part[2]
      }
    exit bad
  }'
