/* No memory, and no threads: each allocation of each public function fails in turn, the host's and
 * malloc's. The call says so, leaks nothing and changes nothing; the same call with memory then
 * gives the bits of one that never failed. */
#include "support_network.h"
#include "support_pinn.h"
#include "wrap_malloc.h"

#include <pthread.h>
#include <stdbool.h>

#include "functions.h"
#include "portable.h"

#define N 150
#define ROOM (1 << 20)

/* ---- threads that cannot be started ---- */

static size_t threads, thread_fail_at;

static bool thread_fails(void)
{
    threads++;
    return thread_fail_at && --thread_fail_at == 0;
}

#ifdef _WIN32 /* the library calls it by the pointer to what the C runtime has */
typedef uintptr_t begin_thread(void *, unsigned, unsigned(__stdcall *)(void *), void *, unsigned,
                               unsigned *);
extern begin_thread *__real___imp__beginthreadex, *__wrap___imp__beginthreadex;

static uintptr_t begin_or_fail(void *security, unsigned stack, unsigned(__stdcall *run)(void *),
                               void *argument, unsigned flags, unsigned *id)
{
    return thread_fails() ? 0
                          : __real___imp__beginthreadex(security, stack, run, argument, flags, id);
}

begin_thread *__wrap___imp__beginthreadex = begin_or_fail;
#else
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *argument);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *argument)
{
    return thread_fails() ? EAGAIN : __real_pthread_create(thread, attributes, start, argument);
}
#endif

/* ---- a fault ---- */

enum source {
    FROM_HOST,
    FROM_MALLOC,
    FROM_THREADS,
    SOURCES
};

struct fault {
    enum source source;
    size_t nth; /* which allocation of the call fails; 0: none */
    bool failed;
    bool grows; /* the call keeps what it was given before it failed */
    struct heap heap;
    struct logbook book;
    size_t live, mallocs; /* before the call */
};

static izh_allocator allocator_of(struct fault *f)
{
    return f->source == FROM_MALLOC ? (izh_allocator){NULL, NULL, NULL}
                                    : support_allocator(&f->heap);
}

static size_t *countdown(struct fault *f)
{
    return f->source == FROM_MALLOC    ? &malloc_fail_at
           : f->source == FROM_THREADS ? &thread_fail_at
                                       : &f->heap.fail_at;
}

static void arm(struct fault *f)
{
    f->live = malloc_live;
    f->mallocs = mallocs;
    f->book.n = 0;
    *countdown(f) = f->nth;
}

/* Whether the fault has happened in the call that is over. */
static bool disarm(struct fault *f)
{
    const bool failed = f->nth && *countdown(f) == 0;
    *countdown(f) = 0;
    f->failed |= failed;
    return failed;
}

/* The call with its fault and, where that happened, again without; what `unharmed` says holds in
 * between. */
#define ATTEMPT(f, call, unharmed)                                \
    do {                                                          \
        arm(f);                                                   \
        izh_status status_ = (call);                              \
        if (disarm(f)) {                                          \
            assert_int_equal(status_, IZH_E_MEMORY);              \
            check_true((f)->book.n == 1 && *(f)->book.text);      \
            check_true((f)->book.status == IZH_E_MEMORY);         \
            check_true((f)->grows || malloc_live <= (f)->live);   \
            check_true(unharmed);                                 \
            status_ = (call);                                     \
        }                                                         \
        assert_true(status_ == IZH_OK || status_ == IZH_STOPPED); \
    } while (0)

/* ---- what is the same bits ---- */

static uint64_t mix(uint64_t hash, const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3u;
    return hash;
}

/* A hash of an object's blob. */
#define BITS(save, object) mix(1, room, save(object, room, sizeof room))
static unsigned char room[ROOM];

/* ---- solvers ---- */

static izh_flow *flow;

/* Each method, and by the flow map, with room for segments from the start or not. */
static bool solver_config(struct fault *f, int variant, izh_solver_config *config)
{
    int next = 0;
    bool found = true;
    for (int i = 0; found && i <= variant / 2; i++)
        found = support_next_or_dialect(&next, config);
    if (!found)
        return false;
    config->allocator = allocator_of(f);
    config->log = support_log(&f->book);
    config->max_segments = variant % 2 ? 5 : 0;
    if (config->method == IZH_TAYLOR) {
        static const izh_gradient of = {.params.k2 = 1};
        config->gradients = &of;
        config->gradient_count = 1;
    }
    if (config->method == IZH_PINN) {
        config->rtol = 1e-4;
        config->flow = variant % 2 ? flow : NULL;
    }
    return true;
}

