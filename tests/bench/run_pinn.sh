#!/bin/sh
# Prints what networks cost and how exact they are on the report's second (Debian 12 or 13; root or sudo).
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=tests/bench/build.sh
. "$root/tests/bench/build.sh"
no_options "$@"

build_bench bench_pinn
"$build/tests/bench/bench_pinn"
