#!/bin/sh
# Draws the pictures of the pages with the project's own programs: docs/pictures/draw.sh [NAME...], all without
# a NAME. Installs what is missing as the examples' commands do. It measures for work-precision (half a
# minute) and adaptive-methods (a minute; that needs GSL, SUNDIALS and SciPy to compare with): let the machine
# be idle. The viewer's pictures need a browser, the column's MPI.
# docs/pictures/draw.sh --list prints what files each NAME draws.
set -eu
script=$(readlink -f -- "$0")
pictures=$(dirname -- "$script")
root=$(CDPATH='' cd -- "$pictures/../.." && pwd)
build=$root/build-release

list() {
    cat <<END
overview: overview.png
work-precision: work-precision.svg
adaptive-methods: adaptive-methods.svg
drift: drift.svg
patterns: patterns-2003.svg patterns-2004.svg patterns-2007.svg
column: column.svg
reward: reward.svg
polychronization: polychronization.png polychronization.svg
analysis: phase-plane.svg bifurcations.svg f-i.svg strength-duration.svg
fit: fit.png
viewer:$(for view in traces phase neuron raster compare sweep map pair network; do
        printf ' viewer-%s-desk.png viewer-%s-phone.png' "$view" "$view"
    done)$(printf ' viewer-tour-%s.png' 1 2 3 4 5 6 7 8)
END
}

files_of() {
    list | sed -n "s/^$1: *//p"
}

draw_overview() {
    "$build/examples/patterns/izh-patterns" --data "$work"
    "$build/examples/network" raster >"$work/raster.csv"
    (cd "$work" && LC_ALL=C.UTF-8 gnuplot -d "$pictures/overview.gp")
}

# Every method that has a line of its own: pinn would stretch the axis by three decades.
draw_work_precision() {
    "$build/examples/compare/izh-compare" --report "$work" --method \
        euler,backward-euler,midpoint,rk4,exp-euler,exprb-adaptive,dopri5,taylor,published-2003
}

draw_adaptive_methods() {
    "$root/tests/bench/run.sh"
    cp "$root/build-bench/work-precision.svg" "$work/adaptive-methods.svg"
}

draw_drift() {
    "$build/examples/drift/izh-drift" --data "$work"
    (cd "$work" && LC_ALL=C.UTF-8 gnuplot -d "$root/examples/drift/plots.gp")
}

draw_patterns() {
    "$build/examples/patterns/izh-patterns" --data "$work"
    (cd "$work" && LC_ALL=C.UTF-8 gnuplot -d "$root/examples/patterns/pictures.gp")
}

# One rank needs no mpirun.
draw_column() {
    "$build/examples/mpi_network/mpi_network" --output "$work/column"
}

# An hour of the network's time: about a minute.
draw_reward() {
    "$build/examples/reward" >"$work/reward.csv"
    (cd "$work" && LC_ALL=C.UTF-8 gnuplot -d "$pictures/reward.gp")
}

# An hour of the network's time, as for reward.
draw_polychronization() {
    for second in 1 100; do
        "$build/examples/polychronization" raster "$second" >"$work/polychronization-$second.csv"
    done
    "$build/examples/polychronization" spectrum 10 >"$work/polychronization-10.csv"
    "$build/examples/polychronization" raster weights spectrum 3600 >"$work/polychronization-3600.csv"
    (cd "$work" && LC_ALL=C.UTF-8 gnuplot -d "$pictures/polychronization.gp")
}

draw_analysis() {
    for what in phase bifurcations f-i strength-duration; do
        "$build/examples/analysis" $what >"$work/$what.csv"
    done
    (cd "$work" && LC_ALL=C.UTF-8 gnuplot -d "$pictures/analysis.gp")
}

draw_fit() {
    need python3-numpy python3-scipy python3-matplotlib
    PYTHONPATH=$root/bindings/python IZH_LIBRARY=$build/lib/libizh.so \
        /usr/bin/python3 "$root/bindings/python/examples/fit_hodgkin_huxley.py" "$work/fit.png"
}

draw_viewer() {
    need chromium python3-pil
    "$root/examples/viewer/run.sh"
    IZH_VIEWER=$root/build-viewer node "$root/tests/viewer/pictures.mjs" "$(command -v chromium)" "$work"
    /usr/bin/python3 - "$work"/viewer-*.png <<'END'
import sys
from PIL import Image
for path in sys.argv[1:]:  # a quarter of the bytes: flat colours need no more than 128
    whole = Image.open(path).convert("RGB")
    few = whole.quantize(128, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
END
}

case ${1-} in
--list)
    list
    exit
    ;;
esac
[ $# -gt 0 ] || set -- overview work-precision adaptive-methods drift patterns column reward polychronization \
    analysis fit viewer
for name; do
    [ -n "$(files_of "$name")" ] || {
        echo "There is no picture $name; there are:" >&2
        list >&2
        exit 2
    }
done

# shellcheck source=.ci/need.sh
. "$root/.ci/need.sh"
# shellcheck source=.ci/build.sh
. "$root/.ci/build.sh"
case " $* " in
*' column '*) need libopenmpi-dev openmpi-bin ;;
esac
build_examples
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name; do
    echo "Drawing $name..."
    case $name in
    overview) draw_overview >"$work/said" ;;
    work-precision) draw_work_precision >"$work/said" ;;
    adaptive-methods) draw_adaptive_methods ;;
    drift) draw_drift >"$work/said" ;;
    patterns) draw_patterns >"$work/said" ;;
    column) draw_column >"$work/said" ;;
    reward) draw_reward >"$work/said" ;;
    polychronization) draw_polychronization ;;
    analysis) draw_analysis ;;
    fit) draw_fit >"$work/said" ;;
    viewer) draw_viewer ;;
    esac
    for file in $(files_of "$name"); do
        cp "$work/$file" "$pictures/$file"
    done
done