static uint64_t run_solver(izh_solver *s)
{
    check_ok(izh_solver_run(s, izh_solver_time(s) + 60), s);
    const uint64_t bits = BITS(izh_solver_save, s);
    izh_solver_destroy(s);
    return bits;
}

static bool solver_create(struct fault *f, int variant, uint64_t *bits)
{
    izh_solver_config config;
    izh_solver *s = (izh_solver *)f;
    if (!solver_config(f, variant, &config))
        return false;
    ATTEMPT(f, izh_solver_create(&s, &config), s == NULL);
    check_ok(izh_solver_set_current(s, config.params.cm > 1 ? 200 : 10), s);
    *bits = run_solver(s);
    return true;
}

#define MANY 100

static const izh_segment *many_segments(void)
{
    static izh_segment many[MANY];
    for (size_t i = 0; i < MANY; i++)
        many[i] = (izh_segment){(double)i, 10 + (double)i / 10, .001};
    return many;
}

/* A solver inside its first steps, that may allocate for its stimulus. */
static izh_solver *underway(const izh_solver_config *config)
{
    izh_solver *s = support_create(config);
    check_ok(izh_solver_set_stimulus(s, many_segments(), 3), s);
    check_ok(izh_solver_run(s, 5.03), s);
    return s;
}

static bool solver_set_stimulus(struct fault *f, int variant, uint64_t *bits)
{
    izh_solver_config config;
    if (!solver_config(f, 2 * variant, &config))
        return false;
    izh_solver *s = underway(&config);
    const uint64_t before = BITS(izh_solver_save, s);
    ATTEMPT(f, izh_solver_set_stimulus(s, many_segments(), MANY),
            BITS(izh_solver_save, s) == before && *izh_solver_message(s));
    *bits = run_solver(s);
    return true;
}

/* Dialects come last, and take no conductances. */
static bool solver_set_inputs(struct fault *f, int variant, uint64_t *bits)
{
    static izh_input many[MANY];
    izh_solver_config config;
    if (!solver_config(f, 2 * variant, &config))
        return false;
    for (size_t i = 0; i < MANY; i++)
        many[i] = (izh_input){(double)i, 10, .001, .01 * (double)(i % 3), -70};
    izh_solver *s = underway(&config);
    if (izh_solver_set_inputs(s, many, 1) == IZH_E_UNSUPPORTED) {
        izh_solver_destroy(s);
        return false;
    }
    const uint64_t before = BITS(izh_solver_save, s);
    ATTEMPT(f, izh_solver_set_inputs(s, many, MANY),
            BITS(izh_solver_save, s) == before && *izh_solver_message(s));
    *bits = run_solver(s);
    return true;
}

static bool solver_load(struct fault *f, int variant, uint64_t *bits)
{
    static unsigned char blob[ROOM];
    izh_solver_config config;
    if (!solver_config(f, 2 * variant, &config))
        return false;
    izh_solver *s = underway(&config);
    check_ok(izh_solver_set_stimulus(s, many_segments(), MANY), s);
    const size_t size = izh_solver_save(s, blob, sizeof blob);
    izh_solver_destroy(s);
    s = underway(&config);
    const uint64_t before = BITS(izh_solver_save, s);
    ATTEMPT(f, izh_solver_load(s, blob, size),
            BITS(izh_solver_save, s) == before && *izh_solver_message(s));
    *bits = run_solver(s);
    return true;
}

/* ---- populations ---- */

/* Each method, precision and kind of events. */
static bool population_config(struct fault *f, int variant, izh_population_config *config)
{
    int next = 0;
    bool found = true;
    for (int i = 0; found && i <= variant; i++)
        found = population_next(&next, config);
    if (!found)
        return false;
    config->n = N;
    config->tile = 16;
    config->noise_sigma = 1;
    config->spike_capacity = 100;
    config->max_spikes_per_ms = 50;
    config->allocator = allocator_of(f);
    config->log = support_log(&f->book);
    return true;
}

