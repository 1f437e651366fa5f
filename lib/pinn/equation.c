#include "pinn/equation.h"

#include "util/trig.h"

/* The scale of v, as a share of the way from the turn to the peak. Shares from 1/16 to 1/4 make
 * little difference. */
#define SHARE (1. / 8)
/* If the turn is this many times as far from the peak as any state is, the parabola counts as a
 * straight line. */
#define FAR_TURNS 100
/* The unit of u is what turns v, but it is not so small that the rounding of u shows. */
#define U_ROUNDING 1e-3

static double peak_ahead(const struct izh_pinn_equation *e)
{
    return e->model.p.vpeak + e->model.p.vpeak_u * e->from.u;
}

/* Whether v turns upwards on its way to the peak, and the parabola bends enough to matter. */
static bool turns(const struct izh_pinn_equation *e, double centre)
{
    const izh_params *p = &e->model.p;
    const double height = peak_ahead(e) - centre;
    const double range = izh_fabs(peak_ahead(e) - p->c) + izh_fabs(peak_ahead(e) - e->from.v);
    return p->k2 > 0 && height > 0 && height < FAR_TURNS * range;
}

static void set_phase(struct izh_pinn_equation *e, double centre)
{
    const double top = 1 / SHARE; /* tan(theta/2) at the peak */
    e->scale = SHARE * (peak_ahead(e) - centre);
    e->u_scale = e->model.p.k2 * e->scale * e->scale;
    e->turn = (e->from.v - centre) / e->scale;
    e->norm = 1 / __builtin_sqrt(1 + e->turn * e->turn);
    /* Half of the way from the peak to infinity: a window that ends just past a crossing does not
     * get that far. */
    const double hold = .5 * IZH_PI + izh_atan(top), t = izh_tan(.5 * hold);
    e->hold = hold - 2 * izh_atan(e->turn);
    e->hold_v = centre + e->scale * t;
    e->hold_slope = .5 * e->scale * (1 + t * t);
}

static void set_plain(struct izh_pinn_equation *e)
{
    const izh_params *p = &e->model.p;
    e->scale = izh_fmax(SHARE * izh_fabs(peak_ahead(e) - p->c), 1);
    e->u_scale = p->cm * e->scale;
}

void izh_pinn_equation_set(struct izh_pinn_equation *e, const struct izh_model *model, double I,
                           double slope, izh_state from)
{
    const double centre = -model->p.k1 / (2 * model->p.k2);
    *e = (struct izh_pinn_equation){.model = *model, .I = I, .slope = slope, .from = from};
    e->phase = turns(e, centre);
    if (e->phase)
        set_phase(e, centre);
    else
        set_plain(e);
    e->u_scale += U_ROUNDING * izh_fabs(from.u);
}

void izh_pinn_equation_stretch(struct izh_pinn_equation *e, double length)
{
    e->length = length;
    const struct izh_pinn_rates rates = izh_pinn_equation_rates(e, 0, (const double[2]){0, 0});
    e->rate[0] = rates.f[0];
    e->rate[1] = rates.f[1];
}

double izh_pinn_equation_time_scale(const struct izh_pinn_equation *e)
{
    const izh_params *p = &e->model.p;
    const struct izh_jacobian j = izh_model_jacobian(&e->model, e->from);
    const double turn = e->phase ? e->model.k2 * e->scale : izh_fabs(j.vv);
    return .5 / (turn + izh_fabs(p->a * p->r) + 1e-3);
}

/* Sine and cosine of theta/2. */
static struct izh_sincos half_angle(const struct izh_pinn_equation *e, struct izh_sincos half)
{
    return (struct izh_sincos){e->norm * (half.sin + e->turn * half.cos),
                               e->norm * (half.cos - e->turn * half.sin)};
}

/* A neuron at some coordinates: v and u, dv/dx[0], and sine and cosine of theta/2. */
struct place {
    double v, u, slope;
    struct izh_sincos half;
};

static struct place place(const struct izh_pinn_equation *e, const double x[2])
{
    struct place p = {.u = e->from.u + e->u_scale * x[1], .slope = e->scale};
    if (!e->phase) {
        p.v = e->from.v + e->scale * x[0];
        return p;
    }
    const struct izh_sincos grown = izh_sincos(.5 * x[0]);
    p.half = half_angle(e, grown);
    if (x[0] < e->hold) {
        p.v = e->from.v + e->scale * (grown.sin / (e->norm * p.half.cos));
        p.slope = .5 * e->scale / (p.half.cos * p.half.cos);
    } else {
        p.v = e->hold_v + e->hold_slope * (x[0] - e->hold);
        p.slope = e->hold_slope;
    }
    return p;
}

/* f[0] and its derivatives. */
static void rates_of_phase(const struct izh_pinn_equation *e, const struct place *at, double I,
                           struct izh_pinn_rates *r)
{
    const izh_params *p = &e->model.p;
    const double f = 2 * e->length / (p->cm * e->scale), top = p->k2 * e->scale * e->scale;
    const double rest = p->k0 - p->k1 * (p->k1 / (4 * p->k2)) + I - at->u;
    const double s = at->half.sin, c = at->half.cos;
    r->f[0] = f * (top * (s * s) + rest * (c * c));
    r->df[0][0] = f * (top - rest) * (s * c);
    r->df[0][1] = -f * e->u_scale * (c * c);
}

static void rates_of_v(const struct izh_pinn_equation *e, const struct place *at, double I,
                       struct izh_pinn_rates *r)
{
    const izh_params *p = &e->model.p;
    const double f = e->length / (p->cm * e->scale);
    r->f[0] = f * ((p->k2 * at->v + p->k1) * at->v + p->k0 - at->u + I);
    r->df[0][0] = f * (2 * p->k2 * at->v + p->k1) * e->scale;
    r->df[0][1] = -f * e->u_scale;
}

struct izh_pinn_rates izh_pinn_equation_rates(const struct izh_pinn_equation *e, double tau,
                                              const double x[2])
{
    const struct izh_model *m = &e->model;
    const struct place at = place(e, x);
    const double h = e->length, I = e->I + e->slope * (tau * h), per_u = h / e->u_scale;
    struct izh_pinn_rates r;
    if (e->phase)
        rates_of_phase(e, &at, I, &r);
    else
        rates_of_v(e, &at, I, &r);
    r.f[1] = per_u * izh_model_du(m, (izh_state){at.v, at.u});
    r.df[1][0] = per_u * m->p.a * izh_model_recovery_slope(m, at.v) * at.slope;
    r.df[1][1] = -h * m->p.a * m->p.r;
    return r;
}

izh_state izh_pinn_equation_state(const struct izh_pinn_equation *e, const double x[2])
{
    const struct place at = place(e, x);
    return (izh_state){at.v, at.u};
}
