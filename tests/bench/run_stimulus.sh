#!/bin/sh
# Prints what input over time costs a population, against a constant current (Debian 12 or 13; root or sudo).
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=tests/bench/build.sh
. "$root/tests/bench/build.sh"
no_options "$@"

build_bench bench_stimulus
"$build/tests/bench/bench_stimulus"
