#!/bin/sh
# Without pinn and flow maps (-Dpinn=false) the library has the same functions, and those tests pass that need
# none of it, with kernels in plain C alone (-Disas=). Built without optimization, which would take minutes; and
# without what is of networks only, which takes minutes so. Prints TAP. Usage: wing.sh SOURCE
set -eu
source=$1
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=tests/install/tap.sh
. "$here/tap.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

builds() {
    meson compile -C "$work/build" izh:shared_library izh:static_library
}

# none_of NAME...: no function of the library itself begins so.
none_of() {
    nm "$work/build/lib/libizh.a" >"$work/names" && grep -q ' T izh_version$' "$work/names" || return 1
    for name; do
        ! grep -E " [A-Za-z] $name" "$work/names" || return 1
    done
}

# runs SUITE: and builds what that takes, no other test
runs() {
    # shellcheck disable=SC2046
    meson test -C "$work/build" --print-errorlogs \
        $(meson test -C "$work/build" --no-rebuild --list --suite "$1" | sed 's/.* //' | grep -v ^network)
}

report 'it configures' meson setup "$work/build" "$source" --buildtype=plain --libdir=lib -Dpinn=false \
    -Disas= -Dwerror=true -Dtests=enabled -Dexamples=false -Dbindings=disabled -Ddocs=disabled
report 'it builds' builds
report 'the nets are not in it' none_of izh_pinn_net_ izh_flow_descend
report 'kernels of other instruction sets are neither' none_of izh_kernels_sse2 izh_vectors_avx2
report 'its exports are as ever' runs abi
report 'what it has works' runs unit
echo "1..$count"
