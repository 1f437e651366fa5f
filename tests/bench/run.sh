#!/bin/sh
# Installs the packages that libizh is measured against (Debian 12 or 13; root or sudo), builds in release mode
# and prints work and precision of each on one task, all in one run; draws them, too.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=tests/bench/build.sh
. "$root/tests/bench/build.sh"
no_options "$@"

need libgsl-dev libsundials-dev python3-scipy gnuplot-nox >&2
build_bench bench_solver
table=$build/work-precision.txt
echo "Measuring: half a minute..." >&2
"$build/tests/bench/bench_solver" >"$table.new"
/usr/bin/python3 "$root/tests/bench/peer_scipy.py" >>"$table.new"
mv "$table.new" "$table"
cat "$table"
"$root/tests/bench/plot.sh" "$table" "$build/work-precision.svg"
echo "The picture is build-bench/work-precision.svg." >&2
