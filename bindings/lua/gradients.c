/* With respect to what a solver finds derivatives: the option `gradients`. */
#include "binding.h"

#include <string.h>

static const char *const parts[] = {"I", "slope", "t", "g", "E", NULL};

static int find(const char *const *names, const char *name)
{
    for (int i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

/* A name with how fast it changes. */
static void add(lua_State *L, izh_gradient *of, const char *name, double rate)
{
    const int field = find(izl_param_names, name);
    double fields[IZL_PARAMS];
    memcpy(fields, &of->params, sizeof fields);
    if (strcmp(name, "v0") == 0)
        of->initial.v += rate;
    else if (strcmp(name, "u0") == 0)
        of->initial.u += rate;
    else if (field >= 0)
        fields[field] += rate;
    else
        izl_fail(L, IZH_E_INVALID,
                 "gradients: '%s' is no field of params, nor v0 or u0; of the 2007 form's numbers "
                 "take izh.params_2007_jacobian()",
                 name);
    memcpy(&of->params, fields, sizeof fields);
}

/* {"I", 1}: of a segment, counted from 1. */
static void take_segment(lua_State *L, int index, izh_gradient *of)
{
    lua_rawgeti(L, index, 1);
    lua_rawgeti(L, index, 2);
    const int part = lua_type(L, -2) == LUA_TSTRING ? find(parts, lua_tostring(L, -2)) : -1;
    const double segment = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : 0;
    if (part < 0 || !(segment >= 1 && segment <= UINT32_MAX) ||
        (double)(uint32_t)segment != segment)
        izl_fail(L, IZH_E_INVALID,
                 "gradients: a segment's is {part, index}, with a part of 'I', 'slope', 't', 'g' "
                 "and 'E', and index from 1");
    of->of_segment = IZH_SEGMENT_I + part;
    of->segment = (uint32_t)segment - 1;
    lua_pop(L, 2);
}

/* {k2 = 1, v0 = 2}: several that change together. */
static void take_rates(lua_State *L, int index, izh_gradient *of)
{
    lua_pushnil(L);
    while (lua_next(L, index)) {
        if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TNUMBER)
            izl_fail(L, IZH_E_INVALID,
                     "gradients: a table has names and how fast each changes, or {'I', index}");
        add(L, of, lua_tostring(L, -2), lua_tonumber(L, -1));
        lua_pop(L, 1);
    }
}

static void take(lua_State *L, int index, izh_gradient *of)
{
    memset(of, 0, sizeof *of);
    if (lua_type(L, index) == LUA_TSTRING)
        add(L, of, lua_tostring(L, index), 1);
    else if (!lua_istable(L, index))
        izl_fail(L, IZH_E_INVALID, "gradients: string or table expected, got %s",
                 luaL_typename(L, index));
    else if (izl_length(L, index))
        take_segment(L, index, of);
    else
        take_rates(L, index, of);
}

const izh_gradient *izl_option_gradients(lua_State *L, int index, size_t *n)
{
    *n = 0;
    lua_getfield(L, index, "gradients");
    const int list = lua_gettop(L);
    if (lua_isnil(L, list))
        return NULL;
    if (!lua_istable(L, list))
        izl_fail(L, IZH_E_INVALID, "gradients: table expected, got %s", luaL_typename(L, list));
    const size_t count = izl_length(L, list);
    izh_gradient *of = izl_memory(L, count, sizeof *of);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, list, (int)(i + 1));
        take(L, lua_gettop(L), &of[i]);
        lua_pop(L, 1);
    }
    *n = count;
    return of;
}
