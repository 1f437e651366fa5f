/* izh.metric_...: trains of spikes compared, and described. A train is a list or a buffer of times.
 */
#include "binding.h"

/* A train at an argument; pushes one value, which keeps it. */
static struct izl_numbers get_train(lua_State *L, int argument, const char *name)
{
    const struct izl_numbers x = izl_numbers(L, argument, name);
    size_t at;
    if (x.kind == IZL_ONE)
        izl_fail(L, IZH_E_INVALID, "%s is a train: a list or a buffer of times", name);
    if (izh_metric_check(x.data, x.n, &at) != IZH_OK)
        izl_fail(L, IZH_E_INVALID, "%s = %.14g is not finite, or comes before the time it follows",
                 izl_place(L, name, &x, at), x.data[at]);
    return x;
}

struct pair {
    struct izl_numbers a, b;
};

static struct pair get_pair(lua_State *L, const char *a, const char *b)
{
    struct pair pair;
    pair.a = get_train(L, 1, a);
    pair.b = get_train(L, 2, b);
    return pair;
}

/* izh.metric_check(times): true, or false and the index of the first time at fault */
static int metric_check(lua_State *L)
{
    lua_settop(L, 1);
    const struct izl_numbers x = izl_numbers(L, 1, "times");
    size_t at;
    const int fine = izh_metric_check(x.data, x.n, &at) == IZH_OK;
    lua_pushboolean(L, fine);
    if (fine)
        return 1;
    izl_push_whole(L, at + (x.kind == IZL_LIST));
    return 2;
}

/* izh.metric_coincidence(data, model, precision, duration) */
static int metric_coincidence(lua_State *L)
{
    lua_settop(L, 4);
    const struct pair x = get_pair(L, "data", "model");
    const double precision = izl_number(L, 3), duration = izl_number(L, 4);
    double gamma;
    if (izh_metric_coincidence(x.a.data, x.a.n, x.b.data, x.b.n, precision, duration, &gamma) !=
        IZH_OK)
        izl_fail(L, IZH_E_INVALID,
                 "precision = %.14g must be at least 0, duration = %.14g above 0, and "
                 "2 * precision * #model below duration",
                 precision, duration);
    lua_pushnumber(L, gamma);
    return 1;
}

/* izh.metric_van_rossum(a, b, tau) */
static int metric_van_rossum(lua_State *L)
{
    lua_settop(L, 3);
    const struct pair x = get_pair(L, "a", "b");
    const double tau = izl_number(L, 3);
    double distance;
    if (izh_metric_van_rossum(x.a.data, x.a.n, x.b.data, x.b.n, tau, &distance) != IZH_OK)
        izl_fail(L, IZH_E_INVALID, "tau = %.14g must be above 0", tau);
    lua_pushnumber(L, distance);
    return 1;
}

/* izh.metric_victor_purpura(a, b, q) */
static int metric_victor_purpura(lua_State *L)
{
    lua_settop(L, 3);
    const struct pair x = get_pair(L, "a", "b");
    const double q = izl_number(L, 3);
    double distance;
    const izh_status status =
        izh_metric_victor_purpura(x.a.data, x.a.n, x.b.data, x.b.n, q, NULL, &distance);
    if (status == IZH_E_INVALID)
        izl_fail(L, status, "q = %.14g must be at least 0", q);
    izl_check(L, status, NULL);
    lua_pushnumber(L, distance);
    return 1;
}

/* izh.metric_spike(a, b, begin, end) */
static int metric_spike(lua_State *L)
{
    lua_settop(L, 4);
    const struct pair x = get_pair(L, "a", "b");
    const double begin = izl_number(L, 3), end = izl_number(L, 4);
    double distance;
    if (izh_metric_spike(x.a.data, x.a.n, x.b.data, x.b.n, begin, end, &distance) != IZH_OK)
        izl_fail(L, IZH_E_INVALID,
                 "end = %.14g must be above begin = %.14g, and a and b within them", end, begin);
    lua_pushnumber(L, distance);
    return 1;
}

/* izh.metric_intervals(times): a table; what too few spikes say nothing of is nil */
static int metric_intervals(lua_State *L)
{
    lua_settop(L, 1);
    const struct izl_numbers x = get_train(L, 1, "times");
    izh_intervals of = IZH_INTERVALS_INIT;
    izl_check(L, izh_metric_intervals(x.data, x.n, &of), NULL);
    lua_createtable(L, 0, 6);
    izl_set_whole(L, "count", of.count);
    if (of.count >= 1) {
        izl_set_number(L, "rate", of.rate);
        izl_set_number(L, "mean", of.mean);
    }
    if (of.count >= 2) {
        izl_set_number(L, "cv", of.cv);
        izl_set_number(L, "lv", of.lv);
        izl_set_number(L, "adaptation", of.adaptation);
    }
    return 1;
}

void izl_open_metrics(lua_State *L)
{
    static const luaL_Reg functions[] = {{"metric_check", metric_check},
                                         {"metric_coincidence", metric_coincidence},
                                         {"metric_van_rossum", metric_van_rossum},
                                         {"metric_victor_purpura", metric_victor_purpura},
                                         {"metric_spike", metric_spike},
                                         {"metric_intervals", metric_intervals},
                                         {NULL, NULL}};
    izl_register(L, functions);
}
