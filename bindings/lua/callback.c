/* Lua functions that libizh calls. An error in Lua jumps (longjmp), and must not jump across
 * libizh's frames; so each callback runs in a protected call, which is made of values that were
 * pushed before libizh was entered: lua_pushvalue and lua_pcall themselves neither allocate nor
 * raise errors. The functions run on the lua_State, which may be a coroutine's, that made the call.
 */
#include "binding.h"

#include <string.h>

#define ROOM 8 /* on the stack, for what izl_call() pushes */

/* Each callback that runs another solver takes C's stack, which ends without an error. */
#define DEPTH_MOST 50
#define DEPTH_KEY "izh.depth"

/* How deep callbacks are nested, of all coroutines of this Lua. */
static int *depth_of(lua_State *L)
{
    lua_getfield(L, LUA_REGISTRYINDEX, DEPTH_KEY);
    int *depth = lua_touserdata(L, -1);
    if (!depth) {
        depth = lua_newuserdata(L, sizeof *depth);
        *depth = 0;
        lua_setfield(L, LUA_REGISTRYINDEX, DEPTH_KEY);
    }
    lua_pop(L, 1);
    return depth;
}

static int enter(lua_State *L)
{
    struct izl_call *call = lua_touserdata(L, 1);
    call->body(L, call->argument);
    return 0;
}

struct izl_call *izl_call_begin(lua_State *L, int refs)
{
    luaL_checkstack(L, ROOM + 3, "no room for callbacks");
    int *depth = depth_of(L);
    if (*depth >= DEPTH_MOST)
        luaL_error(L, "IZH_E_BUSY: callbacks that run solvers are nested %d deep", *depth);
    struct izl_call *call = lua_newuserdata(L, sizeof *call);
    memset(call, 0, sizeof *call);
    call->L = L;
    call->depth = depth;
    call->refs = refs;
    call->self = lua_gettop(L);
    lua_pushcfunction(L, enter);
    call->enter = lua_gettop(L);
    lua_pushnil(L);
    call->error = lua_gettop(L);
    return call;
}

int izl_call(struct izl_call *call, void (*body)(lua_State *L, void *argument), void *argument)
{
    lua_State *L = call->L;
    if (call->failed)
        return 0;
    call->body = body;
    call->argument = argument;
    lua_pushvalue(L, call->enter);
    lua_pushvalue(L, call->self);
    lua_pushvalue(L, call->refs);
    lua_pushvalue(L, 1);
    ++*call->depth;
    const int failed = lua_pcall(L, 3, 0, 0);
    --*call->depth;
    if (failed) {
        lua_replace(L, call->error);
        call->failed = 1;
    }
    return !call->failed;
}

void izl_call_end(struct izl_call *call)
{
    if (!call->failed)
        return;
    lua_pushvalue(call->L, call->error);
    lua_error(call->L);
}