/* Runs on; a run does not ask for memory. */
static uint64_t run_population(struct fault *f, izh_population *p)
{
    const size_t calls = f->heap.calls;
    const double t_end = izh_population_time(p) + 2;
    uint64_t bits = 1;
    izh_status status;
    do {
        status = izh_population_run(p, t_end);
        const izh_spikes spikes = izh_population_spikes(p);
        bits = mix(bits, spikes.data, spikes.count * sizeof *spikes.data);
    } while (status == IZH_PAUSED);
    check_true(status == IZH_OK || status == IZH_E_DIVERGED); /* of a blob's, some have run away */
    check_true(f->heap.calls == calls);
    bits = mix(bits, &(uint64_t){BITS(izh_population_save, p)}, 8);
    izh_population_destroy(p);
    return bits;
}

static bool make_population(struct fault *f, int variant, uint64_t *bits)
{
    izh_population_config config;
    izh_population *p = (izh_population *)f;
    const double I = 10;
    if (!population_config(f, variant / 2, &config))
        return false;
    config.threads = variant % 2 ? 3 : 0;
    ATTEMPT(f, izh_population_create(&p, &config), p == NULL);
    check_population(izh_population_set_current(p, 0, N, &I, 0), p);
    *bits = run_population(f, p);
    return true;
}

/* One that has run a little. */
static izh_population *population(struct fault *f, int variant)
{
    izh_population_config config;
    izh_population *p;
    const double I = 10;
    if (!population_config(f, variant, &config))
        return NULL;
    assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    check_population(izh_population_set_current(p, 0, N, &I, 0), p);
    check_population(izh_population_run(p, 1), p);
    return p;
}

/* A call on a population that fails and then works. */
#define ON_POPULATION(f, variant, bits, call)                                           \
    do {                                                                                \
        izh_population *p = population(f, variant);                                     \
        if (!p)                                                                         \
            return false;                                                               \
        const uint64_t before = BITS(izh_population_save, p);                           \
        const size_t recorded = izh_population_recorded(p);                             \
        ATTEMPT(f, call,                                                                \
                BITS(izh_population_save, p) == before && *izh_population_message(p) && \
                    izh_population_recorded(p) == recorded);                            \
        *(bits) = run_population(f, p);                                                 \
    } while (0)

static bool population_set_params(struct fault *f, int variant, uint64_t *bits)
{
    izh_params params[N];
    for (uint32_t i = 0; i < N; i++)
        params[i] = population_params(i, 1);
    ON_POPULATION(f, variant, bits, izh_population_set_params(p, 0, N, params, 1));
    return true;
}

/* Points stay as they were until all are there. */
static bool params_f_i(struct fault *f, int variant, uint64_t *bits)
{
    static const izh_f_i untouched[3];
    const izh_params p = izh_params_2003(.02, .2, -65, 8);
    const double I[] = {0, 10, 20};
    izh_population_config config;
    izh_f_i points[3];
    if (!population_config(f, variant, &config))
        return false;
    memset(points, 0, sizeof points);
    ATTEMPT(f, izh_params_f_i(&p, I, 3, 40, &config, points),
            memcmp(points, untouched, sizeof points) == 0);
    check_true(points[2].spikes > 1);
    *bits = mix(1, points, sizeof points);
    return true;
}

static void at_currents(double t, uint32_t first, uint32_t count, double *I, void *user)
{
    (void)t, (void)first, (void)user;
    for (uint32_t i = 0; i < count; i++)
        I[i] += 1;
}

static bool population_on_current(struct fault *f, int variant, uint64_t *bits)
{
    ON_POPULATION(f, variant, bits, izh_population_on_current(p, at_currents, NULL, variant % 2));
    return true;
}

static bool population_set_stimulus(struct fault *f, int variant, uint64_t *bits)
{
    static const double samples[] = {1, 3, 2, 0, 4, 1};
    static const izh_segment pieces[] = {{0, 1, 0}, {2, 3, .1}};
    static const size_t length = 2;
    const izh_traces traces[] = {
        {.count = 1, .dt = .3, .samples = 6, .values = samples},
        {.count = 1, .segments = pieces, .lengths = &length, .conducts = 1, .E = -60}};
    ON_POPULATION(f, variant, bits, izh_population_set_stimulus(p, traces, 2));
    return true;
}

