# Sourced by the examples' commands, after need.sh and with root and build set: builds the examples.
# shellcheck shell=sh disable=SC2154

# Installs what building takes, and builds in $build, for release.
build_examples() {
    need gcc libc6-dev meson ninja-build pkg-config gnuplot-nox
    # A build folder belongs to the source folder that it was made for, which may have moved or been copied, and
    # to the tools of the system, which may have been upgraded.
    made_for="$root, meson $(meson --version), gcc $(gcc -dumpfullversion)"
    if [ ! -f "$build/build.ninja" ] || [ "$(cat "$build/.made-for" 2>/dev/null)" != "$made_for" ]; then
        rm -rf "$build"
        run_meson setup "$build" "$root" --buildtype=release -Dtests=disabled -Dexamples=true
        printf '%s\n' "$made_for" >"$build/.made-for"
    fi
    run_meson compile -C "$build"
}
