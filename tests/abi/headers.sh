#!/bin/sh
# Each public header compiles alone, twice in one file, as C99 and as C++11, with every compiler here.
# Prints TAP. Usage: headers.sh INCLUDE
set -eu
include=$1
count=0

# check COMPILER LANGUAGE STANDARD HEADER
check() {
    count=$((count + 1))
    if errors=$(printf '#include <izh/%s>\n#include <izh/%s>\nextern int izh_unused;\n' "$4" "$4" |
        "$1" -x "$2" "-std=$3" -pedantic -Wall -Wextra -Wundef -Wshadow -Werror -fsyntax-only \
            "-I$include" - 2>&1); then
        echo "ok $count - $4 as $3 by $1"
    else
        echo "not ok $count - $4 as $3 by $1"
        echo "$errors" | sed 's/^/# /'
    fi
}

c=0
cpp=0
for header in "$include"/izh/*.h; do
    header=${header##*/}
    for compiler in gcc clang; do
        command -v "$compiler" >/dev/null || continue
        c=$((c + 1))
        check "$compiler" c c99 "$header"
        check "$compiler" c c11 "$header"
    done
    for compiler in g++ clang++; do
        command -v "$compiler" >/dev/null || continue
        cpp=$((cpp + 1))
        check "$compiler" c++ c++11 "$header"
        check "$compiler" c++ c++17 "$header"
    done
done
for language in "$c C" "$cpp C++"; do
    count=$((count + 1))
    if [ "${language%% *}" != 0 ]; then
        echo "ok $count - there is a ${language#* } compiler"
    else
        echo "not ok $count - there is a ${language#* } compiler"
    fi
done
echo "1..$count"
