#!/bin/sh
# The column gives the same bytes on 1 and 4 ranks, and rates as a column has them. Prints TAP.
# Usage: mpi_network.sh MPIRUN PROGRAM, with IZH_LONG in the environment for 2 ranks, too
set -eu
mpirun=$1 program=$2
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=tests/install/tap.sh
. "$here/../install/tap.sh"
# shellcheck source=tests/examples/mpi.sh
. "$here/mpi.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# column NAME RANKS OPTION...: leaves NAME.RANKS.csv, .txt, .svg and, what it printed, .said.
column() {
    prefix=$work/$1.$2
    ranks=$2
    shift 2
    mpi -n "$ranks" "$program" --output "$prefix" "$@" >"$prefix.said" && [ -s "$prefix.svg" ] &&
        grep -E '^[0-9]+ neurons, [0-9]+ synapses, [0-9]+ spikes, hash [0-9a-f]{16}$' "$prefix.said"
}

# same NAME RANKS: as on one rank.
same() {
    for ending in csv txt svg said; do
        cmp "$work/$1.1.$ending" "$work/$1.$2.$ending" || return 1
    done
}

# As published: inhibitory neurons fire faster than the excitatory ones of their layer, and those of layers 2/3
# and 6 least, at about 1 Hz. Without inhibition, or all together, they would fire otherwise.
rates() {
    cat "$work/column.1.csv"
    awk -F, '{ hz[$1] = $4 } END { exit !(NR == 9 && hz["L2/3e"] > .2 && hz["L2/3e"] < 4 && hz["L6e"] > .2 &&
        hz["L6e"] < 4 && hz["L4e"] > hz["L2/3e"] && hz["L4e"] > hz["L6e"] && hz["L5e"] > hz["L4e"] &&
        hz["L2/3i"] > hz["L2/3e"] && hz["L4i"] > hz["L4e"] && hz["L5i"] > hz["L5e"] && hz["L6i"] > hz["L6e"] &&
        hz["L5i"] < 40) }' "$work/column.1.csv"
}

# Spikes and rates are of the same run, and the picture has a dot for each.
agree() {
    dots=$(grep -c '^[0-9]' "$work/column.1.txt")
    [ "$(awk -F, 'NR > 1 { n += $3 } END { print n }' "$work/column.1.csv")" = "$dots" ] &&
        [ "$(grep -o 'h1' "$work/column.1.svg" | wc -l)" = "$dots" ] &&
        grep -q ", $dots spikes, " "$work/column.1.said"
}

# The page's picture is what is drawn now.
page() {
    column page 1 && cmp "$work/page.1.svg" "$here/../../docs/pictures/column.svg"
}

seeds_differ() {
    column seed 2 --scale .02 --duration 50 --seed 2 && column other 2 --scale .02 --duration 50 &&
        ! cmp "$work/seed.2.said" "$work/other.2.said"
}

# More ranks than some populations have neurons, and threads.
threads() {
    column few 1 --scale .002 --duration 50 && column few 4 --scale .002 --duration 50 --threads 2 && same few 4
}

# fails TEXT OPTION...: all end, and one says why.
fails() {
    text=$1
    shift
    if mpi -n 2 "$program" "$@" >"$work/said" 2>&1; then
        return 1
    fi
    cat "$work/said"
    grep -qF -e "$text" "$work/said"
}

report 'a column runs on 1 rank' column column 1 --duration 200
for ranks in ${IZH_LONG:+2} 4; do
    report "a column runs on $ranks ranks" column column "$ranks" --duration 200
    report "it gives the same bytes on $ranks ranks" same column "$ranks"
done
report 'its rates are those of a column' rates
report 'spikes, rates and the picture agree' agree
report 'the page shows the picture that is drawn now' page
report 'another seed gives another column' seeds_differ
report 'slices may be small, and have threads' threads
report 'a bad value ends all' fails "out of range: 0" --scale 0
report 'an unknown option ends all' fails '--help' --scales 1
report 'a time that is no tick ends all' fails 't_end' --scale .002 --duration 1.05
report 'a file that cannot be opened ends all' fails "$work/no/file" --scale .002 --duration 1 \
    --output "$work/no/file"
echo "1..$count"
