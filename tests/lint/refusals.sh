#!/bin/sh
# The library in one file does not compile where its bits would be others: with fast math or a part of it, and
# where the processor keeps more digits than doubles have (x87). Each time it says so. Prints TAP.
# Usage: refusals.sh FILE, which is izh.c. CC is the compiler, GCC or clang.
set -eu
file=$1
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=tests/install/tap.sh
. "$here/../install/tap.sh"
CC=${CC:-cc}

# refused WORDS FLAG: the compiler stops at the first error, so that this takes no time.
refused() {
    # shellcheck disable=SC2086
    said=$($CC -std=c11 -Wfatal-errors -fsyntax-only "$2" "$file" 2>&1) && return 1
    echo "$said" | grep -F "$1"
}

# knows FLAG: whether the compiler has it, on this machine.
knows() {
    # shellcheck disable=SC2086
    $CC "$1" -E -x c - </dev/null >/dev/null 2>&1
}

for flag in -ffast-math -ffinite-math-only; do # clang tells a program of no other part
    report "$flag is refused" refused 'promises the same bits everywhere' $flag
done
if knows -mfpmath=387; then
    report '-mfpmath=387 is refused' refused 'must round to double' -mfpmath=387
fi
echo "1..$count"
