/* Stimuli and kicks of populations: traces are what a host would set tick by tick, their charge is
 * right however samples and ticks lie to each other, and nothing depends on how it was run. */
#include "support_network.h"

#define N 150
#define TRACES 5
#define TICKS 300

static uint32_t channels[N];
static double gains[N], values[TRACES * 4 * TICKS];

static void fill(struct chance *c, double lo, double hi)
{
    for (uint32_t i = 0; i < N; i++) {
        channels[i] = chance_below(c, TRACES);
        gains[i] = chance_between(c, .2, 1.7);
    }
    for (size_t k = 0; k < LENGTH(values); k++)
        values[k] = chance_between(c, lo, hi);
}

/* Held samples every dt from t0 on, TICKS - 50 of them. */
static izh_traces held_traces(double t0, double dt)
{
    return (izh_traces){.count = TRACES,
                        .t = t0,
                        .dt = dt,
                        .samples = TICKS - 50,
                        .values = values,
                        .channels = channels,
                        .gains = gains};
}

static double default_dt(const izh_population_config *config)
{
    izh_population *p;
    assert_int_equal(izh_population_create(&p, config), IZH_OK);
    const double dt = izh_population_dt(p);
    izh_population_destroy(p);
    return dt;
}

static double at_tick(const izh_population_config *config, double dt, int k)
{
    return config->t0 + k * dt;
}

/* ---- a host that sets currents ---- */

static void run_by_host(izh_population *p, const izh_population_config *config, double dt,
                        const izh_traces *x, struct train *train)
{
    double I[N];
    for (int k = 0; k < TICKS; k++) {
        for (uint32_t i = 0; i < N; i++) {
            const double sample =
                k < (int)x->samples ? x->values[x->channels[i] * x->samples + (size_t)k] : 0;
            I[i] = population_current(i) + x->gains[i] * sample;
            if (config->precision == IZH_F32) /* the constant current is a float */
                I[i] = (double)(float)population_current(i) + x->gains[i] * sample;
        }
        check_population(izh_population_set_current(p, 0, N, I, 1), p);
        population_run(p, at_tick(config, dt, k + 1), train);
    }
}

static void held_samples_are_currents_that_a_host_sets(void **state)
{
    (void)state;
    struct chance c = {1};
    izh_population_config config;
    fill(&c, -20, 40);
    for (int k = 0; population_next(&k, &config);) {
        struct train mine = {0}, hosts = {0};
        config.n = N;
        config.t0 = 3.7;
        const double dt = default_dt(&config);
        const izh_traces x = held_traces(config.t0, dt);
        izh_population *p = population_create(&config, 1), *q = population_create(&config, 1);
        check_population(izh_population_set_stimulus(p, &x, 1), p);
        population_run(p, at_tick(&config, dt, TICKS), &mine);
        run_by_host(q, &config, dt, &x, &hosts);
        check_true(mine.n > 50 && mine.n == hosts.n);
        check_true(train_hash(&mine) == train_hash(&hosts));
        check_true(izh_population_hash(p) == izh_population_hash(q));
        izh_population_destroy(p);
        izh_population_destroy(q);
        train_free(&mine);
        train_free(&hosts);
    }
}

/* A trace for each neuron, more than have rows of means. */
static void many_traces_are_what_few_are(void **state)
{
    (void)state;
    enum {
        MANY = 300
    };
    struct chance c = {2};
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    double *each = malloc(MANY * 101 * sizeof *each);
    uint32_t which[MANY];
    fill(&c, 0, 30);
    for (uint32_t i = 0; i < MANY; i++) {
        which[i] = i % TRACES;
        memcpy(each + i * 101, values + which[i] * 101, 101 * sizeof *each);
    }
    config.n = MANY;
    for (int way = 0; way < 6; way++) {
        izh_traces x = {.count = TRACES, .samples = 101, .values = values, .channels = which};
        x.dt = (const double[]){.1, .25, .03}[way / 2];
        x.between = way % 2 ? IZH_LINEAR : IZH_HELD;
        izh_population *p = population_create(&config, 1), *q = population_create(&config, 1);
        struct train few = {0}, many = {0};
        check_population(izh_population_set_stimulus(p, &x, 1), p);
        x.count = MANY;
        x.values = each;
        x.channels = NULL;
        check_population(izh_population_set_stimulus(q, &x, 1), q);
        population_run(p, 20, &few);
        population_run(q, 20, &many);
        check_true(few.n > 20 && train_hash(&few) == train_hash(&many));
        check_true(izh_population_hash(p) == izh_population_hash(q));
        izh_population_destroy(p);
        izh_population_destroy(q);
        train_free(&few);
        train_free(&many);
    }
    free(each);
}

/* ---- charge: v' = I ---- */

