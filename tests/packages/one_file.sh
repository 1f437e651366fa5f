#!/bin/sh
# The library in one file, izh.c, compiled by other compilers and for other machines: without a warning of strict
# ones, and with the bits of every build; by CMake, as docs/embedding.md says; and inside a plugin.
# Usage: one_file.sh
set -eu
# shellcheck source=tests/packages/common.sh
. "$(dirname -- "$0")/common.sh"
need gcc clang libc6-dev binutils python3 cmake make gcc-mingw-w64-x86-64 binutils-mingw-w64-x86-64 wine64 \
    gcc-aarch64-linux-gnu libc6-dev-arm64-cross binutils-aarch64-linux-gnu qemu-user
one=$work/one

make_it() {
    /usr/bin/python3 "$root/lib/amalgamate.py" "$one"
}

# workload NAME COMPILER...: the program of all packages, as strict as can be, and the linker's flags.
workload() {
    name=$1
    shift
    mkdir -p "$work/include/izh" && ln -sf "$one/izh.h" "$work/include/izh/izh.h" &&
        "$@" -pedantic -Wall -Wextra -Werror -c -o "$work/$name.o" "$one/izh.c" &&
        "$@" -I"$work/include" -o "$work/$name" "$here/workload.c" "$work/$name.o" -lm -pthread
}

# fuses_nothing OBJDUMP NAME
fuses_nothing() {
    /usr/bin/python3 "$root/tests/determinism/fused.py" "$1" "$work/$2.o" >"$work/said" && cat "$work/said" &&
        ! grep '^not ok' "$work/said" && grep -q '^ok' "$work/said"
}

shared() {
    gcc -O1 -fPIC -shared -DIZH_SHARED -o "$work/libone.so" "$one/izh.c" -lm -pthread &&
        nm -D --defined-only "$work/libone.so" | grep -w izh_solver_create
}

refused() {
    ! "$@" -fsyntax-only "$one/izh.c" 2>"$work/said" && grep 'promises the same bits' "$work/said"
}

windows() {
    WINEPREFIX=$work/wine WINEDEBUG=-all WINEDLLOVERRIDES=mscoree,mshtml= /usr/lib/wine/wine64 "$work/windows.exe" |
        tr -d '\r'
}

report 'it is made' make_it
report 'gcc compiles it, with no flag but -O2' workload plain gcc -O2
report 'it prints what is golden' is_golden "$work/plain"
report 'gcc compiles it for this processor, with wide packs, told to fuse' \
    workload native gcc -std=c11 -O2 -march=native -ffp-contract=fast -DIZH_WIDE
report 'it prints what is golden' is_golden "$work/native"
report 'it fuses nothing' fuses_nothing objdump native
report 'clang compiles it for this processor' workload clang clang -std=c11 -O2 -march=native
report 'it prints what is golden' is_golden "$work/clang"
report 'it fuses nothing' fuses_nothing objdump clang
report 'gcc compiles it for aarch64' workload aarch64 aarch64-linux-gnu-gcc -O2
report 'it prints what is golden' is_golden qemu-aarch64 -L /usr/aarch64-linux-gnu "$work/aarch64"
report 'it fuses nothing' fuses_nothing aarch64-linux-gnu-objdump aarch64
report 'mingw-w64 compiles it' workload windows.exe x86_64-w64-mingw32-gcc-posix -static -std=c11 -O2
report 'it prints what is golden' is_golden windows
report 'gcc compiles it without pinn' workload nopinn gcc -O1 -DIZH_WITHOUT_PINN
report 'it prints what is golden' is_golden "$work/nopinn"
report 'it is a shared library, too' shared
report 'fast math is refused' refused gcc -ffast-math

# What the daily tests only configure.
embedding() {
    IZH_LONG=1 "$root/tests/install/embedding.sh" "$root" "$work/shared.o" >"$work/said" && cat "$work/said" &&
        ! grep '^not ok' "$work/said" && grep -q '^ok' "$work/said"
}
report 'gcc compiles it for a shared object' gcc -O1 -fPIC -c -o "$work/shared.o" "$one/izh.c"
report 'CMake builds projects with it, and plugins hide it' embedding
end_part
