/* How synapses change: the rules that network:connect() takes. */
#include "network.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* A field that is a double in C. */
struct field {
    const char *name;
    size_t offset;
};
#define FIELD(type, name)           \
    {                               \
#name, offsetof(type, name) \
    }

static const struct field stp_fields[] = {
    FIELD(izh_stp, U), FIELD(izh_stp, tau_rec), FIELD(izh_stp, tau_facil), {NULL, 0}};
static const struct field stdp_fields[] = {FIELD(izh_stdp, a_plus),   FIELD(izh_stdp, a_minus),
                                           FIELD(izh_stdp, tau_plus), FIELD(izh_stdp, tau_minus),
                                           FIELD(izh_stdp, w_min),    FIELD(izh_stdp, w_max),
                                           FIELD(izh_stdp, drift),    FIELD(izh_stdp, keep),
                                           FIELD(izh_stdp, gain),     {NULL, 0}};

/* What a rule may have besides its fields. */
static const char *const stp_more[] = {NULL};
static const char *const stdp_more[] = {"pairs", "every", NULL};
static const char *const pairs[] = {"all", "nearest", NULL};

#define MOST_FIELDS 16

/* The rule at index has no other fields. */
static void check_rule(lua_State *L, int index, const char *of, const struct field *fields,
                       const char *const *more)
{
    const char *names[MOST_FIELDS] = {NULL};
    int n = 0;
    if (!lua_istable(L, index))
        izl_fail(L, IZH_E_INVALID, "%s: a table expected, got %s", of, luaL_typename(L, index));
    for (; fields->name; fields++)
        names[n++] = fields->name;
    for (; *more; more++)
        names[n++] = *more;
    izl_check_fields(L, index, of, names, 0, NULL);
}

/* A number of the rule at index: 0 where there is none. */
static double get_number(lua_State *L, int index, const char *of, const char *name)
{
    lua_getfield(L, index, name);
    if (!lua_isnil(L, -1) && lua_type(L, -1) != LUA_TNUMBER)
        izl_fail(L, IZH_E_INVALID, "%s.%s: number expected, got %s", of, name,
                 luaL_typename(L, -1));
    const double x = lua_tonumber(L, -1);
    lua_pop(L, 1);
    return x;
}

static void get_fields(lua_State *L, int index, const char *of, const struct field *fields,
                       void *rule)
{
    for (; fields->name; fields++) {
        const double x = get_number(L, index, of, fields->name);
        memcpy((char *)rule + fields->offset, &x, sizeof x);
    }
}

izh_stp izl_stp(lua_State *L, int index, const char *name)
{
    izh_stp rule = {0, 0, 0};
    lua_getfield(L, index, name);
    if (!lua_isnil(L, -1)) {
        const int table = lua_gettop(L);
        check_rule(L, table, name, stp_fields, stp_more);
        get_fields(L, table, name, stp_fields, &rule);
    }
    lua_pop(L, 1);
    return rule;
}

/* `every` of the rule at index, in ticks. */
static uint32_t get_every(lua_State *L, int index, const char *of, struct izl_grid grid)
{
    char name[32];
    const double ms = get_number(L, index, of, "every");
    const struct izl_numbers one = {&ms, 1, IZL_ONE};
    snprintf(name, sizeof name, "%s.every", of);
    const uint32_t ticks = izl_ticks(L, name, &one, 0, grid, UINT32_MAX);
    if (!ticks && ms > 0)
        izl_fail(L, IZH_E_INVALID, "%s = %.15g ms would round to 0, dt = %.15g ms", name, ms,
                 grid.dt);
    return ticks;
}

izh_stdp izl_stdp(lua_State *L, int index, const char *name, struct izl_grid grid)
{
    izh_stdp rule = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    lua_getfield(L, index, name);
    if (!lua_isnil(L, -1)) {
        const int table = lua_gettop(L);
        check_rule(L, table, name, stdp_fields, stdp_more);
        get_fields(L, table, name, stdp_fields, &rule);
        rule.pairs = izl_option_choice(L, table, "pairs", pairs);
        rule.every = get_every(L, table, name, grid);
    }
    lua_pop(L, 1);
    return rule;
}