static double piece(double lo, double hi, double from, double to, double I, double slope)
{
    const double a = fmax(lo, from), b = fmin(hi, to);
    return a < b ? (b - a) * (I + slope * ((a + b) / 2 - from)) : 0;
}

/* The integral of a trace up to t, piece by piece. */
static double charge(const izh_traces *x, const double *sample, double t)
{
    double sum = 0;
    for (size_t i = 0; i + (x->between == IZH_LINEAR) < x->samples; i++) {
        const double from = x->t + (double)i * x->dt;
        const double slope = x->between == IZH_LINEAR ? (sample[i + 1] - sample[i]) / x->dt : 0;
        sum += piece(0, t, from, from + x->dt, sample[i], slope);
    }
    return sum;
}

static izh_population *make_lines(izh_population_config *config)
{
    const izh_params line = support_line();
    const izh_state start = {-20, 0};
    izh_population *p;
    assert_int_equal(izh_population_create(&p, config), IZH_OK);
    check_population(izh_population_set_params(p, 0, config->n, &line, 0), p);
    check_population(izh_population_set_state(p, 0, config->n, &start, 0), p);
    return p;
}

static void charge_is_right_however_samples_lie(void **state)
{
    (void)state;
    static const double spacing[] = {.1, .2, .05, .37, .013, .7, 1.3};
    static const double starts[] = {0, .1, .04, -3.3, 2.71};
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    struct chance c = {3};
    fill(&c, -1, 1.2);
    config.n = TRACES;
    for (size_t k = 0; k < LENGTH(spacing) * LENGTH(starts) * 2; k++) {
        izh_traces x = {.count = TRACES, .samples = 61, .values = values};
        x.dt = spacing[k / 2 % LENGTH(spacing)];
        x.t = starts[k / 2 / LENGTH(spacing)];
        x.between = k % 2 ? IZH_LINEAR : IZH_HELD;
        izh_population *p = make_lines(&config);
        check_population(izh_population_set_stimulus(p, &x, 1), p);
        for (int tick = 1; tick <= 200; tick += 1 + tick / 4) {
            izh_state y[TRACES];
            check_population(izh_population_run(p, tick * .1), p);
            check_population(izh_population_get_state(p, 0, TRACES, y), p);
            support_about("dt %g, t %g, between %d, tick %d", x.dt, x.t, (int)x.between, tick);
            for (uint32_t i = 0; i < TRACES; i++)
                check_close(y[i].v, -20 + charge(&x, values + i * 61, tick * .1), 1e-11);
        }
        izh_population_destroy(p);
    }
}

static void pieces_have_their_charge(void **state)
{
    (void)state;
    static const izh_segment pieces[] = {{.73, 1.5, 0},    {.76, -2, 3},   {1.9, .3, -.2},
                                         {-4, 1, 0},       {0, .5, .125},  {5.05, -1, 0},
                                         {5.050001, 0, 0}, {1e3, 1e9, 1e9}};
    static const size_t lengths[] = {3, 0, 5};
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    const izh_traces x = {.count = 3, .segments = pieces, .lengths = lengths};
    config.n = 3;
    izh_population *p = make_lines(&config);
    check_population(izh_population_set_stimulus(p, &x, 1), p);
    for (int tick = 1; tick <= 80; tick++) {
        const double t = tick * .1;
        double v[3] = {-20, -20, -20};
        izh_state y[3];
        for (int k = 0; k < 8; k++) {
            const int last = k == 2 || k == 7;
            v[k < 3 ? 0 : 2] += piece(0, t, pieces[k].t, last ? 1e9 : pieces[k + 1].t, pieces[k].I,
                                      pieces[k].slope);
        }
        check_population(izh_population_run(p, t), p);
        check_population(izh_population_get_state(p, 0, 3, y), p);
        for (int i = 0; i < 3; i++)
            check_close(y[i].v, v[i], 1e-11);
    }
    izh_population_destroy(p);
}

/* ---- solvers ---- */

static int32_t count_spike(const izh_spike_event *e, izh_state *after, void *user)
{
    (void)after;
    *(double *)user = e->t;
    return IZH_CONTINUE;
}

/* A neuron's last spike. */
static double last_of(const struct train *trains, int count, uint32_t i)
{
    double t = 0;
    for (int k = 0; k < count; k++)
        for (size_t j = 0; j < trains[k].n; j++)
            t = trains[k].spikes[j].i == i ? trains[k].spikes[j].t : t;
    return t;
}

static izh_solver *make_solver(const izh_population_config *config, uint32_t i, double *last)
{
    izh_solver *s = population_solver(config, i);
    izh_solver_on_spike(s, count_spike, last);
    return s;
}

