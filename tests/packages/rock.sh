#!/bin/sh
# The rock, built by LuaRocks without a network, for each Lua that Debian has headers of here.
# Usage: rock.sh
set -eu
# shellcheck source=tests/packages/common.sh
. "$(dirname -- "$0")/common.sh"
need luarocks gcc libc6-dev python3 lua5.4 liblua5.4-dev lua5.1 liblua5.1-0-dev
rockspec=$(cd "$root" && echo bindings/lua/izh-*.rockspec)

copy_tree() {
    mkdir -p "$work/tree/bindings" && cp -R "$root/meson.build" "$root/LICENSE" "$root/lib" "$root/include" "$work/tree/" &&
        cp -R "$root/bindings/lua" "$work/tree/bindings/"
}

# rock VERSION
rock() {
    (cd "$work/tree" && HOME=$work luarocks --lua-version "$1" --tree "$work/rocks-$1" make --deps-mode none "$rockspec")
}

# computes VERSION: with the rock's module alone.
computes() {
    LUA_PATH=';;' LUA_CPATH="$work/rocks-$1/lib/lua/$1/?.so" "lua$1" "$here/workload.lua"
}

# exports_one VERSION
exports_one() {
    nm -D --defined-only "$work/rocks-$1/lib/lua/$1/izh.so" | awk '{ print $3 }' >"$work/found" &&
        [ "$(cat "$work/found")" = luaopen_izh ]
}

report 'a fresh copy of the tree' copy_tree
for version in 5.4 5.1; do
    report "the rock is made for Lua $version" rock "$version"
    report 'it prints what is golden' is_golden computes "$version"
    report 'it exports what loads it' exports_one "$version"
done
end_part