/* A copy of the table at argument 1, which may be a rule. */
static int copy_rule(lua_State *L, const char *of, const struct field *fields,
                     const char *const *more)
{
    lua_settop(L, 1);
    check_rule(L, 1, of, fields, more);
    lua_newtable(L);
    for (lua_pushnil(L); lua_next(L, 1);) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_settable(L, 2);
    }
    return 1;
}

/* izh.STP{U = ..., tau_rec = ..., tau_facil = ...} */
static int make_stp(lua_State *L)
{
    return copy_rule(L, "stp", stp_fields, stp_more);
}

/* izh.STDP{a_plus = ..., a_minus = ..., tau_plus = ..., ...} */
static int make_stdp(lua_State *L)
{
    return copy_rule(L, "stdp", stdp_fields, stdp_more);
}

/* ---- those of a group ---- */

/* As they were given; every in ms, as in Lua. */
struct rules {
    izh_stp stp;
    izh_stdp stdp;
    double every;
};

/* The ms that were given, or where they are rounded those of the ticks. */
static double every_of(lua_State *L, const izh_stdp *stdp, struct izl_grid grid)
{
    double every = stdp->every * grid.dt;
    lua_getfield(L, 2, "stdp");
    if (!grid.to_nearest && lua_istable(L, -1))
        every = get_number(L, lua_gettop(L), "stdp", "every");
    lua_pop(L, 1);
    return every;
}

void izl_keep_rules(lua_State *L, const izh_group_config *config, struct izl_grid grid)
{
    const struct rules rules = {config->stp, config->stdp, every_of(L, &config->stdp, grid)};
    izl_get_refs(L, 1);
    lua_rawgeti(L, -1, IZL_RULES);
    lua_pushlstring(L, (const char *)&rules, sizeof rules);
    lua_rawseti(L, -2, (int)izl_check_population(L)->groups + 1);
    lua_pop(L, 2);
}

/* Those of the group at argument 2. */
static struct rules get_rules(lua_State *L)
{
    struct rules rules;
    const struct izl_population *p = izl_network(L);
    const uint32_t group = (uint32_t)izl_whole(L, 2, UINT32_MAX);
    if (group >= p->groups)
        izl_fail(L, IZH_E_INVALID, "group = %u, but there are %u", (unsigned)group,
                 (unsigned)p->groups);
    izl_get_refs(L, 1);
    lua_rawgeti(L, -1, IZL_RULES);
    lua_rawgeti(L, -1, (int)group + 1);
    memcpy(&rules, lua_tostring(L, -1), sizeof rules);
    lua_pop(L, 3);
    return rules;
}

static void push_fields(lua_State *L, const struct field *fields, const void *rule)
{
    lua_newtable(L);
    for (; fields->name; fields++) {
        double x;
        memcpy(&x, (const char *)rule + fields->offset, sizeof x);
        izl_set_number(L, fields->name, x);
    }
}

/* network:stp(group): a table with all fields, or nil */
static int stp(lua_State *L)
{
    const struct rules rules = get_rules(L);
    if (rules.stp.U == 0)
        return 0;
    push_fields(L, stp_fields, &rules.stp);
    return 1;
}

/* network:stdp(group): a table with all fields, or nil */
static int stdp(lua_State *L)
{
    const struct rules rules = get_rules(L);
    if (rules.stdp.a_plus == 0 && rules.stdp.a_minus == 0)
        return 0;
    push_fields(L, stdp_fields, &rules.stdp);
    izl_set_number(L, "every", rules.every);
    izl_set_string(L, "pairs", pairs[rules.stdp.pairs]);
    return 1;
}

const luaL_Reg izl_network_group_rules[] = {{"stp", stp}, {"stdp", stdp}, {NULL, NULL}};
const luaL_Reg izl_network_rules[] = {{"STP", make_stp}, {"STDP", make_stdp}, {NULL, NULL}};
