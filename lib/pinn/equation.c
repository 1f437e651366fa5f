#include "pinn/equation.h"

#include "util/trig.h"

#define PI 3.141592653589793
/* The scale of v, as a share of the way from the turn to the peak; from 1/16 to 1/4 hardly
 * matters. */
#define SHARE (1. / 8)
/* A parabola whose turn is this many times as far from the peak as any state is a straight line. */
#define FAR 100
/* u counts in units of what turns v; but not in units so small that its own rounding shows. */
#define U_ROUNDING 1e-3

static double peak(const struct izh_equation *e)
{
    return e->model.p.vpeak + e->model.p.vpeak_u * e->from.u;
}

/* Whether v turns upwards on the way to the peak, and bends enough to see. */
static bool turns(const struct izh_equation *e, double centre)
{
    const izh_params *p = &e->model.p;
    const double height = peak(e) - centre;
    const double range = izh_fabs(peak(e) - p->c) + izh_fabs(peak(e) - e->from.v);
    return p->k2 > 0 && height > 0 && height < FAR * range;
}

static void set_phase(struct izh_equation *e, double centre)
{
    e->centre = centre;
    e->scale = SHARE * (peak(e) - centre);
    e->u_scale = e->model.p.k2 * e->scale * e->scale;
    e->start[0] = 2 * izh_atan((e->from.v - centre) / e->scale);
    /* Half of the way from the peak to infinity: far enough for a window that ends just past a
     * crossing not to see it. */
    e->hold = .5 * (PI + 2 * izh_atan(1 / SHARE));
    const struct izh_sincos half = izh_sincos(.5 * e->hold);
    e->hold_v = centre + e->scale * (half.sin / half.cos);
    e->hold_slope = .5 * e->scale / (half.cos * half.cos);
}

static void set_plain(struct izh_equation *e)
{
    const izh_params *p = &e->model.p;
    e->centre = e->from.v;
    e->scale = izh_fmax(SHARE * izh_fabs(peak(e) - p->c), 1);
    e->u_scale = p->cm * e->scale;
    e->start[0] = 0;
}

void izh_equation_set(struct izh_equation *e, const struct izh_model *model, double I, double slope,
                      izh_state from)
{
    const double centre = -model->p.k1 / (2 * model->p.k2);
    *e = (struct izh_equation){.model = *model, .I = I, .slope = slope, .from = from};
    e->phase = turns(e, centre);
    if (e->phase)
        set_phase(e, centre);
    else
        set_plain(e);
    e->u_scale += U_ROUNDING * izh_fabs(from.u);
    e->start[1] = from.u / e->u_scale;
}

void izh_equation_stretch(struct izh_equation *e, double length)
{
    e->length = length;
    const struct izh_rates rates = izh_equation_rates(e, 0, e->start);
    e->rate[0] = rates.f[0];
    e->rate[1] = rates.f[1];
}

double izh_equation_time_scale(const struct izh_equation *e)
{
    const izh_params *p = &e->model.p;
    const struct izh_jacobian j = izh_model_jacobian(&e->model, e->from);
    const double turn = e->phase ? e->model.k2 * e->scale : izh_fabs(j.vv);
    return .5 / (turn + izh_fabs(p->a * p->r) + 1e-3);
}

/* v and dv/dtheta; half: sine and cosine of theta/2 where there is a phase. */
static double voltage(const struct izh_equation *e, double theta, struct izh_sincos half,
                      double *slope)
{
    if (!e->phase) {
        *slope = e->scale;
        return e->centre + e->scale * theta;
    }
    if (theta < e->hold) {
        *slope = .5 * e->scale / (half.cos * half.cos);
        return e->centre + e->scale * (half.sin / half.cos);
    }
    *slope = e->hold_slope;
    return e->hold_v + e->hold_slope * (theta - e->hold);
}

struct izh_rates izh_equation_rates(const struct izh_equation *e, double tau, const double x[2])
{
    const izh_params *p = &e->model.p;
    const double u = e->u_scale * x[1], h = e->length, I = e->I + e->slope * (tau * h);
    const struct izh_sincos half = e->phase ? izh_sincos(.5 * x[0]) : (struct izh_sincos){0, 1};
    double v_slope;
    const double v = voltage(e, x[0], half, &v_slope);
    const double per_u = h / e->u_scale;
    struct izh_rates r;
    if (e->phase) {
        const double f = 2 * h / (p->cm * e->scale), top = p->k2 * e->scale * e->scale;
        const double s = half.sin, c = half.cos, rest = p->k0 + .5 * p->k1 * e->centre + I - u;
        r.f[0] = f * (top * (s * s) + rest * (c * c));
        r.df[0][0] = f * (top - rest) * (s * c);
        r.df[0][1] = -f * e->u_scale * (c * c);
    } else {
        const double f = h / (p->cm * e->scale);
        r.f[0] = f * ((p->k2 * v + p->k1) * v + p->k0 - u + I);
        r.df[0][0] = f * (2 * p->k2 * v + p->k1) * e->scale;
        r.df[0][1] = -f * e->u_scale;
    }
    r.f[1] = per_u * izh_model_du(&e->model, (izh_state){v, u});
    r.df[1][0] = per_u * p->a * izh_model_recovery_slope(&e->model, v) * v_slope;
    r.df[1][1] = -h * p->a * p->r;
    return r;
}

izh_state izh_equation_state(const struct izh_equation *e, const double x[2])
{
    const struct izh_sincos half = e->phase ? izh_sincos(.5 * x[0]) : (struct izh_sincos){0, 1};
    double slope;
    return (izh_state){voltage(e, x[0], half, &slope), e->u_scale * x[1]};
}
