# Sourced by the tests of packages: each is a part of tests/long.sh and can be run by itself. It installs the Debian
# packages that it needs, prints TAP, and ends in "N passed, M failed". Sets root, here, work.
# shellcheck shell=sh disable=SC2034,SC2154
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH='' cd -- "$here/../.." && pwd)
# shellcheck source=.ci/need.sh
. "$root/.ci/need.sh"
# shellcheck source=tests/install/tap.sh
. "$root/tests/install/tap.sh"
unset CFLAGS CXXFLAGS CPPFLAGS LDFLAGS DESTDIR PYTHONPATH IZH_LIBRARY LD_PRELOAD LUA_CPATH 2>/dev/null || true
export LC_ALL=C.UTF-8
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# libraries_of BUILD: the folder where install_from will have put them.
libraries_of() {
    meson introspect --buildoptions "$1" | /usr/bin/python3 -c 'import json, os, sys
options = {o["name"]: o["value"] for o in json.load(sys.stdin)}
print(sys.argv[1] + os.path.join(options["prefix"], options["libdir"]))' "$work/root"
}

# install_from BUILD: into $work/root.
install_from() {
    DESTDIR=$work/root meson install -C "$1" --no-rebuild && [ -e "$libraries/libizh.so" ]
}

# is_golden COMMAND...: it prints what a C program does.
is_golden() {
    "$@" >"$work/golden" && diff -u "$here/golden.txt" "$work/golden"
}

# says_well COMMAND...: each line that it prints begins with "well: ", and there are some.
says_well() {
    "$@" >"$work/said" || {
        cat "$work/said"
        return 1
    }
    cat "$work/said"
    [ -s "$work/said" ] && ! grep -v '^well: ' "$work/said"
}

end_part() {
    echo "1..$count"
    echo "$((count - failed)) passed, $failed failed"
    [ "$failed" = 0 ]
}
