#!/bin/sh
# The library in one file, izh.c, compiled by other compilers and for other machines: without a warning of strict
# ones, and with the bits of every build; by CMake, as docs/embedding.md says; and inside a plugin.
# Usage: one_file.sh
set -eu
# shellcheck source=tests/packages/common.sh
. "$(dirname -- "$0")/common.sh"
need gcc g++ clang libc6-dev binutils python3 cmake make gcc-mingw-w64-x86-64 binutils-mingw-w64-x86-64 wine64 \
    gcc-aarch64-linux-gnu libc6-dev-arm64-cross binutils-aarch64-linux-gnu qemu-user \
    gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm
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

# populations NAME: those of every instruction set that the build and the processor have.
populations() {
    gcc -O1 -D_GNU_SOURCE -I"$root/tests/cmocka" -I"$root/include" -I"$root/lib" -I"$root/tests" \
        -o "$work/populations" "$root/tests/determinism/test_golden_population.c" "$root/tests/support.c" \
        "$root/tests/support_population.c" "$root/tests/portable.c" "$root/tests/cmocka/cmocka.c" \
        "$work/$1.o" -lm -pthread && has_wide "$work/$1.o" &&
        IZH_MATRIX=few "$work/populations" >"$work/said" && cat "$work/said" && ! grep '^not ok' "$work/said" &&
        grep -q '^ok' "$work/said"
}

has_wide() {
    nm "$1" | grep izh_kernels_avx2_f32_rk4 && nm "$1" | grep izh_kernels_avx512_f64_rk4
}

# board PROCESSOR FPU: without a system, the golden program of tests/embedded.
board() {
    flags="-mcpu=$1 -mfpu=$2 -mfloat-abi=hard -std=c11 -Os -fno-math-errno -ffunction-sections -fdata-sections"
    sources="$root/tests/embedded/golden.c $root/examples/embedded/start.c $root/examples/embedded/print.c"
    # shellcheck disable=SC2086
    arm-none-eabi-gcc $flags -pedantic -Wall -Wextra -Werror -DIZH_EMBEDDED -c -o "$work/$1.o" "$one/izh.c" &&
        arm-none-eabi-gcc $flags --specs=nosys.specs -I"$work/include" -I"$root/examples/embedded" -I"$root/tests" \
            -nostartfiles -Wl,--gc-sections -T"$root/examples/embedded/mps2.ld" \
            -o "$work/$1" $sources "$work/$1.o" -lm
}

# right_bits PROCESSOR MACHINE: that QEMU emulates.
right_bits() {
    qemu-system-arm -M "$2" -nographic -monitor none -serial none -semihosting -kernel "$work/$1" >"$work/said" 2>&1 &&
        grep -x 'right bits' "$work/said"
}

