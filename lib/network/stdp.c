#include "network/stdp.h"

/* The least step, in units of weights: smaller ones would be lost in their rounding. */
#define LEAST_STEP 16

/* ---- what a rule may be ---- */

typedef struct izh_field_fault fault;

static const fault none = {NULL, 0, NULL};

static bool is_blank(const izh_stdp *r)
{
    return r->tau_plus == 0 && r->tau_minus == 0 && r->w_min == 0 && r->w_max == 0 &&
           r->drift == 0 && r->keep == 0 && r->gain == 0 && !r->every && !r->pairs;
}

static fault check_step(const char *field, double a, const struct izh_receptor_law *law)
{
    if (!(a >= 0 && a < law->is.range))
        return (fault){field, a, "must be from 0 to below the receptor's range"};
    if (a > 0 && a < LEAST_STEP * law->unit)
        return (fault){field, a,
                       "is below 16 units of weights, which are multiples of range 2^-31: the "
                       "receptor needs a smaller range"};
    return none;
}

static fault check_tau(const char *field, double tau, double a, double dt)
{
    if (a > 0 && !(tau > 0))
        return (fault){field, tau, "must be above 0"};
    if (!(tau >= 0 && tau <= IZH_TAU_TICKS_MOST * dt))
        return (fault){field, tau, "must be from 0 to 65536 dt"};
    return none;
}

static fault check_bounds(const izh_stdp *r, const struct izh_receptor_law *law)
{
    int32_t k;
    if (!izh_receptor_weight(law, r->w_min, &k))
        return (fault){"w_min", r->w_min, "is no weight of the receptor"};
    if (!izh_receptor_weight(law, r->w_max, &k))
        return (fault){"w_max", r->w_max, "is no weight of the receptor"};
    if (r->w_min < 0 && r->w_max > 0)
        return (fault){"w_min", r->w_min, "must have the sign of w_max, or be 0"};
    if (!(r->w_min < r->w_max))
        return (fault){"w_max", r->w_max, "must be above w_min"};
    return none;
}

static fault check_sweeps(const izh_stdp *r)
{
    const char *alone = "must be 0 where every is 0: changes wait for nothing";
    if (!r->every && r->drift != 0)
        return (fault){"drift", r->drift, alone};
    if (!r->every && r->keep != 0)
        return (fault){"keep", r->keep, alone};
    if (!r->every && r->gain != 0)
        return (fault){"gain", r->gain, alone};
    if (!izh_isfinite(r->drift))
        return (fault){"drift", r->drift, "must be finite"};
    if (!(r->keep >= 0 && r->keep <= 1))
        return (fault){"keep", r->keep, "must be from 0 to 1"};
    if (!izh_isfinite(r->gain))
        return (fault){"gain", r->gain, "must be finite"};
    return none;
}

fault izh_stdp_check(const izh_stdp *r, const struct izh_receptor_law *law, double dt)
{
    if (!izh_stdp_is(r))
        return is_blank(r)
                   ? none
                   : (fault){"a_plus", 0, "and a_minus = 0 are no rule, but other fields are set"};
    fault f = check_step("a_plus", r->a_plus, law);
    if (!f.field)
        f = check_step("a_minus", r->a_minus, law);
    if (!f.field)
        f = check_tau("tau_plus", r->tau_plus, r->a_plus, dt);
    if (!f.field)
        f = check_tau("tau_minus", r->tau_minus, r->a_minus, dt);
    if (!f.field)
        f = check_bounds(r, law);
    if (!f.field)
        f = check_sweeps(r);
    if (!f.field && r->pairs != IZH_PAIRS_ALL && r->pairs != IZH_PAIRS_NEAREST)
        f = (fault){"pairs", r->pairs, "is neither IZH_PAIRS_ALL nor IZH_PAIRS_NEAREST"};
    return f;
}

/* ---- tables ---- */

static double units_of(const struct izh_receptor_law *law, double w)
{
    int32_t k = 0;
    izh_receptor_weight(law, w, &k);
    return k;
}

bool izh_stdp_init(struct izh_stdp_group *g, const izh_allocator *allocator, const izh_stdp *rule,
                   const struct izh_receptor_law *law, double dt)
{
    *g = (struct izh_stdp_group){.rule = *rule, .unit = law->unit};
    if (!izh_stdp_is(rule))
        return true;
    g->k_min = units_of(law, rule->w_min);
    g->k_max = units_of(law, rule->w_max);
    /* This is exact, since a unit is a power of two. */
    const double unit = rule->every ? law->unit : 1, scale = unit / law->unit;
    const bool all =
        izh_fade_init(&g->plus, allocator, rule->a_plus * scale, unit / 4, rule->tau_plus, dt) &&
        izh_fade_init(&g->minus, allocator, rule->a_minus * scale, unit / 4, rule->tau_minus, dt) &&
        (!izh_stdp_traces(g) ||
         izh_fade_init(&g->fade, allocator, 1, IZH_TRACE_LEAST, rule->tau_plus, dt));
    if (!all)
        izh_stdp_release(g, allocator);
    return all;
}

void izh_stdp_release(struct izh_stdp_group *g, const izh_allocator *allocator)
{
    izh_fade_release(&g->plus, allocator);
    izh_fade_release(&g->minus, allocator);
    izh_fade_release(&g->fade, allocator);
}

struct izh_weight izh_stdp_potentiate_all(const struct izh_stdp_group *g,
                                          const struct izh_post_line *line, struct izh_stdp_times t,
                                          struct izh_weight w)
{
    izh_stdp_potentiate(g, line, &t, &w, izh_stdp_waits(g));
    return w;
}
