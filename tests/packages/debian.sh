#!/bin/sh
# The Debian packages: .packaging/build-deb makes them, lintian finds nothing, each has what it should, and programs
# start from them, unpacked in a folder. Usage: debian.sh [OUT]    OUT: where build-deb has left packages, to test those
# DEB_BUILD_OPTIONS in the environment is dpkg-buildpackage's; here the package's own tests are left out.
set -eu
# shellcheck source=tests/packages/common.sh
. "$(dirname -- "$0")/common.sh"
need git debhelper dh-python dpkg-dev fakeroot lintian liblua5.1-0-dev liblua5.3-dev liblua5.4-dev lua5.4 luajit meson \
    gcc g++ libc6-dev cmake pkg-config python3 python3-numpy xz-utils
DEB_BUILD_OPTIONS=${DEB_BUILD_OPTIONS-"nocheck parallel=$(nproc)"}
export DEB_BUILD_OPTIONS
[ "${DEB_BUILD_OPTIONS#*nocheck}" = "$DEB_BUILD_OPTIONS" ] || export DEB_BUILD_PROFILES=nocheck
out=${1-$work/out}
tree=$work/root
triplet=$(dpkg-architecture -qDEB_HOST_MULTIARCH)
libdir=$tree/usr/lib/$triplet
version=$(sed -n '1s/.*(\(.*\)).*/\1/p' "$root/.packaging/debian/changelog")

# The file of a package.
deb() {
    echo "$out/$1_${version}_$(dpkg --print-architecture).deb"
}

builds() {
    [ -e "$out" ] || "$root/.packaging/build-deb" "$out" || return 1
    ls "$out"/*.dsc "$out"/*.changes
}

untouched() {
    [ ! -e "$root/debian" ] && status=$(git -C "$root" status --porcelain) && [ "$status" = "$before" ]
}
before=$(git -C "$root" status --porcelain)

# Of errors and warnings; what an override hides has its reason in the overrides.
lintian_is_clean() {
    lintian --allow-root --tag-display-limit 0 --fail-on error,warning "$out"/*.changes
}

# has PACKAGE: just these files, from standard input, besides its own in share/doc and links.
has() {
    dpkg-deb -c "$(deb "$1")" | awk '$1 !~ /^d/ { print $6 }' | sed 's/^\.//' |
        grep -v -e '^/usr/share/doc/' -e '^/usr/share/lintian/' | LC_ALL=C sort >"$work/found"
    LC_ALL=C sort | diff -u - "$work/found"
}

has_library() {
    printf '%s\n' "/usr/lib/$triplet/libizh.so.0" "/usr/lib/$triplet/libizh.so.${version%-*}" | has libizh0
}

has_development() {
    {
        for header in "$root"/include/izh/*; do
            echo "/usr/include/izh/${header##*/}"
        done
        for name in libizh.a libizh.so pkgconfig/izh.pc cmake/izh/izhConfig.cmake cmake/izh/izhConfigVersion.cmake; do
            echo "/usr/lib/$triplet/$name"
        done
    } | has libizh-dev
}

has_python() {
    (cd "$root/bindings/python" && find izh -type f ! -path '*/__pycache__/*') |
        sed 's|^|/usr/lib/python3/dist-packages/|' | has python3-izh
}

has_lua() {
    for lua in 5.1 5.3 5.4; do
        echo "/usr/lib/$triplet/lua/$lua/izh.so"
    done | has lua-izh
}

# needs PACKAGE TEXT: it is among what dpkg would ask for.
needs() {
    dpkg-deb -f "$(deb "$1")" Depends | grep -F "$2"
}

needs_libc_alone() {
    dpkg-deb -f "$(deb "$1")" Depends | tr ',' '\n' >"$work/depends" && [ -s "$work/depends" ] &&
        ! grep -v '^ *libc6 ' "$work/depends"
}

unpack() {
    for package in libizh0 libizh-dev python3-izh lua-izh; do
        dpkg -x "$(deb $package)" "$tree" || return 1
    done
}

pc() {
    PKG_CONFIG_SYSROOT_DIR=$tree PKG_CONFIG_LIBDIR=$libdir/pkgconfig PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 \
        PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 pkg-config "$@"
}

c_program() {
    # shellcheck disable=SC2046
    cc -std=c99 -o "$work/workload" "$here/workload.c" $(pc --cflags --libs izh) &&
        LD_LIBRARY_PATH=$libdir "$work/workload"
}

static_program() {
    # shellcheck disable=SC2046
    cc -std=c99 -static -o "$work/static" "$here/workload.c" $(pc --static --cflags --libs izh) && "$work/static"
}

cpp_program() {
    # shellcheck disable=SC2046
    c++ -std=c++17 -o "$work/owners" "$root/tests/abi/owners.cpp" $(pc --cflags --libs izh) -pthread &&
        LD_LIBRARY_PATH=$libdir "$work/owners" >"$work/said" && ! grep -v -e '^ok' -e '^1\.\.' "$work/said" &&
        grep -q '^ok' "$work/said"
}

# The examples that the package itself has.
own_example() {
    # shellcheck disable=SC2046
    cc -std=c99 -o "$work/example" "$tree/usr/share/doc/libizh-dev/examples/first_spike.c" \
        $(pc --cflags --libs izh) && LD_LIBRARY_PATH=$libdir "$work/example" | grep -x 'first spike at 3.127055303877 ms'
}

cmake_program() {
    cmake -S "$root/tests/install/consumer" -B "$work/cmake" "-Dizh_DIR=$libdir/cmake/izh" -DASK=0.2 &&
        cmake --build "$work/cmake" && "$work/cmake/c_shared" && "$work/cmake/cpp_static"
}

python_program() {
    (
        cd /
        PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$tree/usr/lib/python3/dist-packages LD_LIBRARY_PATH=$libdir
        export PYTHONDONTWRITEBYTECODE PYTHONPATH LD_LIBRARY_PATH
        /usr/bin/python3 -c 'import izh, sys
assert izh.__file__.startswith(sys.argv[1]), izh.__file__
assert not izh.library_path.startswith(sys.argv[2]), izh.library_path' "$tree" "$root" &&
            /usr/bin/python3 "$here/workload.py"
    )
}

# lua_program LUA VERSION
lua_program() {
    (cd / && LUA_CPATH="$libdir/lua/$2/?.so" "$1" "$here/workload.lua")
}

report 'the packages build' builds
report 'the tree stays as it is' untouched
report 'lintian finds nothing' lintian_is_clean
report 'libizh0 is the library' has_library
report 'libizh-dev is what takes to build' has_development
report 'python3-izh is the Python package' has_python
report 'lua-izh is the Lua modules' has_lua
report 'libizh0 needs nothing but libc' needs_libc_alone libizh0
report 'lua-izh needs nothing but libc' needs_libc_alone lua-izh
report 'libizh-dev needs its own library' needs libizh-dev "libizh0 (= $version)"
report 'python3-izh needs its own library' needs python3-izh "libizh0 (= $version)"
report 'python3-izh needs NumPy' needs python3-izh python3-numpy
report 'they unpack' unpack
report 'a C program is golden' is_golden c_program
report 'a static C program is golden' is_golden static_program
report 'a C++ program passes' cpp_program
report "the package's own example runs" own_example
report 'CMake finds it' cmake_program
report 'Python is golden' is_golden python_program
report 'Lua 5.4 is golden' is_golden lua_program lua5.4 5.4
report 'LuaJIT is golden' is_golden lua_program luajit 5.1
end_part
