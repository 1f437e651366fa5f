#!/bin/sh
# `meson install` with DESTDIR gives exactly the files it should, and programs build with them. Prints
# TAP. Usage: install.sh SOURCE BUILD VERSION PREFIX LIBDIR INCLUDEDIR BINDIR [PROGRAM...]
# IZH_INSTALLED in the environment: other files below LIBDIR, those of bindings.
set -eu
source=$1 build=$2 version=$3 prefix=$4 libdir=$5 includedir=$6 bindir=$7
shift 7
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=tests/install/tap.sh
. "$here/tap.sh"
CC=${CC:-cc}
CXX=${CXX:-c++}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dest="$work/a root"
lib=$dest$prefix/$libdir

install_it() {
    DESTDIR=$dest meson install -C "$build" --no-rebuild
}

expected() {
    for header in "$source"/include/izh/*.h*; do
        echo "$prefix/$includedir/izh/${header##*/}"
    done
    for name in libizh.a libizh.so libizh.so.0 "libizh.so.$version" pkgconfig/izh.pc \
        cmake/izh/izhConfig.cmake cmake/izh/izhConfigVersion.cmake; do
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

# Headers and text are for everyone to read, and nothing but what is to be loaded or run is executable.
modes_are_right() {
    (cd "$dest" && find . -type f ! -perm -444) | grep . && return 1
    (cd "$dest" && find . -type f ! -name 'libizh.so*' ! -path "*/$bindir/*" ! -name izh.so -perm /111) |
        grep . && return 1
    (cd "$dest" && find . -perm /022 ! -type l) | grep . && return 1
    return 0
}

