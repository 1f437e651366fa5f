#!/bin/sh
# C# under Mono, with the library where a user of Unity puts it: beside the program, taken from an installation.
# Usage: csharp.sh BUILD
set -eu
# shellcheck source=tests/packages/common.sh
. "$(dirname -- "$0")/common.sh"
build=$1
need mono-mcs mono-runtime libmono-system-core4.0-cil gcc libc6-dev meson pkg-config
libraries=$(libraries_of "$build")
source=$root/examples/csharp

# The library without version in its name: the loader does not find another.
place() {
    mkdir "$work/game" && cp "$libraries/$(readlink "$libraries/libizh.so.0")" "$work/game/libizh.so"
}

# compiled NAME FILE...: as strictly as the compiler can be, in the C# of Unity 2018 and newer.
compiled() {
    name=$1
    shift
    mcs -warnaserror -warn:4 -langversion:7.2 "-out:$work/game/$name.exe" "$@"
}

# Where nothing but the program's own folder has the library.
run() {
    (cd / && env -u LD_LIBRARY_PATH mono "$work/game/$1.exe")
}

in_c() {
    PKG_CONFIG_PATH=$libraries/pkgconfig
    export PKG_CONFIG_PATH
    # shellcheck disable=SC2046
    cc -std=c99 -o "$work/workload" "$here/workload.c" \
        $(PKG_CONFIG_SYSROOT_DIR=$work/root pkg-config --cflags --libs izh)
    LD_LIBRARY_PATH=$libraries "$work/workload"
}

system_library() {
    mkdir "$work/elsewhere" && cp "$work/game/program.exe" "$work/elsewhere/" &&
        (cd / && LD_LIBRARY_PATH=$libraries mono "$work/elsewhere/program.exe")
}

# A library whose solver_config is of another size.
other_version() {
    mkdir "$work/other" && cp "$work/game/program.exe" "$work/other/" &&
        printf '%s\n' '#include <stddef.h>' 'size_t izh_struct_size(const char *name) { (void)name; return 128; }' \
            'unsigned izh_version(void) { return 9000000; }' 'struct params { double x[16]; };' \
            'struct params izh_params_2003(double a) { return (struct params){{a}}; }' >"$work/other/other.c" &&
        cc -shared -fPIC -o "$work/other/libizh.so" "$work/other/other.c" &&
        ! (cd / && mono "$work/other/program.exe" >"$work/other/said" 2>&1) &&
        grep -E 'libizh 9.0.0 has 128 bytes for izh_state, and Izh.cs has 16' "$work/other/said"
}

well_in_unity() {
    run game >"$work/said" && cat "$work/said" && [ -s "$work/said" ] && ! grep -v 'True$' "$work/said"
}

report 'the library is installed' install_from "$build"
report 'the library goes beside the program' place
report 'the program compiles' compiled program "$source/Izh.cs" "$source/Program.cs"
report 'a C program prints what is golden' is_golden in_c
report 'so does the C# program' is_golden run program
report 'so it does with the library where the loader looks' is_golden system_library
report 'the test of calls compiles' compiled calls "$source/Izh.cs" "$here/Calls.cs"
report 'calls do what they say' says_well run calls
report 'a library of another version is refused' other_version
report 'the Unity component compiles' compiled game "$source/Izh.cs" "$source/IzhNeuron.cs" "$here/Unity.cs"
report 'it works' well_in_unity
end_part
