#include "pinn/flow_map.h"

#include <string.h>

#include "util/philox.h"
#include "util/trig.h"

/* The longest step: a share of the time in which v blows up from the peak, and ms. */
#define MAP_STEP .6
#define STEP_MOST 1
/* If the longest step were shorter than this, v would blow up far faster than any neuron's. */
#define STEP_LEAST 1e-3
/* The scale of v, as a share of the way from the turn to the peak. */
#define MAP_SHARE .25
/* The hidden weights are drawn from -SIZE to SIZE. */
#define SIZE .5
/* FLOOR is added to the size by which residuals are measured. WEIGHT_OF_W is the weight of an error
 * of w beside one of theta, since an error of w lasts for many steps. */
#define FLOOR .01
#define WEIGHT_OF_W 30
/* How many steps the search for a crossing of the peak may take, and how close it comes, as a share
 * of the step. */
#define CROSSING_STEPS 60
#define CROSSING_NEAR 1e-9
/* The unit of M's outputs. */
#define SCALE_OF_W .1

/* ---- the neuron ---- */

static double centre_of(const izh_params *p)
{
    return -p->k1 / (2 * p->k2);
}

static double longest_step(const izh_params *p, double peak)
{
    return izh_fmin(STEP_MOST, MAP_STEP * p->cm / (p->k2 * (peak - centre_of(p))));
}

static double drift(const struct izh_flow_map *m, double I, double slope)
{
    const izh_params *p = &m->model.p;
    const double recovery = p->b_hi * (m->centre - p->vb);
    return m->h * (slope + p->a * (p->r * (m->rest + I) - recovery)) / m->unit;
}

static void set_scales(struct izh_flow_map *m)
{
    const izh_params *p = &m->model.p;
    m->centre = centre_of(p);
    m->scale = MAP_SHARE * (p->vpeak - m->centre);
    m->unit = p->k2 * m->scale * m->scale;
    m->rest = p->k0 - p->k1 * (p->k1 / (4 * p->k2));
    m->peak = p->vpeak + izh_fmax(p->vpeak_u * m->region.u_lo, p->vpeak_u * m->region.u_hi);
    m->peak = izh_fmax(m->peak, p->vpeak);
    m->h = longest_step(p, m->peak);
    m->omega = m->h * p->k2 * m->scale / p->cm;
    m->leak = m->h * p->a * p->r;
    m->recover = m->h * p->a * p->b_hi * m->scale / m->unit;
}

static void set_region(struct izh_flow_map *m)
{
    const struct izh_flow_region *r = &m->region;
    m->theta_lo = 2 * izh_atan((r->v_lo - m->centre) / m->scale);
    m->theta_peak = 2 * izh_atan((m->peak - m->centre) / m->scale);
    m->gamma_lo = (m->rest + r->I_lo - r->u_hi) / m->unit;
    m->gamma_hi = (m->rest + r->I_hi - r->u_lo) / m->unit;
    const double one = drift(m, r->I_lo, 0), other = drift(m, r->I_hi, 0);
    m->drift_lo = izh_fmin(one, other) - m->h * r->slope / m->unit;
    m->drift_hi = izh_fmax(one, other) + m->h * r->slope / m->unit;
    m->bend = izh_fabs(m->leak) * m->h * r->slope / m->unit;
}

static void set_angles(struct izh_flow_map *m)
{
    const struct izh_sincos peak = izh_sincos(.5 * m->theta_peak);
    m->peak_sin = peak.sin;
    m->peak_cos = peak.cos;
    const struct izh_sincos half = izh_sincos(.25 * (m->theta_peak + IZH_PI));
    m->hold_sin = half.sin;
    m->hold_cos = half.cos;
    m->hold_v = m->centre + m->scale * (half.sin / half.cos);
    m->hold_slope = .5 * m->scale / (half.cos * half.cos);
}

void izh_flow_set(struct izh_flow_map *m, const izh_params *p, const struct izh_flow_region *region)
{
    memset(m, 0, sizeof *m);
    izh_model_set(&m->model, p);
    m->region = *region;
    set_scales(m);
    set_region(m);
    set_angles(m);
}

/* Why a map of this neuron would not have finite coordinates; NULL if it has. */
static const char *unsuited(const struct izh_flow_map *m)
{
    const izh_params *p = &m->model.p;
    if (!(p->k2 > 0))
        return "k2 is not positive";
    if (p->b_lo != p->b_hi || p->b3 != 0)
        return "U(v) is not a line";
    if (!(p->vpeak > m->centre))
        return "v does not turn upwards below the peak";
    return m->h >= STEP_LEAST ? NULL : "v blows up at once from the peak";
}

