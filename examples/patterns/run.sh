#!/bin/sh
# Installs what is missing (Debian 12 or 13; root or sudo), builds, runs every published neuron in both flavours
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
# shellcheck source=.ci/report.sh
. "$root/.ci/report.sh"

need_folders "$root" "$build" "$report"
build_examples

for argument; do
    case $argument in
    --help) exec "$build/examples/patterns/izh-patterns" --help ;;
    esac
done

begin_report
"$build/examples/patterns/izh-patterns" --data "$new" "$@" </dev/null
if made; then
    draw "$root/examples/patterns/pictures.gp"
    end_report
    echo
    echo "Pictures: $report/patterns-*.svg (and .png)"
fi
