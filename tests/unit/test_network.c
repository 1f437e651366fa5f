/* Networks against a plain program that goes through ticks, synapses and neurons one by one, and
 * has no queue: bit for bit the same spikes, states at every tick, and inputs. It is written from
 * the header alone. Steps on the grid are its own; exact events, and all methods, are those of one
 * solver a neuron. */
#include "quad_math.h"
#include "support_network.h"

#define N 150
#define SOURCES 5
#define TICKS 220
#define MOST_RECEPTORS 8

/* ---- what is simulated, by a network and by the program ---- */

struct link {
    uint32_t group;
    izh_synapse is;
};

struct plan {
    izh_population_config population;
    const izh_receptor *receptors;
    uint32_t receptor_count;
    int special; /* neurons with special terms, too */
    int weak;    /* smaller weights, for neurons that else run away */
    izh_current_fn *current;
    int32_t stepwise;
    struct link *links; /* group g is receptor g's */
    size_t link_count;
    izh_spike *sent;
    size_t sent_count;
    const int *stops; /* ticks at which runs end; at each but the last the host changes things */
    int stop_count;
};

static const izh_receptor every_kind[MOST_RECEPTORS] = {
    {IZH_JUMP, 0, 0, 0, 0, 0},
    {IZH_CURRENT, 0, 0, 0, 0, 0x1p20},
    {IZH_CURRENT, 0, 5, 0, 0, 64},
    {IZH_CONDUCTANCE, 0, 5, 0, 0, 1},
    {IZH_CONDUCTANCE, 0, 6, 0, -70, 0x1p-2},
    {IZH_CONDUCTANCE, 1, 100, 2, 0, 0x1p-5},
    {IZH_CONDUCTANCE, 0, 8, 7.6, -80, 0x1p3},
    {IZH_JUMP, 0, 0, 0, 0, 8},
};

/* Weights of a receptor of the list above. */
static double draw_weight(struct chance *c, const izh_receptor *r)
{
    static const double lo[] = {-4, -20, -2, .01, .01, .0001, .01, -7};
    static const double hi[] = {6, 60, 6, .05, .1, .002, .07, 7};
    size_t kind = 0;
    while (memcmp(r, &every_kind[kind], sizeof *r))
        kind++;
    if (kind == 0 && chance_below(c, 25) == 0)
        return 130; /* over the peak */
    return chance_between(c, lo[kind], hi[kind]);
}

/* The capacitances are powers of two: so a solver, which divides by them after it has subtracted a
 * conductance, rounds as a population does. */
static izh_params cell_params(uint32_t i, int special)
{
    izh_params p = population_params(i, special);
    p.cm = p.cm == 1 ? 1 : exp2(round(log2(p.cm)));
    return p;
}

static double time_of(const struct plan *plan, int tick)
{
    return plan->population.t0 + tick * plan->population.dt;
}

/* ---- the network ---- */

static void connect_all(izh_network *net, const struct plan *plan)
{
    size_t at = 0;
    for (uint32_t k = 0; k < plan->receptor_count; k++)
        check_true(network_group(net, k) == k);
    /* From both ends, so that the order is not the one in which they are read. */
    for (size_t k = 0; k < plan->link_count; k++) {
        at = k % 2 ? plan->link_count - 1 - k / 2 : k / 2;
        check_network(izh_network_connect(net, plan->links[at].group, &plan->links[at].is, 1), net);
    }
}

static izh_network *make_network(const struct plan *plan)
{
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    izh_network *net;
    izh_params params[N];
    izh_state states[N];
    double I[N];
    config.population = &plan->population;
    config.sources = SOURCES;
    config.receptors = plan->receptors;
    config.receptor_count = plan->receptor_count;
    assert_int_equal(izh_network_create(&net, &config), IZH_OK);
    izh_population *p = izh_network_population(net);
    for (uint32_t i = 0; i < N; i++) {
        params[i] = cell_params(i, plan->special);
        states[i] = population_initial(i);
        I[i] = population_current(i);
    }
    const uint32_t n = plan->population.n;
    check_population(izh_population_set_params(p, 0, n, params, 1), p);
    check_population(izh_population_set_state(p, 0, n, states, 1), p);
    check_population(izh_population_set_current(p, 0, n, I, 1), p);
    if (plan->current)
        check_population(izh_population_on_current(p, plan->current, NULL, plan->stepwise), p);
    connect_all(net, plan);
    check_network(izh_network_send(net, plan->sent, plan->sent_count), net);
    return net;
}

/* ---- the program: constants ---- */

static double ulps(double x, int n)
{
    for (; n > 0; n--)
        x = nextafter(x, INFINITY);
    for (; n < 0; n++)
        x = nextafter(x, -INFINITY);
    return x;
}

/* One neuron to whose receptor a weight of 1 arrives at the first tick; inputs[k]: at tick k + 1.
 */