const char *izh_flow_fault(const struct izh_flow_map *m)
{
    const char *why = unsuited(m);
    if (why)
        return why;
    if (!(m->region.v_lo < m->peak))
        return "v does not come below the peak";
    const double lowest = (m->region.v_lo - m->centre) / m->scale;
    const double sizes[] = {lowest * lowest, m->unit,     m->rest,     m->omega,
                            m->leak,         m->recover,  m->drift_lo, m->drift_hi,
                            m->bend,         m->gamma_lo, m->gamma_hi};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (!izh_isfinite(sizes[i]))
            return "the states or currents are out of all range";
    return m->gamma_lo < m->gamma_hi ? NULL : "the states and currents are one";
}

bool izh_flow_is_of(const struct izh_flow_map *m, const struct izh_model *model)
{
    return memcmp(&m->model.p, &model->p, sizeof model->p) == 0;
}

static double map_uniform(uint32_t word)
{
    return (word + .5) * 0x1p-32;
}

void izh_flow_seed(struct izh_flow_net *n, int units, uint64_t seed)
{
    memset(n, 0, sizeof *n);
    n->units = units;
    for (int j = 0; j < units; j++) {
        uint32_t word[4] = {(uint32_t)j, 0, 0, 0}, more[4] = {(uint32_t)j, 1, 0, 0};
        izh_philox(word, seed);
        izh_philox(more, seed);
        for (int d = 0; d < IZH_FLOW_INPUTS; d++)
            n->in[d][j] = SIZE * (2 * map_uniform(word[d]) - 1);
        n->shift[j] = SIZE * (2 * map_uniform(more[0]) - 1);
    }
}

struct izh_flow_start izh_flow_start(const struct izh_flow_map *m, izh_state y, double I,
                                     double slope)
{
    const double x = (y.v - m->centre) / m->scale, norm = 1 / __builtin_sqrt(1 + x * x);
    return (struct izh_flow_start){.from = y,
                                   .slope = slope,
                                   .sin = x * norm,
                                   .cos = norm,
                                   .gamma = (m->rest + (I - y.u)) / m->unit,
                                   .drift = drift(m, I, slope),
                                   .bend = m->leak * m->h * slope / m->unit};
}

bool izh_flow_covers(const struct izh_flow_map *m, const struct izh_flow_start *s)
{
    const double peak = m->model.p.vpeak + m->model.p.vpeak_u * s->from.u;
    return s->from.v >= m->region.v_lo && s->from.v <= peak && peak <= m->peak &&
           s->gamma >= m->gamma_lo && s->gamma <= m->gamma_hi && s->drift >= m->drift_lo &&
           s->drift <= m->drift_hi && izh_fabs(s->bend) <= m->bend;
}

/* ---- the network ---- */

enum factor {
    BY_F,
    BY_G,
    BY_G2,
    BY_BEND
};

/* Powers begin where the factor can first have an effect. */
const struct izh_flow_output izh_flow_outputs[IZH_FLOW_OUTPUTS] = {
    {0, BY_F, 0},    {0, BY_F, 1},    {0, BY_F, 2},    {0, BY_F, 3},   {0, BY_G, 0},  {0, BY_G, 1},
    {0, BY_G, 2},    {0, BY_G, 3},    {1, BY_F, 0},    {1, BY_F, 1},   {1, BY_F, 2},  {1, BY_F, 3},
    {1, BY_G, 0},    {1, BY_G, 1},    {1, BY_G, 2},    {1, BY_G, 3},   {0, BY_G2, 2}, {0, BY_G2, 3},
    {0, BY_BEND, 2}, {0, BY_BEND, 3}, {1, BY_BEND, 1}, {1, BY_BEND, 2}};

void izh_flow_factors(const struct izh_flow_path *path, double by[2][IZH_FLOW_FACTORS])
{
    const double f = path->rate[0], g = path->rate[1];
    const double factor[IZH_FLOW_FACTORS] = {f, g, g * g, path->start.bend};
    for (int i = 0; i < IZH_FLOW_FACTORS; i++) {
        by[0][i] = factor[i];
        by[1][i] = SCALE_OF_W * factor[i];
    }
}

/* The start as the network sees it: the angle as a point on the circle, so that what the network
 * learns has few harmonics; and v, whose growth towards the peak no harmonic shows. */
