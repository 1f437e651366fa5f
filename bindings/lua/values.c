/* Lua's values as C's and back: arguments, options in tables, lists, states, blobs, objects. */
#include "binding.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_EXACT 0x1p53 /* beyond, not every whole number is a double */

int izl_absolute(lua_State *L, int index)
{
    return index < 0 && index > LUA_REGISTRYINDEX ? lua_gettop(L) + 1 + index : index;
}

/* ---- arguments ---- */

static int wrong_type(lua_State *L, int argument, const char *expected)
{
    const char *message =
        lua_isnone(L, argument)
            ? lua_pushfstring(L, "missing: %s expected", expected)
            : lua_pushfstring(L, "%s expected, got %s", expected, luaL_typename(L, argument));
    return luaL_argerror(L, argument, message);
}

double izl_number(lua_State *L, int argument)
{
    if (lua_type(L, argument) != LUA_TNUMBER)
        wrong_type(L, argument, "number");
    return lua_tonumber(L, argument);
}

/* The number at index, if it is whole and from 0 to most. */
static int get_whole(lua_State *L, int index, uint64_t most, uint64_t *x)
{
    if (lua_type(L, index) != LUA_TNUMBER)
        return 0;
    const double number = lua_tonumber(L, index);
    if (!(number >= 0))
        return 0;
    if (izl_is_integer(L, index))
        *x = (uint64_t)lua_tointeger(L, index);
    else if (number <= MOST_EXACT && number == floor(number))
        *x = (uint64_t)number;
    else
        return 0;
    return *x <= most;
}

uint64_t izl_whole(lua_State *L, int argument, uint64_t most)
{
    uint64_t x = 0;
    if (lua_type(L, argument) != LUA_TNUMBER)
        wrong_type(L, argument, "number");
    if (!get_whole(L, argument, most, &x))
        luaL_argerror(L, argument,
                      izl_format(L, "%.14g is no whole number from 0 to %" PRIu64,
                                 lua_tonumber(L, argument), most));
    return x;
}

uint64_t izl_whole_or(lua_State *L, int argument, uint64_t most, uint64_t otherwise)
{
    return lua_isnoneornil(L, argument) ? otherwise : izl_whole(L, argument, most);
}

const char *izl_string(lua_State *L, int argument, size_t *length)
{
    if (lua_type(L, argument) != LUA_TSTRING)
        wrong_type(L, argument, "string");
    return lua_tolstring(L, argument, length);
}

void izl_check_table(lua_State *L, int argument)
{
    if (!lua_istable(L, argument))
        wrong_type(L, argument, "table");
}

void izl_check_function_or_nil(lua_State *L, int argument)
{
    if (!lua_isfunction(L, argument) && !lua_isnil(L, argument))
        wrong_type(L, argument, "function or nil");
}

int izl_is_stop(lua_State *L, int index)
{
    return lua_type(L, index) == LUA_TSTRING && strcmp(lua_tostring(L, index), "stop") == 0;
}

/* ---- options ---- */

const char *izl_join(lua_State *L, const char *const *names)
{
    lua_pushliteral(L, "");
    for (int i = 0; names[i]; i++) {
        lua_pushfstring(L, i ? ", %s" : "%s", names[i]);
        lua_concat(L, 2);
    }
    return lua_tostring(L, -1);
}

static int is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(name, *names) == 0)
            return 1;
    return 0;
}

void izl_check_options(lua_State *L, int index, const char *const *names)
{
    if (lua_isnoneornil(L, index))
        return;
    izl_check_table(L, index);
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            izl_fail(L, IZH_E_INVALID, "options have names, not a %s", luaL_typename(L, -2));
        const char *name = lua_tostring(L, -2);
        if (!is_one_of(name, names))
            izl_fail(L, IZH_E_INVALID, "there is no option '%s'; there are %s", name,
                     izl_join(L, names));
    }
}

void izl_check_fields(lua_State *L, int index, const char *of, const char *const *names, int places,
                      const char *(*hint)(const char *name))
{
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        if (lua_type(L, -2) == LUA_TNUMBER) {
            const double place = lua_tonumber(L, -2);
            if (!(place >= 1 && place <= places))
                izl_fail(L, IZH_E_INVALID, "%s has no field [%.14g]", of, place);
        } else if (lua_type(L, -2) != LUA_TSTRING) {
            izl_fail(L, IZH_E_INVALID, "%s: fields have names, not a %s", of, luaL_typename(L, -2));
        } else if (!is_one_of(lua_tostring(L, -2), names)) {
            const char *more = hint ? hint(lua_tostring(L, -2)) : NULL;
            izl_fail(L, IZH_E_INVALID, "%s has no field '%s'%s%s", of, lua_tostring(L, -2),
                     more ? ": " : "", more ? more : "");
        }
    }
}

