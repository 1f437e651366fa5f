/* Flow maps: their parts against quadruple precision, training, evaluation, refusals. */
#include "support_pinn.h"

#include "pinn/flow.h"
#include "pinn/normal_equations.h"
#include "quad_math.h"

static uint64_t seed;

static double uniform(double lo, double hi)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX generator */
    return lo + (hi - lo) * ((double)(seed >> 11) * 0x1p-53);
}

/* ---- neurons ---- */

#define NEURONS 5

/* Each with a region: the report's, that of the 2003 paper, one that rings, one without a leak, and
 * one whose peak moves with u. */
static const char *neuron(int i, izh_params *p, struct izh_flow_region *region)
{
    static const char *const names[NEURONS] = {"report", "2003", "ringing", "no leak", "moving"};
    const struct izh_flow_region regions[NEURONS] = {{0, 100, 4, -80, -60, 160},
                                                     {-5, 20, 1, -90, -25, 10},
                                                     {-10, 60, 5, -75, -40, 60},
                                                     {-30, 90, 9, -85, -50, 250},
                                                     {50, 500, 20, -90, -100, 600}};
    const izh_params params[NEURONS] = {support_rs(), izh_params_2003(.02, .2, -65, 8),
                                        izh_params_2003(.1, .26, -60, -1),
                                        izh_params_2007(80, 3, -60, -50, 20, 1, 5, -60, 0),
                                        izh_params_2007(100, 1, -56, -42, 40, .03, 8, -53, 20)};
    *p = params[i];
    *region = regions[i];
    if (i == 3)
        p->r = 0;
    if (i == 4)
        p->vpeak_u = -.1;
    return names[i];
}

/* A map of neuron i with hidden weights as drawn, and any outer ones of that size. */
static void set_map(struct izh_flow_map *map, int i, double size)
{
    izh_params params;
    struct izh_flow_region region;
    support_about("%s", neuron(i, &params, &region));
    izh_flow_set(map, &params, &region);
    check_true(izh_flow_fault(map) == NULL);
    izh_flow_seed(&map->net, 8, (uint64_t)i + 1);
    for (int j = 0; j <= 8; j++)
        for (int o = 0; o < IZH_FLOW_OUTPUTS; o++)
            map->net.out[j][o] = uniform(-size, size);
}

/* What a step may begin with, anywhere in the region. */
struct begin {
    izh_state from;
    double I, slope;
};

static double v_at(const struct izh_flow_map *m, double theta)
{
    return m->centre + m->scale * tan(theta / 2);
}

static struct begin any_begin(const struct izh_flow_map *m)
{
    const struct izh_flow_region *r = &m->region;
    struct begin b;
    b.from.v = v_at(m, uniform(m->theta_lo, m->theta_peak));
    b.from.u = uniform(r->u_lo, r->u_hi);
    b.I = uniform(r->I_lo, r->I_hi);
    b.slope = uniform(-r->slope, r->slope);
    return b;
}

static struct izh_flow_path path_of(const struct izh_flow_map *m, const struct begin *b)
{
    struct izh_flow_path path;
    double units[IZH_FLOW_UNITS_MAX + 1];
    const struct izh_flow_start start = izh_flow_start(m, b->from, b->I, b->slope);
    izh_flow_units(m, &start, units);
    izh_flow_path(m, &start, units, &path);
    return path;
}

/* ---- the coordinates, in quadruple precision ---- */

/* What flow_map.h defines, from the neuron's parameters. Only the step and the scale are the map's
 * to choose. */
struct copy {
    const izh_params *p;
    quad h, centre, scale, unit, rest;
    quad ratio; /* recover/omega */
    struct begin begin;
    quad tan, gamma; /* at the start; tan of theta/2 */
};

static struct copy copy_of(const struct izh_flow_map *m, const struct begin *b)
{
    const izh_params *p = &m->model.p;
    struct copy c = {.p = p, .h = m->h, .scale = m->scale, .begin = *b};
    c.centre = -(quad)p->k1 / (2 * (quad)p->k2);
    c.unit = p->k2 * c.scale * c.scale;
    c.rest = p->k0 - (quad)p->k1 * p->k1 / (4 * (quad)p->k2);
    const quad omega = c.h * p->k2 * c.scale / p->cm;
    c.ratio = c.h * p->a * p->b_hi * c.scale / c.unit / omega;
    c.tan = (b->from.v - c.centre) / c.scale;
    c.gamma = (c.rest + b->I - b->from.u) / c.unit;
    return c;
}

struct place {
    quad tan, gamma, v, u;
};

/* The state where theta and w have grown by so much. */
static struct place place(const struct copy *c, quad sigma, const quad x[2])
{
    struct place y;
    quad sin, cos;
    quad_sincos(x[0] / 2, &sin, &cos);
    y.tan = (c->tan * cos + sin) / (cos - c->tan * sin);
    y.gamma = c->gamma + x[1] + c->ratio * quad_log(cos - c->tan * sin);
    y.v = c->centre + c->scale * y.tan;
    y.u = c->rest + c->begin.I + c->begin.slope * sigma * c->h - c->unit * y.gamma;
    return y;
}

/* The model's equations, carried over into the coordinates by the rule of the chain. */
static void rates(const struct copy *c, quad sigma, const quad x[2], quad f[2])
{
    const izh_params *p = c->p;
    const struct place y = place(c, sigma, x);
    const quad I = c->begin.I + c->begin.slope * sigma * c->h;
    const quad dv = (p->k2 * y.v * y.v + p->k1 * y.v + p->k0 - y.u + I) / p->cm;
    const quad du = p->a * (p->b_hi * (y.v - p->vb) - p->r * y.u);
    f[0] = c->h * dv * 2 / (c->scale * (1 + y.tan * y.tan));
    f[1] = c->h * (c->begin.slope - du) / c->unit + c->ratio / 2 * y.tan * f[0];
}

