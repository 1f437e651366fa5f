/* What a neuron does, from its equations. Where that is nothing, the functions return nothing. */
#include "binding.h"

#include <math.h>

static const char *const kinds[] = {
    "",       "stable node", "stable focus", "unstable node", "unstable focus",
    "saddle", "fold",        "centre",       "kink",          "degenerate"};
static const char *const bifurcation_kinds[] = {"", "saddle-node", "hopf", "peak"};
static const char *const shapes[] = {"step", "ramp", NULL};

static izh_params valid_params(lua_State *L)
{
    const char *field = NULL;
    const izh_params params = izl_params(L, 1);
    if (izh_params_check(&params, &field) != IZH_OK)
        izl_fail(L, IZH_E_INVALID, "params.%s", field);
    return params;
}

/* izh.params_rates(params, v, u, I): v', u' */
static int rates(lua_State *L)
{
    izh_state f;
    const izh_params params = valid_params(L);
    const izh_state state = {izl_number(L, 2), izl_number(L, 3)};
    izl_check(L, izh_params_rates(&params, state, izl_number(L, 4), &f),
              "v, u and I must be finite");
    lua_pushnumber(L, f.v);
    lua_pushnumber(L, f.u);
    return 2;
}

/* izh.params_jacobian(params, v): a table with vv, vu, uv, uu */
static int jacobian(lua_State *L)
{
    izh_matrix j;
    const izh_params params = valid_params(L);
    const izh_state state = {izl_number(L, 2), 0};
    izl_check(L, izh_params_jacobian(&params, state, &j), "v must be finite");
    lua_newtable(L);
    izl_set_number(L, "vv", j.vv);
    izl_set_number(L, "vu", j.vu);
    izl_set_number(L, "uv", j.uv);
    izl_set_number(L, "uu", j.uu);
    return 1;
}

/* izh.params_nullclines(params, I): a table with the fields of izh_nullclines; lines is a list */
static int nullclines(lua_State *L)
{
    izh_nullclines n;
    const izh_params params = valid_params(L);
    izl_check(L, izh_params_nullclines(&params, izl_number(L, 2), &n), "I must be finite");
    lua_newtable(L);
    izl_set_number(L, "v0", n.v0);
    izl_set_number(L, "v1", n.v1);
    izl_set_number(L, "v2", n.v2);
    izl_set_number(L, "vb", n.vb);
    izl_set_number(L, "u_lo", n.u_lo);
    izl_set_number(L, "u_hi", n.u_hi);
    izl_set_number(L, "u3", n.u3);
    izl_push_numbers(L, n.line, !isnan(n.line[0]) + !isnan(n.line[1]), 1, IZL_LIST);
    lua_setfield(L, -2, "lines");
    return 1;
}

static void set_flag(lua_State *L, const char *name, int flag)
{
    lua_pushboolean(L, flag);
    lua_setfield(L, -2, name);
}

static void push_equilibrium(lua_State *L, const izh_equilibrium *e)
{
    izl_push_state(L, e->state);
    lua_createtable(L, 2, 0);
    for (int i = 0; i < 2; i++) {
        lua_createtable(L, 0, 2);
        izl_set_number(L, "re", e->re[i]);
        izl_set_number(L, "im", e->im[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "eigenvalues");
    izl_set_string(L, "kind", kinds[e->kind]);
    set_flag(L, "below_peak", !e->beyond_peak);
}

/* izh.params_equilibria(params, I): a list of tables */
static int equilibria(lua_State *L)
{
    izh_equilibrium found[IZH_EQUILIBRIA_MAX];
    size_t n = 0;
    const izh_params params = valid_params(L);
    izl_check(L, izh_params_equilibria(&params, izl_number(L, 2), found, &n), "I must be finite");
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        push_equilibrium(L, &found[i]);
        lua_rawseti(L, -2, (int)i + 1);
    }
    return 1;
}

static void push_bifurcation(lua_State *L, const izh_bifurcation *b)
{
    izl_push_state(L, b->state);
    izl_set_number(L, "I", b->I);
    izl_set_string(L, "kind", bifurcation_kinds[b->kind]);
    set_flag(L, "ends_rest", b->ends_rest);
}

/* izh.params_bifurcations(params): a list of tables */
static int bifurcations(lua_State *L)
{
    izh_bifurcation found[IZH_BIFURCATIONS_MAX];
    size_t n = 0;
    const izh_params params = valid_params(L);
    izl_check(L, izh_params_bifurcations(&params, found, &n), NULL);
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        push_bifurcation(L, &found[i]);
        lua_rawseti(L, -2, (int)i + 1);
    }
    return 1;
}

