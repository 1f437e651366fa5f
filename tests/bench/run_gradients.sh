#!/bin/sh
# Prints what derivatives cost beside plain runs (Debian 12 or 13; root or sudo).
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=tests/bench/build.sh
. "$root/tests/bench/build.sh"
no_options "$@"

build_bench bench_gradients
"$build/tests/bench/bench_gradients"
