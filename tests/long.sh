#!/bin/sh
# All that can be tested, in some hours: what run.sh does, and on top of it every suite with clang and with
# sanitizers, other optimizations, other platforms, threads watched by ThreadSanitizer, memory by valgrind,
# clang-tidy, cppcheck and shellcheck, coverage, bugs planted on purpose, fuzzing, and long runs. Installs
# what is missing (Debian 12 or 13; root or sudo). Prints tables of figures, and at the end "N passed, N failed". With
# --write it also writes them into docs/testing.md.
#
#   tests/long.sh [PART...]    all parts where none is named; each is meant to take less than 75 minutes of two cores
#   tests/long.sh --write      all of them
set -eu
# shellcheck source=tests/variants.sh
. "$(dirname -- "$0")/variants.sh"

parts='gcc clang sanitized optimized platforms tuned memory source bugs embedded runs packages debian'
[ ! "$writes" ] || [ $# = 0 ] || refuse "--write takes no part: a table of some would pass for that of all" 2
for part; do
    case " $parts " in *" $part "*) ;; *) refuse "'$part' is no part; these are: $parts" 2 ;; esac
done

need_for_tests libclang-rt-dev clang-tidy cppcheck shellcheck valgrind lcov python3-neo

few='-Dexamples=false -Dbindings=disabled -Ddocs=disabled -Dmpi=disabled'

# ready NAME CC CXX OPTION...: builds what a part takes of another part's, where this run has not made that.
ready() {
    case " $made " in
    *" $1 "*) run_meson compile -C "$root/build-tests/$1" || failed=$((failed + 1)) ;;
    *) build "$@" || true ;;
    esac
}

# ---- every suite, by both compilers and with sanitizers; tests that can be longer are ----

part_gcc() {
    export IZH_LONG=1
    variant gcc gcc g++ -Dmpi=enabled || true
    figures_of gcc
    viewer gcc
}

part_clang() {
    export IZH_LONG=1
    variant clang clang clang++ -Dmpi=enabled || true
}

part_sanitized() {
    export IZH_LONG=1
    variant sanitized gcc g++ -Db_sanitize=address,undefined -Db_lundef=false || true
}

# ---- the same bits elsewhere; nothing is longer than it must be ----

part_optimized() {
    export IZH_MATRIX=few
    suites='unit determinism simd'
    # shellcheck disable=SC2086
    variant unoptimized clang clang++ $few -Doptimization=0 || true
    # shellcheck disable=SC2086
    variant optimized gcc g++ $few -Doptimization=3 || true
}

part_platforms() {
    step platforms "$root/tests/platforms.sh"
    grep '^|' "$root/build-tests/platforms.log" || true
    step clang-cl "$root/tests/lint/clang_cl.sh"
}

# ---- the same bits from builds for newer processors, as distributions have them ----

# can_run MACHINE: whether this processor has what `-march=MACHINE` or `-mMACHINE` uses.
can_run() {
    case $1 in
    *-v4) set -- avx512f avx512bw avx512cd avx512dq avx512vl ;;
    *-v3) set -- avx2 bmi2 fma movbe ;;
    *avx2) set -- avx2 ;;
    *) return 0 ;;
    esac
    for flag; do
        grep -qw "$flag" /proc/cpuinfo || return 1
    done
}

# tuned NUMBER CC OPTIMIZATION LTO FLAG: builds by it, and runs what the processor can run.
tuned() {
    export CFLAGS="$5" CXXFLAGS="$5"
    case $2 in
    gcc) set -- "$1" gcc g++ "$3" "$4" "$5" ;;
    clang) set -- "$1" clang clang++ "$3" "$4" "$5" && export CC_LD=lld ;;
    esac
    # shellcheck disable=SC2086
    if build "tuned-$1" "$2" "$3" $few "-Doptimization=$4" "-Db_lto=$5"; then
        if can_run "$6"; then
            built_tests "tuned-$1" "$root/build-tests/tuned-$1"
        else
            echo "tuned-$1: built only: this processor does not have what $6 uses"
        fi
    fi
    unset CFLAGS CXXFLAGS CC_LD
}

