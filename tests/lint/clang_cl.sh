#!/bin/sh
# Whether the library is in the dialect that clang speaks for MSVC: its sources are read for that target with
# mingw-w64's headers, and nothing is built. With these headers it has to pass as GCC, for they hide attributes from
# others. Status 0 only if all are. The last line is "N sources, N without a word".
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=.ci/need.sh
. "$root/.ci/need.sh"
need clang mingw-w64-common
cd "$root"
all=0 good=0

# look SOURCE FLAG...
look() {
    all=$((all + 1))
    if clang --target=x86_64-pc-windows-msvc -fgnuc-version=4.2.1 -isystem /usr/share/mingw-w64/include -std=c11 \
        -Wall -Wextra -Werror -Iinclude -Ilib -DIZH_HAVE_SSE2 -DIZH_HAVE_AVX2 -DIZH_HAVE_AVX512 -fsyntax-only "$@"; then
        good=$((good + 1))
    else
        echo "$*: not clean"
    fi
}

for source in lib/*/*.c; do
    case $source in
    *_tmpl.c) ;;
    *) look "$source" ;;
    esac
done
for how in scalar: sse2:-msse2 avx2:-mavx2 avx512:-mavx512f,-mavx512dq,-mavx512bw,-mavx512vl; do
    flags=$(echo "${how#*:}" | tr , ' ')
    # shellcheck disable=SC2086
    look lib/cells/vectors_tmpl.c $flags "-DIZH_KERNEL_VEC=\"util/vec_${how%%:*}.h\"" -DIZH_VECTORS_NAME=vectors
    # A scheme of each kind.
    for scheme in rk4:WIDE exp_euler:NARROW backward_euler:SHORTENS; do
        # shellcheck disable=SC2086
        look lib/cells/kernel_tmpl.c $flags "-DIZH_KERNEL_VEC=\"util/vec_${how%%:*}.h\"" -DIZH_KERNEL_NAME=kernels \
            "-DIZH_KERNEL_SCHEME=${scheme%:*}" "-DIZH_KERNEL_${scheme#*:}"
    done
done
look lib/pinn/eval_tmpl.c -DIZH_EVAL_NAME=eval -DIZH_TRIG_BYTES=16
echo "$all sources, $good without a word"
[ "$all" = "$good" ]
