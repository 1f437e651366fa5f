-- For LuaRocks, in the root of libizh: luarocks make bindings/lua/izh-0.2.0-1.rockspec
-- It needs a C compiler, meson, ninja, pkg-config and Lua's headers where pkg-config knows them.
rockspec_format = "3.0"
package = "izh"
version = "0.2.0-1"
source = {
    url = ".", -- where it is published is up to who publishes it
}
description = {
    summary = "Izhikevich neurons with exact spike times",
    detailed = "Spiking neurons solved right: spikes found inside the step, the same bits everywhere.",
    license = "MIT",
}
dependencies = {
    "lua >= 5.1, < 5.5",
}
build = {
    type = "command",
    -- libizh goes into the module.
    build_command = "rm -rf build-rock && meson setup build-rock --buildtype=release -Ddefault_library=static "
        .. "-Dbindings=enabled -Dtests=disabled -Dexamples=false -Ddocs=disabled && ninja -C build-rock",
    install_command = [[cp build-rock/bindings/lua/`"$(LUA)" -e 'io.write(_VERSION:match("%d.%d"))'`/izh.so "$(LIBDIR)"]],
}
