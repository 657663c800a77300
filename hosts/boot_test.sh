#!/bin/bash
# boot_test.sh [HOST...]: one boot as each emulated HOST (default svm-npt, an AMD host
# with NPT), all at the same time where there are CPUs for that. Each boot runs all
# cases, each once and briefly. No case may be FAILED or TIMEOUT, and enough must be
# OK: a host on which all is SKIPPED shows nothing. A host whose kernel or packages
# can't be had is SKIPPED, with a line that says so.
set -u
hosts=$(dirname "$(readlink -f "$0")")

# By host: the kernel, and how many cases are OK at least. What a host can't run is some
# 50 cases, most for want of a second CPU.
declare -rA KERNEL=([svm-npt]=6.1 [arm64-vhe]=6.12)
declare -rA LEAST_OK=([svm-npt]=280 [arm64-vhe]=240)
# Exit codes of emuhost: the kernel can't be had, the machine lacks something.
readonly CANNOT_BE_HAD='^(201|205)$'

# boot HOST: boots HOST, and says in $out/HOST.text what came of it.
boot() {
  local host=$1 cell=$out/$1 matrix code ok skipped failed late exit_code seconds name
  mkdir "$cell"
  "$hosts/matrix" --kernels="${KERNEL[$host]}" --hosts="$host" --out="$cell" \
    --timeout=1800 -- run --sessions=1 --rounds=1 --events=100 \
    --strict_expectations >"$cell.summary" 2>"$cell.messages" &
  matrix=$!
  trap 'kill "$matrix"' TERM
  wait "$matrix"
  code=$?
  # Of the one cell: its number, OK, SKIPPED, FAILED, TIMEOUT, exit, seconds.
  read -r _ ok skipped failed late exit_code seconds name \
    < <(sed -n 2p "$cell.summary")
  if [[ $code =~ $CANNOT_BE_HAD || ${exit_code-} =~ $CANNOT_BE_HAD ]]; then
    echo "SKIPPED, because its kernel or packages can't be had: a boot as $host:"
    tail -n 3 "$cell.messages" | sed 's/^/  /'
    return 0
  fi
  echo "${name:-$host, no cell}: ${ok:-0} OK, ${skipped:-0} SKIPPED, ${failed:-0}" \
    "FAILED, ${late:-0} TIMEOUT in ${seconds:-0} s"
  grep -E '^(FAILED|TIMEOUT) ' "$cell.summary"
  if ((code != 0)); then
    tail -n 20 "$cell.messages"
    return 1
  elif ((${ok:-0} < ${LEAST_OK[$host]})); then
    echo "fewer than ${LEAST_OK[$host]} cases are OK:"
    grep '^SKIPPED ' "$cell.summary"
    return 1
  fi
}

wanted=("${@:-svm-npt}")
for host in "${wanted[@]}"; do
  [[ ${KERNEL[$host]-} ]] || {
    echo "usage: boot_test.sh [${!KERNEL[*]}]" >&2
    exit 2
  }
done
out=$(mktemp -d) || exit 1
# What runs in the background does not hear of Ctrl-C.
finish() {
  local running
  running=$(jobs -p)
  # shellcheck disable=SC2086
  [[ ! $running ]] || kill $running
  wait
  rm -rf "$out"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
status=0
while ((${#wanted[@]})); do
  now=("${wanted[@]:0:$(nproc)}") wanted=("${wanted[@]:$(nproc)}") booting=()
  for host in "${now[@]}"; do
    boot "$host" >"$out/$host.text" &
    booting+=($!)
  done
  for each in "${!now[@]}"; do
    wait "${booting[each]}" || status=1
    cat "$out/${now[each]}.text"
  done
done
exit $status