static bool population_record(struct fault *f, int variant, uint64_t *bits)
{
    static const uint32_t neurons[] = {5, 149, 5};
    static izh_state samples[20][3];
    memset(samples, 0, sizeof samples);
    ON_POPULATION(f, variant, bits, izh_population_record(p, neurons, 3, 1, samples[0], 20));
    *bits = mix(*bits, samples, sizeof samples);
    return true;
}

/* The blob of mixed neurons, with spikes that wait; made once for each variant. */
static size_t rich_blob(struct fault *f, int variant, void *blob)
{
    static int last = -1;
    static size_t size;
    izh_population_config config;
    if (variant == last || !population_config(f, variant, &config))
        return size;
    last = variant;
    config.spike_capacity = 1;
    config.block = 200;
    izh_population *p = population_create(&config, 1);
    const double sample = 3;
    const izh_traces x = {.count = 1, .dt = 5, .samples = 1, .values = &sample};
    check_population(izh_population_set_stimulus(p, &x, variant % 2), p);
    check_population_status(izh_population_run(p, 10), IZH_PAUSED, p);
    size = izh_population_save(p, blob, ROOM);
    check_true(size <= ROOM);
    izh_population_destroy(p);
    return size;
}

static bool population_load(struct fault *f, int variant, uint64_t *bits)
{
    static unsigned char blob[ROOM];
    const size_t size = rich_blob(f, variant, blob);
    ON_POPULATION(f, variant, bits, izh_population_load(p, blob, size));
    return true;
}

/* ---- networks ---- */

static izh_status hear_itself(void *user, const izh_sent *mine, size_t count, const izh_sent **all,
                              size_t *total)
{
    (void)user;
    *all = mine;
    *total = count;
    return IZH_OK;
}

/* A plain one, one on threads, and one that exchanges its spikes. */
static bool network_web(struct fault *f, int variant, struct web *web)
{
    *web = (struct web){.plain = 1, .synapses = 2, .order = variant == 1 ? 2 : 0};
    web->population = (izh_population_config)IZH_POPULATION_CONFIG_INIT;
    web->population.n = N;
    web->population.spike_capacity = 20000;
    web->population.method = IZH_PUBLISHED_2003;
    web->population.events = IZH_EVENTS_GRID;
    web->plastic = 1;
    web->population.threads = variant == 1 ? 3 : 0;
    web->population.tile = variant == 1 ? 128 : 0;
    web->population.allocator = allocator_of(f);
    web->population.log = support_log(&f->book);
    if (variant == 2)
        web->exchange.run = hear_itself;
    return variant < 3;
}

static uint64_t finish_network(izh_network *net)
{
    struct train train = {0};
    const double t_end = izh_population_time(izh_network_population(net)) + 11;
    check_network(network_run(net, t_end, &train), net);
    check_true(train.n > 0);
    train_free(&train);
    const uint64_t bits = BITS(izh_network_save, net);
    izh_network_destroy(net);
    return bits;
}

static bool make_network(struct fault *f, int variant, uint64_t *bits)
{
    struct web web;
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    izh_network *net = (izh_network *)f;
    const double I = 10;
    if (!network_web(f, variant, &web))
        return false;
    config.population = &web.population;
    config.sources = 5;
    config.receptors = web_receptors;
    config.receptor_count = WEB_RECEPTORS;
    config.send_capacity = 10;
    config.exchange = web.exchange;
    ATTEMPT(f, izh_network_create(&net, &config), net == NULL);
    check_population(izh_population_set_current(izh_network_population(net), 0, N, &I, 0),
                     izh_network_population(net));
    *bits = finish_network(net);
    return true;
}

/* A call on a network that is not built, which fails and then works; it has no bits yet but its
 * hash. */
#define ON_LOOSE(f, variant, bits, call)                                        \
    do {                                                                        \
        struct web web;                                                         \
        if (!network_web(f, variant, &web))                                     \
            return false;                                                       \
        izh_network *net = web_create(&web);                                    \
        const uint64_t before = izh_network_hash(net);                          \
        const size_t count = izh_network_count(net, 0);                         \
        ATTEMPT(f, call,                                                        \
                izh_network_hash(net) == before && *izh_network_message(net) && \
                    izh_network_count(net, 0) == count);                        \
        *(bits) = finish_network(net);                                          \
    } while (0)

