#!/bin/bash
# exitbench fleet on the real binary: fleet_test.sh EXITBENCH MAKE_FLEET SCHEMA
# ATLAS_FILE. Needs no KVM. Needs Debian's python3-jsonschema.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
make=$(realpath -es "$2") schema=$(realpath -es "$3") atlas=$(realpath -es "$4")
cd "$dir" || exit 1

# eb ARGS...: exitbench, for two minutes at most.
eb() {
  timeout 120 "$binary" "$@"
}

# odd_hosts JSON: the hosts that stand out.
odd_hosts() {
  /usr/bin/python3 -c '
import json, sys
report = json.load(open(sys.argv[1]))
print("\n".join(sorted(host["host"] for group in report["groups"]
                       for host in group["standing_out"])))' "$1"
}

# 200 hosts, of which 8 were made odd, each in one of four ways.
mkdir a b
"$make" a hosts=200 cases=60 odd=8 || fail make_fleet
expect 1 eb fleet a/*.pb --format=json
cp out whole.json
[ ! -s err ] || fail "fleet warns: $(cat err)"
[ "$(odd_hosts whole.json)" = "$(cut -d' ' -f1 a/odd.txt)" ] ||
  fail "found $(odd_hosts whole.json | tr '\n' ' '), not $(tr '\n' ' ' <a/odd.txt)"
/usr/bin/python3 - "$schema" whole.json <<'END' || fail "schema"
import json, jsonschema, sys
schema, report = (json.load(open(path)) for path in sys.argv[1:])
jsonschema.Draft7Validator.check_schema(schema)
jsonschema.Draft7Validator(schema).validate(report)
# The check can fail.
del report["groups"][0]["standing_out"][0]["facts"]
if jsonschema.Draft7Validator(schema).is_valid(report):
    sys.exit("the schema accepts a spoilt report")
END
expect 1 eb fleet a/*.pb
grep -q '^group 1: 8 of 200 hosts stand out$' out || fail "text: $(head -n 6 out)"
grep -q 'differs: cpufreq.governor is powersave, of most performance$' out ||
  fail "no fact is named"
[ "$(awk '{ if (length > m) m = length } END { print m }' out)" -le 100 ] ||
  fail "a line is wider than 100 columns"
expect 0 eb fleet a/*.pb '--cases=^no|case000$' --alpha=0.001
expect 2 eb fleet a/*.pb --cases=no_such_case

# Without odd hosts none is found.
"$make" b hosts=60 cases=60 seed=3
expect 0 eb fleet b/*.pb
grep -q '^group 1: 0 of 60 hosts stand out$' out || fail "text: $(head -n 6 out)"

# Shards, in another order and joined in turn, say the same. A digest is small.
expect 0 eb fleet --out=3.pb a/host001[0-4]*.pb
expect 0 eb fleet --out=1.pb a/host000*.pb
expect 0 eb fleet --out=2.pb a/host001[5-9]*.pb
expect 0 eb fleet --out=23.pb 3.pb 2.pb
[ ! -s out ] || fail "fleet --out prints"
grep -q '^digest of 100 files: 23.pb$' err || fail "fleet --out: $(cat err)"
expect 1 eb fleet 23.pb 1.pb --format=json
cmp -s out whole.json || fail "shards say something else"
[ "$(stat -c %s 1.pb)" -lt 200000 ] || fail "a digest of 100 files has $(stat -c %s 1.pb) bytes"

# What can't be used is named, costs nothing else, and makes the exit code 2.
cp a/host00000@6.1.0-test.pb twice@6.1.0-test.pb
head -c 5000 a/host00001@6.1.0-test.pb >cut@6.1.0-test.pb
head -c 900 1.pb >cut-digest.pb
printf 'x' | dd of=2.pb bs=1 seek=3000 conv=notrunc 2>/dev/null
expect 2 eb fleet 1.pb 23.pb none.pb twice@6.1.0-test.pb cut@6.1.0-test.pb cut-digest.pb \
  2.pb "$schema" --format=json
[ "$(odd_hosts out)" = "$(cut -d' ' -f1 a/odd.txt)" ] || fail "a bad file costs hosts"
while IFS='|' read -r file why; do
  grep -q "^exitbench: left out: .*$file: .*$why" err || fail "$file: $(cat err)"
done <<'END'
none.pb|No such file
twice@6.1.0-test.pb|a session of it is in a/host00000@6.1.0-test.pb too
cut@6.1.0-test.pb|cut short
cut-digest.pb|not a usable fleet digest: it is cut short
2.pb|checksum is wrong
json|not from exitbench
END
[ "$(wc -l <err)" -eq 6 ] || fail "not six are left out: $(cat err)"
grep -q '"why": ".*No such file' out || fail "JSON has not what is left out"
expect 2 eb fleet none.pb
expect 2 eb fleet --out=none.pb cut-digest.pb
[ ! -e none.pb ] || fail "a digest of nothing was written"

# Another kernel on the same hosts, 5% slower in a tenth of the cases.
"$make" a hosts=30 cases=60 kernel=6.12.0-test slower=0.05
expect 1 eb fleet a/host000[0-2]*.pb --format=json
/usr/bin/python3 - out <<'END' || fail "pairs"
import json, sys
pair, = json.load(open(sys.argv[1]))["pairs"]
assert pair["hosts"] == 30, pair["hosts"]
worse = {figure["case"] for figure in pair["figures"] if figure["verdict"] == "worse"}
slower = {f"group{i % 12}/case{i:03}" for i in range(6)}
assert worse == slower, worse
assert pair["better"] == 0
for figure in pair["figures"]:
    if figure["verdict"] == "worse":
        assert 1.04 < figure["ratio_low"] <= figure["ratio"] <= figure["ratio_high"] < 1.06
END
expect 1 eb fleet a/host000[0-2]*.pb
grep -Eq '^group 1 -> 2, on 30 hosts that are in both: [0-9]+ worse, 0 better$' out ||
  fail "pairs: $(grep -n in.both out)"

# Names of hosts; other architectures and emulators are other groups.
mkdir -p hosts/web1 hosts/web2
cp a/host00001@6.1.0-test.pb hosts/web1/r.pb
cp a/host00002@6.1.0-test.pb hosts/web2/r.pb
expect 2 eb fleet hosts/*/r.pb '--host_name=hosts/([^/]+)/' "$atlas"
grep -q 'its name does not tell its host' err || fail "host_name: $(cat err)"
expect 0 eb fleet hosts/*/r.pb '--host_name=hosts/([^/]+)/'
grep -q '^2 hosts, 2 files, 1 group$' out || fail "host_name: $(head -n 1 out)"
expect 0 eb fleet hosts/*/r.pb "$atlas"
grep -q '^2 hosts, 3 files, 2 groups$' out || fail "groups: $(head -n 3 out)"
grep -q 'too few to tell which stand out (from 8 on)' out || fail "few: $(head -n 9 out)"
expect_error 2 'one group' eb fleet hosts/*/r.pb --host_name=hosts
expect_error 2 'fleet prints text or json' eb fleet a/*.pb --format=textproto
expect_error 2 'fleet wants results files' eb fleet
expect_error 2 'a digest has all cases' eb fleet a/*.pb --cases=case --out=none.pb
finish
