/* A neuron's parameters: plain tables with the fields of izh_params. */
#include "binding.h"

#include <string.h>

_Static_assert(sizeof(izh_params) == IZL_PARAMS * sizeof(double), "a field is missing below");

const char *const izl_param_names[IZL_PARAMS + 1] = {
    "cm", "k2",    "k1",      "k0", "a",   "r", "b_lo",  "b_hi", "b3",
    "vb", "vpeak", "vpeak_u", "c",  "c_u", "d", "u_max", NULL};

static const char *hint(const char *name)
{
    if (strcmp(name, "b") == 0)
        return "b is b_lo and b_hi; izh.params_2003(a, b, c, d) or izh.params_2007(C, k, ...) "
               "makes them";
    if (strcmp(name, "C") == 0 || strcmp(name, "k") == 0 || strcmp(name, "vr") == 0 ||
        strcmp(name, "vt") == 0)
        return "izh.params_2007(C, k, vr, vt, vpeak, a, b, c, d) makes all fields";
    return NULL;
}

void izl_check_params(lua_State *L, int index)
{
    if (lua_isnoneornil(L, index))
        izl_fail(L, IZH_E_INVALID, "params is missing");
    if (!lua_istable(L, index))
        izl_fail(L, IZH_E_INVALID,
                 "params: table expected, got %s: izh.params_2003(a, b, c, d) or "
                 "izh.preset(name).params is one",
                 luaL_typename(L, index));
    lua_getfield(L, index, "params");
    if (lua_istable(L, -1))
        izl_fail(L, IZH_E_INVALID, "params: this is a preset: preset.params is its neuron");
    lua_pop(L, 1);
    if (izl_length(L, index))
        izl_fail(L, IZH_E_INVALID,
                 "params: fields have names: izh.params_2003(a, b, c, d) makes them");
    izl_check_fields(L, index, "params", izl_param_names, 0, hint);
}

izh_params izl_params(lua_State *L, int index)
{
    double fields[IZL_PARAMS];
    izh_params params;
    index = izl_absolute(L, index);
    izl_check_params(L, index);
    for (int i = 0; i < IZL_PARAMS; i++) {
        lua_getfield(L, index, izl_param_names[i]);
        if (lua_isnil(L, -1))
            izl_fail(L, IZH_E_INVALID, "params.%s is missing", izl_param_names[i]);
        if (lua_type(L, -1) != LUA_TNUMBER)
            izl_fail(L, IZH_E_INVALID, "params.%s: number expected, got %s", izl_param_names[i],
                     luaL_typename(L, -1));
        fields[i] = lua_tonumber(L, -1);
        lua_pop(L, 1);
    }
    memcpy(&params, fields, sizeof params);
    return params;
}

izh_params izl_option_params(lua_State *L, int index)
{
    lua_getfield(L, index, "params");
    const izh_params params = izl_params(L, -1);
    lua_pop(L, 1);
    return params;
}

static double U(const izh_params *p, double v)
{
    const double x = v - p->vb;
    return x < 0 ? p->b_lo * x : p->b_hi * x + p->b3 * x * x * x;
}

izh_state izl_option_initial(lua_State *L, int index, const izh_params *params)
{
    izh_state state = {params->c, U(params, params->c)};
    if (!lua_isnoneornil(L, index))
        lua_getfield(L, index, "initial");
    else
        lua_pushnil(L);
    if (!lua_isnil(L, -1)) {
        state = izl_state(L, -1, "initial");
    } else {
        izh_state rest;
        if (izh_params_rest(params, 0, &rest) == IZH_OK)
            state = rest;
    }
    lua_pop(L, 1);
    return state;
}

void izl_push_params(lua_State *L, const izh_params *params)
{
    double fields[IZL_PARAMS];
    memcpy(fields, params, sizeof fields);
    lua_createtable(L, 0, IZL_PARAMS);
    for (int i = 0; i < IZL_PARAMS; i++)
        izl_set_number(L, izl_param_names[i], fields[i]);
}

/* izh.params_2003(a, b, c, d) */
static int params_2003(lua_State *L)
{
    const izh_params params =
        izh_params_2003(izl_number(L, 1), izl_number(L, 2), izl_number(L, 3), izl_number(L, 4));
    izl_push_params(L, &params);
    return 1;
}