static void probe(const izh_receptor *receptor, double dt, double *inputs, int ticks)
{
    izh_population_config population = IZH_POPULATION_CONFIG_INIT;
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    const izh_synapse synapse = {1, 0, 0, 0, 1};
    izh_receptor only = *receptor;
    izh_network *net;
    population.n = 1;
    population.dt = dt;
    only.range = 0;
    config.population = &population;
    config.sources = 1;
    config.receptors = &only;
    config.receptor_count = 1;
    assert_int_equal(izh_network_create(&net, &config), IZH_OK);
    check_network(izh_network_connect(net, network_group(net, 0), &synapse, 1), net);
    check_network(izh_network_send(net, &(izh_spike){0, 0, 0}, 1), net);
    for (int k = 0; k < ticks; k++) {
        check_network(izh_network_run(net, (k + 1) * dt), net);
        check_network(izh_network_get_input(net, 0, 0, 1, &inputs[k]), net);
    }
    izh_network_destroy(net);
}

/* exp(-dt / tau) as the library has it, which is right to an ulp. */
static double measure_keep(double tau, double dt)
{
    const izh_receptor current = {IZH_CURRENT, 0, tau, 0, 0, 0};
    double keep;
    probe(&current, dt, &keep, 1);
    const quad exact = quad_exp(-(quad)dt / (quad)tau);
    check_true((quad)ulps(keep, -1) < exact && exact < (quad)ulps(keep, 1));
    return keep;
}

struct decay {
    double keep, mean;
};

static struct decay measure_decay(double tau, double dt)
{
    const double keep = measure_keep(tau, dt);
    return (struct decay){keep, tau * (1 - keep) / dt};
}

/* Whether this factor gives these inputs. */
static int is_peak(double peak, struct decay slow, struct decay fast, const double *inputs,
                   int ticks)
{
    double s = 1, f = 1;
    for (int k = 0; k < ticks; k++, s *= slow.keep, f *= fast.keep)
        if (peak * (s * slow.keep - f * fast.keep) != inputs[k])
            return 0;
    return 1;
}

/* What makes the peak of a difference of exponentials 1, as the library has it, which is right to 4
 * ulp. */
static double measure_peak(const izh_receptor *r, double dt, struct decay slow, struct decay fast)
{
    const quad tau = (quad)r->tau, rise = (quad)r->rise;
    const quad t = tau * rise / (tau - rise) * quad_log(tau / rise);
    const double about = (double)(1 / (quad_exp(-t / tau) - quad_exp(-t / rise)));
    double inputs[60];
    probe(r, dt, inputs, LENGTH(inputs));
    int n = -64;
    while (n <= 64 && !is_peak(ulps(about, n), slow, fast, inputs, LENGTH(inputs)))
        n++;
    /* Where rise is near tau, the difference cancels digits. */
    check_true(abs(n) <= (r->rise > .5 * r->tau ? 64 : 4));
    return ulps(about, n);
}

struct law {
    double unit, peak;
    struct decay slow, fast;
};

static struct law measure_law(const izh_receptor *r, double dt)
{
    struct law law = {(r->range > 0 ? r->range : 1024) / 2147483648., 1, {0, 0}, {0, 0}};
    if (r->tau > 0)
        law.slow = measure_decay(r->tau, dt);
    if (r->rise > 0) {
        law.fast = measure_decay(r->rise, dt);
        law.peak = measure_peak(r, dt, law.slow, law.fast);
    }
    return law;
}

/* ---- the program: spikes ---- */

struct program {
    const struct plan *plan;
    struct law law[MOST_RECEPTORS];
    double slow[MOST_RECEPTORS][N], fast[MOST_RECEPTORS][N];
    int64_t sum[MOST_RECEPTORS][N];
    uint8_t *counts; /* how often each neuron and source counts at each tick */
    size_t width;    /* ticks */
    int tick;
    izh_state y[N];
    int is_set[N]; /* by the host: a spike may be due */
    struct cell {
        struct program *program;
        izh_solver *solver;
        uint32_t i;
        double I, G; /* its input so far */
    } cell[N];
    struct train train; /* in the order of (tick counted, t, i) */
    size_t ticks_first; /* of the spikes that count at the end of this tick */
};

static void spike(struct program *g, double t, uint32_t i)
{
    struct train *train = &g->train;
    if (train->n == train->capacity) {
        train->capacity = 2 * train->capacity + 64;
        train->spikes = realloc(train->spikes, train->capacity * sizeof *train->spikes);
    }
    train->spikes[train->n++] = (izh_spike){t, i, 0};
    g->counts[i * g->width + (size_t)g->tick + 1]++;
}

static int compare_spikes(const void *a, const void *b)
{
    const izh_spike *x = a, *y = b;
    if (x->t != y->t)
        return x->t < y->t ? -1 : 1;
    return (x->i > y->i) - (x->i < y->i);
}

static void sort_tick(struct program *g)
{
    if (g->train.n > g->ticks_first)
        qsort(g->train.spikes + g->ticks_first, g->train.n - g->ticks_first,
              sizeof *g->train.spikes, compare_spikes);
    g->ticks_first = g->train.n;
}

static void count_sent(struct program *g)
{
    for (size_t k = 0; k < g->plan->sent_count; k++) {
        const izh_spike *x = &g->plan->sent[k];
        size_t tick = 0;
        while (time_of(g->plan, (int)tick) < x->t)
            tick++;
        if (tick < g->width)
            g->counts[(g->plan->population.n + x->i) * g->width + tick]++;
    }
}

