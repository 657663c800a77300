#!/bin/bash
# fleet/ansible by ansible-playbook over four sshd of this machine.
#
#   fleet/ansible/ansible_test.sh EXITBENCH
#
#   good   reboots between two kernels, A B B A
#   down   nobody listens at its port
#   nokvm  a mount namespace in which /dev/kvm is an empty file
#   stuck  its second boot comes up with the old kernel
#
# No host here can boot: the reboot is a stand-in of this test, a command that changes
# what the host says its boot id and its kernel are. All else is as on real hosts.
# Needs root, KVM, Debian's openssh-server and ansible-core.
. "$(dirname "${BASH_SOURCE[0]}")/../../tests/lib.sh" || exit 1
here=$(realpath -es "$(dirname "${BASH_SOURCE[0]}")") || exit 1
[ "$(id -u)" -eq 0 ] || skip "root: for a mount namespace, and to log in as root"
need_kvm
for need in ansible-playbook /usr/sbin/sshd ssh-keygen; do
  command -v $need >/dev/null || skip "Debian's openssh-server, openssh-client and ansible-core"
done
cd "$dir" || exit 1
pids=()

clean_up() {
  local pid
  for pid in "${pids[@]+"${pids[@]}"}"; do kill "$pid" 2>/dev/null; done
}

port=$((20000 + $$ % 10000))
mkdir -p /run/sshd empty
ssh-keygen -q -t ed25519 -N '' -f host_key
ssh-keygen -q -t ed25519 -N '' -f key
chmod 600 key.pub
: >no_kvm

# sshd_for NUMBER COMMAND...: an sshd on port + NUMBER, by COMMAND.
sshd_for() {
  local number=$1
  shift
  "$@" /usr/sbin/sshd -D -e -f /dev/null -h "$dir/host_key" -p $((port + number)) \
    -o ListenAddress=127.0.0.1 -o AuthorizedKeysFile="$dir/key.pub" -o StrictModes=no \
    -o PidFile=none -o UsePAM=no -o PermitRootLogin=prohibit-password \
    -o Subsystem='sftp internal-sftp' >"sshd$number.log" 2>&1 &
  pids+=($!)
}
sshd_for 1 env
# shellcheck disable=SC2016
sshd_for 3 unshare --mount --propagation=private \
  sh -c 'mount --bind "$0" /dev/kvm && exec "$@"' "$dir/no_kvm"
sshd_for 4 env
listens() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
for number in 1 3 4; do
  wait_until 20 listens $((port + number)) || fail "sshd $number: $(cat sshd$number.log)"
done

# Each host's kernel and boot id, and the stand-ins that change them.
for host in good stuck; do
  mkdir "$host"
  echo kernel-a >"$host/kernel"
  echo 1 >"$host/boot"
  echo kernel-a >"$host/next"
done
cat >reboot.sh <<'END'
#!/bin/sh
# reboot.sh FOLDER: another boot id, and the kernel that was chosen.
echo "$(($(cat "$1/boot") + 1))" >"$1/boot"
case $1 in
*/stuck) ;;
*) cp "$1/next" "$1/kernel" ;;
esac
END
chmod +x reboot.sh

cat >inventory.ini <<END
[all]
good ansible_port=$((port + 1)) folder=$dir/good
down ansible_port=$((port + 2)) folder=$dir/down
nokvm ansible_port=$((port + 3)) folder=$dir/nokvm
stuck ansible_port=$((port + 4)) folder=$dir/stuck
[all:vars]
ansible_host=127.0.0.1
ansible_user=root
ansible_python_interpreter=/usr/bin/python3
ansible_ssh_private_key_file=$dir/key
ansible_ssh_common_args=-F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=$dir/known -o IdentitiesOnly=yes
END
cat >vars.yml <<END
exitbench_binary: $binary
exitbench_results: $dir/results
exitbench_folder: "{{ folder }}/exitbench"
exitbench_arguments: --rounds=2 --events=200 '--cases=^pio/out.ring3$,^cpu/cpuid.ring3$'
exitbench_kernels: [kernel-a, kernel-b]
exitbench_set_kernel: "sh -c 'echo {{ kernel }} >{{ folder }}/next'"
exitbench_reboot_command: "$dir/reboot.sh {{ folder }}"
exitbench_reboot_timeout: 120
exitbench_boot_time_command: "cat {{ folder }}/boot"
exitbench_kernel_command: "cat {{ folder }}/kernel"
END
mkdir results nokvm down
printf '[defaults]\n' >ansible.cfg
export ANSIBLE_CONFIG=$dir/ansible.cfg ANSIBLE_LOCAL_TEMP=$dir/tmp ANSIBLE_NOCOLOR=1
export ANSIBLE_REMOTE_TEMP=$dir/rtmp ANSIBLE_DEPRECATION_WARNINGS=0 ANSIBLE_TIMEOUT=60
timeout 900 ansible-playbook -i inventory.ini "$here/measure.yml" -e @vars.yml >log 2>&1
code=$?
sed -n '/^PLAY RECAP/,$p' log
grep -n 'lost: ' log
# 2: a host failed; 4: one could not be reached; 6: both.
case $code in
2 | 4 | 6) ;;
*)
  fail "ansible-playbook ended with $code"
  tail -n 60 log
  ;;
esac
grep -q '"msg": "lost: down, nokvm, stuck"' log || fail "the lost are not named: $(grep -n msg log)"
grep -q 'exitbench doctor: .*no_kvm\|exitbench doctor: .*/dev/kvm is no KVM' log ||
  fail "nokvm: $(grep -n doctor log | tail -n 3)"
(cd results && printf '%s\n' *) >came
printf '%s\n' good.doctor.json good@kernel-a.pb good@kernel-b.pb nokvm.doctor.json \
  stuck.doctor.json stuck@kernel-a.pb | LC_ALL=C sort >wanted
LC_ALL=C sort came | cmp -s - wanted || fail "what came back: $(diff came wanted)"
# A B B A: two sessions of each kernel, the stuck one's first.
for file in good@kernel-a:2 good@kernel-b:2 stuck@kernel-a:1; do
  got=$(sessions_in "results/${file%:*}.pb")
  [ "$got" -eq "${file#*:}" ] || fail "${file%:*} has $got sessions"
done
[ "$(cat good/boot)" -eq 3 ] || fail "good booted $(cat good/boot) times, not 3"
# What came back is a fleet of two hosts.
"$binary" fleet results/*.pb >fleet.txt 2>err || fail "fleet: $(cat err)"
head -n 1 fleet.txt
grep -q '^2 hosts, 3 files' fleet.txt || fail "fleet: $(head -n 3 fleet.txt)"
finish
