/* Networks give the same bits from every compiler, on every machine, by every instruction set, and
 * however the work is shared out: over threads, tiles, blocks, splits of runs, orders of connecting
 * and slices. tests/run.sh runs this by gcc, on other architectures too; tests/long.sh by clang,
 * with sanitizers and at -O0 and -O3 as well.
 *
 * IZH_MATRIX=few in the environment has one way of sharing out the work compared for each
 * instruction set, on small networks: for emulators, and where the same is run many times. IZH_LONG
 * has more ways than every day. */
#include "support_network.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#endif

#define N 2503
#define FEW_N 509
#define TICKS 330 /* the longest delays arrive, too */

static int only_few(void)
{
#ifdef SANITIZED
    return 1;
#endif
    return support_few();
}

struct hashes {
    uint64_t states, spikes;
    size_t count; /* of spikes */
};

static int same_hashes(struct hashes x, struct hashes y)
{
    return x.states == y.states && x.spikes == y.spikes && x.count == y.count;
}

static double dt_of(const struct web *web)
{
    const izh_method method = web->population.method;
    if (web->population.dt > 0)
        return web->population.dt;
    return method == IZH_PUBLISHED_2003 || method == IZH_TAYLOR ? 1 : .1;
}

/* In so many pieces; some neurons get in trouble. */
static struct hashes run(const struct web *web, int ticks, int pieces)
{
    struct train train = {0};
    izh_network *net = web_create(web);
    for (int k = 1; k <= pieces; k++)
        network_run(net, ticks * k / pieces * dt_of(web), &train);
    const struct hashes hashes = {izh_network_hash(net), train_hash(&train), train.n};
    check_true(izh_population_time(izh_network_population(net)) == ticks * dt_of(web));
    izh_network_destroy(net);
    train_free(&train);
    return hashes;
}

static struct web web_of(const izh_population_config *config, uint32_t n)
{
    struct web web = {.population = *config};
    web.population.n = n;
    web.population.noise_sigma = 5;
    web.population.seed = 42;
    return web;
}

/* ---- golden bits ---- */

