#!/bin/sh
# Installs what is missing (Debian 12; root or sudo), builds, runs every published neuron in both flavours
# and draws them: a table on the terminal, report-patterns/*.svg and *.png. Options go to izh-patterns; see
# --help.
set -eu
script=$(readlink -f -- "$0")
root=$(CDPATH='' cd -- "$(dirname -- "$script")/../.." && pwd)
build=$root/build-release
report=$root/report-patterns

# shellcheck source=.ci/need.sh
. "$root/.ci/need.sh"
# shellcheck source=.ci/build.sh
. "$root/.ci/build.sh"

build_examples

for argument; do
    case $argument in
    --help) exec "$build/examples/patterns/izh-patterns" --help ;;
    esac
done

mkdir -p "$report"
rm -f "$report"/*.dat "$report"/panels-*.gp "$report"/*.svg "$report"/*.png
"$build/examples/patterns/izh-patterns" --data "$report" "$@" </dev/null
cp "$root/examples/patterns/pictures.gp" "$report/"
(cd "$report" && LC_ALL=C.UTF-8 gnuplot -d pictures.gp)
echo
echo "Pictures: $report/patterns-*.svg (and .png)"
