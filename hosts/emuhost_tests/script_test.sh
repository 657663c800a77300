#!/bin/sh
# Tests of emuhost: a script in place of exitbench, and files of the user's.
# shellcheck source=hosts/emuhost_tests/lib.sh
. "$(dirname "$0")/lib.sh"

mkdir -p "$temporary/with/bin" "$temporary/with/dir"
printf '#!/bin/sh\necho "hello, $1"\n' >"$temporary/with/bin/hello"
chmod +x "$temporary/with/bin/hello"
echo 'in a file' >"$temporary/with/dir/file"
echo 'not this' >"$temporary/with/init"
cat >"$temporary/script" <<'END'
hello world
cat /dir/file
echo "$# arguments: $1, $2"
exitbench "$@"
echo "exitbench ended with $?" >&2
exit 9
END
with() { # ARGUMENT...
  emuhost --kernel="$kernel" --script="$temporary/script" \
    --with="$temporary/with" "$@"
}
with -- kvm 'a b'
check "a script's exit code comes out" ended_with 9
check "it runs what came with it" printed 'hello, world'
check "and reads it" printed 'in a file'
check "it gets exitbench's arguments" printed '2 arguments: kvm, a b'
check "and can run exitbench with them" said_line 'exitbench ended with 7'
with -- bytes --out="$temporary/results.pb"
check "the results file comes out of a script" same_bytes "$temporary/results.pb"
with --profile="$temporary/x.pb" -- run
check "a profile of a script is a usage error" ended_with 200
with --script=/none -- kvm
check "a script that is not there is one" ended_with 200
with --with="$temporary/script" -- kvm
check "and files that are no directory" ended_with 200

finish
