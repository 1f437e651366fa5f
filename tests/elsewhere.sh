#!/bin/sh
# What tests/run.sh runs beside its build by gcc, and adds up: the tests of the library itself with sanitizers and, for
# the same bits, on other machines, emulated. Nothing is longer here than it must be, since all is tried by gcc and,
# longer, by tests/long.sh. By itself it wants what run.sh installs.
set -eu
# shellcheck source=tests/variants.sh
. "$(dirname -- "$0")/variants.sh"

no_options "$@"
mkdir -p "$root/build-tests"
trap 'hand_over elsewhere' EXIT

export IZH_MATRIX=few
suites='unit robust fuzz'
variant sanitized gcc g++ -Dexamples=false -Dbindings=disabled -Ddocs=disabled -Dmpi=disabled \
    -Disas=avx2 -Doptimization=1 -Db_sanitize=address,undefined -Db_lundef=false || true
suites='determinism simd'
# The cross files name their own compilers.
for machine in aarch64 s390x; do
    variant $machine gcc g++ --cross-file "$root/tests/cross/$machine.ini" -Dmpi=disabled -Dexamples=false \
        -Ddocs=disabled -Doptimization=1 || true
done
# Without a system: a Cortex-M4F that QEMU emulates.
suites=embedded
variant cortex-m4 gcc g++ --cross-file "$root/tests/cross/cortex-m4.ini" -Dprofile=embedded -Dpopulations=enabled \
    -Dmethods=midpoint,rk4,taylor --buildtype=minsize || true
# What Windows does otherwise, in plain C.
suites='determinism windows'
export WINEPREFIX="$root/build-tests/wine"
variant mingw gcc g++ --cross-file "$root/tests/cross/mingw.ini" -Dmpi=disabled -Dexamples=false \
    -Ddocs=disabled -Dbindings=disabled -Doptimization=1 -Disas= || true

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