/* On one that has run; all that is saved is as before. */
#define ON_NETWORK(f, variant, bits, call)                                                    \
    do {                                                                                      \
        struct web web;                                                                       \
        if (!network_web(f, variant, &web))                                                   \
            return false;                                                                     \
        izh_network *net = web_create(&web);                                                  \
        check_network(izh_network_run(net, 7), net);                                          \
        const uint64_t before = BITS(izh_network_save, net);                                  \
        ATTEMPT(f, call, BITS(izh_network_save, net) == before && *izh_network_message(net)); \
        *(bits) = finish_network(net);                                                        \
    } while (0)

static bool network_group_faults(struct fault *f, int variant, uint64_t *bits)
{
    const izh_group_config config = IZH_GROUP_CONFIG_INIT;
    uint32_t group;
    ON_LOOSE(f, variant, bits, izh_network_group(net, &config, &group));
    assert_int_equal(group, WEB_RECEPTORS);
    return true;
}

static bool network_connect(struct fault *f, int variant, uint64_t *bits)
{
    static const izh_synapse synapses[] = {{3, 4, 2, 0, 1}, {3, 4, 2, 0, 1}};
    ON_LOOSE(f, variant, bits, izh_network_connect(net, 0, synapses, 2));
    return true;
}

static bool network_build(struct fault *f, int variant, uint64_t *bits)
{
    f->grows = true; /* the tracts that are built stay so */
    ON_LOOSE(f, variant, bits, izh_network_build(net));
    return true;
}

static bool network_synapses(struct fault *f, int variant, uint64_t *bits)
{
    f->grows = true; /* the tracts that are built stay so */
    static izh_synapse synapses[2];
    ON_LOOSE(f, variant, bits, izh_network_synapses(net, 1, 3, 2, synapses));
    return true;
}

static bool network_get_weights(struct fault *f, int variant, uint64_t *bits)
{
    f->grows = true; /* the tracts that are built stay so */
    static double weights[2];
    ON_LOOSE(f, variant, bits, izh_network_get_weights(net, 1, 3, 2, weights));
    return true;
}

static bool network_set_weights(struct fault *f, int variant, uint64_t *bits)
{
    f->grows = true; /* the tracts that are built stay so */
    static const double weights[] = {1.5, 0};
    ON_LOOSE(f, variant, bits, izh_network_set_weights(net, 1, 3, 2, weights));
    return true;
}

static bool network_save(struct fault *f, int variant, uint64_t *bits)
{
    f->grows = true; /* the tracts that are built stay so */
    ON_LOOSE(f, variant, bits, izh_network_save(net, NULL, 0) ? IZH_OK : IZH_E_MEMORY);
    return true;
}

/* More spikes are sent than there is room for at first. */
static bool network_send(struct fault *f, int variant, uint64_t *bits)
{
    static izh_spike spikes[2000];
    for (uint32_t k = 0; k < LENGTH(spikes); k++)
        spikes[k] = (izh_spike){8 + k % 20, k % WEB_SOURCES, 0};
    ON_NETWORK(f, variant, bits, izh_network_send(net, spikes, LENGTH(spikes)));
    return true;
}

static bool network_set_background(struct fault *f, int variant, uint64_t *bits)
{
    const double hz = 100, weight = 1.5;
    ON_NETWORK(f, variant, bits, izh_network_set_background(net, 2, 0, N, &hz, &weight, 0));
    return true;
}

/* With many spikes on their way; made once. */
static size_t network_blob(void *blob)
{
    static size_t size;
    struct fault none = {.source = FROM_MALLOC};
    struct web web;
    if (size)
        return size;
    network_web(&none, 0, &web);
    izh_network *net = web_create(&web);
    check_network(izh_network_run(net, 200), net);
    size = izh_network_save(net, blob, ROOM);
    check_true(size <= ROOM);
    izh_network_destroy(net);
    return size;
}

static bool network_load(struct fault *f, int variant, uint64_t *bits)
{
    static unsigned char blob[ROOM];
    const size_t size = network_blob(blob);
    if (variant > 1)
        return false; /* that is another structure */
    ON_NETWORK(f, variant, bits, izh_network_load(net, blob, size));
    return true;
}