# All pairs of compiler, optimization, link-time optimization and processor are among the eight.
part_tuned() {
    export IZH_MATRIX=few
    targets='test_golden test_golden_population test_golden_network test_network_languages test_golden_pinn
        test_golden_flow test_kernels'
    suites='determinism simd'
    tuned 1 gcc 2 false -march=native
    tuned 2 clang 3 true -march=native
    tuned 3 gcc 3 true -march=x86-64-v3
    tuned 4 clang 2 false -march=x86-64-v3
    tuned 5 gcc 2 true -march=x86-64-v4
    tuned 6 clang 3 false -march=x86-64-v4
    tuned 7 gcc 3 false -mavx2
    tuned 8 clang 2 true -mavx2
}

# ---- threads, memory ----

part_memory() {
    export IZH_MATRIX=few
    targets='test_population test_population_input test_population_record test_population_save
        test_golden_population test_golden_network test_network_slices test_faults'
    # shellcheck disable=SC2086
    if build threads clang clang++ $few -Db_sanitize=thread -Db_lundef=false; then
        for test in $targets; do
            step "threads-$test" "$root/build-tests/threads/tests/$test"
        done
    fi
    targets=
    ready gcc gcc g++ -Dmpi=enabled
    suites='unit'
    built_tests memcheck "$root/build-tests/gcc" --timeout-multiplier 10 \
        --wrap 'valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite'
}

# ---- what reads the source, and what tests the tests ----

part_source() {
    ready clang clang clang++ -Dmpi=enabled
    step lint /usr/bin/python3 "$root/tests/lint/lint.py" "$root/build-tests/clang"
    step coverage "$root/tests/coverage.sh"
}

# With a processor each: bugs planted; bytes and calls from outside.
part_bugs() {
    begin planted-bugs /usr/bin/python3 "$root/tests/mutants/run.py"
    begin fuzz "$root/tests/fuzz/run.sh" 40
    finish planted-bugs fuzz
}

# ---- without a system ----

part_embedded() {
    step embedded "$root/tests/embedded/sizes.sh"
}

# ---- the worst case, long runs, and what needs packages of its own ----

part_runs() {
    ready gcc gcc g++ -Dmpi=enabled
    step worst-case "$root/tests/bench/run_worst.sh" "$root/build-tests/gcc/lib/libizh.a"
    step input-costs "$root/tests/bench/run_stimulus.sh" --count "$root/build-tests/gcc/lib/libizh.a"
    step soak "$root/tests/bench/run_soak.sh"
    step fits env OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 IZH_LIBRARY="$root/build-tests/gcc/lib/libizh.so" \
        PYTHONPATH="$root/bindings/python" /usr/bin/python3 "$root/tests/bindings/fits.py"
    step ecosystem "$root/tests/bindings/ecosystem.sh" "$root/build-tests/gcc/lib/libizh.so"
    step octave "$root/tests/examples/octave.sh" "$root/build-tests/gcc/lib/libizh.so"
}

# ---- packages, and what starts from them ----

part_packages() {
    ready gcc gcc g++ -Dmpi=enabled
    step csharp "$root/tests/packages/csharp.sh" "$root/build-tests/gcc"
    step love "$root/tests/packages/love.sh" "$root/build-tests/gcc"
    step one-file "$root/tests/packages/one_file.sh"
    step rock "$root/tests/packages/rock.sh"
    step wheel "$root/tests/packages/wheel.sh"
    step npm "$root/tests/packages/npm.sh"
    step debian-packages "$root/tests/packages/debian.sh"
    step release "$root/tests/packages/release.sh"
}

# ---- another Debian ----

part_debian() {
    if why=$("$root/tests/debian13.sh" --cannot); then
        figure debian-13 "not run here: $why"
        echo "debian-13: not run here: $why"
    else
        step debian-13 "$root/tests/debian13.sh"
    fi
}

# shellcheck disable=SC2086
[ $# != 0 ] || set -- $parts
for part; do
    unset IZH_LONG IZH_MATRIX
    targets='' suites=''
    echo
    echo "==== $part"
    part_began=$(date +%s)
    "part_$part"
    figure "minutes of $part" "$((($(date +%s) - part_began + 59) / 60))"
done
end
