#!/bin/sh
# Installs what is missing (Debian 12 or 13; root or sudo), builds, and shows how far the ways in which other
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
# shellcheck source=.ci/report.sh
. "$root/.ci/report.sh"

need_folders "$root" "$build" "$report"
build_examples

for argument; do
    case $argument in
    --help) exec "$build/examples/drift/izh-drift" --help ;;
    esac
done

begin_report
"$build/examples/drift/izh-drift" --data "$new" "$@" </dev/null
if made; then
    draw "$root/examples/drift/plots.gp"
    end_report
    echo
    echo "Picture: $report/drift.svg and .png"
fi
