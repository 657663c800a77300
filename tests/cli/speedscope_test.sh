#!/bin/bash
# What exitbench exports for speedscope, by speedscope's own schema and page:
# speedscope_test.sh EXITBENCH OPEN_SPEEDSCOPE SCHEMA PAGE... -- PROFILE...
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
open=$(realpath -es "$2") schema=$(realpath -es "$3")
shift 3
page=
while [ "$1" != -- ]; do
  [[ $1 != */index.html ]] || page=$(realpath -es "$1")
  shift
done
files=$(dirname "$(realpath -es "$2")")
[ "$page" ] || fail "no page"
cd "$dir" || exit 1

# valid FILE: whether the schema has nothing to say of FILE, and something of it
# without its frames, and with an event of a kind that there is not.
valid() {
  python3 -c '
import json, jsonschema, sys
schema, file = (json.load(open(name)) for name in sys.argv[1:])
validator = jsonschema.Draft7Validator(schema)
validator.validate(file)
file["profiles"][0]["events"][0]["type"] = "X"
assert not validator.is_valid(file), "a wrong event passes"
file["profiles"][0]["events"][0]["type"] = "O"
assert validator.is_valid(file)
del file["shared"]
assert not validator.is_valid(file), "a file without frames passes"
' "$schema" "$1"
}
for kernel in 6.1 6.12; do
  expect 0 "$binary" export "$files/$kernel.profile.pb" --format=speedscope \
    --out="$dir/$kernel.json"
  expect 0 valid $kernel.json
done

chromium=$(command -v chromium) ||
  skip "chromium: speedscope has not opened what is exported"
export HOME=$dir
for case in pio/out mmio/write; do
  expect 0 "$binary" export "$files/6.1.profile.pb" --format=speedscope \
    --cases="^$case\$" --out="$dir/one.json"
  expect 0 "$binary" profile "$files/6.1.profile.pb" --cases="^$case\$" --thunks \
    --top=0 --format=json
  cp out profile.json
  expect 0 timeout 280 python3 "$open" "$chromium" "$page" one.json profile.json
  cat out
done
# The other kernel's are shown otherwise.
expect 0 "$binary" profile "$files/6.12.profile.pb" --cases='^mmio/write$' --thunks \
  --top=0 --format=json
cp out profile.json
expect 1 timeout 280 python3 "$open" "$chromium" "$page" one.json profile.json
grep -q 'functions are shown otherwise' err || fail "why not: $(cat err)"

finish