/* A change that means to change results changes these, and says so. */
static const struct golden {
    izh_method method;
    int32_t precision, events;
    struct hashes hashes;
} golden[] = {
    {IZH_EULER, IZH_F64, IZH_EVENTS_EXACT, {0x901853eb25b2e67f, 0x65e82945f9babb0d, 855}},
    {IZH_EULER, IZH_F32, IZH_EVENTS_EXACT, {0xbe4632e56d6bd437, 0xe2d4424778f3baaf, 855}},
    {IZH_EULER, IZH_F64, IZH_EVENTS_GRID, {0x22c605321f05cc12, 0x45b0e16f937c06c8, 814}},
    {IZH_EULER, IZH_F32, IZH_EVENTS_GRID, {0xdd142c70fa4f46e1, 0xd26c2620c6d1ccda, 814}},
    {IZH_BACKWARD_EULER, IZH_F64, IZH_EVENTS_EXACT, {0x725acfde3f688f68, 0xf03ffd3ca8cce4f7, 913}},
    {IZH_BACKWARD_EULER, IZH_F32, IZH_EVENTS_EXACT, {0x30bf8084ac79d2d7, 0xcfa0d263ba31ce01, 913}},
    {IZH_BACKWARD_EULER, IZH_F64, IZH_EVENTS_GRID, {0x668e92168bace9a9, 0x8b76e83a741b745f, 858}},
    {IZH_BACKWARD_EULER, IZH_F32, IZH_EVENTS_GRID, {0xf5b1ebc53466323b, 0x8b76e83a741b745f, 858}},
    {IZH_MIDPOINT, IZH_F64, IZH_EVENTS_EXACT, {0xe1b24f16999c833d, 0x3891ad6272ebbc41, 873}},
    {IZH_MIDPOINT, IZH_F32, IZH_EVENTS_EXACT, {0xf31e8d37c49a1b60, 0x28647210edd8c3e7, 873}},
    {IZH_MIDPOINT, IZH_F64, IZH_EVENTS_GRID, {0xa6169d7b88d34d8e, 0x92caef853c801afd, 836}},
    {IZH_MIDPOINT, IZH_F32, IZH_EVENTS_GRID, {0x00274e30f5f05909, 0xc5035807d3635abe, 836}},
    {IZH_RK4, IZH_F64, IZH_EVENTS_EXACT, {0x36266cc829c9c8d4, 0xe36b4eb569436401, 877}},
    {IZH_RK4, IZH_F32, IZH_EVENTS_EXACT, {0xdc966b5643a3e80a, 0x131de9bb48991dd5, 877}},
    {IZH_RK4, IZH_F64, IZH_EVENTS_GRID, {0x38351a944e554a34, 0x92ff77cab8e25e20, 841}},
    {IZH_RK4, IZH_F32, IZH_EVENTS_GRID, {0x24bb6ab3aeebd8b4, 0x28a4aeea45adac7e, 840}},
    {IZH_EXP_EULER, IZH_F64, IZH_EVENTS_EXACT, {0x97c675227bd601bf, 0x65a269eaff7ee499, 857}},
    {IZH_EXP_EULER, IZH_F32, IZH_EVENTS_EXACT, {0x8089c99ae396a1a7, 0x3473665bf96135a2, 857}},
    {IZH_EXP_EULER, IZH_F64, IZH_EVENTS_GRID, {0xfee08b6f98822697, 0x481551fefb045e7a, 828}},
    {IZH_EXP_EULER, IZH_F32, IZH_EVENTS_GRID, {0x72537b837d91519a, 0x8d6c9564a8901df8, 828}},
    {IZH_TAYLOR, IZH_F64, IZH_EVENTS_EXACT, {0xbfc3923355e6ca95, 0x8847c900c322cef6, 1591}},
    {IZH_TAYLOR, IZH_F32, IZH_EVENTS_EXACT, {0x643d8ee54b8f425a, 0xc408fa2e7fad21cf, 1591}},
    {IZH_PUBLISHED_2003, IZH_F64, IZH_EVENTS_EXACT, {0x831c4f27889ecf5d, 0xe8578cfd8546946a, 3466}},
    {IZH_PUBLISHED_2003, IZH_F32, IZH_EVENTS_EXACT, {0x7f668bddbda44928, 0xf2325adb7bb770df, 3464}},
    {IZH_PUBLISHED_2003, IZH_F64, IZH_EVENTS_GRID, {0x647d6b920ad4f86d, 0xf3e985effe984831, 2358}},
    {IZH_PUBLISHED_2003, IZH_F32, IZH_EVENTS_GRID, {0x09821ff91e6e66cb, 0xee0a739b32f3e303, 2338}},
};

static struct hashes find_golden(const izh_population_config *config)
{
    for (size_t k = 0; k < LENGTH(golden); k++)
        if (golden[k].method == config->method && golden[k].precision == config->precision &&
            golden[k].events == config->events)
            return golden[k].hashes;
    return (struct hashes){0, 0, 0};
}

/* Whether the network has these bits; prints those it has if not. */
static int check_golden(const struct web *web, int ticks, struct hashes expected)
{
    const struct hashes hashes = run(web, ticks, 1);
    if (same_hashes(hashes, expected))
        return 1;
    print_error("isa %d: {%s, %s, %s, {0x%016llx, 0x%016llx, %zu}},\n", (int)web->population.isa,
                izh_method_name(web->population.method),
                web->population.precision ? "IZH_F32" : "IZH_F64",
                web->population.events ? "IZH_EVENTS_GRID" : "IZH_EVENTS_EXACT",
                (unsigned long long)hashes.states, (unsigned long long)hashes.spikes, hashes.count);
    return 0;
}

