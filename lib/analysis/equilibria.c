/* The rates at a state, the states where they vanish, and what the neuron does near those. */
#include "analysis/curve.h"
#include "util/fpmode.h"

static bool valid(const izh_params *params)
{
    return izh_params_check(params, NULL) == IZH_OK;
}

izh_status izh_params_rates(const izh_params *params, izh_state state, double I, izh_state *rates)
{
    IZH_FPMODE;
    if (!valid(params) || !izh_state_is_finite(state) || !izh_isfinite(I) || !rates)
        return IZH_E_INVALID;
    struct izh_model m;
    izh_model_set(&m, params);
    *rates = izh_model_rhs(&m, state, I);
    return IZH_OK;
}

izh_status izh_params_jacobian(const izh_params *params, izh_state state, izh_matrix *jacobian)
{
    IZH_FPMODE;
    if (!valid(params) || !izh_state_is_finite(state) || !jacobian)
        return IZH_E_INVALID;
    struct izh_model m;
    izh_model_set(&m, params);
    const struct izh_jacobian j = izh_model_jacobian(&m, state);
    *jacobian = (izh_matrix){j.vv, j.vu, j.uv, j.uu};
    return IZH_OK;
}

/* Where U(v) = 0: at vb, and at one more place on the cubic piece. */
static void set_lines(const izh_params *p, double line[2])
{
    line[0] = p->vb;
    line[1] = p->b_hi * p->b3 < 0 ? p->vb + __builtin_sqrt(-p->b_hi / p->b3) : IZH_NAN;
}

izh_status izh_params_nullclines(const izh_params *params, double I, izh_nullclines *nullclines)
{
    IZH_FPMODE;
    if (!valid(params) || !izh_isfinite(I) || !nullclines)
        return IZH_E_INVALID;
    const izh_params *p = params;
    const bool graph = p->r != 0;
    *nullclines = (izh_nullclines){p->k0 + I,
                                   p->k1,
                                   p->k2,
                                   p->vb,
                                   graph ? p->b_lo / p->r : IZH_NAN,
                                   graph ? p->b_hi / p->r : IZH_NAN,
                                   graph ? p->b3 / p->r : IZH_NAN,
                                   {IZH_NAN, IZH_NAN}};
    if (!graph)
        set_lines(p, nullclines->line);
    return IZH_OK;
}

/* ---- the kind of an equilibrium ---- */

/* (trace/2)^2 - determinant */
static struct izh_twofold discriminant(const struct izh_linear *l)
{
    const struct izh_twofold half = izh_twofold_scale(l->trace, .5);
    return izh_twofold_sub(izh_twofold_mul(half, half), l->determinant);
}

static int32_t kind(const struct izh_linear *l, double a, bool twice)
{
    const double trace = l->trace.hi, determinant = l->determinant.hi;
    if (a == 0)
        return IZH_DEGENERATE;
    if (twice)
        return IZH_FOLD;
    if (determinant == 0)
        return IZH_DEGENERATE;
    if (determinant < 0)
        return IZH_SADDLE;
    if (izh_fabs(trace) <= l->near_zero)
        return IZH_CENTRE;
    if (discriminant(l).hi < 0)
        return trace < 0 ? IZH_STABLE_FOCUS : IZH_UNSTABLE_FOCUS;
    return trace < 0 ? IZH_STABLE_NODE : IZH_UNSTABLE_NODE;
}

static void set_real(izh_equilibrium *e, double x, double y)
{
    e->re[0] = izh_fmin(x, y) + 0.;
    e->re[1] = izh_fmax(x, y) + 0.;
    e->im[0] = e->im[1] = 0;
}

/* At the kink: whether both pieces make the equilibrium stable, or both unstable, or both a
 * saddle. */
static bool agree(int32_t kind, int32_t other)
{
    const bool stable = kind == IZH_STABLE_NODE || kind == IZH_STABLE_FOCUS;
    const bool unstable = kind == IZH_UNSTABLE_NODE || kind == IZH_UNSTABLE_FOCUS;
    return kind == other || (stable && (other == IZH_STABLE_NODE || other == IZH_STABLE_FOCUS)) ||
           (unstable && (other == IZH_UNSTABLE_NODE || other == IZH_UNSTABLE_FOCUS));
}

