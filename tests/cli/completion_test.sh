#!/bin/bash
# Completion as bash, zsh and fish do it, and the man page as groff reads it.
# $1 is the binary. Needs no KVM.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh" || exit 1
mkdir "$dir/bin" "$dir/files" "$dir/files/sub" || exit 1
ln -s "$binary" "$dir/bin/exitbench"
PATH=$dir/bin:$PATH
cd "$dir/files" || exit 1
touch old.pb new.pb notes.txt sub/deep.pb

for shell in bash zsh fish; do
  expect 0 exitbench completion $shell
  cp "$dir/out" "$dir/$shell"
done
expect_error 2 'completion bash\|zsh\|fish$' exitbench completion
expect_error 2 'completion bash\|zsh\|fish$' exitbench completion tcsh

# in_bash WORDS... -- WANTED...: what bash completes for these words, of which the
# last is being typed. The words are as readline splits them, so also at "=".
in_bash() {
  local -a typed=()
  while [ "$1" != -- ]; do
    typed+=("$1")
    shift
  done
  shift
  local got want
  # shellcheck disable=SC2016
  got=$(bash -c '. "$0" && COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) &&
    _exitbench && printf "%s\n" "${COMPREPLY[@]}"' "$dir/bash" "${typed[@]}" |
    sort)
  want=$(printf '%s\n' "$@" | sort)
  [ "$got" = "$want" ] ||
    fail "bash completes ${typed[*]@Q} to: $got, not: $want"
}

in_bash exitbench d -- doctor diff decode
in_bash exitbench p -- profile
in_bash exitbench help ma -- man
in_bash exitbench list - -- --cases= --check --vm= --format= --kvm_device= --help
in_bash exitbench run --se -- --sessions= --seed=
in_bash exitbench --quick --nosec -- --noseccomp
in_bash exitbench diff --color = -- auto always never
in_bash exitbench diff --color = a -- auto always
in_bash exitbench export --format = b -- benchstat
in_bash exitbench export --format = j -- json junit
in_bash exitbench fl -- fleet
in_bash exitbench fleet --h -- --host_name= --help
in_bash exitbench completion z -- zsh
in_bash exitbench run --cases = pio/ou,-mmio/read.r -- pio/ou,-mmio/read.ring3
in_bash exitbench bisect --case = cpu/cpuid.r -- cpu/cpuid.ring3
in_bash exitbench show '' -- new.pb old.pb sub
in_bash exitbench show s -- sub
in_bash exitbench show sub/ -- sub/deep.pb
in_bash exitbench diff old.pb,n -- old.pb,new.pb
in_bash exitbench bisect --good = o -- old.pb
in_bash exitbench diff --calibration = no -- notes.txt
in_bash exitbench nothing '' -- ''
in_bash "$dir/bin/exitbench" cal -- calibrate

if command -v zsh >/dev/null; then
  zsh -n "$dir/zsh" || fail "zsh -n"
  # shellcheck disable=SC2016
  expect 0 zsh -fc 'autoload -U compinit && compinit -u -d "$1" && . "$2" &&
    print $_comps[exitbench]' zsh "$dir/zcompdump" "$dir/zsh"
  [ "$(cat "$dir/out")" = _exitbench ] || fail "zsh does not take the script"
else
  left_out "zsh: its completion"
fi

# in_fish LINE WANTED: what fish completes for this line.
in_fish() {
  local got
  # shellcheck disable=SC2016
  got=$(HOME=$dir fish --no-config -c '. $argv[1]; complete -C $argv[2]' \
    "$dir/fish" "$1" | cut -f1 | sort | paste -sd ' ')
  [ "$got" = "$2" ] || fail "fish completes '$1' to: $got, not: $2"
}

if command -v fish >/dev/null; then
  fish -n "$dir/fish" || fail "fish -n"
  in_fish 'exitbench d' 'decode diff doctor'
  in_fish 'exitbench run --se' '--seed= --sessions='
  in_fish 'exitbench diff --color=a' '--color=always --color=auto'
  in_fish 'exitbench run --cases=pio,mmio/read.r' '--cases=pio,mmio/read.ring3'
  in_fish 'exitbench show o' 'old.pb'
  in_fish 'exitbench show n' 'new.pb'
  in_fish 'exitbench bisect --good=n' '--good=new.pb'
  in_fish 'exitbench diff --calibration=no' '--calibration=notes.txt'
else
  left_out "fish: its completion"
fi

# What is completed is taken: with a case that is not there, nothing else is
# wrong with the line.
for flag in format progress tick cpu guest_page host_page backing; do
  values=$(exitbench complete -- run "--$flag=" | cut -f1)
  [ -n "$values" ] || fail "nothing completes --$flag="
  for value in $values; do
    page=()
    [[ $flag != *_page && $flag != backing ]] || page=(--quick)
    expect_error 2 "'none_such' matches no case" \
      exitbench run --cases=none_such "$value" "${page[@]}"
  done
done
for command in list doctor show diff export fleet; do
  for value in $(exitbench complete -- "$command" --format= | cut -f1); do
    exitbench "$command" "$value" none.pb none.pb 2>&1 |
      grep -q -e "^exitbench: $value" && fail "$command does not take $value"
  done
done

expect 0 exitbench man
cp "$dir/out" "$dir/exitbench.1"
if command -v groff >/dev/null; then
  expect 0 groff -man -ww -Tutf8 -P-c "$dir/exitbench.1"
  [ ! -s "$dir/err" ] || fail "groff warns: $(head "$dir/err")"
  LC_ALL=C.UTF-8 grep -q -e '^EXITBENCH(1) .*EXITBENCH(1)$' "$dir/out" ||
    fail "the man page has no title"
  col -b <"$dir/out" | grep -q -e '--threshold=PART' ||
    fail "the man page lacks --threshold"
else
  left_out "groff: that it reads the man page"
fi

finish
