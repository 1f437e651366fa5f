#!/bin/sh
# Runs a program for i686: by this machine where it can run one, else by QEMU, which takes 20 times as long.
loader=/usr/i686-linux-gnu/lib/ld-linux.so.2
if "$loader" --version >/dev/null 2>&1; then
    exec "$loader" --library-path "${loader%/*}" "$@"
fi
exec qemu-i386 -L /usr/i686-linux-gnu "$@"
