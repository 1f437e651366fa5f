#!/bin/sh
# Runs tests/run.sh, or COMMAND in a copy of the tree, in a bare Debian 13 that debootstrap makes in
# build-tests/debian13. Root; for tests/long.sh. The last line and the status are the command's.
#
#   debian13.sh [COMMAND...]
#   debian13.sh --cannot      says in a word why that cannot be here; 1 where it can
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=.ci/need.sh
. "$root/.ci/need.sh"
bare=$root/build-tests/debian13

mirror() {
    sed -n 's/^URIs: *//p; s/^deb \(\[[^]]*\] \)*\([^ ]*\) .*/\2/p' /etc/apt/sources.list.d/debian.sources \
        /etc/apt/sources.list 2>/dev/null | head -n 1
}

why_not() {
    if [ "$(id -u)" != 0 ]; then
        echo 'not root'
    elif ! unshare --mount true 2>/dev/null; then
        echo 'no mounts of its own'
    elif grep -q '^VERSION_CODENAME=trixie' /etc/os-release; then
        echo 'this is Debian 13'
    elif [ -z "$(mirror)" ]; then
        echo 'no mirror of Debian in the sources of apt'
    fi
}

# What reaches the network here does so in there, too.
take_settings() {
    echo "deb $(mirror) trixie main" >"$bare/etc/apt/sources.list"
    grep -l Acquire /etc/apt/apt.conf.d/* 2>/dev/null | while read -r file; do
        cp "$file" "$bare/etc/apt/apt.conf.d/"
    done
    cp -L /etc/resolv.conf /etc/hosts "$bare/etc/"
    : >"$bare/root/environment"
    if [ -n "${NODE_EXTRA_CA_CERTS-}" ]; then
        cp "$NODE_EXTRA_CA_CERTS" "$bare/root/ca.crt"
        echo 'export NODE_EXTRA_CA_CERTS=/root/ca.crt SSL_CERT_FILE=/root/ca.crt PIP_CERT=/root/ca.crt' \
            >"$bare/root/environment"
    fi
}

# The tree without its builds.
take_tree() {
    mkdir "$bare/root/libizh"
    (cd "$root" && tar cf - --exclude='./build*' --exclude='./report*' --exclude=./.git .) |
        tar xf - -C "$bare/root/libizh"
}

# inside COMMAND...: the mounts end with it.
inside() {
    # shellcheck disable=SC2016
    unshare --mount sh -c 'bare=$1; shift
        mount -t proc proc "$bare/proc" && mount --rbind /dev "$bare/dev" &&
            mount -t sysfs -o ro sysfs "$bare/sys" &&
            exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root chroot "$bare" "$@"' sh "$bare" "$@"
}

case ${1-} in
--cannot)
    why=$(why_not)
    echo "${why:-it can}"
    [ -n "$why" ]
    exit
    ;;
-*) refuse "'$1' is no option" 2 ;;
esac
need_folders "$root" "$root/build-tests"
why=$(why_not)
[ -z "$why" ] || refuse "no Debian 13 can be made here: $why"
need debootstrap
rm -rf "$bare"
mkdir -p "$bare"
debootstrap --variant=minbase trixie "$bare" "$(mirror)" </dev/null
take_settings
take_tree
[ $# != 0 ] || set -- tests/run.sh
inside sh -c '. /root/environment && cd /root/libizh && exec "$@"' sh "$@" </dev/null