static int64_t integer_weight(const struct program *g, uint32_t receptor, double weight)
{
    return llrint(weight / g->law[receptor].unit);
}

/* What arrives at this tick: a look at each synapse. */
static void arrive(struct program *g)
{
    memset(g->sum, 0, sizeof g->sum);
    for (size_t k = 0; k < g->plan->link_count; k++) {
        const struct link *link = &g->plan->links[k];
        const int from = g->tick - (int)link->is.delay;
        const int count = from >= 0 ? g->counts[link->is.source * g->width + (size_t)from] : 0;
        if (count)
            g->sum[link->group][link->is.target] +=
                count * integer_weight(g, link->group, link->is.weight);
    }
}

/* ---- the program: neurons ---- */

/* Operations in the precision of the population. */
static int single;

static double rounded(double x)
{
    volatile float narrow; /* GCC 12 loses roundings where it takes several at once */
    if (!single)
        return x;
    narrow = (float)x;
    return narrow;
}

static double sum_of(double a, double b)
{
    return rounded(a + b);
}

static double less(double a, double b)
{
    return rounded(a - b);
}

static double times(double a, double b)
{
    return rounded(a * b);
}

static double rate_of_v(const izh_params *p, izh_state y, double I, double G)
{
    const double w = rounded(1 / p->cm);
    const double k1 = less(rounded(p->k1 / p->cm), times(w, G));
    const double square = times(times(rounded(p->k2 / p->cm), y.v), y.v), linear = times(k1, y.v);
    const double f = sum_of(sum_of(square, linear), rounded(p->k0 / p->cm));
    return sum_of(less(f, times(w, y.u)), times(w, I));
}

/* u' without its factor a. */
static double pull_of_u(const izh_params *p, izh_state y)
{
    const double recovery = times(rounded(p->b_lo), less(y.v, rounded(p->vb)));
    return less(recovery, times(rounded(p->r), y.u));
}

/* The listing of the paper of 2003: two half steps of v, then one of u. */
static izh_state step_published(const izh_params *p, izh_state y, double I, double G, double h)
{
    const double half = times(.5, h);
    y.v = sum_of(y.v, times(half, rate_of_v(p, y, I, G)));
    y.v = sum_of(y.v, times(half, rate_of_v(p, y, I, G)));
    y.u = sum_of(y.u, times(times(h, rounded(p->a)), pull_of_u(p, y)));
    return y;
}

static izh_state step_midpoint(const izh_params *p, izh_state y, double I, double G, double h)
{
    const double half = times(.5, h), a = rounded(p->a);
    const izh_state mid = {sum_of(y.v, times(half, rate_of_v(p, y, I, G))),
                           sum_of(y.u, times(half, times(a, pull_of_u(p, y))))};
    y.v = sum_of(y.v, times(h, rate_of_v(p, mid, I, G)));
    y.u = sum_of(y.u, times(h, times(a, pull_of_u(p, mid))));
    return y;
}

static void reset_at_peak(struct program *g, const izh_params *p, uint32_t i, double t)
{
    izh_state *y = &g->y[i];
    if (!(y->v >= rounded(p->vpeak)))
        return;
    spike(g, t, i);
    *y = (izh_state){rounded(p->c), sum_of(y->u, rounded(p->d))};
}

static void jump_by_hand(struct program *g, uint32_t i, double dv)
{
    const izh_params p = cell_params(i, 0);
    const double t = time_of(g->plan, g->tick);
    if (g->is_set[i])
        reset_at_peak(g, &p, i, t);
    if (rounded(dv) == 0)
        return;
    g->y[i].v = sum_of(g->y[i].v, rounded(dv));
    reset_at_peak(g, &p, i, t);
}

static void step_by_hand(struct program *g, uint32_t i, double I, double G)
{
    const izh_params p = cell_params(i, 0);
    const double h = rounded(g->plan->population.dt);
    g->y[i] = g->plan->population.method == IZH_MIDPOINT
                  ? step_midpoint(&p, g->y[i], rounded(I), rounded(G), h)
                  : step_published(&p, g->y[i], rounded(I), rounded(G), h);
    reset_at_peak(g, &p, i, time_of(g->plan, g->tick + 1));
}

static int32_t hear_solver(const izh_spike_event *e, izh_state *after, void *user)
{
    const struct cell *cell = user;
    (void)after;
    spike(cell->program, e->t, cell->i);
    return IZH_CONTINUE;
}

static void jump_by_solver(struct program *g, uint32_t i, double dv)
{
    izh_solver *s = g->cell[i].solver;
    const double t = time_of(g->plan, g->tick);
    if (g->is_set[i]) {
        check_ok(izh_solver_set_state(s, g->y[i]), s);
        check_ok(izh_solver_run(s, t), s);
    }
    if (dv != 0) {
        check_ok(izh_solver_kick(s, dv, 0), s);
        check_ok(izh_solver_run(s, t), s);
    }
    g->y[i] = izh_solver_state(s);
}

