# Sourced by the README's commands: installs Debian packages that are missing.
# shellcheck shell=sh

# What Debian installs comes first, not another Python's or meson of the same name.
PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin:$PATH
export PATH

installed() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# need package...: after it every package is installed, or the script has stopped.
need() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "This command installs what it needs on Debian 12, and this is another system." >&2
        echo "Needed, by their Debian names: $*" >&2
        echo "With these at hand, build as docs/building.md says." >&2
        exit 1
    fi
    missing=
    for package in "$@"; do
        installed "$package" || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        echo "Missing:$missing" >&2
        echo "Install them as root (apt-get install$missing), or run this as root or with sudo." >&2
        exit 1
    fi
    echo "Installing:$missing"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 \
        update </dev/null || echo "apt-get update failed; trying with the lists there are" >&2
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 \
        -o Dpkg::Use-Pty=0 --no-install-recommends install $missing </dev/null || {
        echo "Could not install:$missing" >&2
        exit 1
    }
    for package in $missing; do
        installed "$package" || {
            echo "Not installed after all: $package" >&2
            exit 1
        }
    done
}

# need_wasm: the system's clang, and what it takes to compile for WebAssembly. The package of clang's
# run-time is named after clang's version, which differs between Debian releases.
need_wasm() {
    need clang lld wasi-libc
    need "libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev-wasm32"
}

# Which of Debian's node and npm to install: none where another's are there.
node_packages() {
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
}
