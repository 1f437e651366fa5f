#!/bin/sh
# What `meson install` of a build for Windows puts where, and that programs by CMake and by pkg-config find the DLL
# and run by Wine. Prints TAP. Usage: windows.sh SOURCE BUILD PREFIX LIBDIR INCLUDEDIR BINDIR
set -eu
source=$1 build=$2 prefix=$3 libdir=$4 includedir=$5 bindir=$6
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=tests/install/tap.sh
. "$here/tap.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dest="$work/a root"
lib=$dest$prefix/$libdir
bin=$dest$prefix/$bindir

install_it() {
    DESTDIR=$dest meson install -C "$build" --no-rebuild
}

expected() {
    for header in "$source"/include/izh/*.h*; do
        echo "$prefix/$includedir/izh/${header##*/}"
    done
    echo "$prefix/$bindir/libizh-0.dll"
    for name in libizh.a libizh.dll.a pkgconfig/izh.pc cmake/izh/izhConfig.cmake cmake/izh/izhConfigVersion.cmake; do
        echo "$prefix/$libdir/$name"
    done
}

same_files() {
    expected | LC_ALL=C sort >"$work/expected"
    (cd "$dest" && find . ! -type d | sed 's/^\.//') | LC_ALL=C sort >"$work/found"
    diff -u "$work/expected" "$work/found"
}

configure() {
    cmake -S "$here/consumer" -B "$work/cmake" -DCMAKE_TOOLCHAIN_FILE="$source/tests/cross/mingw.cmake" \
        -Dizh_DIR="$lib/cmake/izh"
}

build_programs() {
    cmake --build "$work/cmake" --verbose
}

# A program by the flags of pkg-config, and no other DLL beside it than libizh's.
build_by_flags() {
    # shellcheck disable=SC2046,SC2086
    x86_64-w64-mingw32-gcc-posix -std=c99 -Wall -Wextra -pedantic -Werror -o "$work/user.exe" "$here/user.c" \
        $(PKG_CONFIG_PATH=$lib/pkgconfig pkg-config --define-variable=prefix="$work/link$prefix" --cflags --libs izh)
}

# run PROGRAM, which finds the DLL where it was installed.
run() {
    WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml=' WINEPATH="Z:$bin" /usr/lib/wine/wine64 "$1"
}

needs_no_libizh() {
    x86_64-w64-mingw32-objdump -p "$1" >"$work/needs" && grep -q 'DLL Name' "$work/needs" &&
        ! grep 'DLL Name: libizh' "$work/needs"
}

needs_libizh() {
    x86_64-w64-mingw32-objdump -p "$1" | grep 'DLL Name: libizh-0.dll'
}

# A DLL that has libizh inside and marks what it exports itself.
build_plugin() {
    # shellcheck disable=SC2046
    x86_64-w64-mingw32-gcc-posix -std=c99 -shared -static '-Dmain=__declspec(dllexport) plugin_main' -o "$work/plugin.dll" \
        "$here/user.c" $(PKG_CONFIG_PATH=$lib/pkgconfig pkg-config --define-variable=prefix="$work/link$prefix" \
            --cflags izh) "$work/link$prefix/$libdir/libizh.a"
}

# One that marks nothing exports all that it has, unless the linker is told of the library.
build_unmarked() {
    # shellcheck disable=SC2046
    x86_64-w64-mingw32-gcc-posix -std=c99 -shared -static -Dmain=plugin_main -o "$work/plugin.dll" \
        "$here/user.c" $(PKG_CONFIG_PATH=$lib/pkgconfig pkg-config --define-variable=prefix="$work/link$prefix" \
            --cflags izh) "$work/link$prefix/$libdir/libizh.a" -Wl,--exclude-libs,libizh.a
}

exports_its_own() {
    needs_no_libizh "$work/plugin.dll" && x86_64-w64-mingw32-objdump -p "$work/plugin.dll" >"$work/found" &&
        sed -n '/Name Pointer. Table/,/^$/s/.*\[ *[0-9]*\].* //p' "$work/found" >"$work/names" &&
        [ "$(cat "$work/names")" = plugin_main ]
}

report 'meson install works with DESTDIR' install_it
ln -s "$dest" "$work/link"
report 'it installs exactly the expected files' same_files
report 'CMake finds it' configure
report 'programs build with CMake' build_programs
for program in c_shared c_static cpp_shared cpp_static; do
    report "$program runs" run "$work/cmake/$program.exe"
done
for program in c_shared cpp_shared; do
    report "$program takes the DLL" needs_libizh "$work/cmake/$program.exe"
done
for program in c_static cpp_static; do
    report "$program needs none" needs_no_libizh "$work/cmake/$program.exe"
done
report 'a program builds with pkg-config' build_by_flags
report 'it runs' run "$work/user.exe"
report 'a plugin builds with the static library' build_plugin
report 'it exports nothing but its own' exports_its_own
report 'one that marks nothing builds, too' build_unmarked
report 'it exports nothing but its own' exports_its_own
echo "1..$count"
