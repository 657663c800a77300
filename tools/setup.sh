# Sourced by ./run and ./test: installs what is missing from Debian 12's
# packages, and builds. Says nothing about what is already there.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# install_missing LIST_FILE: one package name a line.
install_missing() {
  local missing=() package
  while read -r package; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null |
      grep -q 'install ok installed' || missing+=("$package")
  done < <(grep -v '^#' "$1")
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "Installing ${#missing[@]} Debian packages (once, may take minutes):" \
    "${missing[*]}" >&2
  local sudo=() log
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      echo "Not root, and no sudo: install these packages and try again." >&2
      return 1
    }
    sudo=(sudo)
  fi
  log=$(mktemp)
  if ! { "${sudo[@]}" apt-get update &&
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y \
      --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}"; } \
    >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    echo "Installing failed; the whole log is $log" >&2
    return 1
  fi
  rm -f "$log"
}

# quiet_bazel ARGS...: prints nothing unless it fails.
quiet_bazel() {
  local log
  log=$(mktemp)
  if ! (cd "$root" && bazel "$@") >"$log" 2>&1 </dev/null; then
    grep -v 'linux-sandbox' "$log" | tail -n 60 >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}
