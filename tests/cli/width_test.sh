#!/bin/bash
# Tables fit the terminal, and are whole on a pipe. width_test.sh EXITBENCH
# ATLAS_FILE... Needs no KVM.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
unset COLUMNS
sides=()
for file in "${@:2}"; do
  case $file in
    */6.1.0-56-cloud-amd64.svm-npt.pb | */6.1.0-47-*.svm-npt.pb | \
      */5.10.0-46-*.svm-npt.pb) sides+=("$file") ;;
  esac
done
[ ${#sides[@]} -eq 3 ] || fail "not three files of the atlas: ${sides[*]}"

# at_most WIDTH: whether no line of $dir/out is wider.
at_most() {
  local got
  got=$(LC_ALL=C.UTF-8 wc -L <"$dir/out")
  [ "$got" -le "$1" ] && return
  fail "a line has $got columns, not $1 at most"
  LC_ALL=C.UTF-8 awk -v most="$1" 'length($0) > most' "$dir/out" | head -n 3
}

# says TEXT: whether $dir/out has that line.
says() {
  grep -qxF -e "$1" "$dir/out" || fail "no line says: $1"
}

for width in 60 80 120; do
  export COLUMNS=$width
  for words in list "show ${sides[0]}" "diff ${sides[0]} ${sides[1]}" \
    "diff ${sides[*]}" "diff --baseline=${sides[*]}"; do
    # shellcheck disable=SC2086
    "$binary" $words >"$dir/out" 2>"$dir/err"
    at_most $width || echo "of: $words"
    [ "$(wc -l <"$dir/out")" -gt 300 ] || fail "little is said by: $words"
  done
done

# The figures of one case at each width, and what is left out.
COLUMNS=60 expect 0 "$binary" show "${sides[0]}" --cases='^pio/in$'
says 'case    guest   net   +-  differ   by  host'
says 'left out at this width: p99, exit, entry; COLUMNS=61 shows'
COLUMNS=45 expect 0 "$binary" show "${sides[0]}" --cases='^pio/in$'
says 'case    guest   net   +-  differ   by  host'
COLUMNS=40 expect 0 "$binary" show "${sides[0]}" --cases='^pio/in$'
says 'case    guest   net   +-  differ   by'
for width in 61 80 120; do
  COLUMNS=$width expect 0 "$binary" show "${sides[0]}" --cases='^pio/in$'
  says 'case    guest   net   +-  differ   by  p99  host  exit  entry'
  grep -q 'left out' "$dir/out" && fail "something is left out at $width"
done
COLUMNS=60 expect 1 "$binary" diff --cases='^pio/in$' "${sides[@]:0:2}"
says '(instructions)     OLD     NEW        change      p  verdict'
says 'left out at this width: interval, n; COLUMNS=77 shows all'
for width in 80 120; do
  COLUMNS=$width expect 1 "$binary" diff --cases='^pio/in$' "${sides[@]:0:2}"
  says '(instructions)     OLD     NEW        change [low, high]      p    n  verdict'
done
COLUMNS=60 expect 0 "$binary" list --cases='^pio/in$'
says 'pio/in'
COLUMNS=80 expect 0 "$binary" list --cases='^pio/in$'
grep -q '^pio/in  *IN ' "$dir/out" || fail "list at 80: no text beside the name"

# On a pipe nothing is left out of show and list.
unset COLUMNS
expect 0 "$binary" show "${sides[0]}"
grep -q '^case .* entry$' "$dir/out" || fail "no whole table on a pipe"
grep -q 'left out' "$dir/out" && fail "something is left out on a pipe"

# A terminal says its width itself.
cat >"$dir/on_terminal" <<'END'
stty cols 60 && "$1" show "$2" --cases='^pio/in$'
END
if command -v script >/dev/null; then
  script -qec "bash '$dir/on_terminal' '$binary' '${sides[0]}'" /dev/null \
    </dev/null | tr -d '\r' >"$dir/out"
  at_most 60
  says 'left out at this width: p99, exit, entry; COLUMNS=61 shows'
else
  left_out "script: a terminal of 60 columns"
fi

finish