int izl_wrong_answer(lua_State *L, int index, const char *callback, const char *expected)
{
    izl_fail(L, IZH_E_INVALID, "%s: the function returns %s, not %s", callback, expected,
             lua_isstring(L, index) ? lua_tostring(L, index) : luaL_typename(L, index));
}

int izl_stop_or_nothing(lua_State *L, int index, const char *callback)
{
    if (izl_is_stop(L, index))
        return 1;
    if (!lua_isnil(L, index))
        izl_wrong_answer(L, index, callback, "nothing or izh.STOP");
    return 0;
}

/* Pushes an option; false, with nothing pushed, where it is nil. */
static int get_option(lua_State *L, int index, const char *name)
{
    if (lua_isnoneornil(L, index))
        return 0;
    lua_getfield(L, index, name);
    if (!lua_isnil(L, -1))
        return 1;
    lua_pop(L, 1);
    return 0;
}

static void wrong_option(lua_State *L, const char *name, const char *expected)
{
    izl_fail(L, IZH_E_INVALID, "%s: %s expected, got %s", name, expected, luaL_typename(L, -1));
}

double izl_option(lua_State *L, int index, const char *name)
{
    if (!get_option(L, index, name))
        return 0;
    if (lua_type(L, -1) != LUA_TNUMBER)
        wrong_option(L, name, "number");
    const double x = lua_tonumber(L, -1);
    lua_pop(L, 1);
    return x;
}

static uint64_t parse_hex(lua_State *L, const char *name, const char *text)
{
    const char *digits = strncmp(text, "0x", 2) == 0 ? text + 2 : text;
    const size_t length = strlen(digits);
    if (length == 0 || length > 16 || strspn(digits, "0123456789abcdefABCDEF") != length)
        izl_fail(L, IZH_E_INVALID, "%s: 1 to 16 hexadecimal digits expected", name);
    return strtoull(digits, NULL, 16);
}

static uint64_t to_whole(lua_State *L, int index, const char *name, uint64_t most)
{
    uint64_t x = 0;
    if (lua_type(L, index) != LUA_TNUMBER)
        izl_fail(L, IZH_E_INVALID, "%s: number expected, got %s", name, luaL_typename(L, index));
    if (!get_whole(L, index, most, &x))
        izl_fail(L, IZH_E_INVALID, "%s = %.14g is no whole number from 0 to %" PRIu64, name,
                 lua_tonumber(L, index), most);
    return x;
}

uint64_t izl_bits(lua_State *L, int index, const char *name)
{
    if (lua_type(L, index) == LUA_TSTRING)
        return parse_hex(L, name, lua_tostring(L, index));
    return to_whole(L, index, name, UINT64_MAX);
}

uint64_t izl_option_bits(lua_State *L, int index, const char *name)
{
    if (!get_option(L, index, name))
        return 0;
    const uint64_t x = izl_bits(L, -1, name);
    lua_pop(L, 1);
    return x;
}

uint64_t izl_option_whole(lua_State *L, int index, const char *name, uint64_t most)
{
    if (!get_option(L, index, name))
        return 0;
    const uint64_t x = to_whole(L, -1, name, most);
    lua_pop(L, 1);
    return x;
}

int izl_option_flag(lua_State *L, int index, const char *name)
{
    if (!get_option(L, index, name))
        return 0;
    if (!lua_isboolean(L, -1))
        wrong_option(L, name, "boolean");
    const int flag = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return flag;
}

int32_t izl_option_choice(lua_State *L, int index, const char *name, const char *const *choices)
{
    if (!get_option(L, index, name))
        return 0;
    if (lua_type(L, -1) != LUA_TSTRING)
        wrong_option(L, name, "string");
    const char *choice = lua_tostring(L, -1);
    for (int32_t i = 0; choices[i]; i++) {
        if (strcmp(choice, choices[i]) == 0) {
            lua_pop(L, 1);
            return i;
        }
    }
    izl_fail(L, IZH_E_INVALID, "%s = '%s' is none of %s", name, choice, izl_join(L, choices));
}

