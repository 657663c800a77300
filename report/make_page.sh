#!/bin/bash
# make_page.sh PAGE LICENSE STYLE... -- SCRIPT...
#
# Prints C++ that defines kReportPage (report/page.h): PAGE with one style sheet,
# one script and the licence of what others wrote in it. The first script is a
# library; all others share one scope. @STYLE_HASH@ and @SCRIPT_HASH@ become the
# hashes by which the page's Content-Security-Policy lets just these two in.
set -eu
page=$1 license=$2
shift 2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

die() {
  echo "make_page.sh: $*" >&2
  exit 1
}

# hash FILE: as a Content-Security-Policy has it.
hash() {
  local hex
  hex=$(sha256sum "$1" | sed -E 's/^([0-9a-f]{64}).*/\1/; s/../\\x&/g')
  # shellcheck disable=SC2059
  printf "$hex" | base64
}

# put MARK FILE: puts FILE in the place of MARK, which is text of one line.
put() {
  awk -v mark="$1" -v file="$2" '
    BEGIN { while ((getline line < file) > 0) text = text line "\n"; sub(/\n$/, "", text) }
    (at = index($0, mark)) {
      printf "%s%s%s\n", substr($0, 1, at - 1), text, substr($0, at + length(mark))
      next
    }
    { print }' "$dir/page" >"$dir/next"
  mv "$dir/next" "$dir/page"
}

: >"$dir/style"
while [ "$1" != -- ]; do
  cat "$1" >>"$dir/style"
  shift
done
shift
{
  cat "$1"
  echo
  echo '(() => {'
  echo '"use strict";'
  shift
  cat "$@"
  echo '})();'
} >"$dir/script"
if grep -qi '</s[ct]' "$dir/style" "$dir/script"; then
  die "a style sheet or script would end its own element"
fi
# Elements have their text from mark to mark, so without the last newline.
for part in style script; do
  printf '%s' "$(cat "$dir/$part")" >"$dir/$part.exact"
  hash "$dir/$part.exact" >"$dir/$part.hash"
done

cp "$page" "$dir/page"
put @LICENSE@ "$license"
put @STYLE_HASH@ "$dir/style.hash"
put @SCRIPT_HASH@ "$dir/script.hash"
put @STYLE@ "$dir/style.exact"
put @SCRIPT@ "$dir/script.exact"
[ "$(grep -c '^.*@DATA@' "$dir/page")" -eq 1 ] || die "not one place for the data"
if grep -q ')EB_PAGE"' "$dir/page"; then
  die "the page would end the literal that it is in"
fi

cat <<'END'
#include "report/page.h"

namespace exitbench {

END
printf 'const absl::string_view kReportPage = R"EB_PAGE('
cat "$dir/page"
printf ')EB_PAGE";\n\n}  // namespace exitbench\n'
