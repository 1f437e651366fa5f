#!/bin/sh
# Installs what is missing (Debian 12; root or sudo), builds, runs every published neuron in both flavours
# and draws them: a table on the terminal, report-patterns/*.svg and *.png. Options go to izh-patterns; see
# --help.
set -eu
script=$(readlink -f -- "$0")
root=$(CDPATH='' cd -- "$(dirname -- "$script")/../.." && pwd)
build=$root/build-release
report=$root/report-patterns

# shellcheck source=/dev/null
. "$root/.ci/need.sh"

need gcc libc6-dev meson ninja-build pkg-config gnuplot-nox

# A build folder belongs to the source folder that it was made for, which may have moved or been copied.
if [ ! -f "$build/build.ninja" ] || [ "$(cat "$build/.source" 2>/dev/null)" != "$root" ]; then
    rm -rf "$build"
    meson setup "$build" "$root" --buildtype=release -Dtests=disabled -Dexamples=true </dev/null
    printf '%s\n' "$root" >"$build/.source"
fi
meson compile -C "$build" </dev/null

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
