#!/bin/sh
# Prints what Python costs: a population against C, a solver with a callback against SciPy, in one run
# (Debian 12 or 13; root or sudo).
#
#   run_python.sh [N]    N neurons, by default 10^6
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=tests/bench/build.sh
. "$root/tests/bench/build.sh"
n=${1:-1000000}
whole_number "$n" 'number of neurons'

need python3-numpy python3-scipy >&2
build_bench izh:shared_library bench_python_c
IZH_LIBRARY=$build/lib/libizh.so PYTHONPATH=$root/bindings/python \
    /usr/bin/python3 "$root/tests/bench/bench_python.py" "$build/tests/bench/bench_python_c" "$n"
