/* The module: require "izh". Its table, and what belongs to no object. */
#include "binding.h"

static const char *const isa_names[] = {"best", "scalar", "sse2", "avx2", "avx512", "neon", NULL};

/* izh.version(): "0.2.0", and as one number that grows */
static int version(lua_State *L)
{
    const int version = (int)izh_version();
    lua_pushfstring(L, "%d.%d.%d", version / 1000000, version / 1000 % 1000, version % 1000);
    lua_pushinteger(L, version);
    return 2;
}

static izh_status check_status(lua_State *L)
{
    const double x = izl_number(L, 1);
    luaL_argcheck(L, x >= INT32_MIN && x <= INT32_MAX && x == (double)(int32_t)x, 1, "no status");
    return (izh_status)x;
}

/* izh.status_name(status) */
static int status_name(lua_State *L)
{
    lua_pushstring(L, izh_status_name(check_status(L)));
    return 1;
}

/* izh.status_text(status) */
static int status_text(lua_State *L)
{
    lua_pushstring(L, izh_status_text(check_status(L)));
    return 1;
}

/* izh.struct_size(name): nil for no public struct */
static int struct_size(lua_State *L)
{
    const size_t size = izh_struct_size(izl_string(L, 1, NULL));
    if (size == 0)
        return 0;
    izl_push_whole(L, size);
    return 1;
}

/* izh.has(name): whether the library has something, on this machine */
static int has(lua_State *L)
{
    lua_pushboolean(L, izh_has(izl_string(L, 1, NULL)));
    return 1;
}

/* izh.isa_supported(name) */
static int isa_supported(lua_State *L)
{
    const int isa = luaL_checkoption(L, 1, NULL, isa_names);
    lua_pushboolean(L, izh_isa_supported(isa));
    return 1;
}

/* izh.has_method(name): whether there is one of that name */
static int has_method(lua_State *L)
{
    izh_method method;
    lua_pushboolean(L, izh_method_find(izl_string(L, 1, NULL), &method) == IZH_OK);
    return 1;
}

/* izh.methods: their names */
static void add_methods(lua_State *L)
{
    lua_newtable(L);
    for (izh_method method = 1; izh_method_name(method); method++) {
        lua_pushstring(L, izh_method_name(method));
        lua_rawseti(L, -2, method);
    }
    lua_setfield(L, -2, "methods");
    izl_set_string(L, "default_method", izh_method_name(IZH_METHOD_DEFAULT));
}

/* izh.E_INVALID and so on: what izh.status_name() takes. */
static void add_statuses(lua_State *L)
{
    for (izh_status status = IZH_NO_REST; status >= IZH_E_FILE; status--) {
        lua_pushinteger(L, status);
        lua_setfield(L, -2, izh_status_name(status) + sizeof "IZH_" - 1);
    }
}

static int open(lua_State *L)
{
    static const luaL_Reg functions[] = {{"version", version},
                                         {"status_name", status_name},
                                         {"status_text", status_text},
                                         {"struct_size", struct_size},
                                         {"has", has},
                                         {"has_method", has_method},
                                         {"isa_supported", isa_supported},
                                         {NULL, NULL}};
    if (izh_version() != IZH_VERSION)
        return luaL_error(L, "izh: built for libizh %d, but this is %d", (int)IZH_VERSION,
                          (int)izh_version());
    lua_newtable(L);
    izl_register(L, functions);
    izl_set_string(L, "STOP", "stop");
    add_methods(L);
    add_statuses(L);
    izl_open_buffer(L);
    izl_open_params(L);
    izl_open_analysis(L);
    izl_open_solver(L);
    izl_open_population(L);
    izl_open_network(L);
    izl_open_draw(L);
    izl_open_pinn(L);
    izl_open_flow(L);
    izl_open_preset(L);
    izl_open_metrics(L);
    return 1;
}

__attribute__((visibility("default"))) int luaopen_izh(lua_State *L);

int luaopen_izh(lua_State *L)
{
    return open(L);
}
