#!/bin/sh
# Prints what a network costs, against the machine's limit, a plain loop and Brian2, all in one run, as tables in
# Markdown (Debian 12 or 13; root or sudo; 3 GB of memory). For figures that mean something, on a quiet machine.
#
#   run_network.sh             10^7 synapses
#   run_network.sh --quick     10^6, without Brian2: whether it works
#   run_network.sh --large     only delivery, with 10^8 synapses: 8 GB of memory
#   run_network.sh --balanced  only the rates of examples/balanced.c beside Brian2's, over ten seeds
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=tests/bench/build.sh
. "$root/tests/bench/build.sh"

case ${1-}:$# in
:0 | --quick:1 | --large:1 | --balanced:1) ;;
*) refuse "'$*' is none of --quick, --large and --balanced" 2 ;;
esac

print_machine() {
    printf '%s, %s processors, load %s, %s\n\n' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)" \
        "$(nproc)" "$(cut -d ' ' -f 1 /proc/loadavg)" "$(gcc --version | head -1)"
}

case ${1-} in
--balanced)
    build_bench balanced
    need python3-brian g++ >&2
    /usr/bin/python3 "$root/tests/bench/peer_balanced.py" "$build/examples/balanced" 10
    ;;
*)
    build_bench bench_network
    print_machine
    "$build/tests/bench/bench_network" "$@"
    ;;
esac
if [ $# = 0 ]; then
    need g++ make python3-brian >&2
    /usr/bin/python3 "$root/tests/bench/peer_network.py" "$build/tests/bench/bench_network"
fi
