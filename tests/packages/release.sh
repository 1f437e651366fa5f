#!/bin/sh
# A release: the tarball that `meson dist` makes of what is committed has all of it, builds, and passes its quick
# tests from the unpacked tree, where there is no repository; its site is made from it. Usage: release.sh
set -eu
# shellcheck source=tests/packages/common.sh
. "$(dirname -- "$0")/common.sh"
need git gcc g++ libc6-dev meson ninja-build pkg-config libcmocka-dev python3 python3-numpy python3-scipy doxygen binutils
version=$(sed -n "s/^ *version: '\([0-9.]*\)'.*/\1/p" "$root/meson.build")
packed=libizh-$version
tree=$work/$packed
few='-Disas= -Dmpi=disabled -Dbindings=disabled'

makes_it() {
    # shellcheck disable=SC2086
    meson setup "$work/dist" "$root" $few -Dtests=disabled -Dexamples=false -Ddocs=disabled &&
        meson dist -C "$work/dist" --no-tests --allow-dirty --formats gztar &&
        tar xzf "$work/dist/meson-dist/$packed.tar.gz" -C "$work"
}

has_all() {
    git -C "$root" ls-tree -r --name-only HEAD | sort >"$work/committed" &&
        (cd "$tree" && find . ! -type d | sed 's#^\./##' | sort) | diff "$work/committed" - >"$work/differ" ||
        {
            head -n 20 "$work/differ"
            return 1
        }
}

builds() {
    # shellcheck disable=SC2086
    meson setup "$tree/build" "$tree" $few -Dwerror=true -Dtests=enabled -Ddocs=enabled && ninja -C "$tree/build"
}

# Outside of any repository, and with nothing but the tree.
passes() {
    meson test -C "$tree/build" --no-rebuild --suite quick --num-processes 2 >"$work/said" 2>&1 || tail -n 40 "$work/said"
    /usr/bin/python3 "$tree/tests/count.py" "$tree/build" quick >"$work/count" && cat "$work/count" &&
        grep -x '[1-9][0-9]* 0' "$work/count"
}

report "meson dist makes $packed.tar.gz" makes_it
report 'it has each file that is committed, and no other' has_all
report 'it builds without a warning' builds
report 'its quick tests pass' passes
report 'its site was made' test -s "$tree/build/docs/html/index.html"
end_part