static void step_by_solver(struct program *g, uint32_t i, double I, double G)
{
    izh_solver *s = g->cell[i].solver;
    const izh_input input = {time_of(g->plan, g->tick), I, 0, G, 0};
    struct cell *cell = &g->cell[i];
    if (I != cell->I || G != cell->G) /* by Taylor's method, what is the same starts no step anew */
        check_ok(izh_solver_set_inputs(s, &input, 1), s);
    cell->I = I;
    cell->G = G;
    check_ok(izh_solver_run(s, time_of(g->plan, g->tick + 1)), s);
    g->y[i] = izh_solver_state(s);
}

/* ---- the program: receptors ---- */

/* The mean over the tick of what a receptor gives a neuron: of a jump, its size. */
static double take_receptor(struct program *g, uint32_t k, uint32_t i)
{
    const izh_receptor *r = &g->plan->receptors[k];
    const struct law *law = &g->law[k];
    const double arrived = (double)g->sum[k][i] * law->unit;
    double *s = &g->slow[k][i], *f = &g->fast[k][i];
    if (r->kind == IZH_JUMP)
        return arrived;
    if (r->tau == 0)
        return arrived / g->plan->population.dt;
    *s = *s * law->slow.keep + arrived;
    *s = fabs(*s) < 1e-30 ? 0 : *s;
    if (r->rise == 0)
        return *s * law->slow.mean;
    *f = *f * law->fast.keep + arrived;
    *f = fabs(*f) < 1e-30 ? 0 : *f;
    return law->peak * (*s * law->slow.mean - *f * law->fast.mean);
}

static double input_now(const struct program *g, uint32_t k, uint32_t i)
{
    const izh_receptor *r = &g->plan->receptors[k];
    const struct law *law = &g->law[k];
    if (r->tau == 0)
        return 0;
    return law->peak * (g->slow[k][i] * law->slow.keep - g->fast[k][i] * law->fast.keep);
}

struct inflow {
    double I, G;
};

/* All currents and conductances, in the order of receptors, those of nmda times a factor. */
static struct inflow add_up(const struct plan *plan, const double *given, double I, double factor)
{
    struct inflow in = {I, 0};
    for (uint32_t k = 0; k < plan->receptor_count; k++) {
        const izh_receptor *r = &plan->receptors[k];
        const double x = r->nmda ? given[k] * factor : given[k];
        if (r->kind == IZH_CURRENT)
            in.I += x;
        if (r->kind == IZH_CONDUCTANCE) {
            in.I += x * r->E;
            in.G += x;
        }
    }
    return in;
}

/* Magnesium's block. */
static double block_at(double v)
{
    const double z = v > -80 ? (v + 80) / 60 * ((v + 80) / 60) : 0;
    return z / (1 + z);
}

static struct inflow inflow_of(const struct program *g, uint32_t i, const double *given, double I)
{
    izh_params p = cell_params(i, g->plan->special);
    const struct inflow now = add_up(g->plan, given, I, block_at(g->y[i].v));
    const double v = g->y[i].v, w = rounded(1 / p.cm), k1 = rounded(p.k1 / p.cm);
    const double rate = rounded(p.k2 / p.cm) * v * v + (k1 - w * now.G) * v + rounded(p.k0 / p.cm) -
                        w * g->y[i].u + w * now.I;
    return add_up(g->plan, given, I, block_at(v + g->plan->population.dt / 2 * rate));
}

/* ---- the program: a tick ---- */

static void take_neuron(struct program *g, uint32_t i, int by_solver)
{
    const struct plan *plan = g->plan;
    double given[MOST_RECEPTORS], dv = 0, I = rounded(population_current(i));
    for (uint32_t k = 0; k < plan->receptor_count; k++) {
        given[k] = take_receptor(g, k, i);
        dv += plan->receptors[k].kind == IZH_JUMP ? given[k] : 0;
    }
    if (by_solver)
        jump_by_solver(g, i, dv);
    else
        jump_by_hand(g, i, dv);
    g->is_set[i] = 0;
    if (plan->current)
        plan->current(time_of(plan, g->tick), i, 1, &I, NULL);
    const struct inflow in = inflow_of(g, i, given, I);
    if (by_solver)
        step_by_solver(g, i, in.I, in.G);
    else
        step_by_hand(g, i, in.I, in.G);
}

static izh_solver *make_solver(const struct plan *plan, struct cell *cell, izh_state initial)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.method = plan->population.method;
    config.events = plan->population.events;
    config.dt = plan->population.dt;
    config.t0 = plan->population.t0;
    config.params = cell_params(cell->i, plan->special);
    config.initial = initial;
    izh_solver *s = support_create(&config);
    izh_solver_on_spike(s, hear_solver, cell);
    return s;
}

static void start(struct program *g, const struct plan *plan, int by_solver)
{
    memset(g, 0, sizeof *g);
    single = plan->population.precision == IZH_F32;
    g->plan = plan;
    g->width = (size_t)plan->stops[plan->stop_count - 1] + 2;
    g->counts = calloc((plan->population.n + SOURCES) * g->width, 1);
    for (uint32_t k = 0; k < plan->receptor_count; k++)
        g->law[k] = measure_law(&plan->receptors[k], plan->population.dt);
    for (uint32_t i = 0; i < plan->population.n; i++) {
        const izh_state initial = population_initial(i);
        g->y[i] = (izh_state){rounded(initial.v), rounded(initial.u)};
        g->is_set[i] = 1;
        g->cell[i] = (struct cell){g, NULL, i, NAN, 0};
        if (by_solver)
            g->cell[i].solver = make_solver(plan, &g->cell[i], initial);
    }
    count_sent(g);
}

