#!/bin/sh
# Installs what is missing (Debian 12 or 13; root or sudo), compiles libizh to WebAssembly and builds the live
# viewer: report-viewer/viewer.html, one file, to be opened in any browser.
set -eu
script=$(readlink -f -- "$0")
root=$(CDPATH='' cd -- "$(dirname -- "$script")/../.." && pwd)
build=$root/build-viewer
report=$root/report-viewer

# shellcheck source=.ci/need.sh
. "$root/.ci/need.sh"
# shellcheck source=.ci/report.sh
. "$root/.ci/report.sh"

no_options "$@"
need_folders "$root" "$build" "$report"
need_wasm
# shellcheck disable=SC2046
need $(node_packages)

node "$root/examples/viewer/build.mjs" "$build" --check </dev/null
begin_report
cp "$build/viewer.html" "$new/"
end_report
echo
echo "The viewer: $report/viewer.html ($(($(wc -c <"$report/viewer.html") / 1000)) kB)"
