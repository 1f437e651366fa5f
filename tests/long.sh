#!/bin/sh
# All that can be tested, in some more than an hour: what run.sh does, and on top of it every suite with clang
# and with sanitizers, other optimizations, 32 bits, threads watched by ThreadSanitizer, memory by valgrind,
# clang-tidy, cppcheck and shellcheck, coverage, bugs planted on purpose, fuzzing, and long runs. Installs
# what is missing (Debian 12 or 13; root or sudo). Prints a table of figures, and at the end "N passed, N failed".
set -eu
# shellcheck source=tests/variants.sh
. "$(dirname -- "$0")/variants.sh"

no_options "$@"
need_for_tests libclang-rt-dev clang-tidy cppcheck shellcheck valgrind lcov gcc-i686-linux-gnu \
    libc6-dev-i386-cross

export IZH_LONG=1 # tests that can be longer are

# begin NAME COMMAND...: a step that is no variant, beside what follows.
begin() {
    name=$1
    shift
    echo
    echo "== $name: $*"
    mkdir -p "$root/build-tests"
    rm -f "$root/build-tests/$name.failed"
    { "$@" >"$root/build-tests/$name.log" 2>&1 </dev/null || : >"$root/build-tests/$name.failed"; } &
}

# finish NAME...: waits for what was begun, and counts each as one test; its last line is its figure.
finish() {
    wait
    for name; do
        log=$root/build-tests/$name.log
        if [ -e "$root/build-tests/$name.failed" ]; then
            failed=$((failed + 1))
            tail -n 30 "$log"
            echo "$name: failed; all of it is in $log"
        else
            passed=$((passed + 1))
        fi
        figure "$name" "$(tail -n 1 "$log")"
        echo "$name: $(tail -n 1 "$log")"
    done
}

step() {
    begin "$@"
    finish "$1"
}

few='-Dexamples=false -Dbindings=disabled -Ddocs=disabled -Dmpi=disabled'

# ---- every suite, by both compilers and with sanitizers ----

variant gcc gcc g++ -Dmpi=enabled || true
figures_of gcc
variant clang clang clang++ -Dmpi=enabled || true
variant sanitized gcc g++ -Db_sanitize=address,undefined -Db_lundef=false || true

viewer gcc

# ---- the same bits elsewhere ----

export IZH_MATRIX=few # and from here on nothing is longer than it must be
unset IZH_LONG
suites='unit determinism simd'
# shellcheck disable=SC2086
variant unoptimized clang clang++ $few -Doptimization=0 || true
# shellcheck disable=SC2086
variant optimized gcc g++ $few -Doptimization=3 || true
suites=
for machine in aarch64 s390x i686; do
    # shellcheck disable=SC2086
    variant $machine gcc g++ --cross-file "$root/tests/cross/$machine.ini" $few || true
done

# ---- threads, memory ----

targets='test_population test_population_input test_population_record test_population_save
    test_golden_population test_faults'
suites=
# shellcheck disable=SC2086
if build threads clang clang++ $few -Db_sanitize=thread -Db_lundef=false; then
    for test in $targets; do
        step "threads-$test" "$root/build-tests/threads/tests/$test"
    done
fi
targets=
suites='unit'
built_tests memcheck "$root/build-tests/gcc" --timeout-multiplier 10 \
    --wrap 'valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite'
suites=
unset IZH_MATRIX

# ---- what reads the source, and what tests the tests ----

step lint /usr/bin/python3 "$root/tests/lint/lint.py" "$root/build-tests/clang"
step coverage "$root/tests/coverage.sh"

# ---- with a processor each: bugs planted; bytes and calls from outside ----

begin planted-bugs /usr/bin/python3 "$root/tests/mutants/run.py"
begin fuzz "$root/tests/fuzz/run.sh" 40
finish planted-bugs fuzz

# ---- long runs ----

step soak "$root/tests/bench/run_soak.sh"

# ---- another Debian ----

if why=$("$root/tests/debian13.sh" --cannot); then
    figure debian-13 "not run here: $why"
    echo "debian-13: not run here: $why"
else
    step debian-13 "$root/tests/debian13.sh"
fi

end