static void end(struct program *g)
{
    for (uint32_t i = 0; i < N; i++)
        izh_solver_destroy(g->cell[i].solver);
    free(g->counts);
    train_free(&g->train);
}

static void take_tick(struct program *g, int by_solver)
{
    arrive(g);
    for (uint32_t i = 0; i < g->plan->population.n; i++)
        take_neuron(g, i, by_solver);
    sort_tick(g);
    g->tick++;
}

/* ---- side by side ---- */

static void compare_states(const struct program *g, izh_network *net)
{
    izh_state states[N];
    double input[N];
    const uint32_t n = g->plan->population.n;
    const izh_population *p = izh_network_population(net);
    check_population(izh_population_get_state(p, 0, n, states), p);
    for (uint32_t i = 0; i < n; i++)
        if (memcmp(&states[i], &g->y[i], sizeof states[i]))
            fail_msg("tick %d, neuron %u: v = %.17g, u = %.17g, not %.17g, %.17g", g->tick,
                     (unsigned)i, states[i].v, states[i].u, g->y[i].v, g->y[i].u);
    for (uint32_t k = 0; k < g->plan->receptor_count; k++) {
        check_network(izh_network_get_input(net, k, 0, n, input), net);
        for (uint32_t i = 0; i < n; i++)
            if (input[i] != input_now(g, k, i))
                fail_msg("tick %d, neuron %u: receptor %u gives %.17g, not %.17g", g->tick,
                         (unsigned)i, (unsigned)k, input[i], input_now(g, k, i));
    }
}

/* What has been heard so far is the same, to the bit. */
static void compare_trains(const struct train *x, const struct train *y)
{
    for (size_t k = 0; k < x->n && k < y->n; k++)
        if (x->spikes[k].t != y->spikes[k].t || x->spikes[k].i != y->spikes[k].i)
            fail_msg("spike %zu is (%.17g, %u), not (%.17g, %u)", k, x->spikes[k].t,
                     (unsigned)x->spikes[k].i, y->spikes[k].t, (unsigned)y->spikes[k].i);
    assert_int_equal(x->n, y->n);
}

static void compare_samples(const struct program *g, const izh_state *now, const izh_state *sample)
{
    for (uint32_t i = 0; i < g->plan->population.n; i++)
        if (memcmp(&now[i], &sample[i], sizeof now[i]))
            fail_msg("tick %d, neuron %u: v = %.17g was recorded, not %.17g", g->tick, (unsigned)i,
                     sample[i].v, now[i].v);
}

/* The host's changes between runs: a state above the peak or not, and weights. */
static void change(struct program *g, izh_network *net, struct plan *plan)
{
    izh_population *p = izh_network_population(net);
    for (uint32_t i = (uint32_t)g->tick % 7; i < plan->population.n; i += 31) {
        const izh_state state = {i % 2 ? 60 : -50, 3};
        check_population(izh_population_set_state(p, i, 1, &state, 0), p);
        g->y[i] = state;
        g->is_set[i] = 1;
    }
    size_t first[MOST_RECEPTORS] = {0};
    for (size_t k = 0; k < plan->link_count; k++) {
        struct link *link = &plan->links[k];
        if (k % 5 == 0) {
            link->is.weight *= k % 2 ? 0 : .75;
            check_network(
                izh_network_set_weights(net, link->group, first[link->group], 1, &link->is.weight),
                net);
        }
        first[link->group]++;
    }
}

static size_t compare(struct plan *plan, int by_solver)
{
    static struct program g;
    static uint32_t all[N];
    struct train train = {0};
    izh_network *net = make_network(plan);
    izh_population *p = izh_network_population(net);
    const uint32_t n = plan->population.n;
    const int ticks = plan->stops[plan->stop_count - 1];
    izh_state *samples = calloc((size_t)ticks * n, sizeof *samples);
    for (uint32_t i = 0; i < n; i++)
        all[i] = i;
    check_population(izh_population_record(p, all, n, 1, samples, (size_t)ticks), p);
    start(&g, plan, by_solver);
    for (int stop = 0; stop < plan->stop_count; stop++) {
        check_network(network_run(net, time_of(plan, plan->stops[stop]), &train), net);
        while (g.tick < plan->stops[stop]) {
            take_tick(&g, by_solver);
            compare_samples(&g, g.y, samples + (size_t)(g.tick - 1) * n);
        }
        compare_trains(&train, &g.train);
        compare_states(&g, net);
        if (stop + 1 < plan->stop_count)
            change(&g, net, plan);
    }
    check_true(izh_population_troubles(p).total == 0);
    const size_t spikes = train.n;
    end(&g);
    free(samples);
    train_free(&train);
    izh_network_destroy(net);
    return spikes;
}

/* ---- plans ---- */

