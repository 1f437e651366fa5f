/* The curve of equilibria I = U/r - (k2 v^2 + k1 v + k0) has the slope dI/dz = cm det/(a r). Where
 * the curve turns is a saddle-node; where the trace vanishes while the determinant is positive is a
 * Hopf bifurcation. */
#include "analysis/curve.h"
#include "util/fpmode.h"

struct collection {
    const struct izh_model *m;
    izh_bifurcation found[IZH_BIFURCATIONS_MAX];
    size_t count;
};

static void add_bifurcation(struct collection *c, izh_bifurcation b)
{
    if (c->count == IZH_BIFURCATIONS_MAX || !izh_isfinite(b.I) ||
        !(izh_fabs(b.state.v) < IZH_STATE_MAX) || !(izh_fabs(b.state.u) < IZH_STATE_MAX))
        return;
    b.I += 0.; /* + 0. turns -0 into 0 */
    if (izh_model_above_peak(c->m, b.state) >= 0 && b.kind != IZH_REST_AT_PEAK)
        b.ends_rest = 0;
    size_t i = c->count++;
    for (; i > 0 && c->found[i - 1].I > b.I; i--)
        c->found[i] = c->found[i - 1];
    c->found[i] = b;
}

/* The current and the state at z on a piece. */
static izh_bifurcation at(const izh_params *p, const struct izh_piece *piece, struct izh_twofold z)
{
    const struct izh_twofold U = izh_twofold_mul(
        izh_twofold_add(izh_twofold_mul(izh_twofold_of(piece->b3), izh_twofold_mul(z, z)),
                        izh_twofold_of(piece->b)),
        z);
    const struct izh_twofold I =
        izh_twofold_sub(izh_twofold_div(U, izh_twofold_of(p->r)), izh_curve_parabola(p, z));
    return (izh_bifurcation){.I = izh_twofold_round(I), .state = izh_curve_state(p, z, I)};
}

/* Whether the trace is below 0 by more than what counts as zero. At a Bogdanov-Takens point it is
 * not. */
static bool may_be_stable(const struct izh_linear *l)
{
    return l->trace.hi < -l->near_zero;
}

static bool holds_at(const struct izh_piece *piece, double z)
{
    return z < 0 ? piece->below : piece->from_on;
}

/* Finds where the curve turns on a piece, but not at its end: the roots of r dI/dz, except those
 * where the curve goes on. Rest ends where the current has a maximum. */
static void find_turns(struct collection *c, const struct izh_piece *piece, bool kink)
{
    const izh_params *p = &c->m->p;
    struct izh_twofold q[4], slope[4];
    struct izh_root root[3];
    izh_curve_polynomial(p, piece, 0, q);
    for (int i = 0; i < 3; i++)
        slope[i] = izh_twofold_mul(q[i + 1], izh_twofold_of(-(i + 1)));
    slope[3] = izh_twofold_of(0);
    const int n = izh_roots(slope, 0, root);
    for (int i = 0; i < n; i++) {
        const struct izh_twofold z = root[i].x;
        if (root[i].twice || !holds_at(piece, z.hi) || (kink && z.hi == 0))
            continue;
        const struct izh_linear l = izh_curve_linear(p, piece, z);
        const double bend = (6 * piece->b3 * z.hi) / p->r - 2 * p->k2;
        izh_bifurcation b = at(p, piece, z);
        b.kind = IZH_SADDLE_NODE;
        b.ends_rest = bend < 0 && may_be_stable(&l);
        add_bifurcation(c, b);
    }
}

/* Finds whether the curve turns at the kink. */
static void find_turn_at_kink(struct collection *c, const struct izh_piece piece[2])
{
    const izh_params *p = &c->m->p;
    const struct izh_twofold zero = izh_twofold_of(0);
    double slope[2];
    for (int i = 0; i < 2; i++) {
        struct izh_twofold q[4];
        izh_curve_polynomial(p, &piece[i], 0, q);
        slope[i] = -q[1].hi / p->r;
    }
    if (!(slope[0] * slope[1] < 0))
        return;
    const struct izh_linear l = izh_curve_linear(p, &piece[1], zero);
    izh_bifurcation b = at(p, &piece[1], zero);
    b.kind = IZH_SADDLE_NODE;
    b.ends_rest = slope[0] > 0 && may_be_stable(&l);
    add_bifurcation(c, b);
}

