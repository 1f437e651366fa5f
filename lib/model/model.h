/* The normal form as the methods see it: the formula and its Jacobian, written once.
 * Source of the model: include/izh/model.h. */
#ifndef IZH_LIB_MODEL_H
#define IZH_LIB_MODEL_H

#include <izh/model.h>

#include "util/float.h"

/* A state beyond this counts as infinite: its square times a parameter may overflow. */
#define IZH_STATE_MAX 1e100
/* One ampere, in pA. A u that grew this large by itself never comes back. */
#define IZH_RUNAWAY_U 1e12

static inline int izh_state_is_finite(izh_state y)
{
    return izh_isfinite(y.v) && izh_isfinite(y.u);
}

/* Which piece of U(v) holds. A step that ends at the kink uses one smooth piece throughout, even
 * where one of its stages lies beyond the kink. */
#define IZH_BRANCH_BY_V 0
#define IZH_BRANCH_LO (-1)
#define IZH_BRANCH_HI 1

/* The fields of izh_params. */
enum izh_param {
#define PARAM(name, column) IZH_PARAM_##name,
#include "model/params.def"
    IZH_PARAMS
};

extern const char *const izh_param_names[IZH_PARAMS];

/* A neuron, ready for stepping. */
struct izh_model {
    izh_params p;
    double k2, k1, k0, w; /* k2, k1, k0 and 1, each divided by cm */
    int branch;           /* IZH_BRANCH_... */
};

/* The Jacobian of (v', u') with respect to (v, u). */
struct izh_jacobian {
    double vv, vu, uv, uu; /* d v'/d v, d v'/d u, d u'/d v, d u'/d u */
};

/* Prepares a neuron for stepping. The divisions by cm are done here, once. */
void izh_model_set(struct izh_model *model, const izh_params *params);

/* Returns the name of the first invalid field and stores its value, or returns NULL if all fields
 * are valid. */
const char *izh_params_fault(const izh_params *params, double *value);

/* The rule that this value of the field breaks, such as "must be finite". */
const char *izh_params_rule(const char *field, double value);

/* The branch of U that holds at v. The kink itself belongs to the upper branch. */
static inline int izh_model_branch(const struct izh_model *m, double v)
{
    return v < m->p.vb ? IZH_BRANCH_LO : IZH_BRANCH_HI;
}

/* Whether U(v) has two different pieces. */
static inline int izh_model_has_kink(const struct izh_model *m)
{
    return m->p.b_lo != m->p.b_hi || m->p.b3 != 0;
}

static inline double izh_model_recovery(const struct izh_model *m, double v)
{
    const double x = v - m->p.vb;
    if (m->branch == IZH_BRANCH_LO || (m->branch == IZH_BRANCH_BY_V && x < 0))
        return m->p.b_lo * x;
    return (m->p.b_hi + m->p.b3 * x * x) * x;
}

static inline double izh_model_recovery_slope(const struct izh_model *m, double v)
{
    const double x = v - m->p.vb;
    if (m->branch == IZH_BRANCH_LO || (m->branch == IZH_BRANCH_BY_V && x < 0))
        return m->p.b_lo;
    return m->p.b_hi + 3 * m->p.b3 * x * x;
}

/* v' and u'. The operations have the order of the papers' listings, left to right, so that 2003
 * parameters give exactly the bits of those listings. */
static inline double izh_model_dv(const struct izh_model *m, izh_state y, double I)
{
    return m->k2 * y.v * y.v + m->k1 * y.v + m->k0 - m->w * y.u + m->w * I;
}

static inline double izh_model_du(const struct izh_model *m, izh_state y)
{
    return m->p.a * (izh_model_recovery(m, y.v) - m->p.r * y.u);
}

static inline izh_state izh_model_rhs(const struct izh_model *m, izh_state y, double I)
{
    return (izh_state){izh_model_dv(m, y, I), izh_model_du(m, y)};
}

static inline struct izh_jacobian izh_model_jacobian(const struct izh_model *m, izh_state y)
{
    return (struct izh_jacobian){2 * m->k2 * y.v + m->k1, -m->w,
                                 m->p.a * izh_model_recovery_slope(m, y.v), -m->p.a * m->p.r};
}

/* Chooses the piece of U(v) that the solution follows from this state until it meets the kink,
 * under the current I with the given slope. At the kink itself the sign of v' decides, which is the
 * same on both pieces; where v' is zero, the sign of v'' = (I' - u')/cm decides. */
static inline void izh_model_choose_branch(struct izh_model *m, izh_state y, double I, double slope)
{
    if (!izh_model_has_kink(m))
        return;
    m->branch = izh_model_branch(m, y.v);
    if (y.v != m->p.vb)
        return;
    const izh_state f = izh_model_rhs(m, y, I);
    if (f.v < 0 || (f.v == 0 && slope < f.u))
        m->branch = IZH_BRANCH_LO;
}

/* How far the state lies above the peak, mV. At 0 and above, a spike is due. */
static inline double izh_model_above_peak(const struct izh_model *m, izh_state y)
{
    return y.v - (m->p.vpeak + m->p.vpeak_u * y.u);
}

static inline izh_state izh_model_reset(const struct izh_model *m, izh_state y)
{
    const double u = y.u + m->p.d;
    return (izh_state){m->p.c + m->p.c_u * y.u, u < m->p.u_max ? u : m->p.u_max};
}

#endif