/* Held pieces that begin at ticks, some of them an ulp or two off. */
static void pieces_on_ticks_are_the_solvers_to_the_bit(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        if (config.precision == IZH_F32)
            continue;
        config.n = 7;
        config.t0 = -1.3;
        config.dt = default_dt(&config);
        const double t = at_tick(&config, config.dt, 50), u = at_tick(&config, config.dt, 170);
        const izh_segment pieces[] = {{config.t0, 10, 0}, {nextafter(t, 1e9), 25, 0}, {u, -3, 0}};
        const izh_segment same[] = {{config.t0, 10, 0}, {t, 25, 0}, {u, -3, 0}};
        const size_t length = 3;
        const izh_traces x = {.count = 1, .segments = pieces, .lengths = &length};
        izh_population *p = population_create(&config, 1);
        const double none = 0;
        check_population(izh_population_set_current(p, 0, 7, &none, 0), p);
        check_population(izh_population_set_stimulus(p, &x, 1), p);
        struct train train = {0};
        population_run(p, at_tick(&config, config.dt, TICKS), &train);
        for (uint32_t i = 0; i < 7; i++) {
            double last = 0;
            izh_state y;
            izh_solver *s = make_solver(&config, i, &last);
            check_ok(izh_solver_set_stimulus(s, same, 3), s);
            if (izh_solver_run(s, at_tick(&config, config.dt, TICKS)) == IZH_OK) {
                check_population(izh_population_get_state(p, i, 1, &y), p);
                check_same_state(y, izh_solver_state(s));
                check_same(last_of(&train, 1, i), last);
            }
            izh_solver_destroy(s);
        }
        izh_population_destroy(p);
        train_free(&train);
    }
}

/* The last spike of the RS neuron under a conductance and a ramp of the current, whose pieces begin
 * at ticks. */
static double last_spike(double dt)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    static const izh_segment current[] = {{0, 50, 1}, {80, 350, 0}};
    static const izh_segment g[] = {{0, 0, 0}, {50, 3, 0}, {100, 1, 0}};
    static const size_t lengths[] = {2, 3};
    const izh_traces x[] = {
        {.count = 1, .segments = current, .lengths = lengths},
        {.count = 1, .segments = g, .lengths = lengths + 1, .conducts = 1, .E = -10}};
    const izh_params rs = support_rs();
    const izh_state start = {-60, 0};
    izh_population *p;
    config.n = 1;
    config.method = IZH_RK4;
    config.dt = dt;
    assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    check_population(izh_population_set_params(p, 0, 1, &rs, 0), p);
    check_population(izh_population_set_state(p, 0, 1, &start, 0), p);
    check_population(izh_population_set_stimulus(p, x, 2), p);
    check_population(izh_population_run(p, 200), p);
    const izh_spikes spikes = izh_population_spikes(p);
    check_true(spikes.count > 5);
    const double t = spikes.data[spikes.count - 1].t;
    izh_population_destroy(p);
    return t;
}

/* A solver takes the same pieces, without holding anything through a tick. */
static void conductances_and_ramps_are_the_solvers_to_second_order(void **state)
{
    (void)state;
    static const izh_input inputs[] = {
        {0, 50, 1, 0, -10}, {50, 100, 1, 3, -10}, {80, 350, 0, 3, -10}, {100, 350, 0, 1, -10}};
    izh_solver_config config = support_config(IZH_TAYLOR);
    double last = 0;
    config.initial = (izh_state){-60, 0};
    config.t0 = 0;
    izh_solver *s = support_create(&config);
    izh_solver_on_spike(s, count_spike, &last);
    check_ok(izh_solver_set_inputs(s, inputs, 4), s);
    check_ok(izh_solver_run(s, 200), s);
    izh_solver_destroy(s);
    const double coarse = fabs(last_spike(.1) - last), fine = fabs(last_spike(.05) - last);
    check_true(coarse < 1e-5 && fine < coarse / 3.5);
}

/* Where no ramp is held, conductances are exact. */
static void a_held_conductance_is_the_solvers(void **state)
{
    (void)state;
    static const izh_input inputs[] = {{0, 0, 0, 0, 0}, {5, 0, 0, .31, 7}, {11, 0, 0, .02, 7}};
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        if (config.precision == IZH_F32)
            continue;
        double g[] = {.31, .31, .31, .31, .31, .31, .02};
        const izh_traces x = {
            .count = 1, .t = 5, .dt = 1, .samples = 7, .values = g, .conducts = 1, .E = 7};
        config.n = 1;
        config.dt = default_dt(&config);
        izh_population *p = population_create(&config, 1);
        const double none = 0;
        double last;
        izh_state y;
        check_population(izh_population_set_current(p, 0, 1, &none, 0), p);
        check_population(izh_population_set_stimulus(p, &x, 1), p);
        check_population(izh_population_run(p, 12), p);
        check_population(izh_population_get_state(p, 0, 1, &y), p);
        izh_solver *s = make_solver(&config, 0, &last);
        check_ok(izh_solver_set_inputs(s, inputs, 3), s);
        check_ok(izh_solver_run(s, 12), s);
        check_close(y.v, izh_solver_state(s).v, 1e-10);
        check_close(y.u, izh_solver_state(s).u, 1e-10);
        izh_solver_destroy(s);
        izh_population_destroy(p);
    }
}

