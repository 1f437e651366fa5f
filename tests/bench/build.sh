# Sourced by the commands here, with root set: builds benchmarks, in a folder of their own, for release. With --write
# as its first argument each of them also writes what it prints into the page of docs that shows it.
# shellcheck shell=sh disable=SC2154
# shellcheck source=.ci/need.sh
. "$root/.ci/need.sh"

if [ "${1-}" = --write ]; then
    shift
    exec /usr/bin/python3 "$root/tests/docs/generated.py" run "$0" "$@"
fi

build=$root/build-bench
need_folders "$root" "$build"

# build_bench TARGET...: installs what building takes, and builds. What that says is no figure: standard error.
build_bench() {
    need gcc libc6-dev meson ninja-build pkg-config libcmocka-dev >&2
    [ -f "$build/build.ninja" ] || run_meson setup "$build" "$root" --buildtype=release -Dtests=enabled >&2
    run_meson configure "$build" -Dtests=enabled >&2
    run_meson compile -C "$build" "$@" >&2
}
