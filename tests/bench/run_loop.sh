#!/bin/sh
# Prints what fixed steps cost in a solver beside a loop in plain C (Debian 12 or 13; root or sudo).
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=tests/bench/build.sh
. "$root/tests/bench/build.sh"
no_options "$@"

build_bench bench_loop
"$build/tests/bench/bench_loop"