static int compare_links(const void *a, const void *b)
{
    const struct link *x = a, *y = b;
#define BY(field)             \
    if (x->field != y->field) \
        return x->field < y->field ? -1 : 1;
    BY(group)
    BY(is.source)
    BY(is.delay)
    BY(is.target)
    BY(is.weight)
#undef BY
    return 0;
}

static void draw_links(struct plan *plan, struct chance *c, size_t count, const uint32_t *delays,
                       uint32_t delay_count)
{
    plan->links = calloc(count, sizeof *plan->links);
    plan->link_count = count;
    for (size_t k = 0; k < count; k++) {
        struct link *link = &plan->links[k];
        link->group = chance_below(c, plan->receptor_count);
        link->is.source = chance_below(c, plan->population.n + SOURCES);
        if (chance_below(c, 6) == 0)
            link->is.source = plan->population.n + chance_below(c, SOURCES);
        link->is.target = chance_below(c, plan->population.n);
        link->is.delay = delays[chance_below(c, delay_count)];
        link->is.weight = draw_weight(c, &plan->receptors[link->group]);
        if (plan->weak && link->is.weight < 100)
            link->is.weight *= .25;
    }
    qsort(plan->links, count, sizeof *plan->links, compare_links);
}

/* At ticks and between them, several at once. */
static void draw_sent(struct plan *plan, struct chance *c, size_t count)
{
    plan->sent = calloc(count, sizeof *plan->sent);
    plan->sent_count = count;
    for (size_t k = 0; k < count; k++) {
        const double ticks = chance_between(c, 0, plan->stops[plan->stop_count - 1]);
        const double at = chance_below(c, 2) ? floor(ticks) : ticks;
        plan->sent[k].t = plan->population.t0 + at * plan->population.dt;
        plan->sent[k].i = chance_below(c, SOURCES);
        if (k && chance_below(c, 4) == 0)
            plan->sent[k] = plan->sent[k - 1];
    }
}

static const int usual_stops[] = {1, 58, 61, TICKS};

static struct plan make_plan(const izh_population_config *config)
{
    struct plan plan = {.population = *config, .receptors = every_kind};
    plan.receptor_count = MOST_RECEPTORS;
    plan.stops = usual_stops;
    plan.stop_count = LENGTH(usual_stops);
    plan.population.n = N;
    plan.population.tile = 128; /* two parts */
    plan.population.t0 = .5;
    if (plan.population.dt == 0)
        plan.population.dt = config->method == IZH_PUBLISHED_2003 ? 1 : .125;
    return plan;
}

static size_t run_plan(struct plan *plan, uint64_t seed, const uint32_t *delays,
                       uint32_t delay_count, int by_solver)
{
    struct chance c = {seed};
    draw_links(plan, &c, 1500, delays, delay_count);
    draw_sent(plan, &c, 300);
    const size_t spikes = compare(plan, by_solver);
    free(plan->links);
    free(plan->sent);
    return spikes;
}

/* ---- tests ---- */

static const uint32_t short_delays[] = {0, 1, 2, 3, 17}, long_delays[] = {4, 5, 9, 10, 150};

/* Grid events by the program's own steps. */
static const struct {
    izh_method method;
    int32_t precision;
} own[] = {{IZH_PUBLISHED_2003, IZH_F64},
           {IZH_PUBLISHED_2003, IZH_F32},
           {IZH_MIDPOINT, IZH_F64},
           {IZH_MIDPOINT, IZH_F32}};

static izh_population_config own_config(size_t k)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.method = own[k].method;
    config.precision = own[k].precision;
    config.events = IZH_EVENTS_GRID;
    return config;
}

static void each_receptor_is_what_a_plain_program_has(void **state)
{
    (void)state;
    for (size_t k = 0; k < LENGTH(own); k++)
        for (uint32_t r = 0; r < MOST_RECEPTORS; r++) {
            const izh_population_config config = own_config(k);
            struct plan plan = make_plan(&config);
            support_about("%s, precision %d, receptor %u", izh_method_name(config.method),
                          (int)config.precision, (unsigned)r);
            plan.receptors = &every_kind[r];
            plan.receptor_count = 1;
            check_true(run_plan(&plan, r, short_delays, LENGTH(short_delays), 0) > 100);
        }
}

static void all_receptors_at_once_are_what_a_plain_program_has(void **state)
{
    (void)state;
    for (size_t k = 0; k < LENGTH(own); k++)
        for (int delays = 0; delays < 2; delays++) {
            const izh_population_config config = own_config(k);
            struct plan plan = make_plan(&config);
            plan.population.threads = delays ? 3 : 1;
            support_about("%s, precision %d, %s delays", izh_method_name(config.method),
                          (int)config.precision, delays ? "long" : "short");
            check_true(run_plan(&plan, 7, delays ? long_delays : short_delays, LENGTH(short_delays),
                                0) > 100);
        }
}

/* Adds to the constant currents. */
static void wave(double t, uint32_t first, uint32_t count, double *I, void *user)
{
    (void)user;
    for (uint32_t i = 0; i < count; i++)
        I[i] += (double)((first + i) % 5) + fmod(t, 4);
}

