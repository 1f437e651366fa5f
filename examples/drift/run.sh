#!/bin/sh
# Installs what is missing (Debian 12; root or sudo), builds, and shows how far the ways in which other
# programs step a neuron drift from the exact solution: tables on the terminal, and a picture,
# report-drift/drift.svg and .png. Options go to izh-drift; see --help.
set -eu
script=$(readlink -f -- "$0")
root=$(CDPATH='' cd -- "$(dirname -- "$script")/../.." && pwd)
build=$root/build-release
report=$root/report-drift

# shellcheck source=.ci/need.sh
. "$root/.ci/need.sh"
# shellcheck source=.ci/build.sh
. "$root/.ci/build.sh"

build_examples

for argument; do
    case $argument in
    --help) exec "$build/examples/drift/izh-drift" --help ;;
    esac
done

mkdir -p "$report"
rm -f "$report"/*.dat "$report"/about.gp "$report"/drift.*
"$build/examples/drift/izh-drift" --data "$report" "$@" </dev/null
cp "$root/examples/drift/plots.gp" "$report/"
(cd "$report" && LC_ALL=C.UTF-8 gnuplot -d plots.gp)
if [ -s "$report/drift.svg" ]; then
    echo
    echo "Picture: $report/drift.svg and .png"
fi
