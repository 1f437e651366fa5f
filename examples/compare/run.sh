#!/bin/sh
# Installs what is missing (Debian 12; root or sudo), builds the comparison of the report's solvers and
# runs it: tables on the terminal, report/compare.csv, and a page with pictures, report/index.html.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=/dev/null
. "$root/.ci/need.sh"

need gcc libc6-dev meson ninja-build pkg-config gnuplot-nox

cd "$root"
[ -f build-release/build.ninja ] ||
    meson setup build-release --buildtype=release -Dtests=disabled -Dexamples=true </dev/null
meson compile -C build-release </dev/null
mkdir -p report
rm -f report/index.html report/compare.csv
build-release/examples/compare/izh-compare --csv report/compare.csv --report report </dev/null
for file in report/index.html report/compare.csv; do
    [ -s "$file" ] || {
        echo "The comparison left no $file" >&2
        exit 1
    }
done
echo
echo "Table: $root/report/compare.csv"
echo "Page with pictures: $root/report/index.html"