/* izh.params_rest_ends(params): I, kind; or nothing */
static int rest_ends(lua_State *L)
{
    izh_bifurcation end;
    const izh_params params = valid_params(L);
    const izh_status status = izh_params_rest_ends(&params, &end);
    izl_check(L, status, NULL);
    if (status == IZH_NO_REST)
        return 0;
    lua_pushnumber(L, end.I);
    lua_pushstring(L, bifurcation_kinds[end.kind]);
    return 2;
}

/* izh.params_rheobase(params, duration, [shape], [tolerance]): I, and a table; or nothing */
static int rheobase(lua_State *L)
{
    izh_rheobase r;
    const izh_params params = valid_params(L);
    const double duration = izl_number(L, 2);
    const int shape = luaL_checkoption(L, 3, "step", shapes);
    const double tolerance = lua_isnoneornil(L, 4) ? 0 : izl_number(L, 4);
    const izh_status status = izh_params_rheobase(&params, shape, duration, tolerance, &r);
    izl_check(L, status, "duration must be > 0, and tolerance finite and >= 0");
    if (status == IZH_NO_REST)
        return 0;
    lua_pushnumber(L, r.I);
    lua_newtable(L);
    izl_set_number(L, "I", r.I);
    izl_set_number(L, "below", r.below);
    izl_set_number(L, "t", r.t);
    izl_set_number(L, "error_bound", r.error_bound);
    set_flag(L, "certified", r.certified);
    return 2;
}

static void get_options(lua_State *L, int index, izh_population_config *config)
{
    static const char *const names[] = {"method", "dt", "threads", NULL};
    izl_check_options(L, index, names);
    if (lua_isnoneornil(L, index))
        return;
    config->method = izl_option_method(L, index);
    config->dt = izl_option(L, index, "dt");
    config->threads = (uint32_t)izl_option_whole(L, index, "threads", UINT32_MAX);
}

/* izh.params_f_i(params, currents, duration, [options]): spikes, and the first, the steady and the
 * last interval, each of the kind that currents are */
static int f_i(lua_State *L)
{
    char text[IZL_MESSAGE] = "";
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    const izh_params params = valid_params(L);
    const double duration = izl_number(L, 3);
    get_options(L, 4, &config);
    config.log = izl_log(text);
    const struct izl_numbers currents = izl_numbers(L, 2, "currents");
    const size_t n = currents.n, stride = sizeof(izh_f_i) / sizeof(double);
    izh_f_i *points = izl_memory(L, n, sizeof *points);
    double *spikes = izl_memory(L, n, sizeof *spikes);
    const izh_status status = izh_params_f_i(&params, currents.data, n, duration, &config, points);
    izl_check_from(L, status, text, currents.kind == IZL_VECTOR ? 0 : 1);
    for (size_t i = 0; i < n; i++)
        spikes[i] = points[i].spikes;
    izl_push_numbers(L, spikes, n, 1, currents.kind);
    izl_push_numbers(L, &points->first, n, stride, currents.kind);
    izl_push_numbers(L, &points->steady, n, stride, currents.kind);
    izl_push_numbers(L, &points->last, n, stride, currents.kind);
    return 4;
}

void izl_open_analysis(lua_State *L)
{
    static const luaL_Reg functions[] = {{"params_rates", rates},
                                         {"params_jacobian", jacobian},
                                         {"params_nullclines", nullclines},
                                         {"params_equilibria", equilibria},
                                         {"params_bifurcations", bifurcations},
                                         {"params_rest_ends", rest_ends},
                                         {"params_rheobase", rheobase},
                                         {"params_f_i", f_i},
                                         {NULL, NULL}};
    izl_register(L, functions);
}
