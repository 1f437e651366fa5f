#!/bin/sh
# Installs what is missing (Debian 12; root or sudo), builds with gcc, with clang and with sanitizers,
# and runs all tests with each; then those of determinism with other optimizations, and on other
# architectures, emulated. The last line is "N passed, N failed" over all of it; the status is 0 only if every build and every test passed
# and none was skipped.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=/dev/null
. "$root/.ci/need.sh"

# Another node than Debian's serves, too; so does its npm.
node=
command -v node >/dev/null || node=nodejs
command -v npm >/dev/null || node="$node npm"
# shellcheck disable=SC2086
need gcc g++ clang libc6-dev binutils meson ninja-build pkg-config libcmocka-dev locales gnuplot-nox \
    libopenmpi-dev openmpi-bin gcc-aarch64-linux-gnu libc6-dev-arm64-cross gcc-s390x-linux-gnu \
    libc6-dev-s390x-cross qemu-user liblua5.4-dev lua5.4 libluajit-5.1-dev luajit python3-numpy \
    python3-pytest python3-mypy python3-matplotlib python3-tqdm python3-venv python3-pip python3-mesonpy \
    lld wasi-libc libclang-rt-14-dev-wasm32 chromium $node

unset CFLAGS CXXFLAGS CPPFLAGS LDFLAGS DESTDIR MESON_TESTTHREADS 2>/dev/null || true
export LC_ALL=C.UTF-8
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=1:allocator_may_return_null=1
export UBSAN_OPTIONS=halt_on_error=1:abort_on_error=1:print_stacktrace=1

passed=0
failed=0
targets= # of a variant, and its suites of tests; all where empty
suites=

# variant NAME CC CXX OPTION...: builds in build-tests/NAME and adds up its tests.
variant() {
    name=$1 cc=$2 cxx=$3
    shift 3
    build=$root/build-tests/$name
    echo
    echo "== $name: $cc $*"
    rm -rf "$build"
    # shellcheck disable=SC2086
    if ! CC=$cc CXX=$cxx meson setup "$build" "$root" -Dwerror=true -Dtests=enabled -Dexamples=true \
        "$@" </dev/null || ! meson compile -C "$build" $targets </dev/null; then
        echo "$name: the build failed"
        failed=$((failed + 1))
        return
    fi
    # shellcheck disable=SC2086,SC2046
    meson test -C "$build" --no-rebuild --print-errorlogs ${suites:+$(printf ' --suite %s' $suites)} \
        </dev/null || true
    # shellcheck disable=SC2086
    counts=$(/usr/bin/python3 "$root/tests/count.py" "$build" $suites) || {
        echo "$name: the tests cannot be counted"
        failed=$((failed + 1))
        return
    }
    echo "$name: ${counts% *} passed, ${counts#* } failed"
    passed=$((passed + ${counts% *}))
    failed=$((failed + ${counts#* }))
}

variant gcc gcc g++ -Dmpi=enabled -Dviewer=enabled
variant clang clang clang++ -Dmpi=enabled
variant sanitized gcc g++ -Db_sanitize=address,undefined -Db_lundef=false
targets='izh:shared_library test_golden test_golden_flow test_golden_pinn test_golden_population test_kernels'
suites='determinism simd'
export IZH_MATRIX=few
variant unoptimized gcc g++ -Doptimization=0 -Dexamples=false -Dmpi=disabled
variant optimized gcc g++ -Doptimization=3 -Dexamples=false -Dmpi=disabled
targets=
suites=
# The cross files name their own compilers.
for machine in aarch64 s390x; do
    variant $machine gcc g++ --cross-file "$root/tests/cross/$machine.ini" -Dmpi=disabled
done

echo
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
