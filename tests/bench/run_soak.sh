#!/bin/sh
# Long runs, for tests/long.sh: the last line has all figures (Debian 12 or 13; root or sudo).
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=tests/bench/build.sh
. "$root/tests/bench/build.sh"
no_options "$@"

build_bench soak
"$build/tests/bench/soak"
