#!/bin/sh
# plot.sh TABLE PICTURE: draws what run.sh printed, the error of the worst spike against the time per
# simulated second, as an SVG.
set -eu
table=$1 picture=$2
data=$(mktemp)
trap 'rm -f "$data"' EXIT

# A row is name, tolerance, error, time and perhaps a ratio: one block for each name, two lines apart.
awk '
    match($0, / +[0-9.]+e[-+][0-9]+ +[0-9.]+e[-+][0-9]+ +[0-9.]+/) {
        name = substr($0, 1, RSTART - 1)
        split(substr($0, RSTART, RLENGTH), column)
        if (column[1] == 0)
            next
        if (name != last)
            printf "%s\"%s\"\n", last == "" ? "" : "\n\n", name
        last = name
        print column[2], column[3]
    }' "$table" >"$data"

gnuplot <<END
set terminal svg size 1000,600 font "sans-serif,14" background "white"
set output "$picture"
set logscale xy
set format x "10^{%L}"
set xrange [1e1:1e-13]
set xlabel "error of the worst of 23 spikes, ms"
set ylabel "us per simulated second"
set key outside right
set format y "10^{%L}"
set grid
plot for [i=0:$(grep -c '^"' "$data")-1] "$data" index i using 1:2 with linespoints \
    linewidth (i < 3 ? 3 : 1.5) pointtype i + 4 title columnheader(1)
END
