#!/bin/sh
# Prints what input over time costs a population, against a constant current: in time, and in instructions, which
# valgrind counts of the kernels for AVX2 (Debian 12 or 13; root or sudo).
#
#   run_stimulus.sh                     both
#   run_stimulus.sh --count [LIBIZH.A]  instructions only, of that library or of one built for release
#
# Fails where up to 64 traces cost more in float64 than docs/inputs.md promises, and where nothing was counted.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=tests/bench/build.sh
. "$root/tests/bench/build.sh"
case ${1-}:$# in
:0 | --count:1 | --count:2) ;;
*) refuse "'$*' is not --count, or --count and the static library" 2 ;;
esac
need gcc libc6-dev valgrind >&2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=$work/out
if [ -n "${2-}" ]; then
    bench=$work/bench
    gcc -O2 -std=c11 -D_GNU_SOURCE -DIZH_STATIC -I"$root/include" "$root/tests/bench/bench_stimulus.c" -o "$bench" \
        "$2" -lm -lpthread
else
    build_bench bench_stimulus
    bench=$build/tests/bench/bench_stimulus
fi
[ $# -gt 0 ] || "$bench"

# count TABLE WAY: prints the table, the way, and how many instructions a run takes.
count() {
    valgrind --tool=callgrind --toggle-collect=izh_population_run --callgrind-out-file=/dev/null "$bench" "$@" \
        2>"$out" || { cat "$out" >&2; exit 1; }
    sed -n 's/.*Collected : //p' "$out"
}

# The benchmark says how many tables, ways, and neurons times ticks there are.
"$bench" --count | {
    read -r tables ways all
    table=0
    while [ $table -lt "$tables" ]; do
        way=0
        while [ $way -lt "$ways" ]; do
            count $table $way | paste -sd '|' -
            way=$((way + 1))
        done
        table=$((table + 1))
    done | awk -F'|' -v all="$all" '
        !($1 in first) { first[$1] = $3; table[++tables] = $1 }
        !($2 in rows) { way[++ways] = $2; rows[$2] = "" }
        { rows[$2] = rows[$2] sprintf(" %.2f (%.2f) |", $3 / all, $3 / first[$1]) }
        !($3 > 0) { bad = 1 }
        $1 ~ /float64/ && $2 ~ /^(1 trace|64 traces)/ { checked++; if ($3 / first[$1] > 1.3) bad = 1 }
        END {
            print "\nInstructions per neuron and tick, and in brackets times those of a constant current\n"
            head = "| input |"; line = "|---|"
            for (k = 1; k <= tables; k++) { head = head " " table[k] " |"; line = line "---|" }
            print head "\n" line
            for (k = 1; k <= ways; k++) print "| " way[k] " |" rows[way[k]]
            if (bad || !checked) { print "\nup to 64 traces in float64: not at most 1.3 times"; exit 1 }
        }'
}