static void inputs(const struct izh_flow_map *m, const struct izh_flow_start *s,
                   double z[IZH_FLOW_INPUTS])
{
    z[0] = 2 * s->cos * s->cos - 1;
    z[1] = 2 * s->sin * s->cos;
    z[2] = (2 * s->gamma - (m->gamma_lo + m->gamma_hi)) / (m->gamma_hi - m->gamma_lo);
    z[3] = 2 * MAP_SHARE * (s->sin / s->cos) - 1;
}

static izh_doubles load_lanes(const double *x)
{
    izh_doubles y;
    memcpy(&y, x, sizeof y);
    return y;
}

void izh_flow_units(const struct izh_flow_map *m, const struct izh_flow_start *start, double *units)
{
    const struct izh_flow_net *n = &m->net;
    double z[IZH_FLOW_INPUTS];
    inputs(m, start, z);
    for (int j = 0; j < n->units; j += IZH_TRIG_LANES) {
        izh_doubles a = load_lanes(n->shift + j);
        for (int d = 0; d < IZH_FLOW_INPUTS; d++)
            a += load_lanes(n->in[d] + j) * z[d];
        a = izh_doubles_tanh(a);
        memcpy(units + j, &a, sizeof a);
    }
    units[n->units] = 1;
}

static void combine(const struct izh_flow_net *n, const double *units, double out[IZH_FLOW_OUTPUTS])
{
    izh_doubles sum[IZH_FLOW_OUTPUTS / IZH_TRIG_LANES] = {{0}};
    for (int j = 0; j <= n->units; j++)
        for (int o = 0; o < IZH_FLOW_OUTPUTS / IZH_TRIG_LANES; o++)
            sum[o] += units[j] * load_lanes(n->out[j] + IZH_TRIG_LANES * o);
    memcpy(out, sum, sizeof sum);
}

void izh_flow_path(const struct izh_flow_map *m, const struct izh_flow_start *start,
                   const double *units, struct izh_flow_path *path)
{
    const double s = start->sin, c = start->cos, c2 = c * c;
    path->start = *start;
    path->rate[0] = 2 * m->omega * (s * s + start->gamma * c2);
    path->rate[1] =
        start->drift - m->leak * start->gamma + m->recover * ((start->gamma - 1) * (s * c));
    memset(path->term, 0, sizeof path->term);
    path->term[0][1] = m->omega * c2 * start->bend / 3;
    path->term[1][0] = start->bend / 2;
    if (!units)
        return;
    double out[IZH_FLOW_OUTPUTS], by[2][IZH_FLOW_FACTORS];
    combine(&m->net, units, out);
    izh_flow_factors(path, by);
    for (int i = 0; i < IZH_FLOW_OUTPUTS; i++) {
        const struct izh_flow_output o = izh_flow_outputs[i];
        path->term[o.in_w][o.power] += by[o.in_w][o.factor] * out[i];
    }
}

/* ---- within a step ---- */

/* Leads from 1 beyond all doubles, upwards or downwards. */
#define MAP_DOUBLINGS 1100

/* ln x = 2 atanh((x - 1)/(x + 1)), for an x that doublings bring near 1: not for 0 and infinity. */
static double ln(double x)
{
    int twos = 0;
    for (; x > 1.4 && twos < MAP_DOUBLINGS; twos++)
        x *= .5;
    for (; x < .7 && twos > -MAP_DOUBLINGS; twos--)
        x *= 2;
    const double t = (x - 1) / (x + 1), t2 = t * t;
    double sum = 0;
    for (int k = 19; k >= 1; k -= 2)
        sum = sum * t2 + 1. / k;
    return 2 * t * sum + twos * 0x1.62e42fefa39efp-1;
}

void izh_flow_growth(const struct izh_flow_path *path, double sigma, double x[2], double rate[2])
{
    for (int k = 0; k < 2; k++) {
        double n = 0, dn = 0;
        for (int i = IZH_FLOW_TERMS - 1; i >= 0; i--) {
            dn = dn * sigma + n;
            n = n * sigma + path->term[k][i];
        }
        x[k] = sigma * (path->rate[k] + sigma * n);
        if (rate)
            rate[k] = path->rate[k] + sigma * (2 * n + sigma * dn);
    }
}

/* theta and gamma at some place. */
struct map_place {
    double sin, cos;  /* of theta/2 */
    double grown_sin; /* of half of theta's growth */
    double gamma;
};