static void currents_of_the_host_come_before_receptors(void **state)
{
    (void)state;
    for (int32_t stepwise = 0; stepwise < 2; stepwise++) {
        const izh_population_config config = own_config(2);
        struct plan plan = make_plan(&config);
        support_about("stepwise %d", (int)stepwise);
        plan.current = wave;
        plan.stepwise = stepwise;
        check_true(run_plan(&plan, 11, long_delays, LENGTH(long_delays), 0) > 100);
    }
}

/* Exact events, and all methods, by one solver a neuron: izh_solver_kick() and
 * izh_solver_set_inputs() at each tick. */
static void every_method_is_its_solver(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);)
        for (int special = 0; special < 2 && config.precision == IZH_F64; special++) {
            struct plan plan = make_plan(&config);
            plan.population.dt = .125;
            if (config.method == IZH_TAYLOR) /* its steps are longer than ticks */
                continue;
            plan.special = special;
            plan.weak = 1;
            check_true(run_plan(&plan, 5, special ? long_delays : short_delays,
                                LENGTH(short_delays), 1) > 100);
        }
}

/* ---- the peak ---- */

/* When a neuron spikes that a jump lifts from 14 mV, the peak being 30. */
static double first_spike(const izh_population_config *population, double jump)
{
    const izh_receptor receptor = {IZH_JUMP, 0, 0, 0, 0, 0};
    const izh_state y = {14, -13};
    const izh_synapse synapse = {2, 0, 0, 0, jump};
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    struct train train = {0};
    izh_network *net;
    config.population = population;
    config.sources = 1;
    config.receptors = &receptor;
    config.receptor_count = 1;
    check_true(izh_network_create(&net, &config) == IZH_OK);
    izh_population *p = izh_network_population(net);
    check_population(izh_population_set_state(p, 0, 1, &y, 0), p);
    check_network(izh_network_connect(net, network_group(net, 0), &synapse, 1), net);
    check_network(izh_network_send(net, &(izh_spike){0, 0, 0}, 1), net);
    check_network(network_run(net, 1, &train), net);
    check_true(train.n > 0 && train.spikes[0].i == 0);
    const double t = train.spikes[0].t;
    izh_network_destroy(net);
    train_free(&train);
    return t;
}

/* A jump to the peak itself spikes at its tick; one that ends just below is a step's. */
static void a_jump_to_the_peak_spikes(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        config.n = 2;
        check_true(first_spike(&config, 16) == 0);
        check_true(first_spike(&config, 16 - 0x1p-10) > 0);
    }
}

/* ---- spikes that are due ---- */

#define CROWD 200

/* Each second neuron is at its peak, each third one is lifted over it at the same tick. */
static izh_network *make_crowd(izh_population_config config, size_t capacity)
{
    const izh_receptor receptor = {IZH_JUMP, 0, 0, 0, 0, 0};
    izh_network_config network = IZH_NETWORK_CONFIG_INIT;
    izh_network *net;
    config.n = CROWD;
    config.spike_capacity = capacity;
    network.population = &config;
    network.sources = 1;
    network.receptors = &receptor;
    network.receptor_count = 1;
    check_true(izh_network_create(&net, &network) == IZH_OK);
    const uint32_t group = network_group(net, 0);
    for (uint32_t i = 0; i < CROWD; i++) {
        const izh_state state = {i % 2 ? 60 : -65, -13};
        const izh_synapse synapse = {CROWD, i, 0, 0, 130};
        izh_population *p = izh_network_population(net);
        check_population(izh_population_set_state(p, i, 1, &state, 0), p);
        if (i % 3 == 0)
            check_network(izh_network_connect(net, group, &synapse, 1), net);
    }
    check_network(izh_network_send(net, &(izh_spike){0, 0, 0}, 1), net);
    return net;
}

/* They come among those of jumps, by neurons; where a run ends at their tick, before them. */
static void due_spikes_come_in_order(void **state)
{
    (void)state;
    static const size_t capacities[] = {0, 1, 2, 67, 133};
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);)
        for (size_t c = 0; c < LENGTH(capacities); c++) {
            struct train train = {0};
            izh_network *net = make_crowd(config, capacities[c]);
            support_about("capacity %zu", capacities[c]);
            check_network(network_run(net, 1, &train), net);
            size_t at = 0;
            for (uint32_t i = 0; i < CROWD; i++)
                for (uint32_t times = (i % 2 == 1) + (i % 3 == 0); times > 0; times--, at++)
                    check_true(train.spikes[at].t == 0 && train.spikes[at].i == i);
            check_true(at < train.n ? train.spikes[at].t > 0 : at == train.n);
            izh_network_destroy(net);
            train_free(&train);
        }
}