/* How theta and w may have grown on the way to some other place of the region. */
static void any_growth(const struct izh_flow_map *m, const struct begin *b, double x[2])
{
    const double theta = uniform(m->theta_lo, m->theta_peak);
    x[0] = theta - 2 * atan((b->from.v - m->centre) / m->scale);
    x[1] = uniform(-.3, .3);
}

static void check_rates(const struct izh_flow_map *m, const struct begin *b, double sigma,
                        const double x[2])
{
    const struct copy c = copy_of(m, b);
    const struct izh_flow_start start = izh_flow_start(m, b->from, b->I, b->slope);
    const struct izh_flow_rates r = izh_flow_rates(m, &start, sigma, x);
    const quad step = (quad)0x1p-40;
    quad f[2], above[2], below[2];
    rates(&c, sigma, (const quad[2]){x[0], x[1]}, f);
    for (int k = 0; k < 2; k++) {
        check_close(r.f[k], (double)f[k], 1e-12 * (1 + fabs((double)f[k])));
        rates(&c, sigma, (const quad[2]){x[0] + (k == 0 ? step : 0), x[1] + (k == 1 ? step : 0)},
              above);
        rates(&c, sigma, (const quad[2]){x[0] - (k == 0 ? step : 0), x[1] - (k == 1 ? step : 0)},
              below);
        for (int l = 0; l < 2; l++) {
            const double slope = (double)((above[l] - below[l]) / (2 * step));
            check_close(r.by[l][k], slope, 1e-11 * (1 + fabs(slope)));
        }
    }
}

static void the_rates_are_the_models_and_their_derivatives_exact(void **state)
{
    (void)state;
    static struct izh_flow_map map;
    seed = 3;
    for (int i = 0; i < NEURONS; i++) {
        set_map(&map, i, 0);
        for (int k = 0; k < 300; k++) {
            const struct begin b = any_begin(&map);
            double x[2];
            any_growth(&map, &b, x);
            check_rates(&map, &b, uniform(0, 1), x);
        }
    }
}

/* v and u, and back again: what theta and w stand for. */
static void a_state_is_where_its_coordinates_say(void **state)
{
    (void)state;
    static struct izh_flow_map map;
    seed = 5;
    for (int i = 0; i < NEURONS; i++) {
        set_map(&map, i, 0);
        for (int k = 0; k < 300; k++) {
            const struct begin b = any_begin(&map);
            const struct copy c = copy_of(&map, &b);
            const double sigma = uniform(0, 1);
            double x[2];
            /* A path that grows evenly to the place. */
            struct izh_flow_path path = path_of(&map, &b);
            any_growth(&map, &b, x);
            memset(path.term, 0, sizeof path.term);
            path.rate[0] = x[0] / sigma;
            path.rate[1] = x[1] / sigma;
            const struct place y = place(&c, sigma, (const quad[2]){x[0], x[1]});
            const izh_state z = izh_flow_state(&map, &path, sigma);
            check_close(z.v, (double)y.v, 1e-12 * (1 + fabs(map.scale * (double)y.tan)) + 1e-13);
            check_close(z.u, (double)y.u, 1e-12 * (double)c.unit);
        }
    }
}

static void at_the_start_the_state_is_the_start_to_the_bit(void **state)
{
    (void)state;
    static struct izh_flow_map map;
    seed = 7;
    for (int i = 0; i < NEURONS; i++) {
        set_map(&map, i, 1);
        for (int k = 0; k < 1000; k++) {
            const struct begin b = any_begin(&map);
            const struct izh_flow_path path = path_of(&map, &b);
            check_same_state(izh_flow_state(&map, &path, 0), b.from);
        }
    }
}

/* ---- the ansatz ---- */

/* v' and u' at the start are the model's, whatever the outer weights are: here they are huge. */
static void the_ansatz_is_exact_to_first_order(void **state)
{
    (void)state;
    static struct izh_flow_map map;
    seed = 9;
    for (int i = 0; i < NEURONS; i++) {
        set_map(&map, i, 1);
        for (int k = 0; k < 300; k++) {
            const struct begin b = any_begin(&map);
            const struct izh_flow_path path = path_of(&map, &b);
            const izh_state f = izh_model_rhs(&map.model, b.from, b.I);
            const double sigma = 1e-4, h = sigma * map.h;
            const izh_state y = izh_flow_state(&map, &path, sigma);
            const izh_state z = izh_flow_state(&map, &path, .5 * sigma);
            /* From the differences, with what is of second order taken out. */
            const double dv = (4 * (z.v - b.from.v) - (y.v - b.from.v)) / h;
            const double du = (4 * (z.u - b.from.u) - (y.u - b.from.u)) / h;
            check_close(dv, f.v, 1e-5 * (1 + fabs(f.v)));
            check_close(du, f.u, 1e-5 * (1 + fabs(f.u)));
            double x[2], rate[2];
            quad g[2];
            const struct copy c = copy_of(&map, &b);
            izh_flow_growth(&path, 0, x, rate);
            rates(&c, 0, (const quad[2]){0, 0}, g);
            for (int l = 0; l < 2; l++) {
                check_true(x[l] == 0);
                check_close(rate[l], (double)g[l], 1e-13 * (1 + fabs((double)g[l])));
            }
        }
    }
}

