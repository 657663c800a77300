#!/usr/bin/env python3
"""Many sessions, and many rounds in one: memory, open files and VMs must not
pile up.

soak.py BINARY [COUNT [CASES]]      (default 4; 200 take an hour or so with all of
                                    CASES)

Runs COUNT sessions of one round, then one session of COUNT rounds. Looks at
exitbench's process and its session's, a hundred times a second. What the last quarter
of the run shows at most is compared with what the first quarter showed: the
session must not grow, exitbench itself only by the results that it keeps until the end:
by no more than it takes to show them. Memory is the peak that the kernel keeps of each
process (VmHWM): a look at the size of a moment misses the short peaks of some cases, and
then the first quarter is too low. Prints the figures; exit code 0: flat, 1:
not.
"""

import os
import subprocess
import sys
import tempfile
import time

CASES = ('^(pio|mmio|hypercall)/.*(out|read|write|user|kernel)(.ring3)?$,^vm/,^checkpoint/,'
         '^ept/(violation_backed|userfault),^irq/msi,^ipi/halted,'
         '^doorbell/ioeventfd.*apart,^dirty/.*_100.ring3,^stream/ring.64.apart')
# What the allocator and the page cache of the binary may add.
SLACK_KIB = 1024


def look(pid):
    """Peak RSS in KiB, open files, VMs of a process; None if it is gone."""
    try:
        with open(f'/proc/{pid}/status', encoding='ascii') as status:
            rss = [int(l.split()[1]) for l in status if l.startswith('VmHWM:')]
        links = []
        for fd in os.listdir(f'/proc/{pid}/fd'):
            try:
                links.append(os.readlink(f'/proc/{pid}/fd/{fd}'))
            except FileNotFoundError:
                pass
    except (FileNotFoundError, ProcessLookupError):
        return None
    vms = sum(link == 'anon_inode:kvm-vm' for link in links)
    return (rss[0], len(links), vms) if rss else None


def children(pid):
    try:
        with open(f'/proc/{pid}/task/{pid}/children', encoding='ascii') as f:
            return [int(word) for word in f.read().split()]
    except FileNotFoundError:
        return []


def most(samples):
    return [max(column) for column in zip(*samples)]


def kib_to_show(binary, path):
    """What a process needs at most that has these results in memory."""
    show = subprocess.Popen([binary, 'show', path], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(show.pid, 0)
    show.returncode = status
    return usage.ru_maxrss


def soak(binary, sessions, rounds, cases, directory):
    """Prints what one run shows; true if all is flat."""
    path = f'{directory}/soak.pb'
    begin = time.time()
    run = subprocess.Popen(
        [binary, 'run', f'--sessions={sessions}', f'--rounds={rounds}',
         '--reruns=0', '--exits=50', f'--cases={cases}', f'--out={path}'],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    parents, guests = [], []
    while run.poll() is None:
        sample = look(run.pid)
        if sample:
            parents.append(sample)
        seen = [look(child) for child in children(run.pid)]
        guests.extend(sample for sample in seen if sample)
        time.sleep(0.01)
    print(f'{sessions} sessions of {rounds} rounds: exit {run.returncode}, '
          f'{time.time() - begin:.0f} s, {len(parents)} looks')
    if run.returncode != 0:
        print('FAILED: the run did')
        return False
    flat = True
    left = children(os.getpid())
    if left:
        print(f'FAILED: processes left behind: {left}')
        flat = False
    kept_kib = kib_to_show(binary, path)
    for name, samples, grows_kib, more_files in (
            ('exitbench', parents, kept_kib, 2), ('session', guests, 0, 8)):
        quarter = len(samples) // 4
        if quarter == 0:
            print(f'FAILED: hardly a look at {name}')
            flat = False
            continue
        half = len(samples) // 2
        first, last = most(samples[:quarter]), most(samples[-quarter:])
        middle = most(samples[half - (quarter + 1) // 2:half + (quarter + 1) // 2])
        rss, files, vms = zip(first, middle, last)
        print(f'  {name}: at most, in the first, middle and last quarter: '
              f'peak RSS {", ".join(map(str, rss))} KiB, '
              f'open files {", ".join(map(str, files))}, '
              f'VMs {", ".join(map(str, vms))}')
        if last[0] > first[0] + SLACK_KIB + grows_kib:
            print(f'FAILED: peak RSS grew by more than {SLACK_KIB + grows_kib} KiB')
            flat = False
        # Cases, which come in random order, need more files or fewer, and
        # saving needs one.
        if last[1] > first[1] + more_files or last[2] > first[2] + 1:
            print('FAILED: open files or VMs pile up')
            flat = False
    return flat


def main():
    binary = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 4
    cases = sys.argv[3] if len(sys.argv) > 3 else CASES
    if not os.access('/dev/kvm', os.R_OK | os.W_OK):
        print('SKIPPED, needs KVM: no usable /dev/kvm')
        return 0
    with tempfile.TemporaryDirectory() as directory:
        flat = [soak(binary, count, 1, cases, directory),
                soak(binary, 1, count, cases, directory)]
    return 0 if all(flat) else 1


if __name__ == '__main__':
    sys.exit(main())