no_path_of_the_build() {
    ! grep -rFl -e "$build" -e "$source" "$dest$prefix/$includedir" "$lib/pkgconfig" "$lib/cmake"
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

build_cpp() {
    # shellcheck disable=SC2046,SC2086
    $CXX -std=c++11 -Wall -Wextra -pedantic -Werror -o "$work/cpp" "$here/../abi/cpp.cpp" \
        $(pc --cflags --libs izh)
}

build_cpp_static() {
    # shellcheck disable=SC2046,SC2086
    $CXX -std=c++11 -static -o "$work/cpp_static" "$here/../abi/cpp.cpp" $(pc --static --cflags --libs izh)
}

# By the header for C++17; -O0, for it is long.
build_owners() {
    # shellcheck disable=SC2046,SC2086
    $CXX -std=c++17 -O0 -Wall -Wextra -pedantic -Werror -o "$work/owners" "$here/../abi/owners.cpp" \
        $(pc --cflags --libs izh) -pthread
}

# A Makefile of someone else's: make, and pkg-config.
build_make() {
    PKG_CONFIG_PATH=$lib/pkgconfig make -f "$here/consumer/Makefile" -C "$work" CC="$CC" SOURCE="$here" \
        PKG_CONFIG="pkg-config --define-variable=prefix=$work/link$prefix"
}

# find_it ASK: configures CMake's consumer, asking find_package() for that; CMake knows the compilers from before.
find_it() {
    CC=$CC CXX=$CXX cmake -S "$here/consumer" -B "$work/cmake" -Dizh_DIR="$lib/cmake/izh" "-DASK=$1"
}

# By the prefix alone; LIBDIR is one of those that CMake knows.
find_by_prefix() {
    rm -rf "$work/cmake"
    CC=$CC CXX=$CXX cmake -S "$here/consumer" -B "$work/cmake" -DCMAKE_PREFIX_PATH="$dest$prefix" &&
        grep -F "izh_DIR:PATH=$lib/cmake/izh" "$work/cmake/CMakeCache.txt"
}

refuse() {
    if find_it "$1"; then
        echo "found, and should not be: $1"
        return 1
    fi
}

build_cmake() {
    cmake --build "$work/cmake" --verbose
}

# run_cmake NAME: one of its programs, which finds the library where CMake did
run_cmake() {
    "$work/cmake/$1"
}

needs_no_libizh() {
    ! readelf -d "$1" | grep -F libizh
}

links_by_soname() {
    LD_LIBRARY_PATH=$lib ldd "$work/shared" | grep -F "libizh.so.0 => $lib/libizh.so.0"
}

# run_shared PROGRAM
run_shared() {
    LD_LIBRARY_PATH=$lib "$work/$1"
}

# Its tests say so in TAP, not by its status.
run_owners() {
    run_shared owners >"$work/said" && cat "$work/said" && grep -q '^ok' "$work/said" &&
        ! grep -v -e "^ok" -e "^1[.][.]" "$work/said"
}

# One object that does not say that it needs none, and the stack of every program may be executed.
no_executable_stack() {
    readelf -lW "$lib/libizh.so" | grep -E 'GNU_STACK .* RW +0x'
}

no_rpath() {
    ! readelf -d "$lib/libizh.so" | grep -E 'RPATH|RUNPATH'
}

version_is_known() {
    [ "$(pc --modversion izh)" = "$version" ]
}

# By its own path to the library: nobody has told the loader of this one.
run_program() {
    env -u LD_LIBRARY_PATH "$dest$prefix/$bindir/$1" --help &&
        env -u LD_LIBRARY_PATH ldd "$dest$prefix/$bindir/$1" | grep -F "libizh.so.0 => $dest$prefix/"
}

# build_plugin FLAG...: a shared object that has libizh inside
build_plugin() {
    # shellcheck disable=SC2046,SC2086
    $CC -std=c99 -fPIC -shared -Dmain=plugin_main "$@" -o "$work/plugin.so" "$here/user.c" $(pc --cflags izh) \
        "$lib/libizh.a" -lm -pthread
}

# Of what it has inside, nothing.
exports_its_own() {
    needs_no_libizh "$work/plugin.so" && nm -D --defined-only "$work/plugin.so" >"$work/found" &&
        grep -w plugin_main "$work/found" && [ "$(grep -c ' T ' "$work/found")" = 1 ] && ! grep izh "$work/found"
}

report 'meson install works with DESTDIR' install_it
ln -s "$dest" "$work/link"
report 'it installs exactly the expected files' same_files "$@"
report 'all may read, and only programs run' modes_are_right
report 'no path of the build is left' no_path_of_the_build
report 'pkg-config knows the version' version_is_known
report 'a program builds with pkg-config --cflags --libs' build_user shared --cflags --libs
report 'it links to libizh.so.0' links_by_soname
report 'it runs' run_shared shared
report 'a program builds with pkg-config --static' build_static
report 'it runs' "$work/static"
report 'a C++ program builds with pkg-config' build_cpp
report 'it runs' run_shared cpp
report 'a C++ program builds with pkg-config --static' build_cpp_static
report 'it runs' "$work/cpp_static"
report 'a C++17 program builds with izh.hpp' build_owners
report 'all its tests pass' run_owners
report 'a Makefile builds with pkg-config' build_make
report 'its program runs' run_shared user
report 'CMake finds it by the prefix' find_by_prefix
major=${version%%.*} rest=${version#*.}
minor=${rest%%.*}
report 'CMake does not take it for a later patch' refuse "$version.1"
report 'CMake does not take it for a later minor version' refuse "$major.$((minor + 1))"
report 'CMake does not take it for another major version' refuse "$((major + 1)).0"
report 'CMake does not take it for a range below' refuse '0.0.1...0.0.9'
report 'CMake does not take it for a component that it lacks' refuse "$version;COMPONENTS;other"
report 'CMake takes it for a range with it' find_it "0.0.1...$((major + 1))"
report 'CMake takes it for this very version' find_it "$version;EXACT"
report 'CMake takes it for this minor version, and its components' \
    find_it "$major.$minor;COMPONENTS;shared;static"
report 'programs build with CMake' build_cmake
for program in c_shared c_static cpp_shared cpp_static; do
    report "$program runs" run_cmake "$program"
done
report 'the static one needs no shared library' needs_no_libizh "$work/cmake/c_static"
for flags in -DIZH_STATIC -UIZH_STATIC; do
    report "a plugin builds with the static library, $flags" build_plugin "$flags"
    report 'it exports nothing but its own' exports_its_own
done
report 'the library has no rpath' no_rpath
report 'the library asks for no executable stack' no_executable_stack
for program in "$@"; do
    report "$program runs where it was installed" run_program "$program"
done
echo "1..$count"
