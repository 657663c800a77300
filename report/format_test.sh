#!/bin/bash
# report/page/format.js in a page of its own.
#
#   report/format_test.sh FORMAT_JS
. "$(dirname "${BASH_SOURCE[0]}")/../tests/lib.sh" || exit 1
chromium=$(command -v chromium) || skip "chromium: no page was opened"
cd "$dir" || exit 1

# The page says in a line each what some code is.
cat >page.html <<HTML
<meta charset="utf-8"><body><script>const sides = [];
$(cat "$binary")
for (const code of ["changeText(1.5)", "changeText(0.5)", "changeText(1)",
  // JSON has null for what is infinite.
  "changeText(null)", "changeText(undefined)"]) {
  document.body.append("\\n= " + code + ": " + eval(code).replace(MINUS, "-") + ".");
}
document.body.append("\\n");
</script></body>
HTML
cat >wanted <<'TEXT'
= changeText(1.5): +50%.
= changeText(0.5): -50%.
= changeText(1): 0%.
= changeText(null): .
= changeText(undefined): .
TEXT
timeout 100 "$chromium" --headless --no-sandbox --disable-gpu --user-data-dir="$dir/profile" \
  --dump-dom "file://$dir/page.html" >dom 2>err || fail "chromium: $(tail -n 3 err)"
grep '^= ' dom | cmp -s - wanted || fail "other texts: $(grep '^= ' dom | diff - wanted)"
finish
