#!/bin/sh
# A fresh virtual environment, pip install, and the first example. Prints TAP. Builds without
# optimization, for pip with meson-python 0.12 builds all twice. Usage: python_install.sh SOURCE
set -eu
source=$1
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=tests/install/tap.sh
. "$here/../install/tap.sh"
python=/usr/bin/python3
for module in venv ensurepip mesonpy numpy; do
    $python -c "import $module" 2>/dev/null || {
        echo "1..0 # SKIP $python has no $module"
        exit 0
    }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset PYTHONPATH IZH_LIBRARY LD_PRELOAD

# pip leaves a file in the folder that it builds.
mkdir "$work/libizh"
for part in meson.build meson_options.txt include lib bindings; do
    cp -R "$source/$part" "$work/libizh/"
done
package=$work/libizh/bindings/python

install_it() {
    "$work/venv/bin/pip" install --no-build-isolation --no-index \
        --config-settings=setup-args=-Doptimization=0 "$package"
}

run_example() {
    (cd / && "$work/venv/bin/python" "$package/examples/first_spike.py") >"$work/said"
    head -n 1 "$work/said" | grep -x 'spike at 3.127055303877 ms'
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
report 'pip install ./bindings/python' install_it
report 'the first example runs' run_example
report 'it is the bundled library' its_own_library
report 'nothing but the package is installed' only_the_package
echo "1..$count"
