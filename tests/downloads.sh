#!/bin/sh
# What the README's two commands install on a bare system, by this system's apt: how many packages, how much they
# are to download, and how much they take on disk. Prints the table of docs/building.md; installs nothing.
#   tests/downloads.sh [--write]    --write: also into the page
set -eu
# shellcheck source=tests/variants.sh
. "$(dirname -- "$0")/variants.sh"
no_options "$@"
if [ "$writes" ]; then
    exec /usr/bin/python3 "$root/tests/docs/generated.py" run "$0"
fi
tree=$root
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What the commands would install, one line for each time that they ask; nodejs and npm may be of somebody else here.
# shellcheck disable=SC2030,SC2317
asked() (
    need() {
        echo "$@"
    }
    node_packages() {
        echo nodejs npm
    }
    root=$work
    "$@"
)

# It asks once, and builds then.
# shellcheck disable=SC2317
examples() (
    # shellcheck source=.ci/build.sh
    . "$tree/.ci/build.sh"
    need() {
        echo "$@"
        exit
    }
    build_examples
)

# apt's answer where only what the file `status` has is installed. It ends with status 1, for it is told not to.
apt_says() {
    LC_ALL=C apt-get -o Debug::NoLocking=true -o Dir::State::status="$work/status" -o Dir::Cache="$work/cache" \
        --no-install-recommends "$@" </dev/null
}

# bare: puts into `status` what debootstrap's smallest system has: packages of priority required, apt, and theirs.
bare() {
    mkdir -p "$work/cache/archives/partial"
    : >"$work/status"
    apt-cache dumpavail | awk '/^Package:/ { name = $2 } /^Priority: required/ { print name }' >"$work/required"
    # shellcheck disable=SC2046
    apt_says -s install apt $(sort -u "$work/required") | awk '/^Inst/ { print $2 }' >"$work/base"
    # shellcheck disable=SC2046
    apt-cache show --no-all-versions $(cat "$work/base") |
        sed 's/^Package: .*/&\nStatus: install ok installed/' >"$work/status.bare"
    mv "$work/status.bare" "$work/status"
}

# row COMMAND PACKAGE...: sizes are apt's own.
row() {
    command=$1
    shift
    apt_says --assume-no install "$@" >"$work/said" || true
    /usr/bin/python3 - "$command" "$work/said" <<'PROGRAM'
import re
import sys

said = open(sys.argv[2]).read()
unit = {'kB': 1e3, 'MB': 1e6, 'GB': 1e9}
count = re.search(r'(\d+) newly installed', said)[1]
sizes = [float(number.replace(',', '')) * unit[name] for number, name in
         re.findall(r'(?:Need to get|After this operation,) ([\d.,]+) (.B)', said)]
print(f'| `{sys.argv[1]}` | {count} | {sizes[0] / 1e6:.0f} | {sizes[1] / 1e9:.1f} |')
PROGRAM
}

# shellcheck disable=SC1091
(. /etc/os-release && echo "$PRETTY_NAME, $(dpkg --print-architecture)")
echo
echo '| command | packages | MB to download | GB on disk |'
echo '|---|---|---|---|'
bare
# shellcheck disable=SC2046
row examples/compare/run.sh $(asked examples)
# shellcheck disable=SC2046
row tests/run.sh $(asked need_for_run)
