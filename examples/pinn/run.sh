#!/bin/sh
# Installs what is missing (Debian 12 or 13; root or sudo), builds, trains networks on the report's scenario
# (a flow map, too, and one network of v in its way), and draws v, residual, loss and the flow map under
# a current of its own: report-pinn/*.svg and *.png.
# Options go to izh-pinn; see --help.
set -eu
script=$(readlink -f -- "$0")
root=$(CDPATH='' cd -- "$(dirname -- "$script")/../.." && pwd)
build=$root/build-release
report=$root/report-pinn

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
    --help) exec "$build/examples/pinn/izh-pinn" --help ;;
    esac
done

begin_report
"$build/examples/pinn/izh-pinn" --flow --report-way --data "$new" "$@" </dev/null
if made; then
    draw "$root/examples/pinn/plots.gp"
    end_report
    echo
    echo "Pictures: $report/v.svg, residual.svg, loss.svg, flow.svg (and .png)"
fi
