#!/bin/sh
# Makes what is here now the baseline: baseline.abi, that later libraries are compared with, and
# baseline/VERSION/izh, the headers that programs are built with to run with them (meson.build has the list of
# versions). In lib/libizh.map the open node gets the names that it has. For a release, and nothing else:
# docs/abi.md. Usage: baseline.sh BUILD, a build by GCC on x86-64 with debug information
set -eu
build=$1
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
headers=$here/../../include/izh

python3 "$here/dump.py" abidw "$build/lib/libizh.so" "$headers" "$here/baseline.abi.new"
if ! grep -q 'elf-symbol-id="izh_version@' "$here/baseline.abi.new"; then
    rm "$here/baseline.abi.new"
    echo "The library has no debug information: -Dbuildtype=debugoptimized" >&2
    exit 1
fi
mv "$here/baseline.abi.new" "$here/baseline.abi"

map=$here/../../lib/libizh.map
node=$(sed -n 's/^\(IZH_[0-9.]*\) {$/\1/p' "$map" | tail -n 1)
rm -rf "$here/baseline/${node#IZH_}"
mkdir -p "$here/baseline/${node#IZH_}/izh"
cp "$headers"/*.h "$here/baseline/${node#IZH_}/izh/"
nm -D --defined-only "$build/lib/libizh.so" | sed -n "s/.* \(izh_.*\)@@$node\$/    \1;/p" >"$map.names"
sed -i -e "/^    izh_\*;\$/{r $map.names" -e 'd}' "$map"
rm "$map.names"
