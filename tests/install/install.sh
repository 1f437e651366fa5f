#!/bin/sh
# `meson install` with DESTDIR gives exactly the files it should, and programs build with them. Prints
# TAP. Usage: install.sh SOURCE BUILD VERSION PREFIX LIBDIR INCLUDEDIR BINDIR [PROGRAM...]
# IZH_INSTALLED in the environment: other files below LIBDIR, those of bindings.
set -eu
source=$1 build=$2 version=$3 prefix=$4 libdir=$5 includedir=$6 bindir=$7
shift 7
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=/dev/null
. "$here/tap.sh" # sets count
CC=${CC:-cc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dest="$work/a root"
lib=$dest$prefix/$libdir

install_it() {
    DESTDIR=$dest meson install -C "$build" --no-rebuild
}

expected() {
    for header in "$source"/include/izh/*.h; do
        echo "$prefix/$includedir/izh/${header##*/}"
    done
    for name in libizh.a libizh.so libizh.so.0 "libizh.so.$version" pkgconfig/izh.pc; do
        echo "$prefix/$libdir/$name"
    done
    for file in ${IZH_INSTALLED-}; do
        echo "$prefix/$libdir/$file"
    done
    for program in "$@"; do
        echo "$prefix/$bindir/$program"
    done
}

same_files() {
    expected "$@" | LC_ALL=C sort >"$work/expected"
    (cd "$dest" && find . ! -type d | sed 's/^\.//') | LC_ALL=C sort >"$work/found"
    diff -u "$work/expected" "$work/found"
}

pc() {
    # The tree is not at its place: its root comes from outside, with a backslash before each space.
    PKG_CONFIG_PATH=$lib/pkgconfig pkg-config --define-variable=prefix="$work/link$prefix" "$@"
}

# build_user NAME FLAG...: with what pkg-config --FLAG izh says.
build_user() {
    name=$1
    shift
    # shellcheck disable=SC2046,SC2086
    $CC -std=c99 -Wall -Wextra -pedantic -Werror -o "$work/$name" "$here/user.c" $(pc "$@" izh)
}

build_static() {
    # shellcheck disable=SC2046,SC2086
    $CC -std=c99 -static -o "$work/static" "$here/user.c" $(pc --static --cflags --libs izh)
}

links_by_soname() {
    LD_LIBRARY_PATH=$lib ldd "$work/shared" | grep -F "libizh.so.0 => $lib/libizh.so.0"
}

run_shared() {
    LD_LIBRARY_PATH=$lib "$work/shared"
}

no_executable_stack_or_rpath() {
    ! readelf -d "$lib/libizh.so" | grep -E 'RPATH|RUNPATH'
}

version_is_known() {
    [ "$(pc --modversion izh)" = "$version" ]
}

run_program() {
    LD_LIBRARY_PATH=$lib "$dest$prefix/$bindir/$1" --help
}

report 'meson install works with DESTDIR' install_it
ln -s "$dest" "$work/link"
report 'it installs exactly the expected files' same_files "$@"
report 'pkg-config knows the version' version_is_known
report 'a program builds with pkg-config --cflags --libs' build_user shared --cflags --libs
report 'it links to libizh.so.0' links_by_soname
report 'it runs' run_shared
report 'a program builds with pkg-config --static' build_static
report 'it runs' "$work/static"
report 'the library has no rpath' no_executable_stack_or_rpath
for program in "$@"; do
    report "$program runs where it was installed" run_program "$program"
done
# shellcheck disable=SC2154
echo "1..$count"
