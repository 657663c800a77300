#!/bin/bash
# setup_arm64.sh: what `bazel build --config=aarch64` needs on amd64, once: the cross
# compiler, and Debian's static libraries for arm64 in third_party/arm64/lib.
#
# The libraries have the versions of the amd64 packages, whose headers are used. Apt
# runs on lists of its own, so the machine's apt knows nothing of arm64.
set -eu
# shellcheck source=tools/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

readonly lib=$root/third_party/arm64/lib

die() {
  echo "setup_arm64.sh: $*" >&2
  exit 1
}

# library_packages: the packages of static libraries, one a line.
library_packages() {
  grep -E '^(lib|zlib).*-dev$' "$root/tools/debian_packages.txt"
}

# wanted: each of them with the version that is installed for amd64.
wanted() {
  # shellcheck disable=SC2016
  library_packages | xargs dpkg-query -W -f '${Package} ${Version}\n'
}

# apt_arm64 PROGRAM ARGUMENT...: apt-get or apt-cache for arm64. Sources, keys and
# proxies are the machine's, all else is in $work. Apt verifies what it downloads.
apt_arm64() {
  local program=$1
  shift
  "$program" -q -o APT::Architecture=arm64 -o APT::Architectures::=arm64 \
    -o Dir::State="$work" -o Dir::State::status=/dev/null -o Dir::Cache="$work" \
    -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none \
    -o Acquire::Retries=3 "$@"
}

# download PACKAGE VERSION: the package for arm64 to the folder that we are in. A
# rebuild for one architecture has a suffix (+b1) that the other may lack.
download() {
  local package=$1 version=$2 other
  apt_arm64 apt-get download "$package=$version" >>"$work/log" 2>&1 && return
  other=$(apt_arm64 apt-cache madison "$package" | awk -v version="$version" '
    function source(text) { sub(/[+]b[0-9]+$/, "", text); return text }
    source($3) == source(version) { print $3; exit }')
  [[ $other ]] || die "no $package $version for arm64 (update the one for amd64?)"
  apt_arm64 apt-get download "$package=$other" >>"$work/log" 2>&1
}

# fetch: the libraries to $work/lib.
fetch() {
  local package version deb
  mkdir -p "$work"/{lists,archives}/partial "$work"/{debs,lib}
  cd "$work/debs"
  # A source that has nothing for arm64 does no harm: what counts is the download.
  apt_arm64 apt-get update >"$work/log" 2>&1 || true
  while read -r package version; do
    download "$package" "$version" </dev/null || {
      tail -n 20 "$work/log" >&2
      die "cannot download $package $version for arm64"
    }
  done < <(wanted)
  for deb in *.deb; do
    dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$work/lib" --strip-components=4 \
      --wildcards './usr/lib/aarch64-linux-gnu/*.a'
  done
  wanted >"$work/lib/versions"
}

main() {
  [[ $(dpkg --print-architecture) == amd64 ]] || die "for amd64 only"
  install_missing "$root/tools/debian_packages.txt"
  install_missing "$root/tools/debian_packages_arm64.txt"
  [[ $(wanted) != "$(cat "$lib/versions" 2>/dev/null)" ]] || return 0
  echo "Fetching Debian's libraries for arm64 (once)" >&2
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  fetch
  rm -rf "$lib"
  mv "$work/lib" "$lib"
  chmod 755 "$lib"
}

main