static void every_instruction_set_gives_the_golden_bits(void **state)
{
    (void)state;
    izh_population_config config;
    size_t configs = 0, wrong = 0;
    for (int k = 0; population_next(&k, &config); configs++) {
        struct web web = web_of(&config, 139);
        const int ticks = config.method == IZH_TAYLOR ? 120 : TICKS;
        for (int32_t isa = IZH_ISA_SCALAR; isa <= IZH_ISA_NEON; isa++) {
            web.population.isa = isa;
            if (izh_isa_supported(isa))
                wrong += !check_golden(&web, ticks, find_golden(&config));
        }
    }
    check_true(configs == LENGTH(golden));
    check_true(wrong == 0);
}

/* ---- however the work is shared out ---- */

/* The network of the one golden hash, a small one for emulators, and one with plastic groups. */
static const struct hashes plastic_hashes = {0x4c32e620dd1922a6, 0xc17ae15467199d07, 2830},
                           waiting_hashes = {0xcb3596815b1b90b7, 0xea58da84906e5081, 2889};
static const struct hashes large_hashes = {0x5116540065b9633e, 0x48bfd199c2d73183, 15451},
                           small_hashes = {0x77bc353b6410fb39, 0xcb7635062af77712, 3245};

static struct web large_web(void)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    return web_of(&config, only_few() ? FEW_N : N);
}

static struct web plastic_web(int plastic)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    struct web web = web_of(&config, FEW_N);
    web.plastic = plastic;
    return web;
}

static struct hashes golden_of(const struct web *web)
{
    if (web->plastic)
        return web->plastic == 1 ? plastic_hashes : waiting_hashes;
    return only_few() ? small_hashes : large_hashes;
}

static void check_hashes(const struct web *web, int pieces, struct hashes expected,
                         const char *what)
{
    const struct hashes got = run(web, TICKS, pieces);
    if (!same_hashes(got, expected))
        fail_msg("%s: {0x%016llx, 0x%016llx, %zu} are not {0x%016llx, 0x%016llx, %zu}", what,
                 (unsigned long long)got.states, (unsigned long long)got.spikes, got.count,
                 (unsigned long long)expected.states, (unsigned long long)expected.spikes,
                 expected.count);
}

static void check_large(const struct web *web, int pieces, const char *what)
{
    check_hashes(web, pieces, golden_of(web), what);
}

#define WAYS 9

/* How many of them are compared. */
static int ways(void)
{
    if (support_few())
        return 1;
    return only_few() || !support_long() ? 4 : WAYS;
}

/* Which comes first: where there is but one, that of two threads. */
static int first_way(void)
{
    return ways() == 1;
}

/* One of the ways to share out a run. */
static int set_way(struct web *web, int way)
{
    static const uint32_t threads[] = {1, 2, 3, 8}, tiles[] = {0, 128, 640}, blocks[] = {0, 1, 7};
    static const int pieces[] = {1, 7, TICKS, 2, 3};
    web->population.threads = threads[way % 4];
    web->population.tile = tiles[(way + way / 4) % 3];
    web->population.block = blocks[(way / 2 + way / 4) % 3];
    web->order = (way + way / 8) % 3;
    return pieces[way % 5];
}

static void check_way(struct web web, int way, struct hashes expected)
{
    const int pieces = set_way(&web, way);
    char what[160];
    snprintf(what, sizeof what, "isa %d, threads %u, tile %u, block %u, order %d, pieces %d",
             (int)web.population.isa, (unsigned)web.population.threads,
             (unsigned)web.population.tile, (unsigned)web.population.block, web.order, pieces);
    check_hashes(&web, pieces, expected, what);
}

/* Each instruction set in some ways, the best one in all. */
static void check_ways(struct web web)
{
    int way = 0;
    for (int32_t isa = IZH_ISA_SCALAR; isa <= IZH_ISA_NEON; isa++) {
        if (!izh_isa_supported(isa))
            continue;
        web.population.isa = isa;
        check_way(web, 9 + way++, golden_of(&web));
    }
    web.population.isa = IZH_ISA_BEST;
    for (way = 0; way < ways(); way++)
        check_way(web, first_way() + way, golden_of(&web));
}

static void how_the_work_is_shared_out_does_not_matter(void **state)
{
    (void)state;
    check_ways(large_web());
    check_ways(plastic_web(1));
    check_ways(plastic_web(2));
}