/* The network as flow_map.h has it: of the angle's cosine and sine, gamma, and v. */
static void network(const struct izh_flow_map *m, const struct copy *c, quad out[IZH_FLOW_OUTPUTS])
{
    const quad square = c->tan * c->tan;
    const quad z[IZH_FLOW_INPUTS] = {
        (1 - square) / (1 + square), 2 * c->tan / (1 + square),
        2 * (c->gamma - m->gamma_lo) / ((quad)m->gamma_hi - m->gamma_lo) - 1,
        2 * (c->begin.from.v - c->centre) / (c->p->vpeak - c->centre) - 1};
    const struct izh_flow_net *n = &m->net;
    for (int o = 0; o < IZH_FLOW_OUTPUTS; o++)
        out[o] = n->out[n->units][o];
    for (int j = 0; j < n->units; j++) {
        quad sum = n->shift[j];
        for (int d = 0; d < IZH_FLOW_INPUTS; d++)
            sum += n->in[d][j] * z[d];
        const quad unit = quad_tanh(sum);
        for (int o = 0; o < IZH_FLOW_OUTPUTS; o++)
            out[o] += unit * n->out[j][o];
    }
}

/* The coefficients of sigma^2 and up. */
static void terms(const struct izh_flow_map *m, const struct copy *c, quad term[2][IZH_FLOW_TERMS])
{
    const quad omega = c->h * c->p->k2 * c->scale / c->p->cm;
    const quad bend = c->h * c->p->a * c->p->r * c->h * c->begin.slope / c->unit;
    quad out[IZH_FLOW_OUTPUTS], rate[2];
    memset(term, 0, 2 * sizeof *term);
    term[0][1] = omega / (1 + c->tan * c->tan) * bend / 3;
    term[1][0] = bend / 2;
    rates(c, 0, (const quad[2]){0, 0}, rate);
    network(m, c, out);
    const quad factor[IZH_FLOW_FACTORS] = {rate[0], rate[1], rate[1] * rate[1], bend};
    for (int o = 0; o < IZH_FLOW_OUTPUTS; o++) {
        const struct izh_flow_output output = izh_flow_outputs[o];
        const quad share = output.in_w ? (quad).1 : 1; /* the outputs' unit: smaller for w */
        term[output.in_w][output.power] += share * factor[output.factor] * out[o];
    }
}

static void a_path_is_what_the_ansatz_says(void **state)
{
    (void)state;
    static struct izh_flow_map map;
    seed = 11;
    for (int i = 0; i < NEURONS; i++) {
        set_map(&map, i, .1);
        for (int k = 0; k < 100; k++) {
            const struct begin b = any_begin(&map);
            const struct copy c = copy_of(&map, &b);
            const struct izh_flow_path path = path_of(&map, &b);
            const double sigma = uniform(0, 1);
            double x[2], rate[2];
            quad term[2][IZH_FLOW_TERMS];
            terms(&map, &c, term);
            izh_flow_growth(&path, sigma, x, rate);
            for (int l = 0; l < 2; l++) {
                quad grown = sigma * (quad)path.rate[l], slope = path.rate[l], power = sigma;
                for (int t = 0; t < IZH_FLOW_TERMS; t++) {
                    slope += (t + 2) * term[l][t] * power;
                    grown += term[l][t] * (power *= sigma);
                    check_close(path.term[l][t], (double)term[l][t], 1e-13);
                }
                check_close(x[l], (double)grown, 1e-13);
                check_close(rate[l], (double)slope, 1e-12);
            }
        }
    }
}

/* Those that the network gives hang on f, g and bend: where all three vanish nothing moves. */
static void a_neuron_at_rest_stays_to_the_bit(void **state)
{
    (void)state;
    static struct izh_flow_map map;
    int rests = 0;
    seed = 13;
    for (int i = 0; i < 3; i++) {
        set_map(&map, i, 1);
        for (double share = 0; share <= 1; share += .0625) {
            const struct izh_flow_region *r = &map.region;
            struct begin b = {.I = r->I_lo + share * (r->I_hi - r->I_lo)};
            if (izh_params_rest(&map.model.p, b.I, &b.from) != IZH_OK)
                continue;
            const izh_state rest = b.from;
            for (int k = 0; k < 1000; k++) {
                const struct izh_flow_path path = path_of(&map, &b);
                b.from = izh_flow_state(&map, &path, 1);
            }
            check_same_state(b.from, rest);
            rests++;
        }
    }
    check_true(rests > 10);
}

/* ---- near the peak ---- */

/* A start from which v reaches the peak within the step. */
static struct begin before_the_peak(const struct izh_flow_map *m)
{
    struct begin b = any_begin(m);
    b.from.v = v_at(m, uniform(.9, .99) * m->theta_peak);
    b.from.u = m->region.u_lo;
    b.I = m->region.I_hi;
    return b;
}

/* Where theta stands for no state any more a tangent goes on, so that a crossing is found. */
static void beyond_the_peak_v_rises_on_without_a_jump(void **state)
{
    (void)state;
    static struct izh_flow_map map;
    seed = 15;
    for (int i = 0; i < NEURONS; i++) {
        set_map(&map, i, 0);
        for (int k = 0; k < 50; k++) {
            const struct begin b = before_the_peak(&map);
            struct izh_flow_path path = path_of(&map, &b);
            path.rate[0] = fmax(path.rate[0], 1.5 * (3.2 - map.theta_peak));
            izh_state last = b.from;
            double rise = 0;
            for (int t = 1; t <= 4096; t++) {
                const izh_state y = izh_flow_state(&map, &path, t / 4096.);
                check_true(isfinite(y.v) && isfinite(y.u) && y.v > last.v);
                /* At the tangent's start, too, it goes on as it came. */
                if (t > 1)
                    check_close(y.v - last.v, rise, .05 * rise);
                rise = y.v - last.v;
                last = y;
            }
            check_true(last.v > map.peak);
        }
    }
}