static void no_method(lua_State *L, const char *name)
{
    const char *names[64] = {NULL};
    for (int i = 0; i < 63 && izh_method_name(i + 1); i++)
        names[i] = izh_method_name(i + 1);
    izl_fail(L, IZH_E_INVALID, "there is no method '%s'; there are %s", name, izl_join(L, names));
}

izh_method izl_option_method(lua_State *L, int index)
{
    izh_method method = IZH_METHOD_DEFAULT;
    if (!get_option(L, index, "method"))
        return method;
    if (lua_type(L, -1) != LUA_TSTRING)
        wrong_option(L, "method", "string");
    if (izh_method_find(lua_tostring(L, -1), &method) != IZH_OK)
        no_method(L, lua_tostring(L, -1));
    lua_pop(L, 1);
    return method;
}

int izl_option_function(lua_State *L, int index, const char *name)
{
    if (!get_option(L, index, name)) {
        lua_pushnil(L);
        return 0;
    }
    if (!lua_isfunction(L, -1))
        wrong_option(L, name, "function");
    return 1;
}

/* ---- tables out ---- */

void izl_push_whole(lua_State *L, uint64_t x)
{
#if LUA_VERSION_NUM < 503
    lua_pushnumber(L, (lua_Number)x);
#else
    if (x <= (uint64_t)LUA_MAXINTEGER)
        lua_pushinteger(L, (lua_Integer)x);
    else
        lua_pushnumber(L, (lua_Number)x);
#endif
}

void izl_set_number(lua_State *L, const char *name, double x)
{
    lua_pushnumber(L, x);
    lua_setfield(L, -2, name);
}

void izl_set_whole(lua_State *L, const char *name, uint64_t x)
{
    izl_push_whole(L, x);
    lua_setfield(L, -2, name);
}

void izl_set_string(lua_State *L, const char *name, const char *x)
{
    lua_pushstring(L, x);
    lua_setfield(L, -2, name);
}

/* ---- numbers ---- */

void *izl_memory(lua_State *L, size_t n, size_t size)
{
    if (n > (SIZE_MAX >> 1) / size)
        izl_fail(L, IZH_E_MEMORY, "%s", izh_status_text(IZH_E_MEMORY));
    return lua_newuserdata(L, n ? n * size : 1);
}

static struct izl_numbers get_list(lua_State *L, int index, const char *name)
{
    const size_t n = izl_length(L, index);
    double *data = izl_memory(L, n, sizeof *data);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, index, (int)(i + 1));
        if (lua_type(L, -1) != LUA_TNUMBER)
            izl_fail(L, IZH_E_INVALID, "%s[%d]: number expected, got %s", name, (int)(i + 1),
                     luaL_typename(L, -1));
        data[i] = lua_tonumber(L, -1);
        lua_pop(L, 1);
    }
    return (struct izl_numbers){data, n, IZL_LIST};
}

struct izl_numbers izl_numbers(lua_State *L, int index, const char *name)
{
    index = izl_absolute(L, index);
    const struct izl_buffer *buffer = izl_test_buffer(L, index);
    if (buffer) {
        lua_pushvalue(L, index);
        return (struct izl_numbers){buffer->data, buffer->n, IZL_VECTOR};
    }
    if (lua_type(L, index) == LUA_TNUMBER) {
        double *one = izl_memory(L, 1, sizeof *one);
        *one = lua_tonumber(L, index);
        return (struct izl_numbers){one, 1, IZL_ONE};
    }
    if (lua_isnoneornil(L, index))
        izl_fail(L, IZH_E_INVALID, "%s is missing", name);
    if (!lua_istable(L, index))
        izl_fail(L, IZH_E_INVALID, "%s: number, table or buffer expected, got %s", name,
                 luaL_typename(L, index));
    return get_list(L, index, name);
}

double izl_at(const struct izl_numbers *column, size_t i)
{
    return column->data[column->kind == IZL_ONE ? 0 : i];
}

const char *izl_place(lua_State *L, const char *name, const struct izl_numbers *column, size_t i)
{
    if (column->kind == IZL_ONE)
        return izl_format(L, "%s", name);
    return izl_format(L, "%s[%zu]", name, i + (column->kind == IZL_LIST));
}

