#!/bin/sh
# Installs what is missing (Debian 12 or 13; root or sudo), builds the fuzz targets with libFuzzer and
# sanitizers and lets each look for SECONDS (300 unless given). The corpus is where it starts from; what it finds goes
# to build-fuzz/. The last lines are the counts; the status is 0 only if nothing was found.
#
#     tests/fuzz/run.sh [SECONDS]
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=.ci/need.sh
. "$root/.ci/need.sh"

seconds=${1:-300}
build=$root/build-fuzz
whole_number "$seconds" 'time, s'
need_folders "$root" "$build"
need clang libclang-rt-dev libc6-dev binutils meson ninja-build pkg-config libcmocka-dev

unset CFLAGS CXXFLAGS CPPFLAGS LDFLAGS DESTDIR 2>/dev/null || true
export LC_ALL=C.UTF-8
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1

# Comparisons are not traced: of doubles that says little and costs half of the speed.
flags='-fsanitize=fuzzer-no-link -fno-sanitize-coverage=trace-cmp -fsanitize=float-cast-overflow'
export CC=clang CXX=clang++
[ -f "$build/build.ninja" ] ||
    run_meson setup "$build" "$root" -Dwerror=true -Dtests=enabled -Dexamples=false \
        -Ddocs=disabled -Db_sanitize=address,undefined -Db_lundef=false \
        -Dc_args="$flags -fno-sanitize-recover=all"
run_meson compile -C "$build" libfuzzer_calls libfuzzer_load libfuzzer_population libfuzzer_network \
    libfuzzer_analysis libfuzzer_pinn libfuzzer_flow

# The number that follows a word in the log's last line that has it.
number() {
    sed -n "s/.*$1 *\([0-9][0-9]*\).*/\1/p" "$log" | tail -n 1
}

# fuzz TARGET: looks, and adds a line to the counts. A run that ends before its time has found something.
fuzz() {
    found=$build/corpus-$1
    findings=$build/findings-$1
    log=$build/log-$1
    mkdir -p "$found" "$findings"
    echo
    echo "== $1: $seconds s; log in $log"
    start=$(date +%s)
    status=0
    "$build/tests/fuzz/libfuzzer_$1" -max_len=1024 -len_control=20 -timeout=20 -rss_limit_mb=2048 \
        -max_total_time="$seconds" -print_final_stats=1 -artifact_prefix="$findings/" \
        "$found" "$root/tests/fuzz/corpus/$1" >"$log" 2>&1 </dev/null || status=$?
    n=0
    if [ "$status" != 0 ]; then
        n=1
        grep -E -B 8 'not so:|ERROR:|runtime error' "$log" | tail -n 20 || true
        grep 'Test unit written' "$log" || tail -n 5 "$log"
    fi
    took=$(($(date +%s) - start))
    executions=$(number 'stat::number_of_executed_units:')
    edges=$(number 'cov:')
    all_executions=$((all_executions + ${executions:-0}))
    all_edges=$((all_edges + ${edges:-0}))
    all_findings=$((all_findings + n))
    counts="$counts$1: ${executions:-0} executions in $took s, ${edges:-0} edges, $n findings
"
}

all_executions=0
all_edges=0
all_findings=0
counts=
fuzz calls
fuzz load
fuzz population
fuzz network
fuzz analysis
fuzz pinn
fuzz flow
echo
printf %s "$counts"
echo "$all_executions executions, $all_edges edges, $all_findings findings"
[ "$all_findings" = 0 ]
