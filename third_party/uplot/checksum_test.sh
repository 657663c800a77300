#!/bin/bash
# Whether the files are those of the release.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")"
[ "$(wc -l <SHA256SUMS)" -eq 3 ]
sha256sum --strict --check SHA256SUMS