uint32_t izl_index(lua_State *L, const char *name, const struct izl_numbers *column, size_t i,
                   uint64_t count)
{
    const double x = izl_at(column, i);
    if (x >= 0 && x < (double)count && x == (double)(uint32_t)x)
        return (uint32_t)x;
    const char *place = izl_place(L, name, column, i);
    if (!count)
        izl_fail(L, IZH_E_INVALID, "%s = %.14g, but there are none", place, x);
    izl_fail(L, IZH_E_INVALID, "%s = %.14g is no whole number from 0 to %" PRIu64, place, x,
             count - 1);
}

void izl_push_numbers(lua_State *L, const double *data, size_t n, size_t stride, enum izl_kind kind)
{
    if (kind == IZL_ONE) {
        lua_pushnumber(L, *data);
    } else if (kind == IZL_LIST) {
        lua_createtable(L, (int)n, 0);
        for (size_t i = 0; i < n; i++) {
            lua_pushnumber(L, data[i * stride]);
            lua_rawseti(L, -2, (int)(i + 1));
        }
    } else {
        double *to = izl_new_buffer(L, n)->data;
        for (size_t i = 0; i < n; i++)
            to[i] = data[i * stride];
    }
}

void izl_push_states(lua_State *L, const izh_state *states, size_t n, enum izl_kind kind)
{
    izl_push_numbers(L, &states->v, n, 2, kind);
    izl_push_numbers(L, &states->u, n, 2, kind);
}

/* ---- states, segments, events ---- */

/* A field of the table at index, by name or else by place; 0 if it is optional and missing. */
static double get_field(lua_State *L, int index, const char *of, const char *name, int place,
                        int optional)
{
    lua_getfield(L, index, name);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_rawgeti(L, index, place);
    }
    if (lua_isnil(L, -1) && !optional)
        izl_fail(L, IZH_E_INVALID, "%s.%s is missing", of, name);
    if (lua_type(L, -1) != LUA_TNUMBER && !lua_isnil(L, -1))
        izl_fail(L, IZH_E_INVALID, "%s.%s: number expected, got %s", of, name,
                 luaL_typename(L, -1));
    const double x = lua_tonumber(L, -1);
    lua_pop(L, 1);
    return x;
}

izh_state izl_state(lua_State *L, int index, const char *name)
{
    static const char *const names[] = {"v", "u", NULL};
    izh_state state = {0, 0};
    index = izl_absolute(L, index);
    if (lua_isnoneornil(L, index))
        return state;
    if (!lua_istable(L, index))
        izl_fail(L, IZH_E_INVALID, "%s: a table {v, u} expected, got %s", name,
                 luaL_typename(L, index));
    izl_check_fields(L, index, name, names, 2, NULL);
    state.v = get_field(L, index, name, "v", 1, 0);
    state.u = get_field(L, index, name, "u", 2, 0);
    return state;
}

void izl_push_state(lua_State *L, izh_state state)
{
    lua_createtable(L, 0, 2);
    izl_set_number(L, "v", state.v);
    izl_set_number(L, "u", state.u);
}

izh_ou izl_option_ou(lua_State *L, int index, const char *name)
{
    static const char *const names[] = {"mean", "sigma", "tau", NULL};
    izh_ou ou = {0, 0, 0};
    lua_getfield(L, index, name);
    if (!lua_isnil(L, -1)) {
        const int table = lua_gettop(L);
        if (!lua_istable(L, table))
            izl_fail(L, IZH_E_INVALID, "%s: table expected, got %s", name, luaL_typename(L, table));
        izl_check_fields(L, table, name, names, 3, NULL);
        ou = (izh_ou){get_field(L, table, name, "mean", 1, 0),
                      get_field(L, table, name, "sigma", 2, 0),
                      get_field(L, table, name, "tau", 3, 0)};
    }
    lua_pop(L, 1);
    return ou;
}

