/* Where a neuron rests under a constant current: the stable equilibrium. */
#include <stdbool.h>
#include <stddef.h>

#include "model/model.h"
#include "util/cubic.h"
#include "util/float.h"
#include "util/fpmode.h"

/* An equilibrium is stable if the Jacobian has a negative trace and a positive determinant. A state
 * that overflowed is not an equilibrium. */
static bool stable(const struct izh_model *m, izh_state y)
{
    const struct izh_jacobian j = izh_model_jacobian(m, y);
    return izh_state_is_finite(y) && j.vv + j.uu < 0 && j.vv * j.uu - j.vu * j.uv > 0;
}

/* The lowest stable equilibrium on one piece of U: a root of k2 v^2 + k1 v + k0 + I = U(v)/r, where
 * U = b z + b3 z^3 with z = v - vb. */
static bool rest_on_branch(struct izh_model *m, int branch, double I, izh_state *rest)
{
    const izh_params *p = &m->p;
    const double b = branch == IZH_BRANCH_LO ? p->b_lo : p->b_hi;
    const double b3 = branch == IZH_BRANCH_LO ? 0 : p->b3;
    const double c[4] = {(p->k2 * p->vb + p->k1) * p->vb + p->k0 + I,
                         2 * p->k2 * p->vb + p->k1 - b / p->r, p->k2, -b3 / p->r};
    double z[3];
    const int n = izh_cubic_roots(c, z);
    m->branch = branch;
    for (int i = 0; i < n; i++) {
        const double v = p->vb + z[i];
        const double U = (b + b3 * z[i] * z[i]) * z[i]; /* z has more correct digits than v - vb */
        const izh_state y = {v, U / p->r + 0.};         /* + 0. turns -0 into 0 */
        if ((branch == IZH_BRANCH_LO) != (z[i] < 0) || izh_model_above_peak(m, y) >= 0 ||
            !stable(m, y))
            continue;
        *rest = y;
        return true;
    }
    return false;
}

/* The state at v whose u makes v' = 0. Without a leak, u can take any value. */
static izh_state balanced(const izh_params *p, double v, double I)
{
    return (izh_state){v, (p->k2 * v + p->k1) * v + p->k0 + I};
}

/* Without a leak, u rests only where U(v) = 0: at vb, where both pieces must be stable, and at the
 * zero of the cubic piece. (A flat piece below vb has no single state to rest in.) */
static bool rest_without_leak(struct izh_model *m, double I, izh_state *rest)
{
    const izh_params *p = &m->p;
    *rest = balanced(p, p->vb, I);
    m->branch = IZH_BRANCH_LO;
    const bool stable_below = stable(m, *rest);
    m->branch = IZH_BRANCH_HI;
    if (stable_below && stable(m, *rest) && izh_model_above_peak(m, *rest) < 0)
        return true;
    if (!(p->b_hi * p->b3 < 0))
        return false;
    *rest = balanced(p, p->vb + __builtin_sqrt(-p->b_hi / p->b3), I);
    return stable(m, *rest) && izh_model_above_peak(m, *rest) < 0;
}

izh_status izh_params_rest(const izh_params *params, double I, izh_state *rest)
{
    IZH_FPMODE;
    if (!rest || !izh_isfinite(I) || izh_params_check(params, NULL) != IZH_OK)
        return IZH_E_INVALID;
    struct izh_model m;
    izh_model_set(&m, params);
    const bool found = params->r == 0 ? rest_without_leak(&m, I, rest)
                                      : rest_on_branch(&m, IZH_BRANCH_LO, I, rest) ||
                                            rest_on_branch(&m, IZH_BRANCH_HI, I, rest);
    if (!found)
        *rest = (izh_state){IZH_NAN, IZH_NAN};
    return found ? IZH_OK : IZH_NO_REST;
}
