#!/bin/sh
# What guards daily work: installs what is missing (Debian 12 or 13; root or sudo),
# builds with gcc and runs all tests, then those of the library itself with sanitizers and, for the same
# bits, on other architectures, emulated. tests/long.sh does the rest, clang among it. The last line is
# "N passed, N failed" over all of it; the status is 0 only if every build and every test passed and none was
# skipped. With --write it also writes its tables into docs/testing.md.
set -eu
# shellcheck source=tests/variants.sh
. "$(dirname -- "$0")/variants.sh"

no_options "$@"
need_for_run

variant gcc gcc g++ -Dmpi=enabled || true
figures_of gcc
# From here on nothing is longer than it must be, where all has been tried before.
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
unset IZH_MATRIX WINEPREFIX
suites=
viewer gcc

figure 'fuzz executions' 'none here: the corpus is replayed'
figure 'coverage' 'not here: tests/long.sh'
end
