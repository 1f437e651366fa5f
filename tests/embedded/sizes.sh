#!/bin/sh
# What libizh takes on microcontrollers: the golden bits of all methods on a Cortex-M4F and an M7, emulated, and
# the code and memory of solvers, which must be within the limits of the table that it prints. It is that of
# docs/embedded.md.
#   tests/embedded/sizes.sh [FOLDER]    FOLDER: for the builds
#   tests/embedded/sizes.sh --write     also writes the table into the page
# shellcheck disable=SC2016 # the table's words in backquotes
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=.ci/need.sh
. "$root/.ci/need.sh"
need gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm meson ninja-build >&2
if [ "${1-}" = --write ]; then
    shift
    exec /usr/bin/python3 "$root/tests/docs/generated.py" run "$0" "$@"
fi

folder=${1:-$root/build-tests/embedded}
wrong=0

# build NAME MACHINE OPTION...: in the folder, for size.
build() {
    name=$1 machine=$2
    shift 2
    rm -rf "${folder:?}/$name"
    if ! run_meson setup "$folder/$name" "$root" --cross-file "$root/tests/cross/$machine.ini" \
        --buildtype=minsize -Dprofile=embedded -Dtests=enabled -Dwerror=true "$@" >"$folder/$name.log" 2>&1 ||
        ! run_meson compile -C "$folder/$name" >>"$folder/$name.log" 2>&1; then
        cat "$folder/$name.log"
        exit 1
    fi
}

# row WHAT NUMBER [LIMIT]: of the table, in bytes.
row() {
    case $2 in
    '' | *[!0-9]*)
        echo "not measured: $1" >&2
        wrong=$((wrong + 1))
        return 0
        ;;
    esac
    printf '| %s | %s | %s |\n' "$1" "$2" "${3:-}"
    if [ -n "${3:-}" ] && [ "$2" -gt "$3" ]; then
        echo "too large: $1" >&2
        wrong=$((wrong + 1))
    fi
}

# text NAME PROGRAM: of code and constants.
text() {
    arm-none-eabi-size "$folder/$1/$2" | awk 'NR == 2 { print $1 }'
}

# took NAME WHAT: the memory that something of the golden program took.
took() {
    sed -n "s/^$2:.* \([0-9]*\) bytes.*/\1/p" "$folder/$1/meson-logs/testlog.txt"
}

mkdir -p "$folder"
for machine in cortex-m4 cortex-m7; do
    build "$machine" "$machine" -Dpopulations=enabled
    run_meson test -C "$folder/$machine" --no-rebuild >"$folder/$machine.log" 2>&1 || {
        cat "$folder/$machine.log" "$folder/$machine/meson-logs/testlog.txt"
        exit 1
    }
done
"$root/tests/embedded/no_system.sh" arm-none-eabi-nm "$folder/cortex-m7/lib/libizh.a" >&2 || wrong=$((wrong + 1))
build cortex-m7-plain cortex-m7 -Dmethods=rk4,taylor
for machine in cortex-m4 cortex-m7; do
    build "$machine-solver" "$machine" -Dmethods=rk4,taylor -Db_lto=true
    run_meson test -C "$folder/$machine-solver" --no-rebuild >"$folder/$machine-solver.log" 2>&1 || {
        cat "$folder/$machine-solver.log" "$folder/$machine-solver/meson-logs/testlog.txt"
        exit 1
    }
done

printf '| what | bytes | at most |\n|---|---|---|\n'
row 'code of every function of a solver but saving, `rk4` and `taylor`, M7' "$(text cortex-m7-solver tests/embedded/room)" 36864
row 'the same, M4F, double by software' "$(text cortex-m4-solver tests/embedded/room)"
row 'the same with saving, M7' "$(text cortex-m7-solver tests/embedded/room_saves)"
row 'the same without saving and without `-Db_lto`, M7' "$(text cortex-m7-plain tests/embedded/room)"
row 'code of `examples/embedded/neuron.c`, M7' "$(text cortex-m7-solver examples/embedded/neuron)"
row 'the same, M4F' "$(text cortex-m4-solver examples/embedded/neuron)"
row 'memory of a solver with `rk4`' "$(took cortex-m7 'rk4 exact')" 1536
row 'memory of a solver with `taylor`' "$(took cortex-m7 'taylor exact')" 3072
row 'stack of a program with such a solver, `rk4`, M7' "$(took cortex-m7-solver 'stack rk4')"
row 'the same with `taylor`' "$(took cortex-m7-solver 'stack taylor')"
row 'memory of 16 neurons in single precision' "$(took cortex-m4 'population of 16')"
[ "$wrong" = 0 ]
echo
echo "the golden bits on both, and sizes within the limits, by gcc $(arm-none-eabi-gcc -dumpversion)"