/* Two halves are a whole: to the bit, for halves are exact. */
static void sets_add_up(void **state)
{
    (void)state;
    struct chance c = {8};
    uint64_t hash[2];
    fill(&c, 0, .5);
    for (int way = 0; way < 2; way++) {
        izh_population_config config = IZH_POPULATION_CONFIG_INIT;
        double half[N];
        izh_traces x = held_traces(0, .1);
        x.conducts = 1;
        x.E = 0; /* then nothing else is rounded */
        for (int i = 0; i < N; i++)
            half[i] = gains[i] / 2;
        x.gains = way ? half : gains;
        const izh_traces both[] = {x, x};
        config.n = N;
        izh_population *p = population_create(&config, 0);
        check_population(izh_population_set_stimulus(p, both, way ? 2 : 1), p);
        population_run(p, 20, NULL);
        hash[way] = izh_population_hash(p);
        izh_population_destroy(p);
    }
    check_true(hash[0] == hash[1]);
}

static void give_nothing(double t, uint32_t first, uint32_t count, double *I, void *user)
{
    (void)t, (void)first, (void)count, (void)I, (void)user;
}

/* Two sets of currents, and one of conductances where `conducts` says by what their gains are
 * multiplied. */
static uint64_t run_sets(const izh_population_config *config, const double *conducts, int asks)
{
    double some[N];
    const double dt = default_dt(config);
    izh_traces x[3] = {held_traces(0, dt), held_traces(-.7 * dt, .37 * dt), held_traces(0, dt)};
    x[1].between = IZH_LINEAR;
    x[2].conducts = 1;
    x[2].E = 20;
    x[2].gains = some;
    for (int i = 0; conducts && i < N; i++)
        some[i] = *conducts * gains[i];
    for (int k = 0; k < 2; k++)
        x[k].samples = 4 * (TICKS - 100);
    izh_population *p = population_create(config, 1);
    check_population(izh_population_set_stimulus(p, x, conducts ? 3 : 2), p);
    if (asks)
        check_population(izh_population_on_current(p, give_nothing, NULL, 0), p);
    population_run(p, 11 * dt, NULL);
    population_run(p, TICKS / 3 * dt, NULL);
    const uint64_t hash = izh_population_hash(p);
    izh_population_destroy(p);
    return hash;
}

/* What flows in is made ahead, and what does not conduct kernels take from there; with a function
 * of the host's it is added up tick by tick. */
static void what_is_made_ahead_is_what_each_tick_brings(void **state)
{
    (void)state;
    const double none = 0, some = 1e-3;
    struct chance c = {12};
    izh_population_config config;
    fill(&c, 0, 12);
    for (int k = 0; population_next(&k, &config);) {
        config.n = N - 1; /* what is behind the last one gets what it gets */
        config.seed = 3;
        for (int noise = 0; noise < 2; noise++) {
            config.noise_ou = (izh_ou){1, 3 * noise, 5};
            config.noise_white = 2 * noise;
            const uint64_t hash = run_sets(&config, NULL, 0),
                           conducting = run_sets(&config, &some, 0);
            check_true(run_sets(&config, NULL, 1) == hash);
            check_true(run_sets(&config, &none, 0) == hash);
            check_true(conducting != hash);
            check_true(run_sets(&config, &some, 1) == conducting);
            config.threads = 2;
            config.tile = 1;
            check_true(run_sets(&config, NULL, 0) == hash);
            config.threads = config.tile = 0;
        }
    }
}

/* ---- how it was run does not matter ---- */

/* A current and a conductance; samples and ticks lie anyhow. */
static void set_two(izh_population *p, uint32_t first, uint32_t count)
{
    static double each[N];
    for (uint32_t i = 0; i < count; i++)
        each[i] = gains[first + i];
    const izh_traces x[] = {{.count = TRACES,
                             .between = IZH_LINEAR,
                             .t = .55,
                             .dt = .37,
                             .samples = 100,
                             .values = values,
                             .channels = channels + first,
                             .gains = each},
                            {.count = TRACES,
                             .t = 3,
                             .dt = .02,
                             .samples = 4 * TICKS,
                             .values = values,
                             .channels = channels + first,
                             .conducts = 1,
                             .E = -30}};
    check_population(izh_population_set_stimulus(p, x, 2), p);
}

