#!/bin/bash
# exitbench model on this host's KVM, as a user sees it: model_kvm_test.sh EXITBENCH
# ATLAS_FILE TRUTH_EXITBENCH. The last is the VM that is watched: see tests/model, where
# it is also tested whether the figures are true.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
need_kvm
atlas=$(realpath -es "$2") truth=$(realpath -es "$3")
cd "$dir" || exit 1

clean_up() {
  [ -z "${vmm-}" ] || kill "$vmm" 2>/dev/null
}

model() {
  timeout 60 "$binary" model "$@"
}

# start_vm: a VM that makes PIO, in the background: $vmm is its process.
start_vm() {
  "$truth" mix --pio=1 --compute=1000 --for=100s >/dev/null 2>&1 &
  vmm=$!
  wait_until 10 has_vcpu || fail "no vCPU of the VM"
}
has_vcpu() {
  local file
  for file in "/proc/$vmm/fd/"*; do
    case $(readlink "$file") in *kvm-vcpu:*) return 0 ;; esac
  done
  return 1
}
stop_vm() {
  kill -KILL "$vmm" 2>/dev/null
  wait "$vmm" 2>/dev/null
  vmm=
}

expect 0 "$binary" run --quick --events=200 --out=costs.pb \
  --cases='^(pio/(out|in)|cpu/cpuid|mmio/(read|write))(.ring3)?$'

# No such process, and one without a VM.
sleep 0 &
gone=$!
wait $gone
expect_error 2 "$gone" model costs.pb --vm=$gone --for=1s
expect_error 2 "$$.* has no VM" model costs.pb --vm=$$ --for=1s

# The costs of another host.
expect_error 3 'refused, the costs of .* are not of this host' \
  model "$atlas" --vm=$$ --for=1s

start_vm
expect 0 model costs.pb --vm="$vmm" --for=1s --format=json
python3 - "$vmm" out <<'PYTHON' || fail "what the JSON has"
import json
import sys

report = json.load(open(sys.argv[2]))
assert report["costs"] == "costs.pb"
vm, = report["vms"]
assert vm["pid"] == int(sys.argv[1]), vm["pid"]
assert .9 < vm["watched_s"] < 10 and vm["ended"] is False, vm["watched_s"]
kinds = {kind["kind"]: kind for kind in vm["kinds"]}
pio = kinds["PIO to userspace"]
assert pio["per_second"] > 100, pio
assert pio["share"]["low"] <= pio["share"]["value"] <= pio["share"]["high"]
# What KVM_RUN returned for, within what happens between two readings.
returns = vm["statistics"]["fpu_reload"] / vm["watched_s"]
assert abs(pio["per_second"] / returns - 1) < .05, (pio, returns)
assert 0 < vm["time"]["vcpus"] < 1.2, vm["time"]
PYTHON
expect 0 model costs.pb --vm="$vmm" --for=1s --what_if=ioeventfd,halt_poll_ns:0
grep -q '^T_virt' out || fail "no T_virt"

# Costs of another host are taken by force, and it is said whose they are not.
if [ "$(uname -m)" = x86_64 ]; then
  expect 0 model "$atlas" --vm="$vmm" --for=1s --force
  grep -q 'not of this host, kernel: 6.1.0-56' err || fail "no warning: $(cat err)"
fi

# An interrupt ends the watch, and what was counted is printed.
model costs.pb --vm="$vmm" --for=50s >out 2>err &
watcher=$!
sleep 2
pkill -INT -P $watcher
expect_end 130 $watcher "an interrupted watch"
grep -q '^T_virt' out || fail "an interrupted watch prints nothing"

# The VM ends meanwhile: one line, and what was counted is printed.
model costs.pb --vm="$vmm" --for=50s >out 2>err &
watcher=$!
sleep 2
watched=$vmm
stop_vm
expect_end 1 $watcher "a VM that ends"
grep -q "the VM of pid $watched ended after" err || fail "$(cat err)"
[ "$(grep -c ended err)" -eq 1 ] || fail "said more than once"
grep -q '^T_virt' out || fail "of a VM that ended nothing is printed"

finish
