#!/bin/sh
# Builds examples/octave's MEX file and runs its tests in GNU Octave. Installs what is missing (Debian 12 or 13; root or
# sudo). Prints TAP; the last line says how many tests passed. Usage: octave.sh LIBRARY
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=.ci/need.sh
. "$root/.ci/need.sh"

[ $# = 1 ] || refuse 'which library?' 2
folder=$(CDPATH='' cd -- "$(dirname -- "$1")" && pwd)
need octave octave-dev gcc
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$root"/examples/octave/*.m "$root/examples/octave/izh.c" "$work"
cd "$work"
mkoctfile --mex izh.c -Wall -Wextra "-I$root/include" "-L$folder" -lizh "-Wl,-rpath,$folder" </dev/null
octave-cli --no-gui --no-init-file --eval test_izh </dev/null 2>errors | tee said
grep -v DISPLAY errors >&2 || true
count=$(sed -n 's/^1\.\.//p' said)
passed=$(grep -c '^ok ' said)
echo "$passed of $count tests passed"
[ "$passed" = "$count" ] && [ "$count" != 0 ]