static uint64_t run_two(const izh_population_config *config, int pieces, int saved)
{
    const uint32_t first = (uint32_t)config->first;
    izh_population *p = population_create(config, 1);
    const double dt = izh_population_dt(p);
    set_two(p, first, config->n);
    for (int k = 1; k <= pieces; k++) {
        population_run(p, round(TICKS * k / pieces) * dt, NULL);
        if (!saved || k != pieces / 2)
            continue;
        const size_t size = izh_population_save(p, NULL, 0);
        unsigned char *blob = malloc(size);
        assert_int_equal(izh_population_save(p, blob, size), size);
        izh_population_destroy(p);
        assert_int_equal(izh_population_create(&p, config), IZH_OK);
        check_population(izh_population_load(p, blob, size), p);
        assert_int_equal(izh_population_save(p, NULL, 0), size);
        free(blob);
    }
    const uint64_t hash = izh_population_hash(p);
    izh_population_destroy(p);
    return hash;
}

static void nothing_depends_on_how_it_was_run(void **state)
{
    (void)state;
    struct chance c = {4};
    izh_population_config config;
    fill(&c, 0, 12);
    for (int k = 0; population_next(&k, &config);) {
        config.n = N;
        const uint64_t whole = run_two(&config, 1, 0);
        check_true(run_two(&config, 7, 0) == whole);
        check_true(run_two(&config, 6, 1) == whole);
        config.threads = 3;
        config.tile = 1;
        config.block = 7;
        check_true(run_two(&config, 1, 0) == whole);
        config.threads = config.tile = 0;
        config.block = 100000;
        check_true(run_two(&config, 1, 0) == whole);
        uint64_t slices = 0;
        for (int slice = 0; slice < 3; slice++) {
            config.first = (uint64_t)(slice * 50);
            config.n = 50;
            slices += run_two(&config, 2, 0);
        }
        check_true(slices == whole);
    }
}

/* Without a stimulus blobs are as they were, and loading one takes a stimulus away. */
static void a_blob_without_a_stimulus_takes_it_away(void **state)
{
    (void)state;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    unsigned char blob[8192];
    config.n = 20;
    izh_population *p = population_create(&config, 0), *q = population_create(&config, 0);
    const size_t size = izh_population_save(p, blob, sizeof blob);
    check_true(size <= sizeof blob);
    check_true(blob[8] == 1);
    set_two(q, 0, 20);
    check_true(izh_population_save(q, NULL, 0) > size);
    check_population(izh_population_load(q, blob, size), q);
    check_population(izh_population_run(p, 20), p);
    check_population(izh_population_run(q, 20), q);
    check_true(izh_population_hash(p) == izh_population_hash(q));
    set_two(p, 0, 20);
    check_population(izh_population_set_stimulus(p, NULL, 0), p);
    assert_int_equal(izh_population_save(p, NULL, 0), size);
    izh_population_destroy(p);
    izh_population_destroy(q);
}

/* A long recording in parts. */
static void traces_are_set_between_runs(void **state)
{
    (void)state;
    struct chance c = {5};
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    fill(&c, 0, 20);
    config.n = N;
    izh_population *p = population_create(&config, 1), *q = population_create(&config, 1);
    izh_traces x = held_traces(0, .1);
    check_population(izh_population_set_stimulus(p, &x, 1), p);
    population_run(p, TICKS * .1, NULL);
    double part[TRACES * 125];
    for (int half = 0; half < 2; half++) {
        for (uint32_t i = 0; i < TRACES; i++)
            memcpy(part + i * 125, values + i * x.samples + half * 125, 125 * sizeof *part);
        izh_traces y = x;
        y.samples = 125;
        y.values = part;
        y.t = half * 12.5;
        check_population(izh_population_set_stimulus(q, &y, 1), q);
        memset(part, 0xff, sizeof part); /* it was copied */
        population_run(q, half ? TICKS * .1 : 12.5, NULL);
    }
    check_true(izh_population_hash(p) == izh_population_hash(q));
    izh_population_destroy(p);
    izh_population_destroy(q);
}

/* ---- networks ---- */

static void give_currents(double t, uint32_t first, uint32_t count, double *I, void *user)
{
    const izh_traces *x = user;
    const size_t k = (size_t)(t / x->dt + .5);
    for (uint32_t i = 0; i < count; i++)
        if (k < x->samples)
            I[i] += x->gains[first + i] * x->values[x->channels[first + i] * x->samples + k];
}

