/* What differs between Lua 5.1 (and LuaJIT) and 5.4. Nothing here but what 5.1's own headers and
 * library have, so that one module serves both 5.1 and LuaJIT. */
#ifndef IZL_COMPAT_H
#define IZL_COMPAT_H

#include <lua.h>
#include <lauxlib.h>

#if LUA_VERSION_NUM < 501
#error "Lua 5.1 or newer, please"
#endif

/* A userdata's own table, for what it keeps alive: it pops and pushes it. */
#if LUA_VERSION_NUM < 502
#define izl_length(L, index) lua_objlen(L, index)
#define izl_set_refs(L, index) ((void)lua_setfenv(L, index))
#define izl_get_refs(L, index) lua_getfenv(L, index)
#else
#define izl_length(L, index) ((size_t)lua_rawlen(L, index))
#define izl_set_refs(L, index) ((void)lua_setuservalue(L, index))
#define izl_get_refs(L, index) ((void)lua_getuservalue(L, index))
#endif

/* 5.1 has doubles only. */
#if LUA_VERSION_NUM < 503
#define izl_is_integer(L, index) ((void)(L), (void)(index), 0)
#else
#define izl_is_integer(L, index) lua_isinteger(L, index)
#endif

#endif
