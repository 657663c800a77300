# Debian's archive: the names of its kernels, and packages of any of its
# releases, unpacked.
# shellcheck shell=bash
#
# Apt runs with lists and settings of its own below $cache/apt; the machine's
# apt is only asked which mirror it uses. Nothing is installed. Callers hold
# the cache's lock (see with_cache_lock).

readonly DEBIAN_SUITES=(bullseye bookworm bookworm-backports trixie
  trixie-backports sid experimental)
readonly DEBIAN_SECURITY_SUITES=(bullseye-security bookworm-security
  trixie-security)
# What the names of kernels built for the newest stable release have in them.
readonly STABLE_SUFFIX=deb13

# Whose kernels and packages these functions are about, as Debian names it.
: "${architecture:=amd64}"

# kernel_ending: a regular expression of how names of kernels for $architecture end.
# Those of arm64 with pages of 16 KiB have a word more.
kernel_ending() {
  case $architecture in
    arm64) printf '%s' '-arm64(-16k)?$' ;;
    *) printf -- '-%s$' "$architecture" ;;
  esac
}

# apt_folder: where the lists of $architecture are.
apt_folder() {
  local folder=$cache/apt
  [[ $architecture == amd64 ]] || folder+=-$architecture
  printf '%s\n' "$folder"
}

# apt_private PROGRAM ARGUMENT...: apt-get or apt-cache on the private state.
apt_private() {
  local program=$1 apt
  shift
  apt=$(apt_folder)
  "$program" -q -o Dir::Etc::sourcelist="$apt/sources.list" \
    -o Dir::Etc::sourceparts=- \
    -o Dir::Etc::preferencesparts="$apt/preferences.d" \
    -o Dir::State::lists="$apt/lists" -o Dir::State::status=/dev/null \
    -o Dir::Cache="$apt/cache" -o Dir::Cache::pkgcache= \
    -o APT::Architecture="$architecture" -o APT::Architectures::="$architecture" \
    -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none \
    -o Acquire::Retries=3 "$@"
}

# mirror DIRECTORY: the URI this machine's apt has for Debian's DIRECTORY
# (debian, debian-security), or Debian's own.
mirror() {
  local uri
  uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
    2>/dev/null | grep -m1 -E "/$1/?\$")
  printf '%s\n' "${uri:-http://deb.debian.org/$1/}"
}

# update_lists: fetches the package lists of all suites. A suite that has gone
# is no reason to stop: what matters is whether the kernel is found.
update_lists() {
  local key=/usr/share/keyrings/debian-archive-keyring.gpg suite log apt
  need_packages debian-archive-keyring
  apt=$(apt_folder)
  say "fetching Debian's package lists$(for_architecture)"
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/preferences.d"
  log=$apt/update.log
  {
    for suite in "${DEBIAN_SUITES[@]}"; do
      printf 'deb [signed-by=%s] %s %s main\n' "$key" "$(mirror debian)" \
        "$suite"
    done
    for suite in "${DEBIAN_SECURITY_SUITES[@]}"; do
      printf 'deb [signed-by=%s] %s %s main\n' "$key" \
        "$(mirror debian-security)" "$suite"
    done
  } >"$apt/sources.list"
  apt_private apt-get update >"$log" 2>&1 || {
    say "some of Debian's package lists could not be fetched:"
    grep -E '^(E|W):' "$log" | head -n 5 >&2
  }
  { apt_private apt-cache pkgnames linux- >"$apt/packages.new" &&
    mv "$apt/packages.new" "$apt/packages"; } ||
    die "$EXIT_MACHINE" "cannot write $apt/packages"
}

# need_lists [MINUTES]: package lists of whatever age, or at most MINUTES old.
need_lists() {
  local packages
  packages=$(apt_folder)/packages
  [[ -s $packages ]] || { update_lists && return; }
  [[ ${1-} && ! $(find "$packages" -mmin "-$1") ]] || return 0
  update_lists
}

# for_architecture: " for ARCHITECTURE", unless that is the usual one.
for_architecture() {
  [[ $architecture == amd64 ]] || printf ' for %s' "$architecture"
}

# debian_kernels: the names of all kernels there are, oldest first. A kernel
# is one package up to 6.18, and two (binary and modules) later. Where the
# signed binary is not in the archive the unsigned one is as good.
debian_kernels() {
  need_lists
  awk -v suffix="$(kernel_ending)" '
    { has[$0] = 1 }
    END {
      for (package in has) {
        name = package
        if (!sub(/^linux-(image|binary)-/, "", name)) continue
        sub(/^unsigned-/, "", name)
        if (name !~ /^[0-9]+\.[0-9]+/ || name !~ suffix) continue
        # From 6.19 the image package is empty: it only names the others.
        # Before, a name with two numbers (6.12-cloud-amd64) is such a one.
        split(name, version, /[.]/)
        if (version[1] * 1000 + version[2] >= 6019) {
          if (("linux-modules-" name) in has &&
              (("linux-binary-" name) in has ||
               ("linux-binary-unsigned-" name) in has)) names[name] = 1
        } else if (package == "linux-image-" name && 3 in version) {
          names[name] = 1
        }
      }
      for (name in names) print name
    }' "$(apt_folder)/packages" | sort -V
}

# list_debian_kernels: debian_kernels of lists no older than a day.
list_debian_kernels() {
  need_lists 1440
  debian_kernels
}

