#!/bin/sh
# Without pinn and flow maps (-Dpinn=false) the library has the same functions, and those tests pass that need
# none of it, with kernels in plain C alone (-Disas=). Built without optimization, which would take minutes, and
# every day as one unit; and without what is of networks only. Prints TAP.
# Usage: wing.sh SOURCE, with IZH_LONG in the environment for every test; else some run with the shared library alone
set -eu
source=$1
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=tests/install/tap.sh
. "$here/tap.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

builds() {
    meson compile -C "$work/build" izh:shared_library ${IZH_LONG:+izh:static_library}
}

# none_of NAME...: no function of the library itself begins so.
none_of() {
    nm "$work/build/lib/libizh.so.0" >"$work/names" && grep -q ' T izh_version$' "$work/names" || return 1
    for name; do
        ! grep -E " [A-Za-z] $name" "$work/names" || return 1
    done
}

# runs NAME...: and builds what that takes, no other test
runs() {
    meson test -C "$work/build" --print-errorlogs "$@"
}

# in_suite SUITE: its tests
in_suite() {
    meson test -C "$work/build" --no-rebuild --list --suite "$1" | sed 's/.* //' | grep -v ^network
}

unity='--unity=on --unity-size=1000'
[ -z "${IZH_LONG-}" ] || unity=
# shellcheck disable=SC2086
report 'it configures' meson setup "$work/build" "$source" --buildtype=plain --libdir=lib -Dpinn=false \
    $unity -Disas= -Dwerror=true -Dtests=enabled -Dexamples=false -Dbindings=disabled -Ddocs=disabled
report 'it builds' builds
report 'the nets are not in it' none_of izh_pinn_net_ izh_flow_descend
report 'kernels of other instruction sets are neither' none_of izh_kernels_sse2 izh_vectors_avx2
if [ "${IZH_LONG-}" ]; then
    # shellcheck disable=SC2046
    report 'its exports are as ever' runs $(in_suite abi)
    # shellcheck disable=SC2046
    report 'what it has works' runs $(in_suite unit)
else
    report 'its exports are as ever' runs symbols
    report 'what it has works' runs without_pinn save population_save
fi
echo "1..$count"