static void the_part_below_the_peak_ends_at_the_peak(void **state)
{
    (void)state;
    static struct izh_flow_map map;
    int crossings = 0, others = 0;
    seed = 17;
    for (int i = 0; i < NEURONS; i++) {
        set_map(&map, i, .01);
        for (int k = 0; k < 200; k++) {
            const struct begin b = k % 2 ? before_the_peak(&map) : any_begin(&map);
            const struct izh_flow_path path = path_of(&map, &b);
            const double longest = uniform(.1, 1), end = izh_flow_below_peak(&map, &path, longest);
            const izh_state y = izh_flow_state(&map, &path, end);
            if (izh_flow_state(&map, &path, longest).v < map.peak) {
                check_same(end, longest);
                others++;
            } else {
                check_true(end > 0 && end <= longest);
                check_close(y.v, map.peak, 1e-4);
                crossings++;
            }
        }
    }
    check_true(crossings > 100 && others > 100);
}

/* ---- the normal equations ---- */

#define ROWS 150
#define COLUMNS 37

static double jacobian[ROWS * 40], residual[ROWS], sum[40 * 40], factor[40 * 40];

/* The sums of m random equations in n unknowns, taken in blocks of some rows. */
static void sum_up(int m, int n, int block, double *gradient)
{
    const int stride = izh_pinn_normal_stride(n);
    memset(jacobian, 0, sizeof jacobian);
    memset(sum, 0, sizeof sum);
    memset(gradient, 0, 40 * sizeof *gradient);
    for (int i = 0; i < m; i++) {
        residual[i] = uniform(-1, 1);
        for (int j = 0; j < n; j++) {
            jacobian[i * stride + j] = uniform(-1, 1);
            gradient[j] += jacobian[i * stride + j] * residual[i];
        }
    }
    for (int i = 0; i < m; i += block)
        izh_pinn_normal_add(sum, jacobian + i * stride, m - i < block ? m - i : block, n);
}

/* The gradient of |J x + r|^2 + damping |x|^2 vanishes, to rounding. */
static void check_solution(int m, int n, double damping, const double *x)
{
    const int stride = izh_pinn_normal_stride(n);
    for (int k = 0; k < n; k++) {
        double gradient = damping * x[k];
        for (int i = 0; i < m; i++) {
            double row = residual[i];
            for (int l = 0; l < n; l++)
                row += jacobian[i * stride + l] * x[l];
            gradient += jacobian[i * stride + k] * row;
        }
        check_close(gradient, 0, 1e-10);
    }
}

static void the_normal_equations_solution_is_least(void **state)
{
    (void)state;
    double x[40], gradient[40];
    seed = 19;
    for (int n = 1; n <= COLUMNS; n++)
        for (int block = 1; block <= 64; block = 3 * block + 1) {
            const int m = 2 * n + ROWS / 2;
            support_about("%d equations, %d unknowns, blocks of %d", m, n, block);
            sum_up(m, n, block, gradient);
            for (double damping = 0; damping < 10; damping = 10 * damping + 1e-3) {
                check_true(izh_pinn_normal_solve(x, sum, gradient, n, damping, factor));
                check_solution(m, n, damping, x);
            }
        }
}

static void what_is_not_positive_definite_is_refused(void **state)
{
    (void)state;
    double x[40], gradient[40];
    seed = 21;
    for (int n = 1; n <= COLUMNS; n += 4) {
        const int stride = izh_pinn_normal_stride(n), last = (n - 1) * (stride + 1);
        support_about("%d unknowns", n);
        sum_up(ROWS, n, 64, gradient);
        const double square = sum[last];
        sum[last] = -1;
        check_true(!izh_pinn_normal_solve(x, sum, gradient, n, 1e-3, factor));
        sum[last] = NAN;
        check_true(!izh_pinn_normal_solve(x, sum, gradient, n, 1e-3, factor));
        sum[last] = square;
        check_true(izh_pinn_normal_solve(x, sum, gradient, n, 1e-3, factor));
        sum_up(n - 1, n, 64, gradient); /* one equation too few */
        check_true(!izh_pinn_normal_solve(x, sum, gradient, n, -1e-9, factor));
        check_true(izh_pinn_normal_solve(x, sum, gradient, n, 1e-3, factor));
    }
}

/* ---- training ---- */

/* A map that is trained within a moment, and no good. */
static izh_flow_config tiny_config(void)
{
    izh_flow_config config = support_flow_config();
    config.units = 16;
    config.points = 300;
    return config;
}

static izh_flow *flow; /* the one that tests share */

static int train_flow(void **state)
{
    (void)state;
    const izh_flow_config config = support_flow_config();
    flow = support_train_flow(&config);
    return 0;
}

static int destroy_flow(void **state)
{
    (void)state;
    izh_flow_destroy(flow);
    return 0;
}

static void the_same_seed_gives_the_same_bits_and_another_others(void **state)
{
    (void)state;
    izh_flow_config config = tiny_config();
    izh_flow *one = support_train_flow(&config);
    config.seed = 1; /* the default */
    izh_flow *same = support_train_flow(&config);
    config.seed = 77;
    izh_flow *other = support_train_flow(&config);
    check_true(izh_flow_get_info(one).seed == 1 && izh_flow_get_info(other).seed == 77);
    check_true(one->fingerprint == same->fingerprint && one->fingerprint != other->fingerprint);
    const double t = .7;
    izh_state y[3];
    check_true(izh_flow_eval(one, (izh_state){-45, 9}, 60, 1, &t, 1, &y[0], NULL) == IZH_OK);
    check_true(izh_flow_eval(same, (izh_state){-45, 9}, 60, 1, &t, 1, &y[1], NULL) == IZH_OK);
    check_true(izh_flow_eval(other, (izh_state){-45, 9}, 60, 1, &t, 1, &y[2], NULL) == IZH_OK);
    check_same_state(y[0], y[1]);
    check_true(y[0].v != y[2].v && y[0].u != y[2].u);
    izh_flow_destroy(one);
    izh_flow_destroy(same);
    izh_flow_destroy(other);
}

