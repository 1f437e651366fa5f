# Sourced by the commands here, with root set: builds benchmarks, in a folder of their own, for release.
# shellcheck shell=sh disable=SC2154
# shellcheck source=.ci/need.sh
. "$root/.ci/need.sh"

build=$root/build-bench
need_folders "$root" "$build"

# build_bench TARGET...: installs what building takes, and builds.
build_bench() {
    need gcc libc6-dev meson ninja-build pkg-config libcmocka-dev
    [ -f "$build/build.ninja" ] || run_meson setup "$build" "$root" --buildtype=release -Dtests=enabled
    run_meson configure "$build" -Dtests=enabled
    run_meson compile -C "$build" "$@"
}
