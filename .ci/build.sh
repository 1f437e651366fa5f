# Sourced by the examples' commands, after need.sh and with root and build set: builds the examples.
# shellcheck shell=sh

# Installs what building takes, and builds in $build, for release.
build_examples() {
    need gcc libc6-dev meson ninja-build pkg-config gnuplot-nox
    # A build folder belongs to the source folder that it was made for, which may have moved or been copied.
    # shellcheck disable=SC2154
    if [ ! -f "$build/build.ninja" ] || [ "$(cat "$build/.source" 2>/dev/null)" != "$root" ]; then
        rm -rf "$build"
        meson setup "$build" "$root" --buildtype=release -Dtests=disabled -Dexamples=true </dev/null
        printf '%s\n' "$root" >"$build/.source"
    fi
    meson compile -C "$build" </dev/null
}
