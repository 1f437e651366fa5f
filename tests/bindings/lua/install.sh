#!/bin/sh
# `meson install` to a prefix, and then require "izh" from there, with nothing else of libizh at hand.
# Prints TAP. Usage: install.sh BUILD LIBDIR LUA VERSION
set -eu
build=$1 libdir=$2 lua=$3 version=$4
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=tests/install/tap.sh
. "$here/../../install/tap.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
module=$work/root$libdir/lua/$version

install_it() {
    DESTDIR=$work/root meson install -C "$build" --no-rebuild
}

alone() {
    mkdir "$work/alone"
    mv "$module/izh.so" "$work/alone/"
    rm -rf "$work/root"
}

exports_only_its_entry() {
    [ "$(nm -D --defined-only "$work/alone/izh.so" | sed 's/.* //')" = luaopen_izh ]
}

runs() {
    cd /
    unset LD_LIBRARY_PATH LUA_PATH
    LUA_CPATH="$work/alone/?.so" "$lua" -e '
        local izh = require "izh"
        local s = izh.Solver(izh.params_2003(.02, .2, -65, 8), {initial = {-65, -13}})
        local first
        s:on_spike(function(event) first = first or event.t end)
        s:set_current(10)
        s:run(100)
        print(first)
        assert(math.abs(first - 3.127055303877) < 1e-9)'
}

report 'meson install works' install_it
report 'it installs the module' test -f "$module/izh.so"
report 'which needs no other file' alone
report 'and exports nothing but its entry' exports_only_its_entry
report 'require "izh" finds it' runs
echo "1..$count"