# cloud_kernels VERSION: the names of the cloud kernels of VERSION ("6.1", "rc")
# in the lists, oldest first; fails if there are none.
#
# Where it can it takes those built for the newest stable release, so that a
# series of versions comes from one compiler: in pio/out 7.2.12 built by gcc 14
# and 7.2.13 built by gcc 16 are 6% apart.
# Backports to the release before are left out: their numbers do not sort.
cloud_kernels() {
  local names
  names=$(debian_kernels | grep "cloud-$architecture\$" | grep -v -e '-0[.]deb')
  if [[ $1 == rc ]]; then
    grep -E '^[0-9]+[.][0-9]+-' <<<"$names"
  else
    names=$(grep -E "^${1//./[.]}[.+-]" <<<"$names") || return
    grep "+$STABLE_SUFFIX" <<<"$names" || printf '%s\n' "$names"
  fi
}

# debian_name WANTED: the full name for WANTED, which is one already, or stands
# for a cloud kernel in the archive: "6.1" for its newest 6.1, "6.1@oldest", or
# "rc" for the newest release candidate. Lists of whatever age will do if it is
# there, so that a series of runs goes on with the kernel it began with.
debian_name() {
  local version=${1%@*} pick=(tail -n 1) names
  [[ $1 =~ ^([0-9.]+|rc)(@[a-z]+)?$ ]] || {
    [[ $1 =~ $(kernel_ending) ]] || die "$EXIT_KERNEL" \
      "--kernel: debian:$1 is no kernel for $architecture, which the host wants"
    printf '%s\n' "$1"
    return
  }
  case $1 in
    *@oldest) pick=(head -n 1) ;;
    *@newest | *[!a-z] | rc) ;;
    *) die "$EXIT_USAGE" "--kernel: '@${1#*@}' is neither @oldest nor @newest" ;;
  esac
  names=$(cloud_kernels "$version") || {
    need_lists 60
    names=$(cloud_kernels "$version")
  } || die "$EXIT_KERNEL" \
    "no cloud kernel$(for_architecture) of version $version in Debian's archive; \
see --list_kernels"
  "${pick[@]}" <<<"$names"
}

# unpack_packages DIR PACKAGE...: fetches packages, named as for apt-get
# download, and unpacks all of them to DIR; DIR/unpacked has their names and
# versions. Fails, without DIR, if the mirror does not have them.
unpack_packages() {
  local dir=$1 debs=$1.debs deb errors
  shift
  say "fetching $*"
  rm -rf "$debs" "$dir"
  mkdir -p "$debs" "$dir"
  (cd "$debs" && apt_private apt-get download "$@") \
    >"$(apt_folder)/download.log" 2>&1 || {
    rm -rf "$debs" "$dir"
    return 1
  }
  for deb in "$debs"/*.deb; do
    # A full disk has a line for each file.
    errors=$(dpkg-deb --extract "$deb" "$dir" 2>&1) ||
      die "$EXIT_MACHINE" "cannot unpack ${deb##*/}: ${errors%%$'\n'*}"
    dpkg-deb --show "$deb"
  done >"$dir.names"
  mv "$dir.names" "$dir/unpacked" ||
    die "$EXIT_MACHINE" "cannot write $dir/unpacked"
  rm -rf "$debs"
}

# unpack_newer NAME PACKAGE...: prints the root that packages of a newer release than
# the machine's are unpacked to in the cache, below the name NAME, fetched if they are
# not there. Packages are named as for apt-get download.
unpack_newer() {
  local name=$1 target=$cache/emulators/1/$1 age
  local new=${target%/*}/new
  shift
  if [[ ! -f $target/unpacked ]]; then
    mkdir -p "${target%/*}" ||
      die "$EXIT_MACHINE" "cannot make ${target%/*}"
    for age in '' 60; do
      need_lists "$age"
      unpack_packages "$new" "$@" && break
    done
    [[ -f $new/unpacked ]] || {
      grep '^E:' "$(apt_folder)/download.log" >&2
      die "$EXIT_MACHINE" "no $name to be had from Debian"
    }
    { rm -rf "$target" && mv "$new" "$target"; } ||
      die "$EXIT_MACHINE" "cannot write $target"
  fi
  printf '%s\n' "$target"
}

# debian_unpack NAME DIR: fetches the packages of kernel NAME, unpacks to DIR:
# DIR/vmlinuz and DIR/lib/modules.
debian_unpack() {
  local name=$1 dir=$2 packages age
  for age in '' 60; do
    need_lists "$age"
    mapfile -t packages < <(grep -xF -e "linux-image-$name" \
      -e "linux-binary-$name" -e "linux-binary-unsigned-$name" \
      -e "linux-modules-$name" "$(apt_folder)/packages" | sort)
    # One binary is enough; sorted, the signed one is first.
    local wanted=() package binary=0
    for package in "${packages[@]}"; do
      case $package in
        linux-binary-*) ((binary++)) && continue ;;
        linux-image-*)
          [[ " ${packages[*]} " == *" linux-binary"* ]] && continue ;;
      esac
      wanted+=("$package")
    done
    ((${#wanted[@]})) && unpack_packages "$dir" "${wanted[@]}" && break
  done
  # Newer packages have everything below usr.
  [[ -d $dir/usr/lib/modules ]] && mv "$dir/usr/lib" "$dir/lib"
  local image
  for image in "$dir/boot/vmlinuz-$name" "$dir/lib/modules/$name/vmlinuz"*; do
    [[ -f $image ]] && mv "$image" "$dir/vmlinuz" && return
  done
  rm -rf "$dir"
  ((${#wanted[@]})) && grep '^E:' "$(apt_folder)/download.log" >&2
  say "no kernel $name to be had from Debian; see --list_kernels, such as:"
  debian_kernels | awk -v name="$name" '
    { split(name, n, /[.+-]/); split($0, k, /[.+-]/) }
    n[1] == k[1] && n[2] == k[2]' | tail -n 8 | sed 's/^/  debian:/' >&2
  exit "$EXIT_KERNEL"
}
