#!/bin/sh
# Prints what flow maps cost and how exact they are, seven neurons' (Debian 12 or 13; root or sudo; some minutes).
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=tests/bench/build.sh
. "$root/tests/bench/build.sh"
no_options "$@"

build_bench bench_flow
"$build/tests/bench/bench_flow"
