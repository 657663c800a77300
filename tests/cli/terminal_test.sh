#!/bin/bash
# Nothing that a results file, a calibration file, a file's name or an argument
# says reaches a terminal as anything but printable ASCII (and diff's one sign).
# terminal_test.sh EXITBENCH MAKE_RESULTS. Needs no KVM.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
eb=$binary make=$(realpath -es "$2")
cd "$dir" || exit 1

# clean CODE COMMAND...: its exit code; says something, all of it printable.
clean() {
  local want=$1
  shift
  expect "$want" timeout 60 "$@"
  [ -s out ] || [ -s err ] || fail "says nothing: $*"
  if cat out err | sed 's/\xc2\xb1//g' | LC_ALL=C grep -aqP '[^\n -~]'; then
    fail "not printable: $(printf '%q ' "$@")"
    cat out err | LC_ALL=C grep -anP '[^\n -~]' | head -n 3 | cat -v
  fi
}

evil=$'\e[2J\r\n\x7f\xc2\x9b1A'
for boot in 1 2 3 4 5; do
  "$make" "e$boot.pb" "boot$boot" 3000 $boot hostile || fail make_results
done
"$make" "bad.pb" bootb 3300 9 hostile
"$make" "counted.pb" bootc 3000 1 counted hostile
"$make" plain.pb bootp 3000 1
# The evil is in the files.
LC_ALL=C grep -aqP '\e\[2J' e1.pb || fail "e1.pb is not hostile"

for format in text json textproto; do
  clean 0 "$eb" show e1.pb "--format=$format"
  clean 0 "$eb" show counted.pb "--format=$format"
done
for format in json csv gbench benchstat openmetrics ktap junit sqlite; do
  clean 0 "$eb" export e1.pb "--format=$format"
done
clean 2 "$eb" export counted.pb --format=gbench
for format in text json; do
  clean 0 "$eb" diff e1.pb e2.pb "--format=$format"
  clean 1 "$eb" diff e1.pb bad.pb "--format=$format"
  clean 1 "$eb" diff e1.pb e2.pb bad.pb "--format=$format"
  clean 3 "$eb" diff e1.pb counted.pb "--format=$format"
  clean 3 "$eb" diff e1.pb plain.pb "--format=$format"
done
for format in text json; do
  clean 0 "$eb" fleet e[1-5].pb plain.pb counted.pb "--format=$format"
done
clean 0 "$eb" calibrate e[1-5].pb --out=calibration
clean 0 "$eb" calibrate e[1-5].pb --out=-
clean 1 "$eb" diff e1.pb bad.pb --calibration=calibration
clean 3 "$eb" diff plain.pb plain.pb --calibration=calibration
clean 2 "$eb" calibrate e1.pb counted.pb
clean 0 "$eb" merge --out=all.pb e1.pb e2.pb
clean 0 "$eb" show all.pb
clean 2 "$eb" merge --out=none.pb e1.pb e1.pb
clean 2 "$eb" merge --out=none.pb e1.pb counted.pb
clean 2 "$eb" merge --out=none.pb plain.pb e1.pb
clean 128 "$eb" bisect --case=none --good=e1.pb --bad=bad.pb
clean 128 "$eb" bisect --case=pio/out --good=e1.pb --bad=counted.pb

# Names of files, and what is typed.
cp e1.pb "n$evil.pb"
cp bad.pb "m$evil.pb"
clean 1 "$eb" diff "n$evil.pb" "m$evil.pb"
clean 1 "$eb" diff "n$evil.pb" "m$evil.pb" --format=json
clean 1 "$eb" diff "n$evil.pb" e2.pb "m$evil.pb"
clean 3 "$eb" diff "n$evil.pb" counted.pb
clean 0 "$eb" merge "--out=o$evil.pb" e1.pb e2.pb
clean 2 "$eb" fleet "n$evil.pb" e1.pb "none$evil.pb" "--host_name=(.*)"
clean 2 "$eb" fleet "n$evil.pb" e1.pb --format=json
clean 0 "$eb" fleet "n$evil.pb" e2.pb "--out=d$evil.pb"
clean 0 "$eb" fleet "d$evil.pb"
clean 2 "$eb" fleet e1.pb "--host_name=$evil("
clean 0 "$eb" calibrate e[1-5].pb "--out=c$evil"
clean 2 "$eb" show "none$evil.pb"
clean 2 "$eb" show "$make"
clean 2 "$eb" "command$evil"
clean 2 "$eb" show "--flag$evil"
clean 2 "$eb" list "--format=$evil"
clean 2 "$eb" run "--cases=$evil"
clean 3 "$eb" run "--kvm_device=$evil"
printf 'kernel_release: "\\033[2J" %s' "$evil" >calibration.bad
clean 2 "$eb" diff e1.pb e2.pb --calibration=calibration.bad
clean 0 "$eb" list --format=json
clean 3 "$eb" doctor "--kvm_device=$evil"
clean 3 "$eb" doctor "--kvm_device=$evil" --format=json

finish
