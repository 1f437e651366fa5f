#!/bin/sh
# A meson project that has libizh as its subproject builds and runs; without optimization, which would take
# minutes, and every day as one unit with one method. Prints TAP.
# Usage: subproject.sh SOURCE, with IZH_LONG in the environment for all of it
set -eu
source=$1
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=tests/install/tap.sh
. "$here/tap.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/project/subprojects/libizh"
for part in meson.build meson_options.txt include lib examples tests bindings docs; do
    [ ! -e "$source/$part" ] || cp -R "$source/$part" "$work/project/subprojects/libizh/"
done
cp "$here/user.c" "$work/project/"
cat >"$work/project/meson.build" <<'END'
project('user', 'c', meson_version: '>= 1.0')
user = executable('user', 'user.c', dependencies: dependency('izh', fallback: 'libizh'))
test('user', user)
END

methods=taylor unity='--unity=on --unity-size=1000'
[ -z "${IZH_LONG-}" ] || methods=all unity=

configure() {
    # shellcheck disable=SC2086
    meson setup "$work/build" "$work/project" "$@" --wrap-mode=forcefallback --buildtype=plain -Dwerror=true \
        $unity -Dlibizh:isas= "-Dlibizh:methods=$methods"
}

forget_build() {
    rm -rf "$work/build"
}

# As docs/libizh.wrap has it: the source is there already, and the wrap says what it provides.
use_wrap() {
    cp "$source/docs/libizh.wrap" "$work/project/subprojects/" &&
        sed -i "s/dependency('izh', fallback: 'libizh')/dependency('izh')/" "$work/project/meson.build" &&
        ! grep fallback "$work/project/meson.build" && configure --default-library=shared &&
        [ -d "$work/build/subprojects/libizh" ]
}

# builds_and_runs HOW OPTION...
builds_and_runs() {
    how=$1
    shift
    report "it configures as a $how subproject" configure "$@"
    report 'it builds' meson compile -C "$work/build" user
    report 'the program runs' "$work/build/user"
    forget_build
}

# Each takes a while, one is enough for every day.
[ -z "${IZH_LONG-}" ] || builds_and_runs shared
builds_and_runs static --default-library=static
report 'it configures by a wrap file' use_wrap
echo "1..$count"
