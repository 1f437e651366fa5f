#!/bin/sh
# The table of docs/platforms.md: whether the library builds on a platform, how many of the tests that run there pass,
# and whether the golden hashes are those of every other platform. A part of tests/long.sh; installs what is missing
# (Debian 12 or 13; root or sudo). What a row's build and tests say is in build-tests/NAME.log. Status 0 only if all
# that was tried is well.
#
#   tests/platforms.sh [NAME...]    NAME: of rows, as this file has them; all where none is named
#   tests/platforms.sh --write      all of it, and into the page
set -eu
# shellcheck source=tests/variants.sh
. "$(dirname -- "$0")/variants.sh"

[ ! "$writes" ] || [ $# = 0 ] || refuse "--write takes no name: the page has the whole table" 2
for name; do
    grep -Eq "^(platform|untested) $name " "$0" || refuse "'$name' is no platform of this command" 2
done
need_folders "$root" "$root/build-tests"
mkdir -p "$root/build-tests"
need_for_platforms >&2
if [ "$writes" ]; then
    exec /usr/bin/python3 "$root/tests/docs/generated.py" run "$0"
fi
export IZH_MATRIX=few WINEPREFIX="$root/build-tests/wine"
wanted=" $* "
wrong=0

row() {
    printf '| %s | %s | %s | %s | %s |\n' "$@"
}

is_wanted() {
    case $wanted in '  ' | *" $1 "*) ;; *) return 1 ;; esac
}

# counted SUITE...: "PASSED FAILED" of the last build's tests; nothing where none ran.
counted() {
    /usr/bin/python3 "$root/tests/count.py" "$build" "$@" 2>/dev/null || true
}

# platform NAME WHAT COMPILER HOW OPTION...: a row. HOW: its programs run. The variable golden has the suite of the
# hashes, the variable suites those that run, and all that there are where it is empty.
platform() {
    is_wanted "$1" || return 0
    name=$1 what=$2 compiler=$3 how=$4
    shift 4
    case $compiler in
    clang) cc=clang cxx=clang++ ;;
    *) cc=gcc cxx=g++ ;; # a cross file has its own
    esac
    builds=no ran=none equal=no all=
    {
        # shellcheck disable=SC2086
        if build "on-$name" $cc $cxx $options "$@"; then
            built_tests "on-$name" "$build" || true
            all=$(counted $suites) same=$(counted $golden)
            [ ! "$all" ] || builds=yes ran="${all% *} of $((${all% *} + ${all#* }))"
            case $same in '' | 0\ *) ;; *\ 0) equal=yes ;; esac
        fi
    } >"$root/build-tests/$name.log" 2>&1
    case "$equal $all" in yes\ *\ 0) ;; *) wrong=$((wrong + 1)) ;; esac
    row "$what" "${compiler%-posix} $("$compiler" -dumpversion)${how:+, $how}" "$builds" "$ran" "$equal"
}

# untested NAME WHAT WHY: a row of what nobody has tried.
untested() {
    ! is_wanted "$1" || row "$2" "$3" untested none unknown
}

files=$root/tests/cross
row platform compiler builds 'tests passed' 'golden hashes equal'
row --- --- --- --- ---
golden=determinism
options='-Dmpi=disabled -Dexamples=false -Ddocs=disabled -Dbindings=disabled'
suites='unit determinism simd'
platform gcc 'Linux, x86-64' gcc ''
platform clang 'Linux, x86-64' clang ''
suites=
by_qemu='emulated by QEMU'
! /usr/i686-linux-gnu/lib/ld-linux.so.2 --version >/dev/null 2>&1 || by_qemu= # see i686.ini
platform i686 'Linux, i686' i686-linux-gnu-gcc "$by_qemu" --cross-file "$files/i686.ini"
platform aarch64 'Linux, aarch64' aarch64-linux-gnu-gcc 'emulated by QEMU' --cross-file "$files/aarch64.ini"
platform s390x 'Linux, s390x (big-endian)' s390x-linux-gnu-gcc 'emulated by QEMU' --cross-file "$files/s390x.ini"
# The others are built as tests/run.sh builds those that it emulates.
options="$options -Doptimization=1"
platform musl 'Linux, x86-64, musl' musl-gcc '' --cross-file "$files/musl.ini" -Disas=sse2 # kernels are gcc's
platform armhf 'Linux, armhf' arm-linux-gnueabihf-gcc 'emulated by QEMU' --cross-file "$files/armhf.ini"
platform riscv64 'Linux, riscv64' riscv64-linux-gnu-gcc 'emulated by QEMU' --cross-file "$files/riscv64.ini"
platform mingw 'Windows, x64' x86_64-w64-mingw32-gcc-posix 'run by Wine' --cross-file "$files/mingw.ini" \
    -Dexamples=true
golden=embedded suites=embedded
options='-Dmpi=disabled -Dprofile=embedded -Dpopulations=enabled --buildtype=minsize'
platform cortex-m4 'no system, ARM Cortex-M4F' arm-none-eabi-gcc 'emulated by QEMU' --cross-file "$files/cortex-m4.ini"
platform cortex-m7 'no system, ARM Cortex-M7' arm-none-eabi-gcc 'emulated by QEMU' --cross-file "$files/cortex-m7.ini"
golden=wasm suites=wasm
options='-Dmpi=disabled -Ddocs=disabled -Dbindings=disabled -Disas='
platform wasm 'WebAssembly' clang 'in node' -Dviewer=enabled
untested msvc 'Windows, x64' 'MSVC; it lacks what is listed below'
untested macos macOS 'clang; nothing known speaks against it'
[ "$wrong" = 0 ]
