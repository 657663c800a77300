#!/bin/bash
# What exitbench model refuses before it looks at this host: model_test.sh EXITBENCH
# MAKE_RESULTS.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
make=$(realpath -es "$2")
cd "$dir" || exit 1
"$make" a.pb boot 2000 1 || exit 1

model() {
  timeout 60 "$binary" model "$@"
}

expect_error 2 'model wants one results file' model --vm=1
expect_error 2 'model wants one results file' model a.pb a.pb --vm=1
expect_error 2 '--vm=PID' model a.pb
for vm in 0 -1 x 1x 99999999999 pmu:off; do
  expect_error 2 'give the PID of the process' model a.pb --vm=$vm
done
for time in 0s -1s 1000h; do
  expect_error 2 '--for=.*give a time' model a.pb --vm=1 --for=$time
done
expect_error 2 'for' model a.pb --vm=1 --for=soon
for what in ',' 'a.pb,' halt_poll_ns: halt_poll_ns:x halt_poll_ns:-1 halt_poll_ns:nan; do
  expect_error 2 '--what_if' model a.pb --vm=1 --what_if=$what
done
expect_error 2 'give auto or off' model a.pb --vm=1 --exit_reasons=on
expect_error 2 'text or json' model a.pb --vm=1 --format=textproto

# A file that can't be read, or is none.
expect_error 2 'none.pb' model none.pb --vm=1
head -c 100 a.pb >cut.pb
expect_error 2 'cut.pb' model cut.pb --vm=1
expect_error 2 'cut.pb' model a.pb --vm=1 --what_if=cut.pb

# Without KVM nobody can say whose costs these are.
expect_error 3 'can.t be told: .*/nowhere' model a.pb --vm=1 --kvm_device=/nowhere

finish
