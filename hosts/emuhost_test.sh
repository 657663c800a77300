#!/bin/sh
# Tests of emuhost and matrix: what is brought out of a host, and what happens
# when the kernel or the command does not do what it should. What matrix does without
# a kernel is tested by lib/*_test.py.
#
# Runs the tests in emuhost_tests/, one after the other. Each runs alone, too. They
# boot a kernel of Debian's archive ($EMUHOST_TEST_KERNEL, by default the newest 6.1)
# many times, with a stand-in for exitbench. Every run has a time limit.
set -u
cd "$(dirname "$0")/emuhost_tests" || exit 1
failed=0
tests=0
for test in *_test.sh; do
  tests=$((tests + 1))
  echo "$test"
  "./$test" && continue
  echo "FAILED: $test"
  failed=$((failed + 1))
done
echo "$tests tests, $failed failed"
[ "$failed" -eq 0 ]
