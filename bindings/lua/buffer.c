/* izh.buffer: doubles side by side, which populations read and write. Indices go from 0, as neurons
 * do. */
#include "binding.h"

#include <string.h>

struct izl_buffer *izl_new_buffer(lua_State *L, size_t n)
{
    if (n > (SIZE_MAX >> 2) / sizeof(double))
        izl_fail(L, IZH_E_MEMORY, "%s", izh_status_text(IZH_E_MEMORY));
    struct izl_buffer *buffer = lua_newuserdata(L, sizeof *buffer + n * sizeof(double));
    buffer->data = (double *)(void *)(buffer + 1);
    buffer->n = n;
    memset(buffer->data, 0, n * sizeof(double));
    luaL_getmetatable(L, IZL_BUFFER);
    lua_setmetatable(L, -2);
    return buffer;
}

struct izl_buffer *izl_new_view(lua_State *L)
{
    struct izl_buffer *buffer = izl_new_buffer(L, 0);
    buffer->data = NULL;
    return buffer;
}

struct izl_buffer *izl_check_buffer(lua_State *L, int argument)
{
    return luaL_checkudata(L, argument, IZL_BUFFER);
}

struct izl_buffer *izl_test_buffer(lua_State *L, int index)
{
    struct izl_buffer *buffer = lua_touserdata(L, index);
    if (!buffer || !lua_getmetatable(L, index))
        return NULL;
    luaL_getmetatable(L, IZL_BUFFER);
    const int is_one = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return is_one ? buffer : NULL;
}

/* izh.buffer(n [, value]) or izh.buffer(list) */
static int create(lua_State *L)
{
    if (lua_istable(L, 1) || izl_test_buffer(L, 1)) {
        const struct izl_numbers numbers = izl_numbers(L, 1, "buffer");
        izl_push_numbers(L, numbers.data, numbers.n, 1, IZL_VECTOR);
        return 1;
    }
    const size_t n = (size_t)izl_whole(L, 1, SIZE_MAX >> 1);
    const double value = lua_isnoneornil(L, 2) ? 0 : izl_number(L, 2);
    struct izl_buffer *buffer = izl_new_buffer(L, n);
    for (size_t i = 0; i < n; i++)
        buffer->data[i] = value;
    return 1;
}

static double *element(lua_State *L, const struct izl_buffer *buffer)
{
    const double i = lua_tonumber(L, 2);
    if (buffer->n == 0)
        izl_fail(L, IZH_E_INVALID, "buffer[%.14g]: it has no elements", i);
    if (!(i >= 0 && i < (double)buffer->n) || i != (double)(size_t)i)
        izl_fail(L, IZH_E_INVALID, "buffer[%.14g]: its indices are 0 to %zu", i, buffer->n - 1);
    return buffer->data + (size_t)i;
}

/* Upvalue: the methods. */
static int get(lua_State *L)
{
    const struct izl_buffer *buffer = izl_check_buffer(L, 1);
    if (lua_type(L, 2) == LUA_TNUMBER) {
        lua_pushnumber(L, *element(L, buffer));
        return 1;
    }
    lua_settop(L, 2);
    lua_rawget(L, lua_upvalueindex(1));
    return 1;
}

static int set(lua_State *L)
{
    const struct izl_buffer *buffer = izl_check_buffer(L, 1);
    izl_number(L, 2);
    *element(L, buffer) = izl_number(L, 3);
    return 0;
}

static int length(lua_State *L)
{
    izl_push_whole(L, izl_check_buffer(L, 1)->n);
    return 1;
}

/* buffer:fill(value [, first [, count]]) */
static int fill(lua_State *L)
{
    const struct izl_buffer *buffer = izl_check_buffer(L, 1);
    const double value = izl_number(L, 2);
    const size_t first = (size_t)izl_whole_or(L, 3, buffer->n, 0);
    const size_t count = (size_t)izl_whole_or(L, 4, buffer->n - first, buffer->n - first);
    for (size_t i = first; i < first + count; i++)
        buffer->data[i] = value;
    lua_settop(L, 1);
    return 1;
}

/* buffer:add(number, list or buffer [, scale]) */
static int add(lua_State *L)
{
    const struct izl_buffer *buffer = izl_check_buffer(L, 1);
    const double scale = lua_isnoneornil(L, 3) ? 1 : izl_number(L, 3);
    const struct izl_numbers x = izl_numbers(L, 2, "add");
    if (x.kind != IZL_ONE && x.n != buffer->n)
        izl_fail(L, IZH_E_INVALID, "add: %zu elements to a buffer of %zu", x.n, buffer->n);
    for (size_t i = 0; i < buffer->n; i++)
        buffer->data[i] += scale * x.data[x.kind == IZL_ONE ? 0 : i];
    lua_settop(L, 1);
    return 1;
}

/* buffer:table(): a list, whose indices go from 1 */
static int table(lua_State *L)
{
    const struct izl_buffer *buffer = izl_check_buffer(L, 1);
    izl_push_numbers(L, buffer->data, buffer->n, 1, IZL_LIST);
    return 1;
}

/* buffer:pointer(): for LuaJIT's ffi.cast("double *", ...). The buffer must outlive its use. */
static int pointer(lua_State *L)
{
    lua_pushlightuserdata(L, izl_check_buffer(L, 1)->data);
    return 1;
}

static int describe(lua_State *L)
{
    izl_format(L, IZL_BUFFER " of %zu", izl_check_buffer(L, 1)->n);
    return 1;
}

void izl_open_buffer(lua_State *L)
{
    static const luaL_Reg methods[] = {
        {"fill", fill}, {"add", add}, {"table", table}, {"pointer", pointer}, {NULL, NULL}};
    static const luaL_Reg meta[] = {
        {"__newindex", set}, {"__len", length}, {"__tostring", describe}, {NULL, NULL}};
    izl_class(L, IZL_BUFFER, methods, meta);
    luaL_getmetatable(L, IZL_BUFFER);
    lua_getfield(L, -1, "__index");
    lua_pushcclosure(L, get, 1);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
    lua_pushcfunction(L, create);
    lua_setfield(L, -2, "buffer");
}
