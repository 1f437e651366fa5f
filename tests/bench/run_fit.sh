#!/bin/sh
# Prints what a fit costs, beside SciPy's differential evolution over Brian2 on the same task, in one run and on
# one core (Debian 12 or 13; root or sudo). It ends with status 1 if the fit is not 100 times faster at an equal
# or higher score.
#
#   run_fit.sh [GENERATIONS]    of the evolution, at most, by default 300
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=tests/bench/build.sh
. "$root/tests/bench/build.sh"
generations=${1:-300}
whole_number "$generations" 'number of generations'

need g++ python3-numpy python3-scipy python3-brian >&2
build_bench izh:shared_library
OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 IZH_LIBRARY=$build/lib/libizh.so PYTHONPATH=$root/bindings/python \
    /usr/bin/python3 "$root/tests/bench/peer_fit.py" "$generations"