static void what_a_map_says_of_itself_adds_up(void **state)
{
    (void)state;
    const izh_flow_info info = izh_flow_get_info(flow);
    const izh_params params = support_rs();
    check_true(memcmp(&info.params, &params, sizeof params) == 0);
    check_same(info.step, 1); /* ms, as v blows up more slowly than that */
    check_same(info.I_lo, 0);
    check_same(info.I_hi, 100);
    check_same(info.slope, 100 / 30.);
    check_true(info.seed == 1 && info.units == 40 && info.points == 1500);
    check_true(info.parameters == 41 * IZH_FLOW_OUTPUTS);
    check_true(info.iterations >= 1 && info.iterations <= 6);
    check_true(info.residual > 0 && info.residual < info.residual_new);
    check_true(info.residual_new < 1e-2);
    check_true(*izh_flow_message(flow) == '\0');
}

/* A step of at most six tenths of the time in which v blows up from the peak. */
static void fast_neurons_have_shorter_steps(void **state)
{
    (void)state;
    izh_flow_config config = tiny_config();
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.I_hi = 8;
    izh_flow *fast = support_train_flow(&config);
    check_close(izh_flow_get_info(fast).step, .6 / (.04 * (30 + 62.5)), 1e-15);
    izh_flow_destroy(fast);
}

/* The states that are found are those of the neuron, and some more. */
static void the_states_that_are_found_hold_the_neurons(void **state)
{
    (void)state;
    const struct reference_case *c = reference_case("report");
    const izh_flow_info info = izh_flow_get_info(flow);
    check_true(c->spikes == 6);
    for (size_t i = 0; i < c->spikes; i++) {
        check_true(c->u[i] > info.u_lo && c->u[i] + c->params.d < info.u_hi);
        check_true(c->u[i] - info.u_lo < 200 && info.u_hi - c->u[i] < 300);
    }
    check_true(info.v_lo < -60 && info.v_lo > -100);
}

static void the_host_may_name_the_states(void **state)
{
    (void)state;
    izh_flow_config config = tiny_config();
    config.v_lo = -66;
    config.u_lo = -20;
    config.u_hi = 120;
    config.slope = 1.5;
    izh_flow *own = support_train_flow(&config);
    const izh_flow_info info = izh_flow_get_info(own);
    check_same(info.v_lo, -66);
    check_same(info.u_lo, -20);
    check_same(info.u_hi, 120);
    check_same(info.slope, 1.5);
    izh_flow_destroy(own);
}

/* Where training has put the points, over all of the region: theta and gamma evenly, slopes of
 * gamma evenly in the one number that bends it. */
static struct begin like_a_point(const struct izh_flow_map *m)
{
    const izh_params *p = &m->model.p;
    const double g = uniform(-1, 1), gamma = uniform(m->gamma_lo, m->gamma_hi);
    const double share = .5 + .5 * g * (.2 + .8 * g * g);
    const double drift = m->drift_lo + share * (m->drift_hi - m->drift_lo);
    struct begin b = {.slope = uniform(-1, 1) * m->region.slope};
    b.from.v = v_at(m, uniform(m->theta_lo, m->theta_peak));
    b.I = ((drift * m->unit / m->h - b.slope) / p->a + p->b_hi * (m->centre - p->vb)) / p->r -
          m->rest;
    b.from.u = m->rest + b.I - gamma * m->unit;
    return b;
}

/* At points that no one has trained at, the equation holds as the map says, but for what lies
 * beyond the peak. */
static void the_residual_is_what_the_map_reports(void **state)
{
    (void)state;
    const struct izh_flow_map *m = &flow->map;
    double squares = 0;
    int n = 0;
    seed = 23;
    for (int i = 0; i < 20000; i++) {
        const struct begin b = like_a_point(m);
        const double t = (.5 - .5 * cos(3.14159265 * uniform(0, 1))) * m->h;
        double r;
        izh_state y;
        if (izh_flow_eval(flow, b.from, b.I, b.slope, &t, 1, &y, &r) != IZH_OK || y.v > m->peak)
            continue;
        check_true(r >= 0 && isfinite(y.v) && isfinite(y.u));
        squares += r * r;
        n++;
    }
    const double mean = sqrt(squares / n), reported = izh_flow_get_info(flow).residual_new;
    check_true(n > 15000);
    check_true(mean > reported / 2 && mean < 2 * reported);
}

/* The weights are what makes a map. */
static void without_its_weights_a_map_is_far_off(void **state)
{
    (void)state;
    static struct izh_flow bare;
    bare = *flow;
    memset(bare.map.net.out, 0, sizeof bare.map.net.out);
    double trained = 0, off = 0;
    seed = 25;
    for (int i = 0; i < 1000; i++) {
        const struct begin b = like_a_point(&flow->map);
        double r[2];
        izh_state y;
        const double t = .5;
        if (izh_flow_eval(flow, b.from, b.I, b.slope, &t, 1, &y, &r[0]) != IZH_OK)
            continue;
        check_true(izh_flow_eval(&bare, b.from, b.I, b.slope, &t, 1, &y, &r[1]) == IZH_OK);
        trained += r[0];
        off += r[1];
    }
    check_true(off > 20 * trained);
}

/* ---- progress ---- */

struct seen {
    uint32_t calls, stop_at, refused;
    double loss;
};

static int32_t look(const izh_flow_progress *progress, void *user)
{
    struct seen *seen = user;
    check_true(progress->iteration == ++seen->calls && progress->iterations == 6);
    check_true(progress->loss >= 0 && (seen->calls == 1 || progress->loss <= seen->loss));
    seen->refused += seen->calls > 1 && progress->loss == seen->loss;
    seen->loss = progress->loss;
    return seen->calls == seen->stop_at ? IZH_STOP : IZH_CONTINUE;
}