# few COMPILER...: the golden program on this machine without populations and without Euler's method, of which nothing
# is left.
few() {
    leave_out='-DIZH_EMBEDDED -DIZH_WITHOUT_POPULATIONS -DIZH_WITHOUT_METHOD_euler=1'
    # shellcheck disable=SC2086
    "$@" -ffunction-sections -fdata-sections -pedantic -Wall -Wextra -Werror $leave_out -c -o "$work/few.o" "$one/izh.c" &&
        "$@" $leave_out -I"$work/include" -I"$root/examples/embedded" -I"$root/tests" -Wl,--gc-sections -o "$work/few" \
            "$root/tests/embedded/golden.c" "$root/examples/embedded/desktop.c" "$root/examples/embedded/print.c" \
            "$work/few.o" -lm && "$work/few" >"$work/said" && grep -x 'right bits' "$work/said" &&
        grep '^rk4 exact' "$work/said" && ! grep '^euler' "$work/said" && ! nm "$work/few.o" | grep -w izh_population_create &&
        ! nm "$work/few" | grep -w izh_method_euler
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

# A DLL exports what the symbol map names, and needs no other DLL than those of Windows.
windows_dll() {
    x86_64-w64-mingw32-gcc-posix -std=c11 -O1 -shared -static -DIZH_SHARED -o "$work/one.dll" "$one/izh.c" &&
        /usr/bin/python3 "$root/tests/abi/dll.py" x86_64-w64-mingw32-objdump "$work/one.dll" "$root/lib/libizh.map" \
            "$root/include/izh" >"$work/said" && cat "$work/said" && ! grep '^not ok' "$work/said" &&
        grep -q '^ok' "$work/said"
}

refused() {
    ! "$@" -fsyntax-only "$one/izh.c" 2>"$work/said" && grep 'promises the same bits' "$work/said"
}

# The one izh.h and izh.hpp, from C++.
cpp() {
    sed 's|<izh/izh.hpp>|"izh.hpp"|' "$root/tests/abi/owners.cpp" >"$work/owners.cpp" &&
        g++ -std=c++17 -Wall -Wextra -Werror -I"$one" -o "$work/owners" "$work/owners.cpp" "$work/plain.o" -lm -pthread &&
        "$work/owners" >"$work/said" && cat "$work/said" && ! grep '^not ok' "$work/said" && grep -q '^ok' "$work/said"
}

windows() {
    WINEPREFIX=$work/wine WINEDEBUG=-all WINEDLLOVERRIDES=mscoree,mshtml= /usr/lib/wine/wine64 "$work/windows.exe" |
        tr -d '\r'
}

report 'it is made' make_it
report 'gcc compiles it, with no flag but -O2' workload plain gcc -O2
report 'it prints what is golden' is_golden "$work/plain"
report 'a C++ program uses it by izh.hpp' cpp
report 'gcc compiles it for this processor, told to fuse' \
    workload native gcc -std=c11 -O2 -march=native -ffp-contract=fast
report 'it prints what is golden' is_golden "$work/native"
report 'it fuses nothing' fuses_nothing objdump native
report 'clang compiles it for this processor' workload clang clang -std=c11 -O2 -march=native
report 'it prints what is golden' is_golden "$work/clang"
report 'it fuses nothing' fuses_nothing objdump clang
for compiler in gcc clang; do
    report "$compiler compiles it with kernels for AVX2 and AVX-512" workload "wide-$compiler" $compiler -std=c11 -O2 -DIZH_WIDE
    report 'it prints what is golden' is_golden "$work/wide-$compiler"
    report 'populations of every instruction set are golden' populations "wide-$compiler"
    report 'it fuses nothing' fuses_nothing objdump "wide-$compiler"
done
report 'gcc compiles it for aarch64' workload aarch64 aarch64-linux-gnu-gcc -O2
report 'it prints what is golden' is_golden qemu-aarch64 -L /usr/aarch64-linux-gnu "$work/aarch64"
report 'it fuses nothing' fuses_nothing aarch64-linux-gnu-objdump aarch64
report 'mingw-w64 compiles it' workload windows.exe x86_64-w64-mingw32-gcc-posix -static -std=c11 -O2
report 'it prints what is golden' is_golden windows
for board in cortex-m4:fpv4-sp-d16:mps2-an386 cortex-m7:fpv5-d16:mps2-an500; do
    processor=${board%%:*} machine=${board##*:} fpu=${board#*:}
    report "gcc compiles it for an ARM $processor" board "$processor" "${fpu%:*}"
    report 'it has the golden bits' right_bits "$processor" "$machine"
    report 'it asks nothing of a system' "$root/tests/embedded/no_system.sh" arm-none-eabi-nm "$work/$processor.o"
done
report 'populations and methods can be left out; the others have the golden bits' few gcc -O1
report 'the same, optimized by the linker' few gcc -Os -flto
report 'gcc compiles it without pinn' workload nopinn gcc -O1 -DIZH_WITHOUT_PINN
report 'it prints what is golden' is_golden "$work/nopinn"
report 'it is a shared library, too' shared
report 'on Windows it exports what the map names' windows_dll
report 'fast math is refused' refused gcc -ffast-math

# What the daily tests only configure.
embedding() {
    IZH_LONG=1 "$root/tests/install/embedding.sh" "$root" "$work/shared.o" >"$work/said" && cat "$work/said" &&
        ! grep '^not ok' "$work/said" && grep -q '^ok' "$work/said"
}
report 'gcc compiles it for a shared object' gcc -O1 -fPIC -c -o "$work/shared.o" "$one/izh.c"
report 'CMake builds projects with it, and plugins hide it' embedding
end_part