/* izh.params_2007(C, k, vr, vt, vpeak, a, b, c, d) */
static int params_2007(lua_State *L)
{
    double x[9];
    for (int i = 0; i < 9; i++)
        x[i] = izl_number(L, i + 1);
    const izh_params params = izh_params_2007(x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], x[8]);
    izl_push_params(L, &params);
    return 1;
}

static int push_jacobian(lua_State *L, const izh_params *jacobian, int n)
{
    lua_createtable(L, n, 0);
    for (int i = 0; i < n; i++) {
        izl_push_params(L, &jacobian[i]);
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

/* izh.params_2003_jacobian(a, b, c, d): a list of how the fields change with each */
static int params_2003_jacobian(lua_State *L)
{
    izh_params jacobian[4];
    izh_params_2003_jacobian(izl_number(L, 1), izl_number(L, 2), izl_number(L, 3), izl_number(L, 4),
                             jacobian);
    return push_jacobian(L, jacobian, 4);
}

/* izh.params_2007_jacobian(C, k, vr, vt, vpeak, a, b, c, d): the same */
static int params_2007_jacobian(lua_State *L)
{
    double x[9];
    izh_params jacobian[9];
    for (int i = 0; i < 9; i++)
        x[i] = izl_number(L, i + 1);
    izh_params_2007_jacobian(x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], x[8], jacobian);
    return push_jacobian(L, jacobian, 9);
}

/* izh.params_check(params): true, or false and the field at fault */
static int check(lua_State *L)
{
    const char *field = NULL;
    const izh_params params = izl_params(L, 1);
    lua_pushboolean(L, izh_params_check(&params, &field) == IZH_OK);
    if (!field)
        return 1;
    lua_pushstring(L, field);
    return 2;
}

/* izh.params_rest(params, I): v, u, or nothing */
static int rest(lua_State *L)
{
    izh_state state;
    const char *field = NULL;
    const izh_params params = izl_params(L, 1);
    const double I = izl_number(L, 2);
    if (izh_params_check(&params, &field) != IZH_OK)
        izl_fail(L, IZH_E_INVALID, "params.%s", field);
    const izh_status status = izh_params_rest(&params, I, &state);
    if (status == IZH_NO_REST)
        return 0;
    izl_check(L, status, "I must be finite");
    lua_pushnumber(L, state.v);
    lua_pushnumber(L, state.u);
    return 2;
}

#ifdef IZH_PRESET_H /* which came with conversions */
/* Pushes a neuron in other units, and what its old ones become in them. */
static int push_converted(lua_State *L, const izh_params *params, const izh_conversion *units)
{
    izl_push_params(L, params);
    lua_newtable(L);
    izl_set_number(L, "t", units->t);
    izl_set_number(L, "v", units->v);
    izl_set_number(L, "v_shift", units->v_shift);
    izl_set_number(L, "u", units->u);
    izl_set_number(L, "u_shift", units->u_shift);
    izl_set_number(L, "I_shift", units->I_shift);
    return 2;
}

/* izh.params_to_2007(params, C): params, units */
static int to_2007(lua_State *L)
{
    izh_conversion units;
    izh_params params = izl_params(L, 1);
    const double C = izl_number(L, 2);
    izl_check(L, izh_params_to_2007(&params, C, &params, &units), NULL);
    return push_converted(L, &params, &units);
}

/* izh.params_to_2003(params): params, units */
static int to_2003(lua_State *L)
{
    izh_conversion units;
    izh_params params = izl_params(L, 1);
    izl_check(L, izh_params_to_2003(&params, &params, &units), NULL);
    return push_converted(L, &params, &units);
}
#endif

void izl_open_params(lua_State *L)
{
    static const luaL_Reg functions[] = {{"params_2003", params_2003},
                                         {"params_2007", params_2007},
                                         {"params_2003_jacobian", params_2003_jacobian},
                                         {"params_2007_jacobian", params_2007_jacobian},
                                         {"params_check", check},
                                         {"params_rest", rest},
#ifdef IZH_PRESET_H
                                         {"params_to_2003", to_2003},
                                         {"params_to_2007", to_2007},
#endif
                                         {NULL, NULL}};
    izl_register(L, functions);
}
