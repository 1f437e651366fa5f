-- For LuaRocks, in the root of libizh: luarocks make bindings/lua/izh-0.2.0-1.rockspec
-- It needs a C compiler, Python 3 and Lua's headers.
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
    -- libizh in one file goes into the module.
    build_command = "python3 lib/amalgamate.py build-rock && $(CC) $(CFLAGS) -std=gnu11 -DIZH_STATIC "
        .. "-fvisibility=hidden -Iinclude -I$(LUA_INCDIR) $(LIBFLAG) -o build-rock/izh.so bindings/lua/*.c "
        .. "build-rock/izh.c -lm -lpthread",
    install_command = [[cp build-rock/izh.so "$(LIBDIR)"]],
}
