/* The schemes of fixed steps, each written once over a pack (util/pack.h): a solver's pack is one
 * double, a population's kernels use vectors. The operations have the order of model.h, which is
 * that of the papers' listings. */
#ifndef IZH_LIB_SCHEMES_H
#define IZH_LIB_SCHEMES_H

#include <stdbool.h>

#include "util/pack.h"

/* The parameters of a pack's neurons: those of struct izh_model. */
struct neurons {
    pack k2, k1, k0, w, a, r, b_lo, vb, vpeak, c, d;
    pack b_hi, b3, vpeak_u, c_u, u_max;
    pack_mask straight; /* U(v) has no kink: not izh_model_has_kink() */
};

/* The states of a pack's neurons, with w I, and the piece of U(v) that they are on, if the variant
 * is decided. */
struct states {
    pack v, u, wI;
    pack_mask low;
    /* The current I + slope s, where s counts from the step's start; only if the variant is
     * linear. */
    pack I, slope;
    /* Out: the least v of a step at its stages and its end, but not at its start; and the largest
     * -d v'/d v at which the step evaluates v'. If nothing reads them, they are not computed. */
    pack least, pull;
};

/* What a step may assume. All fields are constants where the step is inlined. */
struct variant {
    bool decided;   /* the piece of U(v) at the start of the step is known */
    bool special;   /* some neuron has other terms than the quadratic ones and a straight U(v) */
    bool form_2003; /* w = r = 1 and vb = 0: leaving out their operations is exact */
    bool linear;    /* the current has a slope */
};

struct rates {
    pack v, u;
};

/* Takes a step from y over h; returns v' at its start. */
typedef pack scheme_fn(const struct neurons *m, struct states *y, real h, struct variant is);

/* ---- the model: izh_model_dv, izh_model_recovery, izh_model_du ---- */

/* w I at time s. */
ALWAYS_INLINE pack input_at(const struct neurons *m, const struct states *y, real s,
                            struct variant is)
{
    return is.linear ? mul(m->w, add(y->I, scale(s, y->slope))) : y->wI;
}

ALWAYS_INLINE pack rate_of_v(const struct neurons *m, pack v, pack u, pack wI, struct variant is)
{
    const pack square = mul(mul(m->k2, v), v), linear = mul(m->k1, v);
    const pack f = add(add(square, linear), m->k0);
    return add(sub(f, is.form_2003 ? u : mul(m->w, u)), wI);
}

ALWAYS_INLINE pack decay(const struct neurons *m, pack u, struct variant is)
{
    return is.form_2003 ? u : mul(m->r, u);
}

ALWAYS_INLINE pack recovery(const struct neurons *m, const struct states *y, pack v,
                            struct variant is)
{
    if (is.form_2003)
        return mul(m->b_lo, v);
    const pack x = sub(v, m->vb), straight = mul(m->b_lo, x);
    if (!is.special)
        return straight;
    const pack_mask low = is.decided ? y->low : below(x, all_of(0));
    return choose(low, straight, mul(add(m->b_hi, mul(mul(m->b3, x), x)), x));
}

ALWAYS_INLINE struct rates rates_at(const struct neurons *m, const struct states *y, pack v, pack u,
                                    real s, struct variant is)
{
    const pack wI = input_at(m, y, s, is);
    return (struct rates){rate_of_v(m, v, u, wI, is),
                          mul(m->a, sub(recovery(m, y, v, is), decay(m, u, is)))};
}

/* y + h f */
ALWAYS_INLINE pack ahead(pack y, real h, pack f)
{
    return add(y, scale(h, f));
}

/* ---- the limit of stability ---- */

/* -d v'/d v */
ALWAYS_INLINE pack pull_at(const struct neurons *m, pack v)
{
    return negative(add(mul(scale(2, m->k2), v), m->k1));
}

/* Notes that a step evaluates v' not only at its start, but also at v2. */
ALWAYS_INLINE void note(const struct neurons *m, struct states *y, pack v2)
{
    y->pull = larger(pull_at(m, v2), y->pull);
    y->least = smaller(v2, y->least);
}

/* ---- the schemes ---- */

ALWAYS_INLINE pack euler(const struct neurons *m, struct states *y, real h, struct variant is)
{
    const struct rates k1 = rates_at(m, y, y->v, y->u, 0, is);
    y->pull = pull_at(m, y->v);
    y->v = ahead(y->v, h, k1.v);
    y->u = ahead(y->u, h, k1.u);
    y->least = y->v;
    return k1.v;
}

ALWAYS_INLINE pack midpoint(const struct neurons *m, struct states *y, real h, struct variant is)
{
    const real half = (real).5 * h;
    const struct rates k1 = rates_at(m, y, y->v, y->u, 0, is);
    const pack v2 = ahead(y->v, half, k1.v), u2 = ahead(y->u, half, k1.u);
    const struct rates k2 = rates_at(m, y, v2, u2, half, is);
    y->pull = pull_at(m, y->v);
    y->v = ahead(y->v, h, k2.v);
    y->u = ahead(y->u, h, k2.u);
    y->least = y->v;
    note(m, y, v2);
    return k1.v;
}

ALWAYS_INLINE pack rk4(const struct neurons *m, struct states *y, real h, struct variant is)
{
    const real half = (real).5 * h, sixth = h / 6;
    const struct rates k1 = rates_at(m, y, y->v, y->u, 0, is);
    const pack v2 = ahead(y->v, half, k1.v), u2 = ahead(y->u, half, k1.u);
    const struct rates k2 = rates_at(m, y, v2, u2, half, is);
    const pack v3 = ahead(y->v, half, k2.v), u3 = ahead(y->u, half, k2.u);
    const struct rates k3 = rates_at(m, y, v3, u3, half, is);
    const pack v4 = ahead(y->v, h, k3.v), u4 = ahead(y->u, h, k3.u);
    const struct rates k4 = rates_at(m, y, v4, u4, h, is);
    const pack sum_v = add(add(k1.v, scale(2, add(k2.v, k3.v))), k4.v);
    const pack sum_u = add(add(k1.u, scale(2, add(k2.u, k3.u))), k4.u);
    y->pull = pull_at(m, y->v);
    y->v = ahead(y->v, sixth, sum_v);
    y->u = ahead(y->u, sixth, sum_u);
    y->least = y->v;
    note(m, y, v2);
    note(m, y, v3);
    note(m, y, v4);
    return k1.v;
}

ALWAYS_INLINE pack published_2003(const struct neurons *m, struct states *y, real h,
                                  struct variant is)
{
    const real half = h * (real).5;
    const pack first = rate_of_v(m, y->v, y->u, y->wI, is), v2 = ahead(y->v, half, first);
    y->pull = pull_at(m, y->v);
    y->v = ahead(v2, half, rate_of_v(m, v2, y->u, y->wI, is));
    const pack rate_of_u = sub(recovery(m, y, y->v, is), decay(m, y->u, is));
    y->u = add(y->u, mul(scale(h, m->a), rate_of_u)); /* in the listing's order */
    y->least = y->v;
    note(m, y, v2);
    return first;
}

#endif
