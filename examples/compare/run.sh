#!/bin/sh
# Installs what is missing (Debian 12 or 13; root or sudo), builds the comparison of the report's solvers and
# runs it: tables on the terminal, report/compare.csv, and a page with pictures, report/index.html.
# Options go to izh-compare; see --help.
set -eu
script=$(readlink -f -- "$0")
root=$(CDPATH='' cd -- "$(dirname -- "$script")/../.." && pwd)
build=$root/build-release
report=$root/report

# shellcheck source=.ci/need.sh
. "$root/.ci/need.sh"
# shellcheck source=.ci/build.sh
. "$root/.ci/build.sh"
# shellcheck source=.ci/report.sh
. "$root/.ci/report.sh"

need_folders "$root" "$build" "$report"
build_examples
compare=$build/examples/compare/izh-compare

for argument; do
    case $argument in
    --help | --version) exec "$compare" "$argument" ;;
    esac
done

begin_report
"$compare" --csv "$new/compare.csv" --report "$new" "$@" </dev/null
# Options may have sent either file to another place.
files=
for file in compare.csv index.html; do
    if [ -s "$new/$file" ]; then
        files="$files $file"
    elif [ $# = 0 ]; then
        refuse "the comparison made no $file"
    fi
done
if made; then
    end_report
    echo
fi
for file in $files; do
    case $file in
    *.csv) echo "Table: $report/$file" ;;
    *) echo "Page with pictures: $report/$file" ;;
    esac
done
