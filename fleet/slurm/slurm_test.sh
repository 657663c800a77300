#!/bin/bash
# fleet/slurm by a real cluster on this machine: slurmctld and two slurmd, of which one
# is drained half way.
#
#   fleet/slurm/slurm_test.sh EXITBENCH [WORK]
#
# Two kernels with and without mitigations on an emulated AMD host are four cells, by
# sbatch and by hosts/matrix. The files must be the same. That is eight boots, one at a
# time. With WORK, a folder, hosts/matrix does not run again what is there already.
# Needs root, Debian's slurmctld and slurmd, and what hosts/emuhost needs.
. "$(dirname "${BASH_SOURCE[0]}")/../../tests/lib.sh" || exit 1
root=$(realpath -es "$(dirname "${BASH_SOURCE[0]}")/../..") || exit 1
[ "$(id -u)" -eq 0 ] || skip "root: slurmd starts jobs as their users"
PATH=$PATH:/usr/sbin
for need in slurmctld slurmd sbatch; do
  command -v $need >/dev/null || skip "Debian's slurmctld and slurmd"
done
work=${2:-$dir}
mkdir -p "$work" || exit 1
work=$(realpath -es "$work")
rm -rf "$work/slurm"
pids=()

clean_up() {
  local pid
  for pid in "${pids[@]+"${pids[@]}"}"; do kill "$pid" 2>/dev/null; done
  for pid in "${pids[@]+"${pids[@]}"}"; do wait "$pid" 2>/dev/null; done
}

# The cluster. It has one user, on one machine, and needs to prove nothing to itself.
state=$dir/state
mkdir -p "$state/ctld" "$state/n1" "$state/n2"
port=$((20000 + $$ % 10000))
cat >"$state/slurm.conf" <<END
ClusterName=exitbench
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=root
SlurmctldPort=$port
AuthType=auth/none
CredType=cred/none
StateSaveLocation=$state/ctld
SlurmdSpoolDir=$state/%n
SlurmctldPidFile=$state/ctld.pid
SlurmdPidFile=$state/%n.pid
SlurmctldLogFile=$state/ctld.log
SlurmdLogFile=$state/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/linear
ReturnToService=2
SlurmdTimeout=600
MessageTimeout=100
SchedulerParameters=sched_interval=5
NodeName=n1 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=1
NodeName=n2 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=1
PartitionName=all Nodes=n1,n2 Default=YES State=UP
END
export SLURM_CONF=$state/slurm.conf
slurmctld -D -i >"$dir/slurmctld.out" 2>&1 &
pids+=($!)
for node in n1 n2; do
  slurmd -D -N $node >"$dir/$node.out" 2>&1 &
  pids+=($!)
done
nodes_idle() { [ "$(sinfo -h -o %t -N 2>/dev/null | grep -c idle)" -eq 2 ]; }
wait_until 120 nodes_idle || {
  fail "the cluster does not come up"
  sinfo -N
  tail -n 5 "$state"/*.log "$dir"/*.out
  finish
}
echo "two nodes are up: $(sinfo -h -N -o '%N %t' | tr '\n' ';')"

# shellcheck disable=SC2054
matrix=(--kernels=6.1,6.12 --hosts=svm-npt --flags=--mitigations=auto
  --flags=--mitigations=off --binary="$binary" --timeout=1200)
arguments=(run --sessions=1 --rounds=2 --exits=100 '--cases=^pio/out$,^cpu/cpuid$')

# One task at a time: an emulator takes a CPU.
expect 0 "$root/fleet/slurm/submit" "${matrix[@]}" --out="$work/slurm" --jobs=1 \
  --sbatch=--chdir=/ -- "${arguments[@]}"
read -r job summary <"$dir/out"
echo "jobs $job and $summary"
tasks_left() { squeue -h -r -j "$job" -o %T 2>/dev/null | grep -vc COMPLETING; }
two_done() { [ "$(tasks_left)" -le 2 ]; }
wait_until 2700 two_done || fail "two tasks did not end in time"
scontrol update nodename=n1 state=drain reason=test || fail "drain"
no_jobs() { [ -z "$(squeue -h -j "$summary" -o %T 2>/dev/null)" ]; }
wait_until 2700 no_jobs || fail "the jobs did not end in time"
grep -h '^on n' "$work"/slurm/.slurm/?.log | sort | uniq -c
for node in n1 n2; do
  grep -q "^on $node" "$work"/slurm/.slurm/?.log || fail "no task was on $node"
done

expect 0 "$root/hosts/matrix" "${matrix[@]}" --out="$work/matrix" -- "${arguments[@]}"
cp "$dir/out" "$dir/matrix.txt"
names() { (cd "$1" && ls ./*.pb); }
[ "$(names "$work/slurm" | wc -l)" -eq 4 ] || fail "not four results: $(names "$work/slurm")"
[ "$(names "$work/slurm")" = "$(names "$work/matrix")" ] ||
  fail "other files: $(diff <(names "$work/slurm") <(names "$work/matrix"))"
# The same cases and metrics, and no change between them. What differs are two boots'
# ids and times.
for file in "$work"/slurm/*.pb; do
  name=${file##*/}
  for kind in slurm matrix; do
    "$binary" export "$work/$kind/$name" --format=csv | cut -d, -f2-6 | sort -u \
      >"$dir/$kind.csv"
  done
  grep -q '^pio/out,OK,guest' "$dir/slurm.csv" || fail "$name has no pio/out"
  cmp -s "$dir/slurm.csv" "$dir/matrix.csv" || fail "$name: other cases"
  "$binary" diff "$work/slurm/$name" "$work/matrix/$name" >"$dir/diff" 2>&1 ||
    fail "$name differs: $(cat "$dir/diff")"
done
# without_seconds FILE: a summary without how long each cell took.
without_seconds() {
  awk 'NF == 8 && $1 ~ /^[0-9]+$/ { $7 = "" } { print }' "$1"
}
cmp -s <(without_seconds "$work/slurm/summary.txt") <(without_seconds "$dir/matrix.txt") ||
  fail "another summary: $(diff "$work/slurm/summary.txt" "$dir/matrix.txt")"
cat "$work/slurm/summary.txt"
finish
