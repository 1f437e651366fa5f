#!/bin/sh
# Which lines and branches of lib/ all its tests run, by gcov and gcovr, in build-tests/coverage: a page
# for each file in html/. Branches count where a condition decides them, not where code might be left by an
# exception. Status 0 only at 98 % of the lines and 90 % of the branches; the last line says how many.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
build=$root/build-tests/coverage
rm -rf "$build"
CC=gcc CXX=g++ meson setup "$build" "$root" -Dtests=enabled -Dexamples=false -Dbindings=disabled \
    -Ddocs=disabled -Dmpi=disabled -Db_coverage=true -Doptimization=0 -Db_ndebug=true
meson compile -C "$build"
IZH_MATRIX=few meson test -C "$build" --no-rebuild --timeout-multiplier 10 --suite unit --suite accuracy \
    --suite robust --suite determinism --suite simd --suite pinn --suite fuzz
mkdir -p "$build/html"
cd "$root"
gcovr --root . --filter lib/ --object-directory "$build" --exclude-throw-branches --gcov-executable gcov \
    --html-details "$build/html/index.html" --csv "$build/files.csv" --print-summary \
    --fail-under-line 98 --fail-under-branch 90 "$build" >"$build/summary" || status=$?
cat "$build/summary"
sed -n 's/^\(lines\|branches\): \([0-9.]*%\).*/\1 \2/p' "$build/summary" | paste -s -d ' '
exit "${status:-0}"
