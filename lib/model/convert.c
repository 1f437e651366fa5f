/* Converts a neuron between the form of 2003 and that of 2007. */
#include <stdbool.h>
#include <stddef.h>

#include "model/model.h"
#include "util/float.h"
#include "util/fpmode.h"

/* The 2003 form: k2, k0, the peak, and the vertex of the parabola, -k1/(2 k2). */
#define K2_2003 .04
#define K0_2003 140
#define PEAK_2003 30
#define VERTEX_2003 (-62.5)

static bool plain(const izh_params *p)
{
    return p->b_lo == p->b_hi && p->b3 == 0 && p->r == 1 && p->k2 > 0;
}

static bool is_scale(double x)
{
    return x > 0 && izh_isfinite(x);
}

static izh_status store_converted(const izh_params *params, const izh_conversion *units,
                                  izh_params *converted, izh_conversion *new_units)
{
    double value;
    if (izh_params_fault(params, &value) || !is_scale(units->t) || !is_scale(units->v) ||
        !izh_isfinite(units->v_shift) || !is_scale(units->u) || !izh_isfinite(units->u_shift) ||
        !izh_isfinite(units->I_shift))
        return IZH_E_INVALID;
    *converted = *params;
    *new_units = *units;
    return IZH_OK;
}

/* The same neuron with u and I in units of 1/scale. */
static izh_params scaled(const izh_params *p, double scale)
{
    izh_params q = *p;
    q.cm *= scale;
    q.k2 *= scale;
    q.k1 *= scale;
    q.k0 *= scale;
    q.b_lo *= scale;
    q.b_hi *= scale;
    q.b3 *= scale;
    q.d *= scale;
    q.u_max *= scale;
    q.vpeak_u /= scale;
    q.c_u /= scale;
    return q;
}

/* Shifts u so that it is 0 at rest, where v is the lower root of k2 v^2 + (k1 - b) v + k0 + b vb.
 * The parabola minus that shift is then k2 (v - vr)(v - vt); if there is no root, a constant
 * current makes up the difference. Returns false if the numbers are too large. */
static bool count_from_rest(izh_params *p, izh_conversion *units)
{
    const double b = p->b_lo, half = .5 * (p->k1 - b), product = p->k0 + b * p->vb;
    const double squared = half * half - p->k2 * product;
    if (!izh_isfinite(squared))
        return false;
    const double root = squared > 0 ? __builtin_sqrt(squared) : 0;
    /* This form avoids cancellation between half and root. */
    const double lower = half > 0 ? -(half + root) / p->k2 : product / (root - half);
    const double vr = squared > 0 ? lower : -half / p->k2;
    const double shift = b * (vr - p->vb), vt = -p->k1 / p->k2 - vr;
    if (squared < 0)
        units->I_shift = (p->k2 * vr + p->k1) * vr + p->k0 - shift;
    units->u_shift = -shift;
    if (p->u_max < IZH_INFINITY)
        p->u_max -= shift;
    p->vpeak += p->vpeak_u * shift;
    p->c += p->c_u * shift;
    p->k1 = -(p->k2 * (vr + vt));
    p->k0 = (p->k2 * vr) * vt;
    p->vb = vr;
    return true;
}

izh_status izh_params_to_2007(const izh_params *params, double C, izh_params *converted,
                              izh_conversion *units)
{
    IZH_FPMODE;
    double value;
    if (!params || !converted || !units || izh_params_fault(params, &value))
        return IZH_E_INVALID;
    if (!(C > 0) || !izh_isfinite(C))
        return IZH_E_INVALID;
    izh_conversion u = {.t = 1, .v = 1, .u = C / params->cm};
    izh_params p = scaled(params, u.u);
    p.cm = C;
    if (plain(params) && !count_from_rest(&p, &u))
        return IZH_E_INVALID;
    return store_converted(&p, &u, converted, units);
}

/* With w = (v - v0)/x and s = t/y, the coefficient of w^2 in dw/ds is x y k2/cm, and the peak lies
 * (vpeak - vertex)/x above the vertex. Both must have the values of the 2003 form, which gives x
 * and y; the vertex gives v0. */
izh_status izh_params_to_2003(const izh_params *params, izh_params *converted,
                              izh_conversion *units)
{
    IZH_FPMODE;
    double value;
    if (!params || !converted || !units || izh_params_fault(params, &value))
        return IZH_E_INVALID;
    const izh_params *p = params;
    const double vertex = plain(p) ? -p->k1 / (2 * p->k2) : IZH_NAN;
    if (!(p->vpeak > vertex) || p->vpeak_u != 0 || p->c_u != 0 || p->u_max < IZH_INFINITY)
        return IZH_E_UNSUPPORTED;
    const double x = (p->vpeak - vertex) / (PEAK_2003 - VERTEX_2003);
    const double y = p->cm * K2_2003 / (p->k2 * x), v0 = vertex - x * VERTEX_2003;
    const double scale = y / (x * p->cm), shift = -(scale * p->b_lo * (v0 - p->vb));
    const izh_conversion u = {.t = 1 / y,
                              .v = 1 / x,
                              .v_shift = -v0 / x,
                              .u = scale,
                              .u_shift = shift,
                              .I_shift =
                                  scale * ((p->k2 * v0 + p->k1) * v0 + p->k0) + shift - K0_2003};
    const izh_params q =
        izh_params_2003(y * p->a, y * p->b_lo / p->cm, (p->c - v0) / x, scale * p->d);
    return store_converted(&q, &u, converted, units);
}
