#!/bin/sh
# Counts the instructions of the dearest milliseconds that tests/bench/worst.c knows, by valgrind, and holds them to
# the bound of docs/real-time.md. Prints the bound's constants and how near to it each method comes.
#   tests/bench/run_worst.sh [LIBIZH.A]     without one it builds the library for release
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=tests/bench/build.sh
. "$root/tests/bench/build.sh"

[ $# -le 1 ] || refuse "'$2' is one argument too many: it takes the static library at most" 2
need gcc libc6-dev valgrind >&2
library=${1-}
if [ -z "$library" ]; then
    build_bench izh:static_library
    library=$build/lib/libizh.a
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -O2 -std=c11 -I"$root/include" "$root/tests/bench/worst.c" -o "$work/worst" "$library" -lm -lpthread
cd "$work"
valgrind --tool=callgrind --callgrind-out-file=counts "$work/worst" >runs 2>errors || {
    cat errors
    exit 1
}

printf '| method | a step | a spike |\n|---|---|---|\n'
./worst --bounds
echo
# Each run is followed by a dump of its counts: counts.1, counts.2, ...
i=0
while read -r run; do
    i=$((i + 1))
    echo "$run $(sed -n 's/^totals: //p' "counts.$i")"
done <runs >counted
# The dearest of each method's.
printf '| method | its dearest millisecond | steps | spikes | instructions | of the bound |\n|---|---|---|---|---|---|\n'
awk 'NF == 7 && $7 / $6 > most[$1] + 0 { if (!($1 in row)) name[++n] = $1; most[$1] = $7 / $6
        row[$1] = sprintf("| `%s` | %s, %s events | %s | %s | %s | %.0f %% |", $1, $3, $2, $4, $5, $7, 100 * most[$1]) }
    END { for (i = 1; i <= n; i++) print row[name[i]] }' counted
echo
awk 'NF != 7 { print "no count: " $0; bad = 1 }
    $7 > $6 { print "above the bound: " $0; above++; bad = 1 }
    { n++; share = $7 / $6; if (share > most) { most = share; dearest = $1 ", " $2 " events, " $3 } }
    END { if (n < 100) { print "only " n " runs"; bad = 1 }
          printf "%d runs, %d above the bound; nearest, at %.0f %%: %s\n", n, above, 100 * most, dearest; exit bad }' counted