/* Finds the eigenvalue that does not cancel, and the other one by their product. */
static void set_eigenvalues(izh_equilibrium *e, const struct izh_linear *l)
{
    const struct izh_twofold half = izh_twofold_scale(l->trace, .5), square = discriminant(l);
    if (e->kind == IZH_FOLD) {
        set_real(e, izh_twofold_round(l->trace), 0);
    } else if (e->kind == IZH_CENTRE || square.hi < 0) {
        e->re[0] = e->re[1] = e->kind == IZH_CENTRE ? 0 : izh_twofold_round(half);
        e->im[1] = izh_twofold_round(izh_twofold_sqrt(izh_twofold_neg(square)));
        e->im[0] = -e->im[1];
    } else {
        const struct izh_twofold s = izh_twofold_sqrt(square);
        const struct izh_twofold large =
            half.hi < 0 ? izh_twofold_sub(half, s) : izh_twofold_add(half, s);
        const struct izh_twofold small =
            large.hi != 0 ? izh_twofold_div(l->determinant, large) : izh_twofold_of(0);
        set_real(e, izh_twofold_round(large), izh_twofold_round(small));
    }
}

/* ---- all equilibria ---- */

struct rest_search {
    const struct izh_model *m;
    struct izh_piece piece[2];
    int pieces;
    double I;
    izh_equilibrium found[IZH_EQUILIBRIA_MAX];
    size_t count;
};

/* Rounding may change the current. That moves the equilibrium, by dI/dv = cm det/(a r), and so the
 * trace. */
static struct izh_linear linear(const struct rest_search *s, const struct izh_piece *piece,
                                struct izh_twofold z)
{
    const izh_params *p = &s->m->p;
    struct izh_linear l = izh_curve_linear(p, piece, z);
    const double dI_dv = p->cm * l.determinant.hi / (p->a * p->r);
    const double moved = 2 * izh_fabs(p->k2 / p->cm) * izh_curve_slack(p, s->I) / izh_fabs(dI_dv);
    if (izh_isfinite(moved))
        l.near_zero += moved;
    return l;
}

static void add_equilibrium(struct rest_search *s, const struct izh_piece *piece,
                            const struct izh_root *root)
{
    const izh_params *p = &s->m->p;
    izh_equilibrium e = {.state = izh_curve_state(p, root->x, izh_twofold_of(s->I))};
    if (!(izh_fabs(e.state.v) < IZH_STATE_MAX) || !(izh_fabs(e.state.u) < IZH_STATE_MAX))
        return;
    const struct izh_linear l = linear(s, piece, root->x);
    e.kind = kind(&l, p->a, root->twice);
    e.beyond_peak = izh_model_above_peak(s->m, e.state) >= 0;
    set_eigenvalues(&e, &l);
    if (s->pieces == 2 && root->x.hi == 0) {
        const struct izh_linear other = linear(s, &s->piece[0], root->x);
        if (!agree(e.kind, kind(&other, p->a, root->twice)))
            e.kind = IZH_KINK;
    }
    s->found[s->count++] = e;
}

static void search_piece(struct rest_search *s, const struct izh_piece *piece)
{
    const izh_params *p = &s->m->p;
    const double slack = izh_fabs(p->r) * izh_curve_slack(p, s->I);
    struct izh_twofold c[4];
    struct izh_root root[3];
    izh_curve_polynomial(p, piece, s->I, c);
    if (s->pieces == 2 && izh_fabs(c[0].hi) <= slack)
        c[0] = izh_twofold_of(0); /* the equilibrium is at the kink */
    const int n = izh_roots(c, slack, root);
    for (int i = 0; i < n; i++)
        if (root[i].x.hi < 0 ? piece->below : piece->from_on)
            add_equilibrium(s, piece, &root[i]);
}

izh_status izh_params_equilibria(const izh_params *params, double I, izh_equilibrium *equilibria,
                                 size_t *count)
{
    IZH_FPMODE;
    if (!valid(params) || !izh_isfinite(I) || !equilibria || !count)
        return IZH_E_INVALID;
    struct izh_model m;
    izh_model_set(&m, params);
    struct rest_search s = {.m = &m, .I = I};
    s.pieces = izh_pieces(&m, s.piece);
    for (int i = 0; i < s.pieces; i++)
        search_piece(&s, &s.piece[i]);
    for (size_t i = 0; i < s.count; i++)
        equilibria[i] = s.found[i];
    *count = s.count;
    return IZH_OK;
}
