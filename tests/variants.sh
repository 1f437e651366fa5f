# Sourced by run.sh, elsewhere.sh and long.sh: builds of the tree, each of one kind, whose tests are added up, steps that are
# no builds, and the tables of figures. Sets root, passed and failed. With --write as the first argument the command also
# writes its tables into docs/testing.md.
# shellcheck shell=sh
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=.ci/need.sh
. "$root/.ci/need.sh"

writes=
if [ "${1-}" = --write ]; then
    writes=yes
    shift
fi

unset CFLAGS CXXFLAGS CPPFLAGS LDFLAGS DESTDIR MESON_TESTTHREADS 2>/dev/null || true
export LC_ALL=C.UTF-8
export ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1:abort_on_error=1:allocator_may_return_null=1
export UBSAN_OPTIONS=halt_on_error=1:abort_on_error=1:print_stacktrace=1

began=$(date +%s)
passed=0
failed=0
kinds=
figures=
targets= # of a variant, and its suites of tests, with what these take; all where empty
suites=
steps= # leaders of those under way
made=  # builds

need_for_tests() {
    need_folders "$root" "$root/build-tests"
    rm -f "$root"/build-tests/*.said "$root"/build-tests/*.failed
    # shellcheck disable=SC2046
    need gcc g++ clang libc6-dev binutils meson ninja-build pkg-config cmake make abigail-tools \
        libcmocka-dev locales gnuplot-nox libopenmpi-dev openmpi-bin gcc-aarch64-linux-gnu \
        libc6-dev-arm64-cross gcc-s390x-linux-gnu libc6-dev-s390x-cross qemu-user liblua5.4-dev lua5.4 \
        libluajit-5.1-dev luajit python3-numpy python3-pytest python3-mypy python3-matplotlib \
        python3-tqdm python3-scipy doxygen codespell chromium $(node_packages) "$@"
    need_wasm
}

# What tests/run.sh takes.
need_for_run() {
    need_for_tests gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm \
        gcc-mingw-w64-x86-64-posix g++-mingw-w64-x86-64-posix wine64
}

need_for_platforms() {
    # shellcheck disable=SC2046
    need gcc g++ clang libc6-dev binutils meson ninja-build pkg-config libcmocka-dev qemu-user musl-tools \
        gcc-aarch64-linux-gnu libc6-dev-arm64-cross gcc-s390x-linux-gnu libc6-dev-s390x-cross \
        gcc-i686-linux-gnu libc6-dev-i386-cross gcc-arm-linux-gnueabihf libc6-dev-armhf-cross \
        gcc-riscv64-linux-gnu libc6-dev-riscv64-cross gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm \
        gcc-mingw-w64-x86-64-posix g++-mingw-w64-x86-64-posix mingw-w64-common wine64 cmake make \
        $(node_packages)
    need_wasm
}

# figure NAME VALUE: a row of the table.
figure() {
    figures="$figures| $1 | $2 |
"
}

# built_tests NAME BUILD FLAG...: runs them, and adds them up. They have time, since other builds' may run beside them.
built_tests() {
    name=$1 build=$2
    shift 2
    meson test -C "$build" --print-errorlogs --timeout-multiplier 3 "$@" \
        ${suites:+$(printf ' --suite %s' $suites)} </dev/null || true
    counts=$(/usr/bin/python3 "$root/tests/count.py" "$build" $suites 2>"$root/build-tests/$name.said") || {
        echo "$name: the tests cannot be counted"
        failed=$((failed + 1))
        return
    }
    echo "$name: ${counts% *} passed, ${counts#* } failed"
    passed=$((passed + ${counts% *}))
    failed=$((failed + ${counts#* }))
    kinds="$kinds| $name | ${counts% *} | ${counts#* } |
"
}

# build NAME CC CXX OPTION...: builds in build-tests/NAME, from nothing; what only its suites take, when they run.
build() {
    name=$1 cc=$2 cxx=$3
    shift 3
    build=$root/build-tests/$name
    echo
    echo "== $name: $cc $*"
    rm -rf "$build"
    # shellcheck disable=SC2086
    if (
        export CC="$cc" CXX="$cxx"
        run_meson setup "$build" "$root" --libdir=lib -Dwerror=true -Dtests=enabled "$@"
    ) &&
        { [ "$suites" ] && [ ! "$targets" ] || run_meson compile -C "$build" $targets; }; then
        made="$made $name"
        return 0
    fi
    echo "$name: the build failed"
    kinds="$kinds| $name | the build failed | |
"
    failed=$((failed + 1))
    return 1
}

# variant NAME CC CXX OPTION...: builds, and runs the tests.
variant() {
    build "$@" && built_tests "$1" "$root/build-tests/$1"
}

# The viewer, in the build of a variant: apart, for it comes by npm from elsewhere. With IZH_LONG in the environment all of
# its tests, else those of every day.
viewer() {
    build=$root/build-tests/$1
    echo
    echo "== viewer"
    if run_meson configure "$build" -Dviewer=enabled &&
        run_meson compile -C "$build"; then
        suites=${IZH_LONG:+viewer}
        suites=${suites:-daily}
        built_tests viewer "$build"
        suites=
    else
        echo 'viewer: the build failed'
        failed=$((failed + 1))
    fi
}

# What a test of a variant said: "# WHAT: number", the sum of it.
said() {
    sed -n "s/^ *# $2: \([0-9][0-9]*\).*/\1/p" "$root/build-tests/$1/meson-logs/testlog.txt" 2>/dev/null |
        awk '{ n += $1 } END { print n + 0 }'
}

