#!/bin/sh
# Prints what the viewer's WebAssembly costs against the native library, in one run, and how fast it runs the network
# of 2003 (Debian 12 or 13; root or sudo). The status is 0 if it has at least half of the native library's speed, and
# the network runs in real time.
#
#   run_viewer.sh [MS]    MS simulated milliseconds a run, by default 100000
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=tests/bench/build.sh
. "$root/tests/bench/build.sh"
ms=${1:-100000}
whole_number "$ms" 'time, ms'

need_wasm >&2
# shellcheck disable=SC2046
need gcc libc6-dev meson ninja-build pkg-config libcmocka-dev $(node_packages) >&2
[ -f "$build/build.ninja" ] || run_meson setup "$build" "$root" --buildtype=release -Dtests=enabled >&2
run_meson setup --reconfigure "$build" "$root" -Dtests=enabled -Dviewer=enabled >&2
run_meson compile -C "$build" viewer bench_viewer >&2
node "$root/tests/bench/bench_viewer.mjs" "$build/examples/viewer/izh.wasm" \
    "$build/tests/bench/bench_viewer" "$ms"
