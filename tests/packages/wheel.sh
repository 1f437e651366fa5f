#!/bin/sh
# The wheel as .packaging/build-wheel makes it, its tag, pip install into a fresh virtual environment, the first
# example, and the golden workload. Usage: wheel.sh
set -eu
# shellcheck source=tests/packages/common.sh
. "$(dirname -- "$0")/common.sh"
need gcc libc6-dev binutils meson ninja-build python3-numpy python3-venv python3-pip python3-wheel python3-mesonpy
python=/usr/bin/python3

build_it() {
    "$root/.packaging/build-wheel" "$work/wheels"
}

# The tag says the newest glibc that a symbol of the library asks for, and nothing newer.
tag_is_right() {
    $python -m zipfile -e "$work"/wheels/izh-*.whl "$work/unpacked" || return 1
    needed=$(objdump -T "$work/unpacked/izh/libizh.so" | sed -n 's/.*(*GLIBC_2\.\([0-9]*\).*/\1/p' | sort -n | tail -n 1)
    [ -n "$needed" ] || return 1
    [ "$needed" -ge 17 ] || needed=17
    wheel=$(echo "$work"/wheels/*)
    echo "$wheel needs glibc 2.$needed"
    case $wheel in
    */izh-*-py3-none-manylinux_2_"${needed}_$(uname -m)".whl) ;;
    *) return 1 ;;
    esac
    grep -x "Tag: py3-none-manylinux_2_${needed}_$(uname -m)" "$work/unpacked"/izh-*.dist-info/WHEEL
}

install_it() {
    "$work/venv/bin/pip" install --no-index --no-deps "$work"/wheels/izh-*.whl
}

run_example() {
    (cd / && "$work/venv/bin/python" "$root/bindings/python/examples/first_spike.py") >"$work/said"
    head -n 1 "$work/said" | grep -x 'spike at 3.127055303877 ms'
}

golden() {
    (cd / && "$work/venv/bin/python" "$here/workload.py")
}

only_the_package() {
    "$work/venv/bin/pip" show -f izh | sed -n '/^Files:/,$p' | grep -v -e '^Files:' -e '^  izh/' \
        -e '^  izh-[0-9.]*dist-info/' >"$work/others" || return 0
    cat "$work/others"
    return 1
}

its_own_library() {
    (cd / && "$work/venv/bin/python" -c 'import izh; print(izh.library_path)') |
        grep "^$work/venv/.*/izh/libizh.so$"
}

report 'a virtual environment' $python -m venv --system-site-packages "$work/venv"
report 'a wheel of ./bindings/python' build_it
report 'its tag is what the library needs' tag_is_right
report 'pip install of the wheel' install_it
report 'the first example runs' run_example
report 'it is golden' is_golden golden
report 'it is the bundled library' its_own_library
report 'nothing but the package is installed' only_the_package
end_part
