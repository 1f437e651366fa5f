#!/bin/sh
# Prints what PyNN costs: a network through its run() and through izh.Network, in one run (Debian 12 or 13; root or
# sudo).
#
#   run_pynn.sh [N]    N cells, by default 4000
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=tests/bench/build.sh
. "$root/tests/bench/build.sh"
n=${1:-4000}
whole_number "$n" 'number of cells'

need python3-numpy python3-pynn >&2
build_bench izh:shared_library
IZH_LIBRARY=$build/lib/libizh.so PYTHONPATH=$root/bindings/python PYTHONDONTWRITEBYTECODE=1 \
    /usr/bin/python3 "$root/tests/bench/bench_pynn.py" "$n"