static void a_network_adds_to_a_stimulus(void **state)
{
    (void)state;
    struct chance c = {6};
    struct web web = {.population = IZH_POPULATION_CONFIG_INIT, .plain = 1};
    uint64_t hash[2];
    fill(&c, 0, 30);
    web.population.n = N;
    for (int way = 0; way < 2; way++) {
        izh_traces x = held_traces(0, .1);
        izh_network *net = web_create(&web);
        izh_population *p = izh_network_population(net);
        if (way)
            check_population(izh_population_on_current(p, give_currents, &x, 0), p);
        else
            check_population(izh_population_set_stimulus(p, &x, 1), p);
        network_run(net, TICKS * .1, NULL);
        hash[way] = izh_network_hash(net);
        izh_network_destroy(net);
    }
    check_true(hash[0] == hash[1]);
}

/* A receptor that looks at v, and without arrivals gives nothing, leaves conductances as they are.
 */
static void a_receptor_by_v_adds_to_conductances(void **state)
{
    (void)state;
    static const izh_receptor receptors[] = {{IZH_CONDUCTANCE, 1, 100, 0, 0, 0}};
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    izh_network_config nc = IZH_NETWORK_CONFIG_INIT;
    struct chance c = {7};
    izh_network *net;
    fill(&c, 0, 12);
    config.n = 40;
    nc.population = &config;
    nc.receptors = receptors;
    nc.receptor_count = 1;
    assert_int_equal(izh_network_create(&net, &nc), IZH_OK);
    izh_population *p, *q = izh_network_population(net);
    assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    set_two(p, 0, 40);
    set_two(q, 0, 40);
    check_population(population_run(p, 30, NULL), p);
    check_network(network_run(net, 30, NULL), net);
    check_true(izh_population_hash(p) == izh_population_hash(q));
    izh_network_destroy(net);
    izh_population_destroy(p);
}

/* ---- bad input ---- */

static void refuse(izh_population *p, const izh_traces *x, size_t count, const char *message)
{
    const uint64_t before = izh_population_save(p, NULL, 0);
    check_population_status(izh_population_set_stimulus(p, x, count), IZH_E_INVALID, p);
    check_has(izh_population_message(p), message);
    check_true(izh_population_save(p, NULL, 0) == before);
}

#define REFUSE(message, ...)       \
    do {                           \
        izh_traces x = good;       \
        __VA_ARGS__;               \
        refuse(p, &x, 1, message); \
    } while (0)

static void bad_traces_are_refused(void **state)
{
    (void)state;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    static double bad[] = {1, 2, NAN, 4}, negative[] = {1, 2, 3, -4};
    static uint32_t beyond[] = {0, 1, 0, 2};
    static double no_gain[] = {1, 1, INFINITY, 1}, minus[] = {1, -1, 1, 1};
    static const izh_segment back[] = {{1, 1, 0}, {1, 2, 0}}, inf[] = {{0, INFINITY, 0}};
    static const izh_segment falls[] = {{0, 1, -1}, {2, 1, 0}}, forever[] = {{0, 1, -1e-9}};
    static const size_t two = 2, one = 1, huge[] = {SIZE_MAX / 24, 1};
    config.n = 4;
    izh_population *p = population_create(&config, 0);
    const izh_traces good = {.count = 1, .dt = .1, .samples = 4, .values = bad};
    const izh_traces pieces = {.count = 1, .segments = back, .lengths = &two};
    const izh_traces nine[IZH_TRACES_MAX + 1] = {{0}};
    set_two(p, 0, 4);
    refuse(p, nine, IZH_TRACES_MAX + 1, "count = 9");
    refuse(p, NULL, 1, "traces is NULL");
    REFUSE("sample 2 of trace 0 is nan", x.t = 1);
    REFUSE("count is 0", x.count = 0);
    REFUSE("2 traces for 4 neurons need channels", x.count = 2; x.samples = 2);
    REFUSE("conducts = 2", x.conducts = 2);
    REFUSE("E = inf", x.E = INFINITY);
    REFUSE("reserved = 1", x.reserved = 1);
    REFUSE("values is NULL", x.values = NULL);
    REFUSE("both samples and segments", x.segments = back);
    REFUSE("between = 2", x.between = 2);
    REFUSE("t = nan", x.t = NAN);
    REFUSE("dt = 0", x.dt = 0);
    REFUSE("dt = -0.1", x.dt = -.1);
    REFUSE("dt = nan", x.dt = NAN);
    REFUSE("dt = inf", x.dt = INFINITY);
    REFUSE("dt = 0.001", x.dt = 1e-3; x.t = 1e15);
    REFUSE("do not fit", x.samples = SIZE_MAX / 8 + 1);
    REFUSE("samples is 0", x.samples = 0);
    REFUSE("neither values nor lengths", x.samples = 0; x.values = NULL);
    REFUSE("sample 3 of trace 0 is a conductance, -4", x.values = negative; x.conducts = 1);
    REFUSE("channels[3] = 2", x.count = 2; x.samples = 2; x.values = negative; x.channels = beyond);
    REFUSE("gains[2] = inf", x.values = negative; x.gains = no_gain);
    REFUSE("gains[1] = -1", x.samples = 3; x.values = negative; x.gains = minus; x.conducts = 1);
    REFUSE("segment 1 of trace 0: t = 1 is not after", x = pieces);
    REFUSE("segments is NULL", x = pieces; x.segments = NULL);
    REFUSE("segment 0 of trace 0", x = pieces; x.segments = inf; x.lengths = &one);
    REFUSE("becomes negative", x = pieces; x.segments = falls; x.conducts = 1);
    REFUSE("becomes negative", x = pieces; x.segments = forever; x.lengths = &one; x.conducts = 1);
    REFUSE("do not fit", x = pieces; x.count = 2; x.lengths = huge; x.channels = beyond);
    assert_int_equal(izh_population_set_stimulus(NULL, NULL, 0), IZH_E_INVALID);
    izh_population_destroy(p);
}

