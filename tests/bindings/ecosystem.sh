#!/bin/sh
# izh with packages that daily tests do without: what it gives to them, and what it takes from them. Installs what is
# missing (Debian 12 or 13; root or sudo). Usage: ecosystem.sh LIBRARY [PYTEST ARGUMENT...]
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
# shellcheck source=.ci/need.sh
. "$root/.ci/need.sh"

[ $# != 0 ] || refuse 'which library?' 2
export IZH_LIBRARY="$1" PYTHONPATH="$root/bindings/python" PYTHONDONTWRITEBYTECODE=1
shift
need python3-pytest python3-numpy python3-scipy python3-matplotlib python3-neo python3-pandas python3-xarray python3-h5py \
    python3-pynn python3-brian \
    jupyter-nbconvert python3-nbconvert python3-nbformat python3-ipykernel
cd "$root/tests/bindings/ecosystem"
exec /usr/bin/python3 -m pytest -q -p no:cacheprovider "$@" .
