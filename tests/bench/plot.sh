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
set terminal svg size 1000,600 dynamic enhanced font "sans-serif,14" background "white"
set encoding utf8
set output "$picture"
set border 3 lc rgb "#606060"
set tics nomirror out scale .6 tc rgb "#303030"
unset mxtics; unset mytics
set logscale xy
set format xy "10^{%T}"
set xlabel "time per simulated second (µs)"
set ylabel "error of the worst of 23 spikes (ms)"
set yrange [1e-13:1e1]
set key outside right Left reverse spacing 1.4 samplen 3
set grid lc rgb "#e4e4e4" lt 1
# Colours that stay apart for colour-blind readers (Okabe and Ito; two after Tol), one for each curve; those
# of libizh are wide. A colour that is used again has another point, closed in the first round.
array colour[9] = ["#000000", "#999933", "#882255", "#e69f00", "#d55e00", "#0072b2", "#56b4e9", "#cc79a7", "#009e73"]
array point[9] = [9, 7, 5, 11, 13, 5, 7, 9, 11]
round(i) = i % 9 + 1
plot for [i=0:$(grep -c '^"' "$data")-1] "$data" index i using 2:1 with linespoints \
    linewidth (i < 3 ? 3.5 : 1.5) linecolor rgb colour[round(i)] pointtype point[round(i)] - (i > 8) \
    title columnheader(1)
END