/* A run that pauses wherever its spikes do not fit. */
static void check_pauses(struct web web)
{
    web.population.spike_capacity = 257;
    check_large(&web, 1, "capacity of 257");
    web.population.threads = 2;
    web.population.block = 19;
    check_large(&web, 5, "capacity of 257, two threads");
}

/* ---- with many synapses of each delay, whose rows have a start for each ---- */

static const struct hashes dense_hashes = {0xe4f2aa43ff9213d8, 0x718270a642841517, 84564};

static struct web dense_web(void)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    struct web web = web_of(&config, FEW_N);
    web.synapses = 256;
    web.delay_most = 1;
    web.plain = 1;
    return web;
}

static void dense_networks_are_no_different(void **state)
{
    (void)state;
    const struct web web = dense_web();
    for (int way = 0; way < ways(); way++)
        check_way(web, first_way() + way, dense_hashes);
}

static void how_often_it_pauses_does_not_matter(void **state)
{
    (void)state;
    check_pauses(plastic_web(2));
    if (support_few())
        return;
    check_pauses(large_web());
    check_pauses(plastic_web(1));
}

/* ---- saved and loaded ---- */

static void save_into(izh_network *from, izh_network *to)
{
    const size_t size = izh_network_save(from, NULL, 0);
    unsigned char *blob = malloc(size);
    check_true(izh_network_save(from, blob, size) == size);
    check_network(izh_network_load(to, blob, size), to);
    check_true(izh_network_hash(from) == izh_network_hash(to));
    free(blob);
}

/* In the middle of everything it is saved, and goes on elsewhere, in another way. */
static void a_saved_network_goes_on_in_any_way(void **state)
{
    (void)state;
    for (int way = 0; way < 2 * ways(); way++) {
        struct web webs[2] = {plastic_web(1 + way % 2), plastic_web(1 + way % 2)};
        struct train train = {0};
        izh_network *nets[2];
        for (int k = 0; k < 2; k++) {
            set_way(&webs[k], way + 4 * k);
            nets[k] = web_create(&webs[k]);
        }
        network_run(nets[0], TICKS * (way + 1) / (2 * WAYS + 1) * dt_of(&webs[0]), &train);
        save_into(nets[0], nets[1]);
        network_run(nets[1], TICKS * dt_of(&webs[1]), &train);
        const struct hashes got = {izh_network_hash(nets[1]), train_hash(&train), train.n};
        support_about("way %d", way);
        check_true(same_hashes(got, golden_of(&webs[1])));
        izh_network_destroy(nets[0]);
        izh_network_destroy(nets[1]);
        train_free(&train);
    }
}

/* ---- slices ---- */

struct part {
    struct web web;
    struct slice slice;
    int pieces;
    pthread_t thread;
    izh_network *net;
    struct train train;
    izh_status status;
};

/* On a thread of its own: nothing here may fail a test. */
static void *run_part(void *user)
{
    struct part *part = user;
    for (int k = 1; k <= part->pieces; k++) {
        part->status =
            network_run(part->net, TICKS * k / part->pieces * dt_of(&part->web), &part->train);
        if (part->status < 0 && part->status != IZH_E_DIVERGED && part->status != IZH_E_RESET) {
            meeting_break(part->slice.meeting);
            break;
        }
    }
    return NULL;
}

static void make_part(struct part *part, struct meeting *meeting, const struct web *whole,
                      unsigned which, unsigned slices)
{
    const uint32_t n = whole->population.n;
    /* Not at groups of a kernel, nor equal in size. */
    const uint32_t first = which ? n * which / slices + 3 : 0;
    const uint32_t end = which + 1 < slices ? n * (which + 1) / slices + 3 : n;
    memset(part, 0, sizeof *part);
    part->slice = (struct slice){meeting, which, NULL, 0, 0};
    part->web = *whole;
    part->web.neurons = n;
    part->web.population.first = first;
    part->web.population.n = end - first;
    part->web.population.threads = 1 + which % 2;
    part->web.population.spike_capacity = which % 2 ? 5 : 0;
    part->web.order = (int)which % 3;
    part->web.exchange = (izh_exchange){slice_exchange, &part->slice};
    part->pieces = which % 3 ? (int)which : 1;
    part->net = web_create(&part->web);
}