/* The trace (2 k2 v + k1)/cm - a r does not depend on U. Rest ends where the trace grows with the
 * current; its derivative has the sign of k2 a r. */
static void find_hopf(struct collection *c, const struct izh_piece *piece)
{
    const izh_params *p = &c->m->p;
    const struct izh_twofold fall =
        izh_twofold_mul(izh_twofold_product(p->a, p->r), izh_twofold_of(p->cm));
    const struct izh_twofold v =
        izh_twofold_div(izh_twofold_sub(fall, izh_twofold_of(p->k1)), izh_twofold_of(2 * p->k2));
    const struct izh_twofold z = izh_twofold_sub(v, izh_twofold_of(p->vb));
    if (p->k2 == 0 || !holds_at(piece, z.hi))
        return;
    if (!(izh_curve_linear(p, piece, z).determinant.hi > 0))
        return;
    izh_bifurcation b = at(p, piece, z);
    b.kind = IZH_HOPF;
    b.ends_rest = ((p->k2 > 0) == (p->a > 0)) == (p->r > 0); /* the sign of the product */
    add_bifurcation(c, b);
}

/* Finds where a stable equilibrium reaches the peak as the current grows: the roots of
 * v - vpeak - vpeak_u U/r, times r. */
static void find_rest_at_peak(struct collection *c, const struct izh_piece *piece)
{
    const izh_params *p = &c->m->p;
    const struct izh_twofold r = izh_twofold_of(p->r), up = izh_twofold_of(-p->vpeak_u);
    const struct izh_twofold q[4] = {
        izh_twofold_mul(izh_twofold_sum(p->vb, -p->vpeak), r),
        izh_twofold_add(r, izh_twofold_mul(up, izh_twofold_of(piece->b))),
        izh_twofold_of(0),
        izh_twofold_mul(up, izh_twofold_of(piece->b3)),
    };
    struct izh_root root[3];
    const int n = izh_roots(q, 0, root);
    for (int i = 0; i < n; i++) {
        const struct izh_twofold z = root[i].x;
        const struct izh_linear l = izh_curve_linear(p, piece, z);
        const double per_z = (q[1].hi + 3 * q[3].hi * z.hi * z.hi) / p->r;
        if (!holds_at(piece, z.hi) || !may_be_stable(&l) || !(l.determinant.hi > 0) ||
            !(per_z * (p->a * p->r) > 0))
            continue;
        izh_bifurcation b = at(p, piece, z);
        b.kind = IZH_REST_AT_PEAK;
        b.ends_rest = 1;
        add_bifurcation(c, b);
    }
}

static void collect(struct collection *c)
{
    struct izh_piece piece[2];
    const int pieces = izh_pieces(c->m, piece);
    if (c->m->p.r == 0 || c->m->p.a == 0) /* no curve of equilibria, or nothing changes along it */
        return;
    for (int i = 0; i < pieces; i++) {
        find_turns(c, &piece[i], pieces == 2);
        find_hopf(c, &piece[i]);
        find_rest_at_peak(c, &piece[i]);
    }
    if (pieces == 2)
        find_turn_at_kink(c, piece);
}

izh_status izh_params_bifurcations(const izh_params *params, izh_bifurcation *bifurcations,
                                   size_t *count)
{
    IZH_FPMODE;
    if (izh_params_check(params, NULL) != IZH_OK || !bifurcations || !count)
        return IZH_E_INVALID;
    struct izh_model m;
    izh_model_set(&m, params);
    struct collection c = {.m = &m};
    collect(&c);
    for (size_t i = 0; i < c.count; i++)
        bifurcations[i] = c.found[i];
    *count = c.count;
    return IZH_OK;
}

izh_status izh_params_rest_ends(const izh_params *params, izh_bifurcation *end)
{
    IZH_FPMODE;
    if (izh_params_check(params, NULL) != IZH_OK || !end)
        return IZH_E_INVALID;
    struct izh_model m;
    izh_model_set(&m, params);
    struct collection c = {.m = &m};
    izh_state rest;
    collect(&c);
    for (size_t i = c.count; i > 0; i--)
        if (c.found[i - 1].ends_rest) {
            *end = c.found[i - 1];
            return IZH_OK;
        }
    const izh_status status = izh_params_rest(params, 0, &rest);
    *end = (izh_bifurcation){.I = status == IZH_OK ? IZH_INFINITY : IZH_NAN,
                             .state = {IZH_NAN, IZH_NAN}};
    return status;
}
