#!/bin/sh
# Prints what flow maps cost and how exact they are, seven neurons' (Debian 12; root or sudo; some minutes).
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=tests/bench/build.sh
. "$root/tests/bench/build.sh"

build_bench bench_flow
"$build/tests/bench/bench_flow"
