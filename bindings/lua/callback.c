/* Lua functions that libizh calls. An error in Lua jumps (longjmp), and must not jump across
 * libizh's frames; so each callback runs in a protected call, which is made of values that were
 * pushed before libizh was entered: lua_pushvalue and lua_pcall themselves neither allocate nor
 * raise errors. The functions run on the lua_State, which may be a coroutine's, that made the call.
 */
#include "binding.h"

#include <string.h>

#define ROOM 8 /* on the stack, for what izl_call() pushes */

static int enter(lua_State *L)
{
    struct izl_call *call = lua_touserdata(L, 1);
    call->body(L, call->argument);
    return 0;
}

struct izl_call *izl_call_begin(lua_State *L, int refs)
{
    luaL_checkstack(L, ROOM + 3, "no room for callbacks");
    struct izl_call *call = lua_newuserdata(L, sizeof *call);
    memset(call, 0, sizeof *call);
    call->L = L;
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
    if (lua_pcall(L, 3, 0, 0) != 0) {
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