/* Also of a training in which steps are refused, as they would not lower the loss. */
static void progress_is_shown(void **state)
{
    (void)state;
    struct seen seen = {0};
    izh_flow_config config = support_flow_config();
    config.I_lo = 70;
    config.I_hi = 200;
    config.slope = 26;
    config.units = 24;
    config.points = 600;
    config.progress = look;
    config.progress_user = &seen;
    izh_flow *own = support_train_flow(&config);
    const izh_flow_info info = izh_flow_get_info(own);
    check_true(seen.calls == info.iterations && seen.refused > 0);
    check_same(info.residual, sqrt(seen.loss));
    izh_flow_destroy(own);
}

static void training_can_be_stopped(void **state)
{
    (void)state;
    for (uint32_t stop_at = 1; stop_at <= 3; stop_at++) {
        struct seen seen = {.stop_at = stop_at};
        izh_flow_config config = tiny_config();
        izh_flow *own = NULL;
        config.progress = look;
        config.progress_user = &seen;
        support_about("stopped at iteration %u", (unsigned)stop_at);
        check_true(izh_flow_train(&own, &config) == IZH_STOPPED);
        check_true(own && seen.calls == stop_at && izh_flow_get_info(own).iterations == stop_at);
        check_same(izh_flow_get_info(own).residual, sqrt(seen.loss));
        const double t = 1;
        izh_state y;
        double r;
        check_true(izh_flow_eval(own, (izh_state){-55, 0}, 50, 0, &t, 1, &y, &r) == IZH_OK);
        check_true(isfinite(y.v) && isfinite(y.u) && r < .1);
        izh_flow_destroy(own);
    }
}

/* ---- evaluation ---- */

static void times_beyond_the_step_are_told(void **state)
{
    (void)state;
    const double step = izh_flow_get_info(flow).step;
    const double t[] = {.5,       -1e-9,     0, nextafter(step, 2), NAN,
                        INFINITY, -INFINITY, 1, nextafter(0, -1),   nextafter(step, 0)};
    const int within[] = {1, 0, 1, 0, 0, 0, 0, 1, 0, 1};
    const izh_state from = {-52.5, 7};
    izh_state y[LENGTH(t)], z;
    double r[LENGTH(t)];
    check_true(izh_flow_eval(flow, from, 60, -1, t, LENGTH(t), y, r) == IZH_E_INVALID);
    for (size_t i = 0; i < LENGTH(t); i++) {
        support_about("%g ms", t[i]);
        check_true(isfinite(y[i].v) == within[i] && isfinite(y[i].u) == within[i]);
        check_true(isfinite(r[i]) == within[i]);
        /* Alone it is the same. */
        check_true(izh_flow_eval(flow, from, 60, -1, &t[i], 1, &z, NULL) ==
                   (within[i] ? IZH_OK : IZH_E_INVALID));
        check_same_state(z, y[i]);
    }
    check_same_state(y[2], from);
}

static void states_and_currents_beyond_the_region_are_told(void **state)
{
    (void)state;
    const izh_flow_info i = izh_flow_get_info(flow);
    const struct begin in = {{-55, 5}, 50, 1};
    const struct {
        struct begin b;
        int within;
    } cases[] = {{in, 1},
                 {{{i.v_lo, 5}, 50, 1}, 1},
                 {{{nextafter(i.v_lo, -1e3), 5}, 50, 1}, 0},
                 {{{35, 5}, 50, 1}, 1},
                 {{{nextafter(35, 36), 5}, 50, 1}, 0},
                 {{{-55, i.u_lo - 110}, 50, 1}, 0},
                 {{{-55, i.u_hi + 60}, 50, 1}, 0},
                 {{{-55, 5}, 300, 1}, 0},
                 {{{-55, 5}, -200, 1}, 0},
                 {{{-55, 260}, 300, 1}, 0}, /* I - u is as it should be, but not their change */
                 {{{-55, 5}, 50, i.slope}, 1},
                 {{{-55, 5}, 50, -i.slope}, 1},
                 {{{-55, 5}, 50, 1.001 * i.slope}, 0},
                 {{{-55, 5}, 50, -1.001 * i.slope}, 0},
                 {{{NAN, 5}, 50, 1}, 0},
                 {{{-55, NAN}, 50, 1}, 0},
                 {{{-55, 5}, NAN, 1}, 0},
                 {{{-55, 5}, 50, NAN}, 0},
                 {{{INFINITY, 5}, 50, 1}, 0},
                 {{{-INFINITY, 5}, 50, 1}, 0},
                 {{{-55, INFINITY}, 50, 1}, 0},
                 {{{-55, 5}, -INFINITY, 1}, 0},
                 {{{-55, 5}, 50, INFINITY}, 0}};
    for (size_t k = 0; k < LENGTH(cases); k++) {
        const struct begin b = cases[k].b;
        const double t[2] = {0, .25};
        izh_state y[2];
        double r[2];
        support_about("case %zu", k);
        check_true(izh_flow_eval(flow, b.from, b.I, b.slope, t, 2, y, r) ==
                   (cases[k].within ? IZH_OK : IZH_E_INVALID));
        for (int l = 0; l < 2; l++) {
            check_true(isfinite(y[l].v) == cases[k].within);
            check_true(isfinite(y[l].u) == cases[k].within);
            check_true(isfinite(r[l]) == cases[k].within);
        }
    }
}

/* ---- refusals and failures ---- */

