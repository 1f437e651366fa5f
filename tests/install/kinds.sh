#!/bin/sh
# Where only the shared library is asked for, or only the static one, that is what is built and installed,
# and what CMake is told; and where the tests' optional tools are missing, it configures all the same. Nothing
# is built here. Prints TAP. Usage: kinds.sh SOURCE VERSION
set -eu
source=$1 version=$2
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=tests/install/tap.sh
. "$here/tap.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# configure KIND OPTION...
configure() {
    kind=$1
    shift
    meson setup "$work/$kind" "$source" --prefix=/opt/izh "--default-library=$kind" -Dexamples=false \
        -Ddocs=disabled "$@"
}

# installs KIND FILE...: of the libraries these, and no other
installs() {
    kind=$1
    shift
    meson introspect --installed "$work/$kind" | grep -o '/lib/libizh[^"]*' | sed 's|.*/||' | sort -u >"$work/found"
    printf '%s\n' "$@" | sort -u | diff -u - "$work/found"
}

# tells KIND TARGET YES|NO: whether find_package() makes that target, from libraries that are empty
tells() {
    tree=$work/tree-$1
    rm -rf "$tree"
    mkdir -p "$tree/lib/cmake/izh" "$tree/include"
    touch "$tree/lib/libizh.a" "$tree/lib/libizh.so.$version"
    cp "$work/$1"/lib/izhConfig*.cmake "$tree/lib/cmake/izh/"
    mkdir -p "$tree/ask"
    cat >"$tree/ask/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.16)
project(ask C)
find_package(izh $version EXACT REQUIRED)
if(TARGET $2)
  message(STATUS "there is: YES")
else()
  message(STATUS "there is: NO")
endif()
END
    cmake -S "$tree/ask" -B "$tree/ask/build" "-Dizh_DIR=$tree/lib/cmake/izh" >"$work/said" 2>&1 || {
        cat "$work/said"
        return 1
    }
    grep -F "there is: $3" "$work/said"
}

# without TOOL...: all programs of the system but these, in a folder for PATH.
without() {
    mkdir "$work/bin"
    ln -s /usr/bin/* "$work/bin/"
    for tool; do # may be a pattern
        # shellcheck disable=SC2086
        rm -f "$work/bin"/$tool
    done
}

# configure_tests: with -Dtests=enabled, and no more than that needs. By GCC, of which alone abidiff is a test.
configure_tests() {
    without abidiff abidw cmake make doxygen mpirun '*g++*' '*c++*' objdump nm &&
        (PATH=$work/bin CC=gcc && export CC && configure both --libdir=lib -Dtests=enabled)
}

# skips TEST REASON: the test is there, and says why it does not run.
skips() {
    (PATH=$work/bin && meson test -C "$work/both" --no-rebuild "$1") &&
        grep -F "1..0 # SKIP $2" "$work/both/meson-logs/testlog.txt"
}

# What tests/run.sh makes of it.
counts_as_failed() {
    [ "$(PATH=$work/bin && /usr/bin/python3 "$here/../count.py" "$work/both" install 2>/dev/null)" = '0 5' ]
}

report 'a shared library alone configures' configure shared --libdir=lib
report 'it is all that is installed' installs shared "libizh.so.$version" libizh.so.0 libizh.so
report 'CMake has izh::izh' tells shared izh::izh YES
report 'CMake has no izh::static' tells shared izh::static NO
report 'a static library alone configures' configure static --libdir=lib
report 'it is all that is installed' installs static libizh.a
report 'CMake has izh::static' tells static izh::static YES
report 'CMake has izh::izh, which is that' tells static izh::izh YES
report 'the tests configure without their optional tools' configure_tests
report 'of which abidiff is one' skips abidiff 'no abidiff and abidw, of libabigail'
report 'CMake is one' skips kinds 'no cmake'
report 'so are the tools of the installation' skips install 'no C++ compiler, no cmake, no make'
report 'tests/run.sh counts what is skipped as failed' counts_as_failed
echo "1..$count"
