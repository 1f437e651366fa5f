#!/bin/sh
# Installs the packages that libizh is measured against (Debian 12; root or sudo), builds in release mode
# and prints work and precision of each on one task, all in one run; draws them, too.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=/dev/null
. "$root/.ci/need.sh"

need gcc libc6-dev meson ninja-build pkg-config libcmocka-dev libgsl-dev libsundials-dev python3-scipy gnuplot-nox

build=$root/build-bench
[ -f "$build/build.ninja" ] || meson setup "$build" "$root" --buildtype=release -Dtests=enabled </dev/null
meson compile -C "$build" bench_solver </dev/null
table=$build/work-precision.txt
echo "Measuring: half a minute..."
"$build/tests/bench/bench_solver" >"$table"
/usr/bin/python3 "$root/tests/bench/peer_scipy.py" >>"$table"
cat "$table"
"$root/tests/bench/plot.sh" "$table" "$build/work-precision.svg"
echo "The picture is build-bench/work-precision.svg."