static void expect(const izh_flow_config *config, izh_status status, const char *part)
{
    struct logbook book = {0};
    izh_flow_config c = *config;
    izh_flow *own = (izh_flow *)&book;
    c.log = support_log(&book);
    support_about("%s", part);
    check_true(izh_flow_train(&own, &c) == status);
    check_true(own == NULL);
    check_true(book.n == 1 && book.status == status);
    check_has(book.text, part);
}

static void numbers_that_are_none_are_refused(void **state)
{
    (void)state;
    const double bad[] = {NAN, INFINITY, -INFINITY};
    const struct {
        size_t at;
        const char *name;
    } fields[] = {{offsetof(izh_flow_config, I_lo), "I_lo"},
                  {offsetof(izh_flow_config, I_hi), "I_hi"},
                  {offsetof(izh_flow_config, slope), "slope"},
                  {offsetof(izh_flow_config, v_lo), "v_lo"},
                  {offsetof(izh_flow_config, u_lo), "u_lo"},
                  {offsetof(izh_flow_config, u_hi), "u_hi"},
                  {offsetof(izh_flow_config, params.cm), "cm"},
                  {offsetof(izh_flow_config, params.d), "params.d"}};
    for (size_t i = 0; i < LENGTH(fields); i++)
        for (size_t k = 0; k < LENGTH(bad); k++) {
            izh_flow_config config = tiny_config();
            memcpy((char *)&config + fields[i].at, &bad[k], sizeof bad[k]);
            expect(&config, IZH_E_INVALID, fields[i].name);
        }
}

static void ranges_that_are_none_are_refused(void **state)
{
    (void)state;
    izh_flow_config config = tiny_config();
    config.slope = -1e-9;
    expect(&config, IZH_E_INVALID, "slope");
    config = tiny_config();
    config.I_hi = config.I_lo;
    expect(&config, IZH_E_INVALID, "I_hi");
    config.I_hi = -1;
    expect(&config, IZH_E_INVALID, "I_hi");
    config = tiny_config();
    config.u_hi = -1;
    expect(&config, IZH_E_INVALID, "u_hi");
    config.u_hi = 100;
    config.u_lo = 100;
    expect(&config, IZH_E_INVALID, "u_hi");
    config.u_lo = 0;
    config.v_lo = config.params.vpeak;
    expect(&config, IZH_E_INVALID, "v_lo");
    const uint32_t units[] = {1, 6, 7, 9, 63, 130, UINT32_MAX - 1};
    for (size_t i = 0; i < LENGTH(units); i++) {
        config = tiny_config();
        config.units = units[i];
        expect(&config, IZH_E_INVALID, "units");
    }
    const uint32_t points[] = {1, 99, 100001, UINT32_MAX};
    for (size_t i = 0; i < LENGTH(points); i++) {
        config = tiny_config();
        config.points = points[i];
        expect(&config, IZH_E_INVALID, "points");
    }
}

/* v_lo alone, or u alone: what is left open is found. */
static void states_may_be_named_in_part(void **state)
{
    (void)state;
    izh_flow_config config = tiny_config();
    izh_flow *own = support_train_flow(&config);
    const izh_flow_info found = izh_flow_get_info(own);
    izh_flow_destroy(own);
    config.v_lo = -75;
    own = support_train_flow(&config);
    izh_flow_info info = izh_flow_get_info(own);
    izh_flow_destroy(own);
    check_same(info.v_lo, -75);
    check_true(info.u_lo == found.u_lo && info.u_hi == found.u_hi);
    config.v_lo = 0;
    config.u_lo = found.u_lo - 3;
    config.u_hi = found.u_hi + 5;
    own = support_train_flow(&config);
    info = izh_flow_get_info(own);
    izh_flow_destroy(own);
    check_same(info.v_lo, found.v_lo);
    check_true(info.u_lo == found.u_lo - 3 && info.u_hi == found.u_hi + 5);
}

/* The model has no negative zeros; a map is of the neuron all the same. */
static void a_map_is_of_its_neuron_and_of_no_other(void **state)
{
    (void)state;
    izh_params params;
    struct izh_flow_region region;
    struct izh_flow_map map;
    struct izh_model model;
    neuron(0, &params, &region);
    params.c = -0.;
    izh_flow_set(&map, &params, &region);
    izh_model_set(&model, &params);
    check_true(izh_flow_is_of(&map, &model));
    params.c = 0;
    izh_model_set(&model, &params);
    check_true(izh_flow_is_of(&map, &model));
    params.d += 1e-12;
    izh_model_set(&model, &params);
    check_true(!izh_flow_is_of(&map, &model));
}

static void neurons_of_which_there_is_no_map_are_told(void **state)
{
    (void)state;
    izh_flow_config config = tiny_config();
    config.params.k2 = 0;
    expect(&config, IZH_E_UNSUPPORTED, "k2");
    config.params.k2 = -.7;
    expect(&config, IZH_E_UNSUPPORTED, "k2");
    config = tiny_config();
    config.params.b_lo = 0;
    expect(&config, IZH_E_UNSUPPORTED, "line");
    config = tiny_config();
    config.params.b3 = 1e-9;
    expect(&config, IZH_E_UNSUPPORTED, "line");
    config = tiny_config();
    config.params.c = -70;
    config.params.vpeak = -50; /* where v turns: between rest and threshold */
    expect(&config, IZH_E_UNSUPPORTED, "peak");
    config = tiny_config();
    config.params.cm = 1e-4; /* its steps would be microseconds, and finding states take hours */
    expect(&config, IZH_E_UNSUPPORTED, "peak");
    config = tiny_config();
    config.params.k2 = 1e300;
    expect(&config, IZH_E_UNSUPPORTED, "peak");
}

/* u flees from where others are drawn to; and so it does under a current beyond all bounds. */
static void a_neuron_that_runs_away_is_told(void **state)
{
    (void)state;
    izh_flow_config config = tiny_config();
    config.params.a = -.03;
    expect(&config, IZH_E_DIVERGED, "runs away");
    config = tiny_config();
    config.I_lo = -1e300;
    expect(&config, IZH_E_DIVERGED, "runs away");
}