const izh_segment *izl_segments(lua_State *L, int index, size_t *n)
{
    static const char *const names[] = {"t", "I", "slope", NULL};
    index = izl_absolute(L, index);
    if (lua_isnoneornil(L, index))
        izl_fail(L, IZH_E_INVALID, "the stimulus, a list of {t, I, slope}, is missing");
    if (!lua_istable(L, index))
        izl_fail(L, IZH_E_INVALID, "stimulus: a list of {t, I, slope} expected, got %s%s",
                 luaL_typename(L, index),
                 lua_isfunction(L, index) ? ": a solver's function is for on_stimulus" : "");
    *n = izl_length(L, index);
    izh_segment *segments = izl_memory(L, *n, sizeof *segments);
    for (size_t i = 0; i < *n; i++) {
        lua_rawgeti(L, index, (int)(i + 1));
        if (!lua_istable(L, -1))
            izl_fail(L, IZH_E_INVALID, "stimulus[%d]: a table {t, I, slope} expected, got %s",
                     (int)(i + 1), luaL_typename(L, -1));
        const int segment = lua_gettop(L);
        izl_check_fields(L, segment, "segment", names, 3, NULL);
        segments[i] = (izh_segment){get_field(L, segment, "segment", "t", 1, 0),
                                    get_field(L, segment, "segment", "I", 2, 0),
                                    get_field(L, segment, "segment", "slope", 3, 1)};
        lua_pop(L, 1);
    }
    return segments;
}

const izh_input *izl_inputs(lua_State *L, int index, size_t *n)
{
    static const char *const names[] = {"t", "I", "slope", "g", "E", NULL};
    index = izl_absolute(L, index);
    if (!lua_istable(L, index))
        izl_fail(L, IZH_E_INVALID, "inputs: a list of {t, I, slope, g, E} expected, got %s",
                 luaL_typename(L, index));
    *n = izl_length(L, index);
    izh_input *inputs = izl_memory(L, *n, sizeof *inputs);
    for (size_t i = 0; i < *n; i++) {
        lua_rawgeti(L, index, (int)(i + 1));
        if (!lua_istable(L, -1))
            izl_fail(L, IZH_E_INVALID, "inputs[%d]: a table {t, I, slope, g, E} expected, got %s",
                     (int)(i + 1), luaL_typename(L, -1));
        const int input = lua_gettop(L);
        izl_check_fields(L, input, "input", names, 5, NULL);
        inputs[i] = (izh_input){
            get_field(L, input, "input", "t", 1, 0), get_field(L, input, "input", "I", 2, 1),
            get_field(L, input, "input", "slope", 3, 1), get_field(L, input, "input", "g", 4, 1),
            get_field(L, input, "input", "E", 5, 1)};
        lua_pop(L, 1);
    }
    return inputs;
}

void izl_push_spike_event(lua_State *L, const izh_spike_event *event)
{
    lua_createtable(L, 0, 6);
    izl_set_number(L, "t", event->t);
    izl_set_number(L, "v", event->before.v);
    izl_set_number(L, "u", event->before.u);
    izl_set_whole(L, "neuron", event->neuron);
}

void izl_push_blob(lua_State *L, izl_save_fn *save)
{
    size_t size = save(L, NULL, 0), room;
    lua_pushnil(L);
    do { /* the object may have grown while there was an allocation */
        room = size;
        lua_pop(L, 1);
        size = save(L, izl_memory(L, room, 1), room);
    } while (size > room);
    lua_pushlstring(L, lua_touserdata(L, -1), size);
}

/* ---- objects ---- */

void izl_register(lua_State *L, const luaL_Reg *functions)
{
    for (; functions->name; functions++) {
        lua_pushcfunction(L, functions->func);
        lua_setfield(L, -2, functions->name);
    }
}

void izl_class(lua_State *L, const char *type, const luaL_Reg *methods, const luaL_Reg *meta)
{
    luaL_newmetatable(L, type);
    lua_newtable(L);
    izl_register(L, methods);
    lua_setfield(L, -2, "__index");
    izl_register(L, meta); /* may set an __index of its own */
    izl_set_string(L, "__name", type);
    izl_set_string(L, "__metatable", type);
    lua_pop(L, 1);
}

void *izl_new(lua_State *L, size_t size, const char *type)
{
    void *object = lua_newuserdata(L, size);
    memset(object, 0, size);
    lua_createtable(L, IZL_PLACES, 0);
    izl_set_refs(L, -2);
    luaL_getmetatable(L, type);
    lua_setmetatable(L, -2);
    return object;
}

void izl_keep(lua_State *L, int index, int place)
{
    izl_get_refs(L, index);
    lua_insert(L, -2);
    lua_rawseti(L, -2, place);
    lua_pop(L, 1);
}