# The result of one test of a variant.
verdict() {
    /usr/bin/python3 -c 'import json, sys
tests = [json.loads(line) for line in open(sys.argv[1])]
print(*[test["result"] for test in tests if test["name"].split(" / ")[-1] == sys.argv[2]] or ["none"])' \
        "$root/build-tests/$1/meson-logs/testlog.json" "$2" 2>/dev/null || echo none
}

# Figures that a variant's tests gave, before its build is used for others.
figures_of() {
    figure 'allocations made to fail' "$(said "$1" 'allocations failed')"
    figure 'threads, system calls made to fail' "$(said "$1" 'threads failed'), $(said "$1" 'system calls failed')"
    figure 'ABI against its baseline (abidiff)' "$(verdict "$1" abidiff)"
}

# begin NAME COMMAND...: a step that is no variant, beside what follows. It leads a group of processes, so that
# it can be ended with all that it started: a signal from the terminal does not reach what runs beside.
begin() {
    name=$1
    shift
    echo
    echo "== $name: $*"
    mkdir -p "$root/build-tests"
    rm -f "$root/build-tests/$name.failed" "$root/build-tests/$name.counts"
    # shellcheck disable=SC2016
    setsid sh -c '"$@" >"$0.log" 2>&1 </dev/null || : >"$0.failed"' "$root/build-tests/$name" "$@" &
    steps="$steps $!"
    trap end_steps EXIT
}

# Ends the steps that are under way.
end_steps() {
    for step in $steps; do
        kill -s TERM -- "-$step" 2>/dev/null || true
    done
}

# finish NAME...: waits for what was begun, and counts each as one test; its last line is its figure.
finish() {
    wait
    steps=
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

# hand_over NAME: leaves what this command counted to the one that has begun it, which takes it over.
hand_over() {
    printf '%s %s\n%s' "$passed" "$failed" "$kinds" >"$root/build-tests/$1.counts"
}

# take_over NAME: waits for what was begun, shows what it said, and adds what it counted.
take_over() {
    wait
    steps=
    cat "$root/build-tests/$1.log" || true
    if [ ! -s "$root/build-tests/$1.counts" ]; then
        echo "$1: it ended without counting"
        failed=$((failed + 1))
        return
    fi
    counts=$(head -n 1 "$root/build-tests/$1.counts")
    passed=$((passed + ${counts% *}))
    failed=$((failed + ${counts#* }))
    if [ "${counts#* }" != 0 ]; then
        rm -f "$root/build-tests/$1.failed" # its counts say what failed
    elif [ -e "$root/build-tests/$1.failed" ]; then
        echo "$1: it ended too soon"
        failed=$((failed + 1))
    fi
    for_kinds=$(tail -n +2 "$root/build-tests/$1.counts")
    [ ! "$for_kinds" ] || kinds="$kinds$for_kinds
"
}

step() {
    begin "$@"
    finish "$1"
}

# Which programs and steps failed.
failures() {
    {
        sed -n 's/^\([^ :]*: [0-9][0-9]* failed\).*/\1/p' "$root"/build-tests/*.said 2>/dev/null | sort -u
        for step in "$root"/build-tests/*.failed; do
            [ ! -e "$step" ] || basename "$step" .failed
        done
    } | paste -sd ',' | sed 's/,/, /g'
}

tables() {
    printf '| kind of build | tests passed | failed |\n|---|---|---|\n%s| all, with steps that are no builds | %s | %s |\n\n' \
        "$kinds" "$passed" "$failed"
    printf '| figure | |\n|---|---|\n%s' "$figures"
}

# The tables, what failed, and the last line.
end() {
    [ "$failed" = 0 ] || figure 'failed' "$(failures)"
    figure 'commit' "$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo none), $(date +%F)"
    figure 'minutes' "$((($(date +%s) - began + 59) / 60))"
    echo
    tables
    echo
    [ -z "$writes" ] || tables | /usr/bin/python3 "$root/tests/docs/generated.py" write "tests/$(basename -- "$0")" ||
        failed=$((failed + 1))
    for said in "$root"/build-tests/*.said; do
        [ ! -s "$said" ] || { echo "== $(basename "$said" .said): what failed" && cat "$said" && echo; }
    done
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ] && [ "$passed" != 0 ]
}