/* It stops at a tick that stands, if it does not fail before; the next run goes on. */
static bool network_run_faults(struct fault *f, int variant, uint64_t *bits)
{
    struct web web;
    if (!network_web(f, variant, &web))
        return false;
    izh_network *net = web_create(&web);
    izh_population *p = izh_network_population(net);
    f->grows = true;
    ATTEMPT(f, izh_network_run(net, 200),
            *izh_network_message(net) && izh_population_time(p) < 200);
    *bits = finish_network(net);
    return true;
}

/* ---- pinn and flow maps ---- */

static char folder[PORTABLE_FOLDER];
static char path[sizeof folder + 16];

/* An attempt to make an object, whose blob is hashed. */
#define MAKE(f, bits, kind, call)                        \
    do {                                                 \
        kind *made = (kind *)(f);                        \
        const izh_allocator allocator = allocator_of(f); \
        const izh_log log = support_log(&(f)->book);     \
        ATTEMPT(f, call, made == NULL);                  \
        *(bits) = BITS(kind##_save, made);               \
        kind##_destroy(made);                            \
    } while (0)

static izh_pinn_config pinn_config(void)
{
    izh_pinn_config config = support_pinn_config();
    config.params.b_hi = 3;
    config.params.vb = -55;
    config.t_end = 300; /* with spikes and kinks, so that there are windows to grow for */
    config.tolerance = 1e-4;
    config.pinn.hidden = 4;
    return config;
}

static bool pinn_train(struct fault *f, int variant, uint64_t *bits)
{
    izh_pinn_config config = pinn_config();
    config.allocator = allocator_of(f);
    config.log = support_log(&f->book);
    if (variant == 0)
        MAKE(f, bits, izh_pinn, ((void)allocator, (void)log, izh_pinn_train(&made, &config)));
    return variant == 0;
}

static int32_t stop(const izh_flow_progress *progress, void *user)
{
    (void)progress, (void)user;
    return IZH_STOP;
}

/* The smallest map; no matter how good. */
static izh_flow_config flow_config(void)
{
    izh_flow_config config = support_flow_config();
    config.units = 8;
    config.points = 100;
    config.progress = stop;
    return config;
}

static bool flow_train(struct fault *f, int variant, uint64_t *bits)
{
    izh_flow_config config = flow_config();
    config.allocator = allocator_of(f);
    config.log = support_log(&f->book);
    if (variant == 0)
        MAKE(f, bits, izh_flow, ((void)allocator, (void)log, izh_flow_train(&made, &config)));
    return variant == 0;
}

static izh_pinn *pinn;
static unsigned char blob[ROOM];

/* Both lend through pointers, where NULL is malloc. */
#define LENT (f->source == FROM_MALLOC ? NULL : &allocator)

static bool pinn_load(struct fault *f, int variant, uint64_t *bits)
{
    const size_t size = izh_pinn_save(pinn, blob, ROOM);
    if (variant == 0)
        MAKE(f, bits, izh_pinn, izh_pinn_load(&made, blob, size, LENT, &log));
    return variant == 0;
}

static bool flow_load(struct fault *f, int variant, uint64_t *bits)
{
    const size_t size = izh_flow_save(flow, blob, ROOM);
    if (variant == 0)
        MAKE(f, bits, izh_flow, izh_flow_load(&made, blob, size, LENT, &log));
    return variant == 0;
}

static bool pinn_load_file(struct fault *f, int variant, uint64_t *bits)
{
    check_true(izh_pinn_save_file(pinn, path) == IZH_OK);
    if (variant == 0)
        MAKE(f, bits, izh_pinn, izh_pinn_load_file(&made, path, LENT, &log));
    return variant == 0;
}

static bool flow_load_file(struct fault *f, int variant, uint64_t *bits)
{
    check_true(izh_flow_save_file(flow, path) == IZH_OK);
    if (variant == 0)
        MAKE(f, bits, izh_flow, izh_flow_load_file(&made, path, LENT, &log));
    return variant == 0;
}

/* The file is as it was, and nothing is beside it. */
static bool only_old_file(void)
{
    char text[8] = "";
    char **names = NULL;
    const size_t live = malloc_live; /* the C library's own are counted where they are freed */
    FILE *file = fopen(path, "r");
    const bool old = file && fread(text, 1, 8, file) == 3 && !strcmp(text, "old");
    if (file)
        fclose(file);
    const int count = portable_list(folder, &names);
    for (int i = 0; i < count; i++)
        free(names[i]);
    free(names);
    malloc_live = live;
    return old && count == 1;
}

static void put_old_file(void)
{
    FILE *file = fopen(path, "w");
    check_true(file && fputs("old", file) >= 0 && fclose(file) == 0);
}

static bool pinn_save_file(struct fault *f, int variant, uint64_t *bits)
{
    const izh_allocator allocator = allocator_of(f);
    const izh_log log = support_log(&f->book);
    const size_t size = izh_pinn_save(pinn, blob, ROOM);
    izh_pinn *own = NULL;
    if (variant > 0)
        return false;
    put_old_file();
    check_true(izh_pinn_load(&own, blob, size, LENT, &log) == IZH_OK);
    ATTEMPT(f, izh_pinn_save_file(own, path), only_old_file() && *izh_pinn_message(own));
    *bits = BITS(izh_pinn_save, own);
    izh_pinn_destroy(own);
    return true;
}

static bool flow_save_file(struct fault *f, int variant, uint64_t *bits)
{
    const izh_allocator allocator = allocator_of(f);
    const izh_log log = support_log(&f->book);
    const size_t size = izh_flow_save(flow, blob, ROOM);
    izh_flow *own = NULL;
    if (variant > 0)
        return false;
    put_old_file();
    check_true(izh_flow_load(&own, blob, size, LENT, &log) == IZH_OK);
    ATTEMPT(f, izh_flow_save_file(own, path), only_old_file() && *izh_flow_message(own));
    *bits = BITS(izh_flow_save, own);
    izh_flow_destroy(own);
    return true;
}

/* ---- metrics ---- */

/* It has no log: the status says it all. */
static bool metric_victor_purpura(struct fault *f, int variant, uint64_t *bits)
{
    static const double a[] = {1, 2.5, 7}, b[] = {2, 7.5};
    const izh_allocator allocator = allocator_of(f);
    double distance = 77;
    if (variant > 0)
        return false;
    arm(f);
    izh_status status = izh_metric_victor_purpura(a, 3, b, 2, .3, LENT, &distance);
    if (disarm(f)) {
        check_true(status == IZH_E_MEMORY && distance == 77 && malloc_live <= f->live);
        status = izh_metric_victor_purpura(a, 3, b, 2, .3, LENT, &distance);
    }
    check_true(status == IZH_OK);
    *bits = mix(1, &distance, sizeof distance);
    return true;
}

/* ---- all of them ---- */

static struct scenario {
    const char *function;
    bool (*run)(struct fault *f, int variant, uint64_t *bits); /* false: no such variant */
    size_t failures[SOURCES];
} scenarios[] = {
    {"izh_solver_create", solver_create, {0}},
    {"izh_solver_set_stimulus", solver_set_stimulus, {0}},
    {"izh_solver_load", solver_load, {0}},
    {"izh_population_create", make_population, {0}},
    {"izh_population_set_params", population_set_params, {0}},
    {"izh_population_on_current", population_on_current, {0}},
    {"izh_population_record", population_record, {0}},
    {"izh_population_load", population_load, {0}},
    {"izh_population_set_stimulus", population_set_stimulus, {0}},
    {"izh_pinn_train", pinn_train, {0}},
    {"izh_pinn_load", pinn_load, {0}},
    {"izh_pinn_load_file", pinn_load_file, {0}},
    {"izh_pinn_save_file", pinn_save_file, {0}},
    {"izh_flow_train", flow_train, {0}},
    {"izh_flow_load", flow_load, {0}},
    {"izh_flow_load_file", flow_load_file, {0}},
    {"izh_flow_save_file", flow_save_file, {0}},
    {"izh_solver_set_inputs", solver_set_inputs, {0}},
    {"izh_network_create", make_network, {0}},
    {"izh_network_group", network_group_faults, {0}},
    {"izh_network_connect", network_connect, {0}},
    {"izh_network_build", network_build, {0}},
    {"izh_network_run", network_run_faults, {0}},
    {"izh_network_send", network_send, {0}},
    {"izh_network_set_background", network_set_background, {0}},
    {"izh_network_synapses", network_synapses, {0}},
    {"izh_network_get_weights", network_get_weights, {0}},
    {"izh_network_set_weights", network_set_weights, {0}},
    {"izh_network_save", network_save, {0}},
    {"izh_network_load", network_load, {0}},
    {"izh_params_f_i", params_f_i, {0}},
    {"izh_metric_victor_purpura", metric_victor_purpura, {0}},
};

/* A build without pinn has nothing of it that could fail. */
static bool here(const struct scenario *s)
{
    return izh_has("pinn") ||
           (strncmp(s->function, "izh_pinn_", 9) != 0 && strncmp(s->function, "izh_flow_", 9) != 0);
}

/* One variant with one fault; false where there is no such variant. */
static bool run(struct scenario *s, int variant, struct fault *f, uint64_t *bits)
{
    const size_t live = malloc_live;
    support_about("%s, variant %d, fault %zu of source %d", s->function, variant, f->nth,
                  f->source);
    if (!s->run(f, variant, bits))
        return false;
    check_true(f->heap.live == 0 && f->heap.bytes == 0);
    check_true(malloc_live == live);
    return true;
}

static void fail_each(struct scenario *s, enum source source)
{
    uint64_t expected = 0, bits = 1;
    for (int variant = 0;; variant += support_few() ? 3 : 1)
        for (size_t nth = 0;; nth++) {
            struct fault f = {.source = source, .nth = nth};
            if (!run(s, variant, &f, nth ? &bits : &expected))
                return;
            check_true(nth == 0 || bits == expected);
            s->failures[source] += f.failed;
            if (nth > 0 && !f.failed)
                break;
        }
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    size_t failed = 0;
    for (size_t i = 0; i < LENGTH(scenarios); i++)
        for (enum source source = FROM_HOST; here(&scenarios[i]) && source <= FROM_MALLOC;
             source++) {
            fail_each(&scenarios[i], source);
            check_true(scenarios[i].failures[source] > 0);
            failed += scenarios[i].failures[source];
        }
    printf("# allocations failed: %zu\n", failed);
}

static void each_thread_may_fail(void **state)
{
    (void)state;
    struct scenario *create = &scenarios[3];
    fail_each(create, FROM_THREADS);
    check_true(create->failures[FROM_THREADS] > 0 && threads > create->failures[FROM_THREADS]);
    printf("# threads failed: %zu\n", create->failures[FROM_THREADS]);
}

/* The headers' word for it; test_realtime.c calls the others where nothing may be allocated. */
static void whatever_allocates_is_made_to_fail(void **state)
{
    (void)state;
#define FUNCTION(name, kind) {#name, kind},
    static const struct {
        const char *name;
        int kind;
    } functions[] = {FUNCTIONS(FUNCTION)};
    size_t found = 0;
    for (size_t k = 0; k < LENGTH(functions); k++) {
        bool listed = false;
        for (size_t i = 0; i < LENGTH(scenarios); i++)
            listed |= !strcmp(scenarios[i].function, functions[k].name);
        support_about("%s", functions[k].name);
        check_true(listed == ((functions[k].kind & ALLOCATES) != 0));
        found += listed;
    }
    assert_int_equal(found, LENGTH(scenarios));
}

static int set_up(void **state)
{
    (void)state;
    const izh_pinn_config pinn_of = pinn_config();
    const izh_flow_config flow_of = flow_config();
    if (!portable_folder(folder))
        return -1;
    snprintf(path, sizeof path, "%s/file", folder);
    if (!izh_has("pinn"))
        return 0;
    return izh_pinn_train(&pinn, &pinn_of) == IZH_OK &&
                   izh_flow_train(&flow, &flow_of) == IZH_STOPPED
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    (void)state;
    izh_pinn_destroy(pinn);
    izh_flow_destroy(flow);
    return (izh_has("pinn") && !portable_remove(path)) ||
           !portable_remove_folder(folder); /* only its scenarios save */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation_may_fail),
        cmocka_unit_test(each_thread_may_fail),
        cmocka_unit_test(whatever_allocates_is_made_to_fail),
    };
    malloc_for_numbers();
    return cmocka_run_group_tests_name("faults", tests, set_up, tear_down);
}
