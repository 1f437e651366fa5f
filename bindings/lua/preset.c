/* izh.preset and izh.presets: published neurons. */
#include "binding.h"

#ifdef IZH_PRESET_H
static void push_segments(lua_State *L, const izh_segment *segments, size_t n)
{
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        lua_createtable(L, 0, 3);
        izl_set_number(L, "t", segments[i].t);
        izl_set_number(L, "I", segments[i].I);
        izl_set_number(L, "slope", segments[i].slope);
        lua_rawseti(L, -2, (int)(i + 1));
    }
}

static void push_texts(lua_State *L, const izh_preset *preset)
{
    izl_set_string(L, "name", preset->name);
    izl_set_string(L, "title", preset->title);
    izl_set_string(L, "family", preset->family);
    izl_set_string(L, "source", preset->source);
    izl_set_string(L, "equation", preset->equation);
    izl_set_string(L, "note", preset->note);
}

static void push_preset(lua_State *L, const izh_preset *preset)
{
    lua_newtable(L);
    push_texts(L, preset);
    izl_push_params(L, &preset->params);
    lua_setfield(L, -2, "params");
    izl_push_state(L, preset->initial);
    lua_setfield(L, -2, "initial");
    push_segments(L, preset->segments, preset->segment_count);
    lua_setfield(L, -2, "stimulus");
    izl_set_number(L, "duration", preset->duration);
    izl_set_string(L, "published_method", preset->published_method);
    izl_set_number(L, "published_dt", preset->published_dt);
    izl_set_number(L, "published_until", preset->published_until);
}

/* izh.preset(name): a table of its own, which the caller may change */
static int find(lua_State *L)
{
    const char *name = izl_string(L, 1, NULL);
    const izh_preset *preset = izh_preset_find(name);
    if (!preset)
        izl_fail(L, IZH_E_INVALID, "no preset '%s'; see izh.presets", name);
    push_preset(L, preset);
    return 1;
}

void izl_open_preset(lua_State *L)
{
    const size_t n = izh_preset_count();
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        lua_pushstring(L, izh_preset_get(i)->name);
        lua_rawseti(L, -2, (int)(i + 1));
    }
    lua_setfield(L, -2, "presets");
    lua_pushcfunction(L, find);
    lua_setfield(L, -2, "preset");
}
#else
void izl_open_preset(lua_State *L)
{
    (void)L;
}
#endif