static void a_map_that_will_not_train_is_told(void **state)
{
    (void)state;
    izh_flow_config config = tiny_config();
    config.I_hi = 3000;
    expect(&config, IZH_E_TOLERANCE, "residual");
    config = tiny_config();
    config.units = 8;
    config.points = 100;
    expect(&config, IZH_E_TOLERANCE, "residual");
}

static int32_t stop(const izh_flow_progress *progress, void *user)
{
    (void)progress, (void)user;
    return IZH_STOP;
}

/* Numbers that overflow make no map, also where training is stopped. */
static void a_map_without_a_residual_is_none(void **state)
{
    (void)state;
    izh_flow_config config = tiny_config();
    config.v_lo = -70;
    config.u_hi = 100;
    config.I_hi = 1e308;
    expect(&config, IZH_E_TOLERANCE, "residual");
    config.progress = stop;
    expect(&config, IZH_E_TOLERANCE, "residual");
}

static void bad_sizes_and_null_are_refused(void **state)
{
    (void)state;
    izh_flow *own = (izh_flow *)&seed;
    izh_flow_config config = tiny_config();
    const double t = 0;
    izh_state y;
    check_true(izh_flow_train(NULL, &config) == IZH_E_INVALID);
    check_true(izh_flow_train(&own, NULL) == IZH_E_INVALID && own == NULL);
    const size_t sizes[] = {0, 8, sizeof config - 1, 4097, SIZE_MAX};
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        struct logbook book = {0};
        own = flow;
        config.log = support_log(&book);
        config.size = sizes[i];
        check_true(izh_flow_train(&own, &config) == IZH_E_INVALID);
        check_true(own == NULL && book.n == 0); /* nothing in it is trusted */
    }
    izh_flow_destroy(NULL);
    const izh_flow_info info = izh_flow_get_info(NULL), none = {.step = 0};
    check_true(memcmp(&info, &none, sizeof info) == 0);
    check_true(*izh_flow_message(NULL) == '\0' && izh_flow_save(NULL, NULL, 0) == 0);
    check_true(izh_flow_save_file(NULL, "x") == IZH_E_INVALID);
    check_true(izh_flow_eval(NULL, y = (izh_state){-60, 0}, 0, 0, &t, 1, &y, NULL) ==
               IZH_E_INVALID);
    check_true(izh_flow_eval(flow, y, 0, 0, NULL, 1, &y, NULL) == IZH_E_INVALID);
    check_true(izh_flow_eval(flow, y, 0, 0, &t, 1, NULL, NULL) == IZH_E_INVALID);
    check_true(izh_flow_eval(flow, y, 0, 0, NULL, 0, NULL, NULL) == IZH_OK);
}

/* A config of a later version, whose new fields are at their defaults, is understood. */
static void longer_configs_are_read_where_the_rest_is_zero(void **state)
{
    (void)state;
    struct {
        izh_flow_config config;
        unsigned char more[16];
    } later = {tiny_config(), {0}};
    later.config.size = sizeof later;
    izh_flow *own;
    check_true(izh_flow_train(&own, &later.config) == IZH_OK);
    izh_flow_destroy(own);
    later.more[7] = 1;
    check_true(izh_flow_train(&own, &later.config) == IZH_E_INVALID && own == NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rates_are_the_models_and_their_derivatives_exact),
        cmocka_unit_test(a_state_is_where_its_coordinates_say),
        cmocka_unit_test(at_the_start_the_state_is_the_start_to_the_bit),
        cmocka_unit_test(the_ansatz_is_exact_to_first_order),
        cmocka_unit_test(a_path_is_what_the_ansatz_says),
        cmocka_unit_test(a_neuron_at_rest_stays_to_the_bit),
        cmocka_unit_test(beyond_the_peak_v_rises_on_without_a_jump),
        cmocka_unit_test(the_part_below_the_peak_ends_at_the_peak),
        cmocka_unit_test(the_normal_equations_solution_is_least),
        cmocka_unit_test(what_is_not_positive_definite_is_refused),
        cmocka_unit_test(the_same_seed_gives_the_same_bits_and_another_others),
        cmocka_unit_test(what_a_map_says_of_itself_adds_up),
        cmocka_unit_test(fast_neurons_have_shorter_steps),
        cmocka_unit_test(the_states_that_are_found_hold_the_neurons),
        cmocka_unit_test(the_host_may_name_the_states),
        cmocka_unit_test(the_residual_is_what_the_map_reports),
        cmocka_unit_test(without_its_weights_a_map_is_far_off),
        cmocka_unit_test(progress_is_shown),
        cmocka_unit_test(training_can_be_stopped),
        cmocka_unit_test(times_beyond_the_step_are_told),
        cmocka_unit_test(states_and_currents_beyond_the_region_are_told),
        cmocka_unit_test(numbers_that_are_none_are_refused),
        cmocka_unit_test(ranges_that_are_none_are_refused),
        cmocka_unit_test(states_may_be_named_in_part),
        cmocka_unit_test(a_map_is_of_its_neuron_and_of_no_other),
        cmocka_unit_test(neurons_of_which_there_is_no_map_are_told),
        cmocka_unit_test(a_neuron_that_runs_away_is_told),
        cmocka_unit_test(a_map_that_will_not_train_is_told),
        cmocka_unit_test(a_map_without_a_residual_is_none),
        cmocka_unit_test(bad_sizes_and_null_are_refused),
        cmocka_unit_test(longer_configs_are_read_where_the_rest_is_zero),
    };
    return cmocka_run_group_tests(tests, train_flow, destroy_flow);
}
