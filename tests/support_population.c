#include "support_population.h"

static int is_offered(izh_population_config config)
{
    izh_population *p;
    config.n = 1;
    config.spike_capacity = 1;
    const izh_status status = izh_population_create(&p, &config);
    izh_population_destroy(p);
    return status == IZH_OK;
}

/* A memory error depends little on the method. So with sanitizers every day has half of the
 * configs: of each method one kind of events in float64 and the other in float32, of taylor float64
 * alone. */
static int is_left_out(const izh_population_config *config)
{
#ifdef __SANITIZE_ADDRESS__
    return support_few() && (config->method + config->precision + config->events) % 2;
#else
    (void)config;
    return 0;
#endif
}

int population_next(int *index, izh_population_config *config)
{
    for (; *index < 4 * 64; ++*index) {
        *config = (izh_population_config)IZH_POPULATION_CONFIG_INIT;
        config->method = *index / 4 + 1;
        config->precision = *index % 2 ? IZH_F32 : IZH_F64;
        config->events = *index / 2 % 2 ? IZH_EVENTS_GRID : IZH_EVENTS_EXACT;
        if (!is_offered(*config) || is_left_out(config))
            continue;
        support_about("%s, precision %d, events %d", izh_method_name(config->method),
                      (int)config->precision, (int)config->events);
        ++*index;
        return 1;
    }
    return 0;
}

/* Published neurons of both forms (2003: Izhikevich, IEEE TNN 14, figure 2; 2007: Dynamical Systems
 * in Neuroscience, chapter 8), varied a little so that all differ. */
izh_params population_params(uint32_t i, int special)
{
    const double x = 1e-3 * (i % 97);
    izh_params p;
    switch (i % 7) {
    case 0:
        return izh_params_2003(.02 + x, .2, -65, 8);
    case 1:
        return izh_params_2003(.1, .2 + x, -65, 2);
    case 2:
        return izh_params_2003(.02, .25, -50 - 10 * x, 2);
    case 3:
        return izh_params_2007(100 + 100 * x, .7, -60, -40, 35, .03, -2, -50, 100);
    case 4: /* fast spiking: U(v) is zero below and cubic above */
        p = izh_params_2007(20, 1, -55, -40, 25, .2, 0, -45, 0);
        if (special) {
            p.b_lo = p.b_hi = 0;
            p.b3 = .025 + x / 10;
        }
        return p;
    case 5: /* low-threshold spiking: peak and reset depend on u, u is clamped */
        p = izh_params_2007(100, 1, -56, -42, 40, .03, 8, -53, 20);
        if (special) {
            p.vpeak_u = -.1;
            p.c_u = .04 + x / 10;
            p.u_max = 670;
        }
        return p;
    default: /* thalamocortical: U(v) has a kink at -65 */
        p = izh_params_2007(200, 1.6, -60, -50, 35, .01, 15, -60, 10);
        if (special) {
            p.vb = -65;
            p.b_hi = 0;
            p.vpeak_u = .1;
            p.c_u = -.1;
        }
        return p;
    }
}

izh_state population_initial(uint32_t i)
{
    return (izh_state){-70 + .1 * (i % 113), i % 7 < 3 ? -13 : .3 * (i % 31)};
}

double population_current(uint32_t i)
{
    const double x = i % 53;
    static const double most[7] = {20, 20, 20, 300, 400, 500, 400};
    return most[i % 7] * x / 52;
}

izh_population *population_create(const izh_population_config *config, int special)
{
    izh_population *p;
    const uint32_t n = config->n, first = (uint32_t)config->first;
    if (izh_population_create(&p, config) != IZH_OK)
        fail_msg("population of %u neurons", (unsigned)n);
    izh_params *params = malloc((n + 1) * sizeof *params);
    izh_state *states = malloc((n + 1) * sizeof *states);
    double *I = malloc((n + 1) * sizeof *I);
    for (uint32_t i = 0; i < n; i++) {
        params[i] = population_params(first + i, special);
        states[i] = population_initial(first + i);
        I[i] = population_current(first + i);
    }
    check_population(izh_population_set_params(p, 0, n, params, 1), p);
    check_population(izh_population_set_state(p, 0, n, states, 1), p);
    check_population(izh_population_set_current(p, 0, n, I, 1), p);
    free(params);
    free(states);
    free(I);
    return p;
}

izh_solver *population_solver(const izh_population_config *config, uint32_t i)
{
    izh_solver_config solver = IZH_SOLVER_CONFIG_INIT;
    i += (uint32_t)config->first;
    solver.method = config->method;
    solver.events = config->events;
    solver.t0 = config->t0;
    solver.dt = config->method == IZH_TAYLOR ? 0 : config->dt;
    solver.params = population_params(i, 1);
    solver.initial = population_initial(i);
    izh_solver *s = support_create(&solver);
    check_ok(izh_solver_set_current(s, population_current(i)), s);
    return s;
}

static void append(struct train *train, izh_spikes spikes)
{
    if (train->n + spikes.count > train->capacity) {
        train->capacity = 2 * (train->n + spikes.count);
        train->spikes = realloc(train->spikes, train->capacity * sizeof *train->spikes);
    }
    if (spikes.count)
        memcpy(train->spikes + train->n, spikes.data, spikes.count * sizeof *spikes.data);
    for (size_t k = train->n ? train->n : 1; k < train->n + spikes.count; k++) {
        const izh_spike x = train->spikes[k - 1], y = train->spikes[k];
        if (!(x.t < y.t || (x.t == y.t && x.i <= y.i)))
            fail_msg("spikes out of order: (%.17g, %u) before (%.17g, %u)", x.t, x.i, y.t, y.i);
    }
    train->n += spikes.count;
}

izh_status population_run(izh_population *p, double t_end, struct train *train)
{
    struct train unwanted = {0};
    izh_status status;
    do {
        status = izh_population_run(p, t_end);
        append(train ? train : &unwanted, izh_population_spikes(p));
    } while (status == IZH_PAUSED);
    train_free(&unwanted);
    return status;
}

uint64_t train_hash(const struct train *train)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
    for (size_t k = 0; k < train->n; k++) {
        uint64_t bits;
        memcpy(&bits, &train->spikes[k].t, sizeof bits);
        hash = (hash ^ bits) * UINT64_C(0x100000001b3);
        hash = (hash ^ train->spikes[k].i) * UINT64_C(0x100000001b3);
    }
    return hash;
}

void train_free(struct train *train)
{
    free(train->spikes);
    *train = (struct train){0};
}
