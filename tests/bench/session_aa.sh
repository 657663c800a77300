#!/bin/bash
# session_aa.sh BINARY [--pairs=N] [--load] [--cases=REGEX] [--events=N]
#     [--keep=DIR]: how often `diff` is wrong on this host.
#
# Measures N pairs (default 20) of files of the kernel that runs. A file has 3
# sessions of 5 rounds, of 1,000 events a run. The sessions of the two files of a
# pair are interleaved: a b b a a b, and b a a b b a in the next pair. Prints
# what `diff` says of each pair, and in how many pairs it says that anything
# changed, which is a false alarm.
#
#   --load   a busy loop on each CPU, for 20 of every 40 seconds
#   --keep   the folder that keeps the files, as PAIR-a.pb and PAIR-b.pb
#
# Ends with 0 if it could measure, whatever `diff` says.
set -u

readonly ORDER=(a b b a a b)
readonly LOAD_SECONDS=20
pairs=20
load=no
keep=
events=1000
cases='^(control/immediate_exit|pio/(out|in|ioeventfd)|mmio/(write|read)|exit/(hlt|'
cases+='msr_filtered_read)|cpu/(cpuid|rdtsc)|hypercall/(kernel|user)|ept/violation|'
cases+='vm/get_regs)$'
load_pid=
dir=

die() {
  local code=$1
  shift
  echo "session_aa.sh: $*" >&2
  exit "$code"
}

# number TEXT FLAG: the number, from 1 on, that FLAG was given.
number() {
  [[ $1 =~ ^[1-9][0-9]{0,5}$ ]] || die 2 "$2 wants a number: '$1'"
  echo "$1"
}

parse() {
  [ $# -ge 1 ] || die 2 "usage: session_aa.sh BINARY [--pairs=N] [--load]..."
  binary=$(realpath -es "$1") || die 2 "no program: $1"
  shift
  local argument
  for argument in "$@"; do
    case $argument in
    --pairs=*) pairs=$(number "${argument#*=}" --pairs) || exit 2 ;;
    --events=*) events=$(number "${argument#*=}" --events) || exit 2 ;;
    --cases=*) cases=${argument#*=} ;;
    --keep=*) keep=${argument#*=} ;;
    --load) load=yes ;;
    *) die 2 "unknown argument: $argument" ;;
    esac
  done
}

# come_and_go PID: the load, until it is killed or process PID has ended.
come_and_go() {
  local cpu busy=()
  trap 'kill "${busy[@]}" 2>/dev/null; exit 0' TERM
  while kill -0 "$1" 2>/dev/null; do
    busy=()
    for ((cpu = 0; cpu < $(nproc); ++cpu)); do
      # It ends by itself even if nobody is left to kill it.
      timeout "$LOAD_SECONDS" bash -c 'while :; do :; done' &
      busy+=($!)
    done
    wait "${busy[@]}"
    sleep "$LOAD_SECONDS" &
    busy=($!)
    wait "${busy[@]}"
  done
}

clean_up() {
  if [ -n "$load_pid" ]; then
    kill "$load_pid" 2>/dev/null
    wait "$load_pid" 2>/dev/null
  fi
  [ -n "$keep" ] || rm -rf "$dir"
}

# session FILE: appends one session to FILE.
session() {
  local said code
  # Runs that were disturbed stay: each file gets equally much work.
  said=$("$binary" run --sessions=1 --rounds=5 --events="$events" --reruns=0 \
    --append --out="$1" --cases="$cases" --progress=never 2>&1)
  code=$?
  # 1: a case failed. That is no matter of diff's, and all others are there.
  ((code <= 1)) || die 1 "run ended with $code: $said"
  ((code == 0)) || grep -E '^(FAILED|TIMEOUT) ' <<<"$said"
}

# measure PAIR: measures both files of the pair.
measure() {
  local side
  for side in "${ORDER[@]}"; do
    if (($1 % 2 == 0)); then side=$(tr ab ba <<<"$side"); fi
    session "$dir/$1-$side.pb"
  done
}

worse=0 better=0 same=0 unsure=0 alarms=0

# compare PAIR: counts and prints what diff says of the pair.
compare() {
  local said code counts
  said=$(COLUMNS=200 "$binary" diff --changed --color=never "$dir/$1-a.pb" \
    "$dir/$1-b.pb" 2>&1)
  code=$?
  counts='metrics: ([0-9]+) worse, ([0-9]+) better, ([0-9]+) same within [^,]*, '
  counts+='([0-9]+) unsure'
  [[ $code -le 1 && $said =~ $counts ]] || die 1 "diff ended with $code: $said"
  worse=$((worse + BASH_REMATCH[1]))
  better=$((better + BASH_REMATCH[2]))
  same=$((same + BASH_REMATCH[3]))
  unsure=$((unsure + BASH_REMATCH[4]))
  echo "pair $1: ${BASH_REMATCH[0]#metrics: }; $(grep '^noise: ' <<<"$said")"
  if ((BASH_REMATCH[1] + BASH_REMATCH[2] > 0)); then
    alarms=$((alarms + 1))
    # The table only: it is between the first empty line and the second.
    awk '/^$/ { ++part; next } part >= 1 && !/^metrics:/ { print "  " $0 }
         /^metrics:/ { exit }' <<<"$said"
  fi
}

main() {
  parse "$@"
  local pair
  dir=${keep:-$(mktemp -d)} || die 1 "no temporary folder"
  mkdir -p "$dir" || die 1 "no folder: $dir"
  [ ! -e "$dir/1-a.pb" ] || die 2 "$dir has files of another time"
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  if [ $load = yes ]; then
    come_and_go $$ &
    load_pid=$!
  fi
  for ((pair = 1; pair <= pairs; ++pair)); do
    measure "$pair"
    compare "$pair"
  done
  echo "$alarms of $pairs pairs with an alarm, in $SECONDS s"
  echo "metrics of all pairs: $worse worse, $better better, $same same," \
    "$unsure unsure"
}

main "$@"