/* A current that overflows brings its neuron in trouble, and no other. */
static void a_current_beyond_numbers_is_trouble(void **state)
{
    (void)state;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    double huge[] = {0, 0, 1e300};
    double each[] = {1, 1e10, 1};
    config.n = 3;
    const izh_traces x = {.count = 3, .t = 1, .dt = 1, .samples = 1, .values = huge, .gains = each};
    izh_population *p = population_create(&config, 0);
    check_population(izh_population_set_stimulus(p, &x, 1), p);
    check_population_status(izh_population_run(p, 3), IZH_E_DIVERGED, p);
    const izh_troubles troubles = izh_population_troubles(p);
    check_true(troubles.total == 1 && troubles.data[0].i == 2);
    check_close(troubles.data[0].t, 1, 1e-12);
    izh_population_destroy(p);
}

static void busy(double t, uint32_t first, uint32_t count, double *I, void *user)
{
    (void)t, (void)first, (void)count, (void)I;
    const double dv = 1;
    check_true(izh_population_set_stimulus(user, NULL, 0) == IZH_E_BUSY);
    check_true(izh_population_kick(user, 0, 1, &dv, NULL, 0) == IZH_E_BUSY);
}

static void callbacks_may_not_set_them(void **state)
{
    (void)state;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = 1;
    izh_population *p = population_create(&config, 0);
    check_population(izh_population_on_current(p, busy, p, 1), p);
    check_population(izh_population_run(p, 1), p);
    izh_population_destroy(p);
}

/* ---- kicks ---- */

static void kicks_are_the_solvers(void **state)
{
    (void)state;
    enum {
        KICKED = 21
    };
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        if (config.precision == IZH_F32)
            continue;
        double dv[KICKED], du[KICKED], last = 0;
        struct train trains[4] = {{0}}; /* a part's first spikes are at the tick of the last ones */
        config.n = KICKED;
        config.dt = default_dt(&config);
        izh_population *p = population_create(&config, 1);
        for (uint32_t i = 0; i < KICKED; i++) {
            dv[i] = i % 3 == 0 ? 120 : i % 5 - 2.; /* over the peak, or about */
            du[i] = i % 4 - 1.5;
        }
        for (int part = 1; part <= 3; part++) {
            population_run(p, at_tick(&config, config.dt, 30 * part), &trains[part - 1]);
            check_population(izh_population_kick(p, 0, KICKED, dv, part == 2 ? NULL : du, 1), p);
        }
        population_run(p, at_tick(&config, config.dt, 120), &trains[3]);
        check_true(trains[1].n >= KICKED / 3 && trains[3].n >= KICKED / 3);
        for (uint32_t i = 0; i < KICKED; i++) {
            izh_state y;
            izh_solver *s = make_solver(&config, i, &last);
            last = 0;
            for (int part = 1; part <= 3; part++) {
                if (izh_solver_run(s, at_tick(&config, config.dt, 30 * part)) != IZH_OK)
                    break;
                check_ok(izh_solver_kick(s, dv[i], part == 2 ? 0 : du[i]), s);
            }
            if (izh_solver_run(s, at_tick(&config, config.dt, 120)) == IZH_OK) {
                check_population(izh_population_get_state(p, i, 1, &y), p);
                check_same_state(y, izh_solver_state(s));
                check_same(last_of(trains, 4, i), last);
            }
            izh_solver_destroy(s);
        }
        izh_population_destroy(p);
        for (int part = 0; part < 4; part++)
            train_free(&trains[part]);
    }
}

