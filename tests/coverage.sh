#!/bin/sh
# Which lines and branches of lib/ all its tests run, by gcov and lcov, in build-tests/coverage: a page for
# each file in html/. With -O1, so that the branches of kernels that are constant where they are inlined are
# none. Status 0 only at 98 % of the lines and 90 % of the branches; the last line says how many.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
build=$root/build-tests/coverage
rm -rf "$build"
CC=gcc CXX=g++ meson setup "$build" "$root" -Dtests=enabled -Dexamples=false -Dbindings=disabled \
    -Ddocs=disabled -Dmpi=disabled -Db_coverage=true -Doptimization=1 -Db_ndebug=true \
    -Dc_args=-fprofile-update=atomic
meson compile -C "$build"
IZH_MATRIX=few meson test -C "$build" --no-rebuild --timeout-multiplier 10 --suite unit --suite accuracy \
    --suite robust --suite determinism --suite simd --suite pinn --suite fuzz

by_branch='--rc lcov_branch_coverage=1'
# shellcheck disable=SC2086
{
    lcov $by_branch --quiet --capture --directory "$build/lib" --output-file "$build/all.info"
    lcov $by_branch --quiet --extract "$build/all.info" "$root/lib/*" \
        --output-file "$build/lib.info"
    lcov $by_branch --list "$build/lib.info"
    genhtml $by_branch --branch-coverage --quiet --output-directory "$build/html" "$build/lib.info"
}
awk -F '[:,]' -v root="$root/" '
    /^SF/ { file = substr($2, length(root) + 1) }
    /^DA/ && $3 == 0 { print file ":" $2 ": never run" }
    /^BRDA/ && $5 + 0 == 0 { print file ":" $2 ": a branch never taken" }
    /^LF/ { lines += $2 } /^LH/ { lines_run += $2 } /^BRF/ { branches += $2 } /^BRH/ { branches_run += $2 }
    END {
        line = 100 * lines_run / lines; branch = 100 * branches_run / branches
        printf "%.1f %% of %d lines, %.1f %% of %d branches at -O1\n", line, lines, branch, branches
        exit line < 98 || branch < 90
    }' "$build/lib.info"