/* As often as max_spikes_per_ms allows in a tick. */
static void due_spikes_are_counted(void **state)
{
    (void)state;
    const izh_state peak = {60, 0};
    izh_population_config config = own_config(0);
    struct train train = {0};
    config.dt = .5;
    config.max_spikes_per_ms = 18 / config.dt; /* 20 in a tick */
    izh_network *net = make_crowd(config, 0), *twin = make_crowd(config, 0);
    izh_population *p = izh_network_population(net);
    static unsigned char blob[1 << 16];
    check_network(izh_network_run(net, 0), net);
    for (int k = 2; k <= 20; k++) {
        check_population(izh_population_set_state(p, 3, 1, &peak, 0), p);
        check_network(izh_network_run(net, 0), net);
        const izh_spikes spikes = izh_population_spikes(p);
        check_true(spikes.count == 1 && spikes.data[0].i == 3);
        if (k == 11) { /* what was counted is saved */
            const size_t size = izh_network_save(net, blob, sizeof blob);
            check_true(size <= sizeof blob);
            check_network(izh_network_load(twin, blob, size), twin);
            izh_network_destroy(net);
            net = twin;
            p = izh_network_population(net);
        }
    }
    check_population(izh_population_set_state(p, 1, 1, &peak, 0), p);
    check_population(izh_population_set_state(p, 3, 1, &peak, 0), p);
    check_network_status(network_run(net, 0, &train), IZH_E_DIVERGED, net);
    check_true(train.n == 1 && train.spikes[0].i == 1);
    check_has(izh_network_message(net), "neuron 3");
    check_population(izh_population_set_state(p, 3, 1, &(izh_state){-65, -13}, 0), p);
    check_network(network_run(net, config.dt, &train), net); /* at the next tick it may again */
    check_population(izh_population_set_state(p, 3, 1, &peak, 0), p);
    check_network(network_run(net, config.dt, &train), net);
    check_true(train.spikes[train.n - 1].i == 3);
    izh_network_destroy(net);
    train_free(&train);
}

/* ---- long delays ---- */

#define LONG_TICKS 66000

/* The network's smallest delay over synapses from neurons is what a block may be; with none it is
 * as long as can be. */
static void delays_reach_65535(void **state)
{
    (void)state;
    static const uint32_t delays[][2] = {{0, 65535}, {65535, 65534}};
    static const int stops[] = {300, 65534, 65537, LONG_TICKS};
    for (int only_sources = 0; only_sources < 2; only_sources++)
        for (size_t d = 0; d < LENGTH(delays); d++) {
            if (support_few() && d == (size_t)only_sources)
                continue;
            const izh_population_config config = own_config(0);
            struct plan plan = make_plan(&config);
            struct chance c = {3};
            support_about("delays %u and %u, only sources: %d", (unsigned)delays[d][0],
                          (unsigned)delays[d][1], only_sources);
            plan.population.n = 4;
            plan.stops = stops;
            plan.stop_count = LENGTH(stops);
            draw_links(&plan, &c, 60, delays[d], 2);
            for (size_t k = 0; only_sources && k < plan.link_count; k++)
                plan.links[k].is.source = 4 + chance_below(&c, SOURCES);
            qsort(plan.links, plan.link_count, sizeof *plan.links, compare_links);
            draw_sent(&plan, &c, 2000);
            check_true(compare(&plan, 0) > 100);
            free(plan.links);
            free(plan.sent);
        }
}

/* ---- what is read ---- */

static void synapses_are_read_in_order(void **state)
{
    (void)state;
    static izh_synapse synapses[2000];
    static double weights[2000];
    const izh_population_config config = own_config(0);
    struct plan plan = make_plan(&config);
    struct chance c = {9};
    draw_links(&plan, &c, 2000, short_delays, 2); /* few delays: there are twins */
    izh_network *net = make_network(&plan);
    size_t at = 0;
    for (uint32_t group = 0; group < MOST_RECEPTORS; group++) {
        const size_t count = izh_network_count(net, group);
        check_network(izh_network_synapses(net, group, 0, count, synapses), net);
        check_network(izh_network_get_weights(net, group, 0, count, weights), net);
        for (size_t k = 0; k < count; k++, at++) {
            const struct link *link = &plan.links[at];
            const double unit =
                every_kind[group].range > 0 ? every_kind[group].range * 0x1p-31 : 0x1p-21;
            check_true(link->group == group && synapses[k].source == link->is.source);
            check_true(synapses[k].target == link->is.target && synapses[k].reserved == 0);
            check_true(synapses[k].delay == link->is.delay);
            check_same(synapses[k].weight, (double)llrint(link->is.weight / unit) * unit);
            check_same(weights[k], synapses[k].weight);
        }
        if (count > 3) { /* from the middle */
            izh_synapse two[2];
            check_network(izh_network_synapses(net, group, count / 2, 2, two), net);
            check_true(!memcmp(two, &synapses[count / 2], sizeof two));
        }
    }
    assert_int_equal(at, plan.link_count);
    izh_network_destroy(net);
    free(plan.links);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_receptor_is_what_a_plain_program_has),
        cmocka_unit_test(all_receptors_at_once_are_what_a_plain_program_has),
        cmocka_unit_test(currents_of_the_host_come_before_receptors),
        cmocka_unit_test(every_method_is_its_solver),
        cmocka_unit_test(a_jump_to_the_peak_spikes),
        cmocka_unit_test(due_spikes_come_in_order),
        cmocka_unit_test(due_spikes_are_counted),
        cmocka_unit_test(delays_reach_65535),
        cmocka_unit_test(synapses_are_read_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
