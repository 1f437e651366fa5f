# Sourced by every command that a user may run: installs Debian packages that are missing, and says in one
# line why a command cannot start or was stopped.
# shellcheck shell=sh

# What Debian installs comes first, not another Python's or meson of the same name.
PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin:$PATH
export PATH

# refuse LINE: ends a command that cannot start; 2 for a wrong option, as usual.
refuse() {
    echo "$0: $1" >&2
    exit "${2:-1}"
}

# no_options "$@": for a command that takes none.
no_options() {
    [ $# = 0 ] || refuse "'$1' is no option: this command takes none" 2
}

# whole_number TEXT WHAT: for an option's value.
whole_number() {
    case $1 in
    '' | *[!0-9]* | 0*) refuse "'$1' is no $2: a whole number above 0" 2 ;;
    esac
}

# need_folders FOLDER...: each can be written to, or does not exist yet.
need_folders() {
    for folder; do
        if [ -e "$folder" ] && ! { [ -d "$folder" ] && [ -w "$folder" ] && [ -x "$folder" ]; }; then
            refuse "$folder is no folder that can be written to: run this as its owner, or in a copy of your own"
        fi
    done
}

# Programs that a signal stops say much, or nothing; the last line is the command's. It is said before
# EXIT's own trap removes what was begun.
stopped() {
    trap '' INT TERM HUP
    echo >&2
    echo "$0: interrupted${remark:+; $remark}" >&2
    exit 130
}
catch_signals() {
    trap stopped INT TERM HUP
}
remark=
catch_signals

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

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 "$@" </dev/null
}

# Whether an installation was interrupted: apt refuses all work until dpkg has ended that one.
half_installed() {
    [ -n "$(dpkg --audit 2>/dev/null)" ] || [ -n "$(ls /var/lib/dpkg/updates 2>/dev/null)" ]
}

# Once in a command: it may need packages more than once.
prepare_apt() {
    [ -z "$apt_prepared" ] || return 0
    apt_prepared=yes
    if half_installed; then
        echo "Ending an installation that was interrupted: dpkg --configure -a"
        as_root env DEBIAN_FRONTEND=noninteractive dpkg --configure -a </dev/null ||
            echo "dpkg --configure -a failed; trying without" >&2
    fi
    apt_get update || echo "apt-get update failed; trying with the lists there are" >&2
}
apt_prepared=

# need package...: after it every package is installed, or the script has stopped.
need() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "This command installs what it needs on Debian 12 and 13, and this is another system." >&2
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
    prepare_apt
    # shellcheck disable=SC2086
    apt_get -y -o Dpkg::Use-Pty=0 --no-install-recommends install $missing || {
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

# Meson, which is stopped by Ctrl-C as other programs are: Python's own way is a traceback.
run_meson() {
    /usr/bin/python3 -c 'import runpy, shutil, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
sys.argv[0] = shutil.which("meson")
runpy.run_path(sys.argv[0], run_name="__main__")' "$@" </dev/null
}
