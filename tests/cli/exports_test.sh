#!/bin/bash
# Exports for other systems, each read by a reader of that system: exports_test.sh
# EXITBENCH MAKE_RESULTS READ_EXPORTS ATLAS_FILE. Needs no KVM. Needs Debian's
# python3-prometheus-client, python3-junitparser, perl and sqlite3; what is not there is
# SKIPPED.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
make=$(realpath -es "$2") read=$(realpath -es "$3") atlas=$(realpath -es "$4")
cd "$dir" || exit 1

# eb ARGS...: exitbench, for a minute at most.
eb() {
  timeout 60 "$binary" "$@"
}

# made: with OK, SKIPPED and FAILED cases. counted: instructions. atlas: all cases.
"$make" made.pb boot 3000 1 || fail make_results
"$make" counted.pb bootc 3000 1 counted
cp "$atlas" atlas.pb
for file in made counted atlas; do
  eb show --format=json $file.pb >$file.json || fail "show $file"
  for format in openmetrics ktap junit sqlite; do
    expect 0 eb export $file.pb --format=$format --out=$file.$format
  done
done

for kind in openmetrics junit; do
  for file in made counted atlas; do
    timeout 120 /usr/bin/python3 "$read" $kind $file.$kind $file.json >out 2>&1
    case $? in
    0) ;;
    77)
      left_out "Debian's python3-prometheus-client and python3-junitparser: $kind"
      break
      ;;
    *) fail "$kind of $file: $(tail -n 3 out)" ;;
    esac
  done
done
if command -v promtool >/dev/null; then
  for file in made counted atlas; do
    promtool check metrics <$file.openmetrics >out 2>&1 || fail "promtool: $(head -n 5 out)"
  done
else
  left_out "promtool, of Debian's prometheus: its check of openmetrics"
fi
if command -v xmllint >/dev/null; then
  xmllint --noout made.junit atlas.junit || fail "xmllint"
else
  left_out "xmllint, of Debian's libxml2-utils: whether junit is well formed"
fi

# KTAP by perl's TAP::Parser.
cat >tap.pl <<'END'
use strict;
use warnings;
use TAP::Parser;
my $parser = TAP::Parser->new({source => $ARGV[0]});
my %count;
while (my $result = $parser->next) {
  next unless $result->is_test;
  my $kind = $result->has_skip ? "skip" : $result->is_ok ? "ok" : "not ok";
  $count{$kind}++;
  print $kind, " ", $result->description =~ s/^- //r,
    $result->has_skip ? " (" . $result->explanation . ")" : "", "\n";
}
die "parse errors: " . join("; ", $parser->parse_errors) . "\n" if $parser->parse_errors;
die "planned " . $parser->tests_planned . ", run " . $parser->tests_run . "\n"
  if $parser->tests_planned != $parser->tests_run;
END
if perl -MTAP::Parser -e1 2>/dev/null; then
  for file in made counted atlas; do
    cp $file.ktap $file.tap
    expect 0 perl tap.pl $file.tap
    cp out $file.read
    /usr/bin/python3 - $file.json $file.read <<'END' || fail "ktap of $file: other outcomes"
import json, sys
results = json.load(open(sys.argv[1]))
wanted = []
for case in results["cases"]:
    outcome = case["outcome"].removeprefix("OUTCOME_")
    wanted.append({"OK": f"ok {case['name']}",
                   "SKIPPED": f"skip {case['name']} ({case['reason']})"}.get(
                       outcome, f"not ok {case['name']}").replace("#", "_"))
found = open(sys.argv[2]).read().splitlines()
if found != wanted:
    sys.exit("\n".join(f"{a!r} {b!r}" for a, b in zip(found, wanted) if a != b))
END
  done
  grep -q '^skip hypercall/user (no KVM_CAP_EXIT_HYPERCALL)$' made.read ||
    fail "ktap: $(cat made.read)"
  grep -q '^not ok mmio/read$' made.read || fail "ktap: $(cat made.read)"
  sed '3,4d' made.tap >cut.tap
  perl tap.pl cut.tap >/dev/null 2>&1 && fail "the reader takes a plan that is not kept"
else
  left_out "perl's TAP::Parser: ktap"
fi

# SQLite: two files into one database.
if command -v sqlite3 >/dev/null; then
  for file in made atlas; do
    sqlite3 -bail all.db <$file.sqlite || fail "sqlite3 does not take $file"
  done
  # ask SQL WANTED
  ask() {
    local got
    got=$(sqlite3 all.db "$1") || fail "sqlite3: $1"
    [ "$got" = "$2" ] || fail "$1: $got, not $2"
  }
  ask 'SELECT count(*) FROM file' 2
  ask 'SELECT group_concat(outcome) FROM result WHERE file = 1' OK,SKIPPED,FAILED
  ask "SELECT reason FROM result WHERE file = 1 AND name = 'mmio/read'" \
    'expected KVM_EXIT_MMIO'
  ask "SELECT count(*) FROM figure WHERE file = 1 AND metric = 'kvm_run'" 15
  ask "SELECT value FROM fact WHERE file = 1 AND key = 'cpu.smt'" on
  ask "SELECT count(*) FROM session WHERE file = 1" 3
  /usr/bin/python3 - <<'END' || fail "sqlite: other figures"
import json, sqlite3, sys
database = sqlite3.connect("all.db")
for file, name in ((1, "made"), (2, "atlas")):
    results = json.load(open(f"{name}.json"))
    wanted = sorted((case["name"], metric["name"], run["summary"]["iqm"])
                    for case in results["cases"] for metric in case["metrics"]
                    for run in metric["runs"])
    found = sorted(database.execute(
        "SELECT name, metric, iqm FROM figure WHERE file = ?", (file,)))
    if len(wanted) == 0 or wanted != found:
        sys.exit(1)
END
else
  left_out "Debian's sqlite3: sqlite"
fi
finish
