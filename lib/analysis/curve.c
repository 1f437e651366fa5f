#include "analysis/curve.h"

/* Allowances for rounding, in units of the last place. */
#define CURRENT_ULPS 4
#define TRACE_ULPS 16

static struct izh_twofold plus_double(struct izh_twofold x, double y)
{
    return izh_twofold_add(x, izh_twofold_of(y));
}

static struct izh_twofold times_double(struct izh_twofold x, double y)
{
    return izh_twofold_mul(x, izh_twofold_of(y));
}

int izh_pieces(const struct izh_model *m, struct izh_piece piece[2])
{
    const bool kink = izh_model_has_kink(m);
    piece[0] = (struct izh_piece){m->p.b_lo, 0, true, !kink};
    piece[1] = (struct izh_piece){m->p.b_hi, m->p.b3, !kink, true};
    return kink ? 2 : 1;
}

struct izh_twofold izh_curve_parabola(const izh_params *p, struct izh_twofold z)
{
    const struct izh_twofold v = plus_double(z, p->vb);
    return plus_double(izh_twofold_mul(plus_double(times_double(v, p->k2), p->k1), v), p->k0);
}

/* 2 k2 v + k1 */
static struct izh_twofold parabola_slope(const izh_params *p, struct izh_twofold z)
{
    return plus_double(times_double(plus_double(z, p->vb), 2 * p->k2), p->k1);
}

void izh_curve_polynomial(const izh_params *p, const struct izh_piece *piece, double I,
                          struct izh_twofold c[4])
{
    const struct izh_twofold zero = izh_twofold_of(0);
    c[0] = times_double(plus_double(izh_curve_parabola(p, zero), I), p->r);
    c[1] = plus_double(times_double(parabola_slope(p, zero), p->r), -piece->b);
    c[2] = izh_twofold_product(p->k2, p->r);
    c[3] = izh_twofold_of(-piece->b3);
}

double izh_curve_slack(const izh_params *p, double I)
{
    return CURRENT_ULPS * DBL_EPSILON *
           (izh_fabs(p->k2) * p->vb * p->vb + izh_fabs(p->k1 * p->vb) + izh_fabs(p->k0) +
            izh_fabs(I));
}

/* The determinant is a (U' - r (2 k2 v + k1))/cm. */
struct izh_linear izh_curve_linear(const izh_params *p, const struct izh_piece *piece,
                                   struct izh_twofold z)
{
    const struct izh_twofold cm = izh_twofold_of(p->cm), slope = parabola_slope(p, z);
    const struct izh_twofold vv = izh_twofold_div(slope, cm);
    const struct izh_twofold slope_U =
        plus_double(times_double(times_double(izh_twofold_mul(z, z), piece->b3), 3), piece->b);
    const struct izh_twofold difference = izh_twofold_sub(slope_U, times_double(slope, p->r));
    const double terms = (2 * izh_fabs(p->k2 * (p->vb + z.hi)) + izh_fabs(p->k1)) / p->cm;
    return (struct izh_linear){izh_twofold_sub(vv, izh_twofold_product(p->a, p->r)),
                               izh_twofold_div(times_double(difference, p->a), cm),
                               TRACE_ULPS * DBL_EPSILON * (terms + izh_fabs(p->a * p->r))};
}

izh_state izh_curve_state(const izh_params *p, struct izh_twofold z, struct izh_twofold I)
{
    return (izh_state){izh_twofold_round(plus_double(z, p->vb)) + 0.,
                       izh_twofold_round(izh_twofold_add(izh_curve_parabola(p, z), I)) + 0.};
}