/* The spikes of all slices, by the neurons' numbers in the whole; sorted by (t, i), so not those
 * of a tick and of jumps at it apart. */
static int by_time(const void *a, const void *b)
{
    const izh_spike *x = a, *y = b;
    if (x->t != y->t)
        return x->t < y->t ? -1 : 1;
    return (x->i > y->i) - (x->i < y->i);
}

static uint64_t sorted_hash(struct train *train)
{
    if (train->n)
        qsort(train->spikes, train->n, sizeof *train->spikes, by_time);
    return train_hash(train);
}

static void join(struct train *all, const struct part *part)
{
    all->spikes = realloc(all->spikes, (all->n + part->train.n + 1) * sizeof *all->spikes);
    for (size_t k = 0; k < part->train.n; k++) {
        all->spikes[all->n] = part->train.spikes[k];
        all->spikes[all->n++].i += (uint32_t)part->web.population.first;
    }
}

static struct hashes run_slices(const struct web *whole, unsigned slices)
{
    static struct part parts[SLICES_MOST];
    struct meeting meeting;
    struct hashes hashes = {0, 0, 0};
    struct train all = {0};
    meeting_open(&meeting, slices);
    for (unsigned k = 0; k < slices; k++)
        make_part(&parts[k], &meeting, whole, k, slices);
    for (unsigned k = 0; k < slices; k++)
        check_true(pthread_create(&parts[k].thread, NULL, run_part, &parts[k]) == 0);
    for (unsigned k = 0; k < slices; k++)
        pthread_join(parts[k].thread, NULL);
    for (unsigned k = 0; k < slices; k++) {
        check_true(parts[k].status == IZH_OK || parts[k].status == IZH_E_DIVERGED ||
                   parts[k].status == IZH_E_RESET);
        hashes.states += izh_network_hash(parts[k].net);
        join(&all, &parts[k]);
        izh_network_destroy(parts[k].net);
        train_free(&parts[k].train);
        free(parts[k].slice.heard);
    }
    hashes.count = all.n;
    hashes.spikes = sorted_hash(&all);
    train_free(&all);
    meeting_close(&meeting);
    return hashes;
}

static struct hashes run_whole(const struct web *web)
{
    struct train train = {0};
    izh_network *net = web_create(web);
    network_run(net, TICKS * dt_of(web), &train);
    const struct hashes hashes = {izh_network_hash(net), sorted_hash(&train), train.n};
    izh_network_destroy(net);
    train_free(&train);
    return hashes;
}

static void slices_are_the_whole(void **state)
{
    (void)state;
    static const unsigned slices[] = {1, 2, 5};
    for (uint32_t how = 0; how < 9; how += only_few() ? 4 : 1) {
        const uint32_t least = how / 3 * 9;
        struct web web = how % 3 ? plastic_web((int)how % 3) : large_web();
        web.delay_least = least;
        if (least)
            web.population.n = FEW_N;
        const struct hashes whole = run_whole(&web);
        check_true(least || (whole.states == golden_of(&web).states));
        for (size_t k = support_few(); k < LENGTH(slices); k++) {
            support_about("%u slices, delays from %u on, plastic %d", slices[k], (unsigned)least,
                          web.plastic);
            check_true(same_hashes(run_slices(&web, slices[k]), whole));
        }
    }
    const struct web web = dense_web();
    check_true(same_hashes(run_slices(&web, 2), dense_hashes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_instruction_set_gives_the_golden_bits),
        cmocka_unit_test(how_the_work_is_shared_out_does_not_matter),
        cmocka_unit_test(how_often_it_pauses_does_not_matter),
        cmocka_unit_test(a_saved_network_goes_on_in_any_way),
        cmocka_unit_test(dense_networks_are_no_different),
        cmocka_unit_test(slices_are_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
