#!/bin/sh
# The library in one file, inside a plugin, exports nothing; and CMake's projects get it as docs/embedding.md says,
# from a fresh copy of the tree, which FetchContent is told of. Prints TAP. Usage: embedding.sh SOURCE OBJECT
# OBJECT: the one file, compiled for a shared object. With IZH_LONG in the environment CMake's projects are built;
# else the first is only configured.
set -eu
source=$1 object=$2
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=tests/install/tap.sh
. "$here/tap.sh"
CC=${CC:-cc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# build_plugin FLAG...
build_plugin() {
    # shellcheck disable=SC2086
    $CC -std=c99 -fPIC -shared -Dmain=plugin_main "$@" -I"$source/include" -o "$work/plugin.so" "$here/user.c" \
        "$object" -lm -pthread
}

exports_its_own() {
    nm -D --defined-only "$work/plugin.so" >"$work/found" && grep -w plugin_main "$work/found" &&
        [ "$(wc -l <"$work/found")" = 1 ]
}

for flags in -DIZH_STATIC -UIZH_STATIC; do
    report "a plugin links the one file, $flags" build_plugin "$flags"
    report 'it exports nothing but its own' exports_its_own
done

copy_tree() {
    mkdir "$work/libizh" && cp -R "$source/meson.build" "$source/LICENSE" "$source/lib" "$source/include" "$work/libizh/"
}

# make_project NAME NUMBER OF BLOCK: a project with that block of the page's CMake.
make_project() {
    mkdir "$work/$1" && cp "$here/user.c" "$work/$1/" && {
        printf 'cmake_minimum_required(VERSION 3.18)\nproject(user C)\nadd_executable(program user.c)\n'
        awk -v n="$2" '/^```$/ { on = 0 } on { print } /^```cmake$/ { on = ++seen == n }' "$source/docs/embedding.md"
    } >"$work/$1/CMakeLists.txt" && grep izh::izh "$work/$1/CMakeLists.txt"
}

adding() {
    cp -R "$work/libizh" "$work/add/libizh"
}

configure() {
    CC=$CC cmake -S "$work/$1" -B "$work/$1/build" -DFETCHCONTENT_SOURCE_DIR_LIBIZH="$work/libizh"
}

builds_and_runs() {
    CC=$CC cmake --build "$work/$1/build" && "$work/$1/build/program"
}

# tells_compiler FOLDER OPTION...: what CMake has the compiler do to the one file, in FOLDER/compile_commands.json.
tells_compiler() {
    folder=$work/$1
    shift
    CC=$CC cmake -S "$work/libizh/lib" -B "$folder" -DCMAKE_EXPORT_COMPILE_COMMANDS=ON "$@"
}

optimizes() {
    tells_compiler plain && grep -e ' -O2 ' "$work/plain/compile_commands.json" &&
        ! grep -e -DIZH_WIDE "$work/plain/compile_commands.json"
}

widens() {
    tells_compiler wide -DIZH_WIDE=ON -DCMAKE_BUILD_TYPE=Debug && grep -e -DIZH_WIDE "$work/wide/compile_commands.json" &&
        ! grep -e ' -O2 ' "$work/wide/compile_commands.json"
}

report 'the tree copies' copy_tree
report 'without a build type it is optimized' optimizes
report 'IZH_WIDE widens it, and a build type is kept' widens
report 'the page has CMake for FetchContent' make_project fetch 1
report 'the page has CMake for add_subdirectory' make_project add 2
report 'a copy for it' adding
for project in fetch ${IZH_LONG:+add}; do
    report "$project: CMake configures" configure "$project"
    if [ "${IZH_LONG-}" ]; then
        report "$project: it builds and runs" builds_and_runs "$project"
    fi
done
echo "1..$count"