static struct map_place map_place(const struct izh_flow_map *m, const struct izh_flow_start *start,
                                  const double x[2])
{
    const struct izh_sincos grown = izh_sincos(.5 * x[0]);
    struct map_place p = {start->sin * grown.cos + start->cos * grown.sin,
                          start->cos * grown.cos - start->sin * grown.sin, grown.sin, 0};
    const double cos = izh_fmax(p.cos, m->hold_cos);
    p.gamma = start->gamma + (x[1] + m->recover / m->omega * ln(cos / start->cos));
    return p;
}

struct izh_flow_rates izh_flow_rates(const struct izh_flow_map *m,
                                     const struct izh_flow_start *start, double sigma,
                                     const double x[2])
{
    const struct map_place at = map_place(m, start, x);
    const double s = at.sin, c = at.cos, twice = 2 * m->omega, k = .5 * m->recover;
    const double gamma = at.gamma, gamma_by_theta = -k / m->omega * s / c;
    const double sin = 2 * s * c, cos = c * c - s * s, by = k * sin - m->leak;
    struct izh_flow_rates r;
    r.f[0] = twice * (s * s + gamma * (c * c));
    r.by[0][1] = twice * (c * c);
    r.by[0][0] = twice * ((1 - gamma) * (s * c)) + r.by[0][1] * gamma_by_theta;
    r.f[1] = start->drift + start->bend * sigma - m->leak * gamma + k * ((gamma - 1) * sin);
    r.by[1][1] = by;
    r.by[1][0] = k * ((gamma - 1) * cos) + by * gamma_by_theta;
    return r;
}

izh_state izh_flow_state(const struct izh_flow_map *m, const struct izh_flow_path *path,
                         double sigma)
{
    const struct izh_flow_start *start = &path->start;
    double x[2];
    izh_flow_growth(path, sigma, x, NULL);
    const struct map_place at = map_place(m, start, x);
    const double current = start->slope * (sigma * m->h);
    const izh_state y = {start->from.v + m->scale * (at.grown_sin / (start->cos * at.cos)),
                         start->from.u + (current - m->unit * (at.gamma - start->gamma))};
    if (at.cos >= m->hold_cos)
        return y;
    const double beyond = 2 * (at.sin * m->hold_cos - at.cos * m->hold_sin);
    return (izh_state){m->hold_v + m->hold_slope * beyond, y.u};
}

void izh_flow_weigh(const struct izh_flow_map *m, const struct izh_flow_path *path,
                    double weight[2])
{
    const double size = FLOOR + izh_fabs(path->rate[0]) / (2 * m->omega) + izh_fabs(path->rate[1]);
    weight[0] = 1 / (2 * m->omega * size);
    weight[1] = WEIGHT_OF_W / size;
}

double izh_flow_residual(const struct izh_flow_map *m, const struct izh_flow_path *path,
                         double sigma)
{
    double x[2], rate[2], weight[2];
    izh_flow_growth(path, sigma, x, rate);
    const struct izh_flow_rates r = izh_flow_rates(m, &path->start, sigma, x);
    izh_flow_weigh(m, path, weight);
    const double theta = weight[0] * izh_fabs(rate[0] - r.f[0]);
    const double w = weight[1] * izh_fabs(rate[1] - r.f[1]);
    return theta > w || izh_isnan(theta) ? theta : w;
}

/* The sine of half of what theta is past the highest peak, negative below it; and theta's rate. */
static double past_peak(const struct izh_flow_map *m, const struct izh_flow_path *path,
                        double sigma, double *rate)
{
    double x[2], rates[2];
    izh_flow_growth(path, sigma, x, rates);
    const struct map_place at = map_place(m, &path->start, x);
    *rate = rates[0];
    return at.sin * m->peak_cos - at.cos * m->peak_sin;
}

double izh_flow_below_peak(const struct izh_flow_map *m, const struct izh_flow_path *path,
                           double sigma)
{
    double rate, lo = 0, hi = sigma, at = sigma, past = past_peak(m, path, sigma, &rate);
    if (!(past >= 0))
        return sigma;
    for (int i = 0; i < CROSSING_STEPS; i++) {
        const double next = at - 2 * past / rate;
        const bool inside = next > lo && next < hi;
        if (inside && izh_fabs(next - at) < CROSSING_NEAR)
            return next;
        at = inside ? next : .5 * (lo + hi);
        past = past_peak(m, path, at, &rate);
        if (past < 0)
            lo = at;
        else
            hi = at;
    }
    return hi;
}
