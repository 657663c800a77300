#!/bin/bash
# tools/package, by the exitbench that is $1: packages of two builds are the same
# bytes, have what they should, and work from where they are unpacked. Sanitizers
# can't be linked statically, so $2 is "sanitized" there. The binary may be one for
# arm64.
. "$(dirname "${BASH_SOURCE[0]}")/../tests/lib.sh" || exit 1

[ "${2:-}" != sanitized ] || skip "a static binary: this one is a sanitizer's"
command -v help2man >/dev/null || skip "help2man: apt-get install help2man"
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
if [[ $(file -bL "$binary") == *aarch64* ]]; then
  arch=arm64 cpu=aarch64 beside_hosts=exitbench-arm64 other=amd64
  emulator=(qemu-aarch64-static)
else
  arch=amd64 cpu=x86_64 beside_hosts=exitbench other=arm64
  emulator=()
fi
version=$("${emulator[@]}" "$binary" --version)
version=${version#exitbench }
name=exitbench-$version-linux-$cpu
deb=exitbench_$version-1_$arch.deb

# What is refused, and leaves nothing.
expect_error 2 "unknown argument '--none'" "$root/tools/package" --none
expect_error 1 'no such binary' "$root/tools/package" --binary="$dir/none" \
  --out="$dir/refused"
expect_error 1 'no static binary' "$root/tools/package" --arch=$other \
  --binary="$binary" --out="$dir/refused"
expect_error 2 "unknown argument '--arch=riscv64'" "$root/tools/package" --arch=riscv64
expect_error 1 'no static binary' "$root/tools/package" --binary="$(type -P bash)" \
  --out="$dir/refused"
[ ! -e "$dir/refused" ] || fail "something was written for a binary that is none"

# Twice: the second time in another folder, and as a user with other settings.
export DEBFULLNAME='A Tester' DEBEMAIL=tester@example.com
export SOURCE_DATE_EPOCH=1700000000 HOME=$dir
expect 0 "$root/tools/package" --arch=$arch --binary="$binary" --out="$dir/first" || finish
copy="$dir/another folder"
mkdir -p "$copy/tools" "$dir/tmp"
cp -rL "$root"/*.md "$root/LICENSE" "$root/docs" "$root/hosts" "$copy/"
mkdir -p "$copy/third_party/uplot"
cp -L "$root/third_party/uplot/LICENSE" "$copy/third_party/uplot/"
cp -rL "$root"/tools/{package,setup.sh,lintian} "$root"/tools/*.txt "$copy/tools/"
chmod -R go-rwx "$copy"
cp "$binary" "$copy/binary"
(
  umask 077
  cd "$copy" || exit 1
  TMPDIR=$dir/tmp TZ=Asia/Tokyo LC_ALL=C.UTF-8 XZ_OPT=-0 TAR_OPTIONS=--verbose \
    HOME=/none expect 0 tools/package --arch=$arch --binary=binary --out=../second
  exit $failures
) || fail "the second time"
for file in "$deb" "$name.tar.xz" SHA256SUMS; do
  cmp "$dir/first/$file" "$dir/second/$file" || fail "$file differs"
done
[ "$(ls "$dir/first")" = "$(printf '%s\n' SHA256SUMS "$name.tar.xz" "$deb" |
  LC_ALL=C sort)" ] || fail "not these three files: $(ls "$dir/first")"
[ -z "$(ls "$dir/tmp")" ] || fail "it left files in TMPDIR"
(cd "$dir/first" && sha256sum --quiet --check SHA256SUMS) || fail SHA256SUMS

# field NAME VALUE: of the Debian package.
field() {
  local is
  is=$(dpkg-deb --field "$dir/first/$deb" "$1")
  [ "$is" = "$2" ] || fail "$1 is '$is', not '$2'"
}
field Package exitbench
field Version "$version-1"
field Architecture $arch
field Maintainer 'A Tester <tester@example.com>'
# The binary is static: it installs on a machine without a mirror.
field Depends ''
field Recommends python3
dpkg-deb --field "$dir/first/$deb" Suggests | grep -qw qemu-system-x86 ||
  fail "QEMU is not suggested"

# What is in it, apart from documents and libraries of hosts/.
dpkg-deb --contents "$dir/first/$deb" >"$dir/contents"
awk '{ print substr($6, 2) }' "$dir/contents" | grep -v '/$' |
  grep -vE '^/usr/(share/doc/exitbench|lib/exitbench/hosts/lib)/' |
  LC_ALL=C sort >"$dir/files"
cat >"$dir/wanted" <<END
/usr/bin/emuhost
/usr/bin/exitbench
/usr/bin/exitbench-matrix
/usr/bin/exitbench-own-kernel
/usr/bin/exitbench-track
/usr/lib/exitbench/$beside_hosts
/usr/lib/exitbench/hosts/arm64_class.h
/usr/lib/exitbench/hosts/bochs_line.h
/usr/lib/exitbench/hosts/bochs_pin.c
/usr/lib/exitbench/hosts/bochs_trace.c
/usr/lib/exitbench/hosts/emuhost
/usr/lib/exitbench/hosts/image_address.h
/usr/lib/exitbench/hosts/init
/usr/lib/exitbench/hosts/matrix
/usr/lib/exitbench/hosts/own_kernel
/usr/lib/exitbench/hosts/own_kernel.config
/usr/lib/exitbench/hosts/qemu_trace.c
/usr/lib/exitbench/hosts/testdata/pio_nops.patch
/usr/lib/exitbench/hosts/trace_format.h
/usr/lib/exitbench/hosts/trace_writer.h
/usr/lib/exitbench/hosts/track
/usr/lib/exitbench/hosts/x86_class.h
/usr/share/bash-completion/completions/exitbench
/usr/share/fish/vendor_completions.d/exitbench.fish
/usr/share/lintian/overrides/exitbench
/usr/share/man/man1/emuhost.1.gz
/usr/share/man/man1/exitbench-matrix.1.gz
/usr/share/man/man1/exitbench-own-kernel.1.gz
/usr/share/man/man1/exitbench-track.1.gz
/usr/share/man/man1/exitbench.1.gz
/usr/share/zsh/vendor-completions/_exitbench
END
diff "$dir/wanted" "$dir/files" || fail "other files than these"
awk '{ print $1, $2 }' "$dir/contents" | LC_ALL=C sort -u >"$dir/modes"
printf '%s root/root\n' -rw-r--r-- -rwxr-xr-x drwxr-xr-x lrwxrwxrwx |
  diff - "$dir/modes" || fail "other owners and modes than these"
[ "$(awk '{ print $4 }' "$dir/contents" | sort -u)" = 2023-11-14 ] ||
  fail "not all files have the time of SOURCE_DATE_EPOCH"
! grep _test "$dir/contents" || fail "tests are packaged"

# links_lead DIR: whether what README.md has links to is there.
links_lead() {
  local link links=0
  while read -r link; do
    [ -e "$1/$link" ] || fail "README.md has a link to $link, which is not there"
    links=$((links + 1))
  done < <(grep -oE '\]\([a-zA-Z_/]+[.]md' "$1/README.md" | cut -c 3- | sort -u)
  [ $links -ge 5 ] || fail "README.md has only $links links"
}

# Unpacked.
mkdir "$dir/deb"
dpkg-deb --raw-extract "$dir/first/$deb" "$dir/deb" || fail "cannot unpack $deb"
(cd "$dir/deb" && md5sum --quiet --check DEBIAN/md5sums) || fail md5sums
[ "$(wc -l <"$dir/deb/DEBIAN/md5sums")" -eq "$(grep -c ^- "$dir/contents")" ] ||
  fail "md5sums has not all files"
documents=$dir/deb/usr/share/doc/exitbench
links_lead "$documents"
gzip -dc "$documents/changelog.gz" | cmp - "$root/CHANGELOG.md" || fail changelog.gz
grep -q '^License: Apache-2.0$' "$documents/copyright" || fail copyright
ls "$documents/static-libraries" | grep -q '^uplot[.]copyright$' || fail uplot
ls "$documents/static-libraries" | grep -q '^libprotobuf-dev[.]copyright$' ||
  fail "no copyright of protobuf, which is in the binary"
bash -n "$dir/deb/usr/share/bash-completion/completions/exitbench" ||
  fail "the completion is no bash"
"${emulator[@]}" "$binary" list >"$dir/list" || fail list
expect 0 "${emulator[@]}" "$dir/deb/usr/bin/exitbench" list
cmp "$dir/list" "$dir/out" || fail "another exitbench is in the package"

# manual COMMAND TEXT: its manual is one, and has TEXT.
manual() {
  gzip -dc "$dir/deb/usr/share/man/man1/$1.1.gz" | sed 's/\\//g' >"$dir/manual"
  grep -A 1 '^[.]SH NAME$' "$dir/manual" | grep -q "^$1 - [a-z]" ||
    fail "the manual of $1 has not its name"
  grep -q -e "$2" "$dir/manual" || fail "the manual of $1 has no $2"
}
manual exitbench exitbench
manual emuhost '^fB--kvm_paramfR='
manual exitbench-matrix '^fB--kernelsfR='
manual exitbench-own-kernel '^fB--patchfR='
manual exitbench-track '^fB--storefR='

# runs_from BIN HOSTS PREFIX: the tools of HOSTS, which are called PREFIXmatrix, etc.
# in BIN, and the exitbench that they take.
runs_from() {
  local bin=$1 hosts=$2 prefix=$3
  expect_error 200 '^emuhost: which kernel' env PATH="$bin:$PATH" emuhost
  expect 0 env PATH="$bin:$PATH" emuhost --help
  grep -q '^Usage: emuhost --kernel' "$dir/out" || fail "another name than emuhost"
  expect 0 env PATH="$bin:$PATH" "${prefix}matrix" --help
  grep -q "^Usage: ${prefix}matrix " "$dir/out" || fail "another name than matrix"
  expect_error 200 '^matrix: --jobs: wants' env PATH="$bin:$PATH" \
    "${prefix}matrix" --jobs=x
  expect 0 env PATH="$bin:$PATH" "${prefix}track" --help
  grep -q "^Usage: ${prefix}track --store" "$dir/out" || fail "another name than track"
  expect_error 200 '^track: which store' env PATH="$bin:$PATH" "${prefix}track"
  expect 0 bash "$hosts/lib/ask.sh" '' binary $arch
  [ "$(cat "$dir/out")" -ef "$4" ] || fail "emuhost takes $(cat "$dir/out"), not $4"
}
runs_from "$dir/deb/usr/bin" "$dir/deb/usr/lib/exitbench/hosts" exitbench- \
  "$dir/deb/usr/bin/exitbench"

# The tarball has one folder.
mkdir "$dir/tarball"
tar -xf "$dir/first/$name.tar.xz" -C "$dir/tarball" || fail "cannot unpack $name"
[ "$(ls "$dir/tarball")" = "$name" ] || fail "not one folder: $(ls "$dir/tarball")"
folder=$dir/tarball/$name
tar --numeric-owner -tvf "$dir/first/$name.tar.xz" | awk '{ print $2 }' | sort -u |
  diff - <(echo 0/0) || fail "an owner other than root"
cmp "$folder/exitbench" "$binary" || fail "another exitbench is in the tarball"
[ -x "$folder/exitbench" ] || fail "exitbench in the tarball can't be run"
links_lead "$folder"
for file in LICENSE CHANGELOG.md man/man1/exitbench.1 man/man1/emuhost.1 \
  completions/bash/exitbench completions/zsh/_exitbench \
  completions/fish/exitbench.fish; do
  [ -s "$folder/$file" ] || fail "the tarball has no $file"
done
runs_from "$folder/hosts" "$folder/hosts" '' "$folder/exitbench"
finish
