/* Who is connected to whom: izh.all_to_all, izh.in_degree, izh.pairwise. Each returns two buffers,
 * the sources and the targets, for network:connect. */
#include "network.h"

#include <inttypes.h>

/* Numbers that an argument stands for, in memory of their own, which a value on the stack keeps. */
struct members {
    uint32_t *of;
    size_t n;
};

/* How many a number or a range at an argument stands for, and its first; false for a list. */
static int is_range(lua_State *L, int argument, const char *name, uint32_t *first, size_t *n)
{
    static const char *const names[] = {"first", "count", NULL};
    *first = 0;
    if (lua_type(L, argument) == LUA_TNUMBER) {
        *n = (size_t)izl_whole(L, argument, UINT32_MAX);
        return 1;
    }
    if (!lua_istable(L, argument) || izl_length(L, argument) ||
        !lua_next(L, (lua_pushnil(L), argument)))
        return 0;
    lua_pop(L, 2);
    izl_check_fields(L, argument, name, names, 0, NULL);
    *first = (uint32_t)izl_option_whole(L, argument, "first", UINT32_MAX);
    *n = (size_t)izl_option_whole(L, argument, "count", UINT32_MAX - *first);
    return 1;
}

static struct members get_members(lua_State *L, int argument, const char *name)
{
    struct members m;
    struct izl_numbers list = {NULL, 0, IZL_LIST};
    uint32_t first;
    const int range = is_range(L, argument, name, &first, &m.n);
    if (!range) {
        list = izl_numbers(L, argument, name);
        m.n = list.n;
    }
    m.of = izl_memory(L, m.n, sizeof *m.of);
    for (size_t i = 0; i < m.n; i++)
        m.of[i] = range ? first + (uint32_t)i : izl_index(L, name, &list, i, UINT32_MAX);
    return m;
}

/* Buffers for so many pairs; pushes both. */
struct pairs {
    double *source, *target;
};

static struct pairs new_pairs(lua_State *L, size_t n)
{
    struct pairs pairs;
    pairs.source = izl_new_buffer(L, n)->data;
    pairs.target = izl_new_buffer(L, n)->data;
    return pairs;
}

static size_t multiply(lua_State *L, size_t x, size_t y)
{
    if (y && x > SIZE_MAX / y)
        izl_fail(L, IZH_E_MEMORY, "%s", izh_status_text(IZH_E_MEMORY));
    return x * y;
}

/* izh.all_to_all(a, b): each of a with each of b */
static int all_to_all(lua_State *L)
{
    lua_settop(L, 2);
    const struct members a = get_members(L, 1, "a"), b = get_members(L, 2, "b");
    struct pairs pairs = new_pairs(L, multiply(L, a.n, b.n));
    for (size_t j = 0; j < b.n; j++)
        for (size_t i = 0; i < a.n; i++) {
            *pairs.source++ = a.of[i];
            *pairs.target++ = b.of[j];
        }
    return 2;
}

/* izh.in_degree(a, b, k, seed): each of b gets k of a, drawn with repetition */
static int in_degree(lua_State *L)
{
    lua_settop(L, 4);
    const struct members a = get_members(L, 1, "a"), b = get_members(L, 2, "b");
    const uint32_t k = (uint32_t)izl_whole(L, 3, UINT32_MAX);
    const uint64_t seed = izl_bits(L, 4, "seed");
    if (!a.n && b.n && k)
        izl_fail(L, IZH_E_INVALID,
                 "a is empty: there is nothing to draw k = %" PRIu32 " sources from", k);
    uint32_t *drawn = izl_memory(L, k, sizeof *drawn);
    struct pairs pairs = new_pairs(L, multiply(L, b.n, k));
    for (size_t j = 0; j < b.n; j++) {
        izl_check(L, izh_draw_in_degree(seed, (uint32_t)a.n, b.of[j], 1, k, drawn), NULL);
        for (uint32_t i = 0; i < k; i++) {
            *pairs.source++ = a.of[drawn[i]];
            *pairs.target++ = b.of[j];
        }
    }
    return 2;
}

/* izh.pairwise(a, b, p, seed): each pair with probability p */
static int pairwise(lua_State *L)
{
    lua_settop(L, 4);
    const struct members a = get_members(L, 1, "a"), b = get_members(L, 2, "b");
    const double p = izl_number(L, 3);
    const uint64_t seed = izl_bits(L, 4, "seed");
    size_t total = 0, most = 0;
    if (!(p >= 0 && p <= 1))
        izl_fail(L, IZH_E_INVALID, "p = %.14g is no probability, 0 to 1", p);
    for (size_t j = 0; j < b.n; j++) {
        const size_t n = izh_draw_pairwise(seed, (uint32_t)a.n, b.of[j], 1, p, NULL, NULL, 0);
        most = n > most ? n : most;
        total += n;
    }
    uint32_t *source = izl_memory(L, 2 * most, sizeof *source), *target = source + most;
    struct pairs pairs = new_pairs(L, total);
    for (size_t j = 0; j < b.n; j++) {
        const size_t n =
            izh_draw_pairwise(seed, (uint32_t)a.n, b.of[j], 1, p, source, target, most);
        for (size_t i = 0; i < n; i++) {
            *pairs.source++ = a.of[source[i]];
            *pairs.target++ = target[i];
        }
    }
    return 2;
}

void izl_open_draw(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"all_to_all", all_to_all}, {"in_degree", in_degree}, {"pairwise", pairwise}, {NULL, NULL}};
    izl_register(L, functions);
}
