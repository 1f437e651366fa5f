#!/bin/sh
# Prints what a step of a neuron of a population costs, against a naive loop, the machine's limits and
# Brian2, all in one run (Debian 12 or 13; root or sudo; 4 GB of memory).
#
#   run_population.sh               sizes to 10^7
#   run_population.sh --quick       sizes to 10^5, without Brian2
#   run_population.sh --huge        10^8 neurons only, some GB of memory
#   run_population.sh --cachegrind  only memory traffic by steps per call, counted by a simulated cache
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=tests/bench/build.sh
. "$root/tests/bench/build.sh"

case ${1-}:$# in
:0 | --quick:1 | --huge:1 | --cachegrind:1) ;;
*) refuse "'$*' is none of --quick, --huge and --cachegrind" 2 ;;
esac

build_bench bench_population
bench=$build/tests/bench/bench_population

# Lines that went to or came from memory, of a last level of 1 MiB that 2 x 10^5 neurons do not fit in.
lines() {
    valgrind --tool=cachegrind --cache-sim=yes --LL=1048576,16,64 --cachegrind-out-file="$out" \
        "$bench" --steps 2e5 "$@" >/dev/null 2>"$out.log" || { cat "$out.log" >&2; exit 1; }
    awk '/LLd misses/ { gsub(",", ""); print $4 }' "$out.log"
}

# Misses of 128 steps less those of 64, so that setting up drops out.
count_traffic() {
    need valgrind >&2
    out=$(mktemp)
    trap 'rm -f "$out" "$out.log"' EXIT
    echo "published-2003, grid, 2e5 neurons, 1 thread, simulated last level of 1 MiB: bytes of missed"
    echo "lines (64 a miss, without what is written back) per neuron-step, and read and written by model"
    printf '%-4s %10s %10s %10s\n' '' steps/call counted model
    for precision in f64 f32; do
        for calls in 1 8 64; do
            less=$(lines $precision $calls 64)
            more=$(lines $precision $calls 128)
            model=$("$bench" --steps 2e5 $precision $calls 64 | awk '{ print $NF }')
            awk -v p=$precision -v c=$calls -v n="$((more - less))" -v m="$model" \
                'BEGIN { printf "%-4s %10d %10.2f %10.2f\n", p, c, n * 64 / (64 * 2e5), m }'
        done
    done
}

case ${1-} in
--cachegrind) count_traffic ;;
--quick | --huge) "$bench" "$1" ;;
'')
    need g++ make python3-brian >&2
    "$bench"
    /usr/bin/python3 "$root/tests/bench/peer_brian2.py" "$bench"
    ;;
esac
