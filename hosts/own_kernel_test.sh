#!/bin/bash
# Tests of own_kernel, without a kernel: what it refuses, and what becomes of
# patches and options, on a tree of a few lines that "builds" by copying.
#
# Needs own_kernel's packages for all but usage; without them it says so.
set -u
cd "$(dirname "$0")" || exit 1
temporary=$(mktemp -d) || exit 1
trap 'rm -rf "$temporary"' EXIT
code=
failures=0

# check WHAT COMMAND...: COMMAND must succeed.
check() {
  local what=$1
  shift
  if "$@"; then
    echo "ok   $what"
  else
    echo "FAIL $what (exit code $code)"
    sed 's/^/     | /' "$temporary/err"
    failures=$((failures + 1))
  fi
}

# own_kernel ARGUMENT...: sets code, fills err.
own_kernel() {
  timeout -k 5 60 ./own_kernel --cache="$temporary/cache" \
    --out="$temporary/bzImage" "$@" >"$temporary/out" 2>"$temporary/err"
  code=$?
}

ended_with() { [[ $code == "$1" ]]; }
said() { grep -q -e "$1" "$temporary/err"; }
image_is() { [[ $(<"$temporary/bzImage") == "$1" ]]; }
nothing_left() { ! compgen -G "$temporary/cache/run.*" >/dev/null; }

# --- Usage.
mkdir "$temporary/empty"
for argument in --none extra --patch="$temporary/none" \
  --config="$temporary/none" --jobs=0 --jobs=x --name= '--name=a b' --out= \
  --out="$temporary/empty" --out="$temporary/none/bzImage" \
  --source="$temporary/none" --source=debian: --source=debian:6.1.0-9-amd64; do
  own_kernel "$argument"
  check "$argument is a usage error" ended_with 200
done
own_kernel --source="$temporary/empty"
check "a folder that is no kernel tree is refused" ended_with 201
check "and called that" said 'is no kernel tree'
check "none of these touched the cache" test ! -e "$temporary/cache"
own_kernel --help
check "--help is no error" ended_with 0

read -ra packages < <(sed -nE 's/^readonly PACKAGES=\((.*)\)$/\1/p' own_kernel)
for package in "${packages[@]}"; do
  dpkg-query -W "$package" >/dev/null 2>&1 || {
    echo "SKIPPED, needs the package $package: patches and options"
    echo "$failures failures"
    exit "$((failures > 0))"
  }
done

# make_tree DIR: a tree whose image is the text of two files of its source.
make_tree() {
  mkdir -p "$1/arch/x86/kvm"
  touch "$1/arch/x86/kvm/Kconfig"
  printf 'one\ntwo\nthree\n' >"$1/first"
  echo second >"$1/second"
  cat >"$1/Makefile" <<'MAKEFILE'
allnoconfig:
	grep -v CONFIG_UNKNOWN $(KCONFIG_ALLCONFIG) >$(O)/.config
bzImage: $(O)/arch/x86/boot/bzImage
$(O)/arch/x86/boot/bzImage: first second
	! test -e hang || { touch hanging; exec sleep $$(cat hang); }
	! grep broken first || { echo "first:1: error: broken"; false; }
	mkdir -p $(@D)
	cat first second >$@
MAKEFILE
}

# make_patch FILE OLD NEW: a patch of the tree's file `first`.
make_patch() {
  cat >"$1" <<PATCH
--- a/first
+++ b/first
@@ -1,3 +1,3 @@
 one
-$2
+$3
 three
PATCH
}

readonly PLAIN=$'one\ntwo\nthree\nsecond'
make_patch "$temporary/a.patch" two zwei
make_patch "$temporary/b.patch" zwei deux
make_patch "$temporary/broken.patch" two broken

# --- A tree of the user's own.
tree=$temporary/tree
make_tree "$tree"
own_kernel --source="$tree"
check "a tree is built" ended_with 0
check "as it is" image_is "$PLAIN"
own_kernel --source="$tree" --patch="$temporary/a.patch" \
  --patch="$temporary/b.patch"
check "patches are applied in their order" image_is $'one\ndeux\nthree\nsecond'
check "but not to the user's tree" grep -qx two "$tree/first"
own_kernel --source="$tree" --patch="$temporary/b.patch"
check "a patch that does not apply is refused" ended_with 201
check "by its name" said 'b.patch does not apply'
own_kernel --source="$tree" --patch="$temporary/broken.patch"
check "code that does not compile is refused" ended_with 201
check "with the compiler's message" said 'first:1: error: broken'
check "the image of before is still there" image_is $'one\ndeux\nthree\nsecond'
check "nothing is left" nothing_left

# --- Options.
echo CONFIG_UNKNOWN=y >"$temporary/config"
own_kernel --source="$tree" --config="$temporary/config"
check "an option that is not to be had is named" said 'CONFIG_UNKNOWN'
check "which is no error" ended_with 0
echo '# CONFIG_KVM_AMD is not set' >"$temporary/config"
sed -i 's|grep -v.*|sed "/KVM_AMD/d" $(KCONFIG_ALLCONFIG) >$(O)/.config|' \
  "$tree/Makefile"
own_kernel --source="$tree" --config="$temporary/config"
check "a host without KVM for both vendors is refused" ended_with 201
check "by the option's name" said 'CONFIG_KVM_AMD=y'

# --- The tree in the cache, which is patched in place.
tree=$temporary/cache/source/linux-source-6.1/tree
make_tree "$tree"
own_kernel --patch="$temporary/a.patch" --patch="$temporary/b.patch"
check "the tree in the cache is patched" image_is $'one\ndeux\nthree\nsecond'
check "and then as it was" grep -qx two "$tree/first"
own_kernel
check "which is built anew" image_is "$PLAIN"
own_kernel --patch="$temporary/a.patch" --patch="$temporary/a.patch"
check "patches of which the last does not apply are refused" ended_with 201
check "and the others taken back" grep -qx two "$tree/first"

# end_by SIGNAL SECONDS: ends a run with a patch while its make sleeps SECONDS.
end_by() {
  local tries
  echo "$2" >"$tree/hang"
  ./own_kernel --cache="$temporary/cache" --out="$temporary/bzImage" \
    --patch="$temporary/a.patch" >"$temporary/out" 2>"$temporary/err" &
  for ((tries = 0; tries < 100; ++tries)); do
    [[ -e $tree/hanging ]] && break
    sleep 0.1
  done
  kill "-$1" $!
  wait $! 2>/dev/null
  code=$?
  rm "$tree/hang" "$tree/hanging"
}
begin=$SECONDS
end_by TERM 60
check "a run that is ended says so" ended_with 143
check "and does not wait for make" test $((SECONDS - begin)) -lt 30
check "and takes its patch back" grep -qx two "$tree/first"
end_by KILL 5
check "a run that was killed leaves its patch" grep -qx zwei "$tree/first"
own_kernel
check "the next waits for what that still builds" said 'waiting for another run'
check "and takes the patch back" image_is "$PLAIN"
check "and removes what else was left" nothing_left

echo "$failures failures"
exit "$((failures > 0))"
