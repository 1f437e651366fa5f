#!/bin/sh
# Installs what is missing (Debian 12; root or sudo), builds the comparison of the report's solvers and
# runs it: tables on the terminal, report/compare.csv, and a page with pictures, report/index.html.
# Options go to izh-compare; see --help.
set -eu
script=$(readlink -f -- "$0")
root=$(CDPATH='' cd -- "$(dirname -- "$script")/../.." && pwd)
build=$root/build-release
report=$root/report

for folder in "$root" "$build" "$report"; do
    if [ -e "$folder" ] && ! { [ -d "$folder" ] && [ -w "$folder" ] && [ -x "$folder" ]; }; then
        echo "Not a folder that can be written to: $folder" >&2
        echo "Run this as its owner, or in a copy of $root of your own." >&2
        exit 1
    fi
done

# shellcheck source=.ci/need.sh
. "$root/.ci/need.sh"
# shellcheck source=.ci/build.sh
. "$root/.ci/build.sh"

build_examples
compare=$build/examples/compare/izh-compare

for argument; do
    case $argument in
    --help | --version) exec "$compare" "$argument" ;;
    esac
done

mkdir -p "$report"
rm -f "$report"/index.html "$report"/*.svg "$report"/compare.csv
"$compare" --csv "$report/compare.csv" --report "$report" "$@" </dev/null
echo
# Options may have sent either to another place.
for file in compare.csv index.html; do
    if [ -s "$report/$file" ]; then
        case $file in
        *.csv) echo "Table: $report/$file" ;;
        *) echo "Page with pictures: $report/$file" ;;
        esac
    elif [ $# = 0 ]; then
        echo "The comparison left no $report/$file" >&2
        exit 1
    fi
done