/* Wherever a run ends, a kick over the peak is a spike at that tick. */
static void a_kick_over_the_peak_spikes_now(void **state)
{
    (void)state;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    const double dv = 150, du = 3;
    izh_state before, after;
    config.n = 3;
    config.precision = IZH_F32;
    izh_population *p = population_create(&config, 0);
    check_population(izh_population_run(p, 2.5), p);
    check_population(izh_population_get_state(p, 1, 1, &before), p);
    check_population(izh_population_kick(p, 1, 1, &dv, &du, 0), p);
    check_population(izh_population_run(p, 2.5), p);
    const izh_spikes spikes = izh_population_spikes(p);
    check_true(spikes.count == 1 && spikes.data[0].i == 1 && spikes.data[0].t == 2.5);
    check_population(izh_population_get_state(p, 1, 1, &after), p);
    check_close(after.v, population_params(1, 0).c, 1e-5);
    check_close(after.u, before.u + 3 + population_params(1, 0).d, 1e-4);
    izh_population_destroy(p);
}

static void bad_kicks_are_refused(void **state)
{
    (void)state;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    const double bad[] = {1, NAN}, good[] = {1, 2, 3}, huge[] = {1, 1e101};
    config.n = 3;
    izh_population *p = population_create(&config, 0);
    const uint64_t hash = izh_population_hash(p);
    const struct {
        izh_status status;
        const char *message;
    } got[] = {
        {izh_population_kick(p, 1, 2, bad, NULL, 1), "neuron 2: dv = nan"},
        {izh_population_kick(p, 1, 2, good, bad, 1), "neuron 2: dv = 2, du = nan"},
        {izh_population_kick(p, 1, 2, huge, NULL, 1), "out of range"},
        {izh_population_kick(p, 2, 2, good, NULL, 1), "first = 2, count = 2, but n = 3"},
        {izh_population_kick(p, 0, 3, NULL, NULL, 1), "NULL"},
        {izh_population_kick(p, 0, 3, good, NULL, SIZE_MAX), "stride"},
    };
    for (size_t k = 0; k < LENGTH(got); k++)
        check_true(got[k].status == IZH_E_INVALID);
    check_has(izh_population_message(p), "stride");
    check_population_status(izh_population_kick(p, 1, 2, bad, NULL, 1), IZH_E_INVALID, p);
    check_has(izh_population_message(p), got[0].message);
    check_population_status(izh_population_kick(p, 1, 2, huge, NULL, 1), IZH_E_INVALID, p);
    check_has(izh_population_message(p), got[2].message);
    assert_int_equal(izh_population_kick(NULL, 0, 0, good, NULL, 1), IZH_E_INVALID);
    check_true(izh_population_hash(p) == hash);
    izh_population_destroy(p);
}

/* Until its state is set. */
static void a_neuron_in_trouble_stays_where_it_is(void **state)
{
    (void)state;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    const double dv = 5, huge = 1e308;
    izh_state before, after;
    config.n = 2;
    izh_population *p = population_create(&config, 0);
    check_population(izh_population_set_current(p, 0, 1, &huge, 0), p);
    check_population_status(izh_population_run(p, 1), IZH_E_DIVERGED, p);
    check_population(izh_population_get_state(p, 0, 1, &before), p);
    check_population(izh_population_kick(p, 0, 2, &dv, NULL, 0), p);
    check_population(izh_population_run(p, 2), p);
    check_population(izh_population_get_state(p, 0, 1, &after), p);
    check_same_state(before, after);
    check_true(izh_population_troubles(p).total == 1);
    izh_population_destroy(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(held_samples_are_currents_that_a_host_sets),
        cmocka_unit_test(many_traces_are_what_few_are),
        cmocka_unit_test(charge_is_right_however_samples_lie),
        cmocka_unit_test(pieces_have_their_charge),
        cmocka_unit_test(pieces_on_ticks_are_the_solvers_to_the_bit),
        cmocka_unit_test(conductances_and_ramps_are_the_solvers_to_second_order),
        cmocka_unit_test(a_held_conductance_is_the_solvers),
        cmocka_unit_test(sets_add_up),
        cmocka_unit_test(what_is_made_ahead_is_what_each_tick_brings),
        cmocka_unit_test(nothing_depends_on_how_it_was_run),
        cmocka_unit_test(a_blob_without_a_stimulus_takes_it_away),
        cmocka_unit_test(traces_are_set_between_runs),
        cmocka_unit_test(a_network_adds_to_a_stimulus),
        cmocka_unit_test(a_receptor_by_v_adds_to_conductances),
        cmocka_unit_test(bad_traces_are_refused),
        cmocka_unit_test(a_current_beyond_numbers_is_trouble),
        cmocka_unit_test(callbacks_may_not_set_them),
        cmocka_unit_test(kicks_are_the_solvers),
        cmocka_unit_test(a_kick_over_the_peak_spikes_now),
        cmocka_unit_test(bad_kicks_are_refused),
        cmocka_unit_test(a_neuron_in_trouble_stays_where_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
