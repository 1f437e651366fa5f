/* A run resumed from a blob is the uninterrupted one, bit for bit; a bad blob changes nothing. */
#include "support.h"

#include "portable.h"

#define ROOM 4096

static const izh_segment stimulus[] = {
    {5, 40, 0}, {101, 70, 0}, {150.25, 70, .5}, {220, 300, -1}, {300, 120, 0}};

static izh_solver *make(const izh_solver_config *config, struct spikes *spikes)
{
    izh_solver *s = support_create(config);
    check_ok(izh_solver_set_stimulus(s, stimulus, LENGTH(stimulus)), s);
    check_ok(izh_solver_on_spike(s, support_spike, spikes), s);
    return s;
}

static size_t save(const izh_solver *s, unsigned char *blob)
{
    const size_t size = izh_solver_save(s, NULL, 0);
    check_true(size > 0 && size <= ROOM);
    check_true(izh_solver_save(s, blob, size - 1) == size);
    check_true(izh_solver_save(s, blob, ROOM) == size);
    return size;
}

static void check_same_rest(izh_solver *one, izh_solver *other, struct spikes *spikes_one,
                            struct spikes *spikes_other)
{
    unsigned char blobs[2][ROOM];
    spikes_one->n = spikes_other->n = 0;
    check_ok(izh_solver_run(one, SUPPORT_UNTIL), one);
    check_ok(izh_solver_run(other, SUPPORT_UNTIL), other);
    check_same_spikes(spikes_one, spikes_other);
    check_same_state(izh_solver_state(one), izh_solver_state(other));
    check_same(izh_solver_spike_error_bound(one), izh_solver_spike_error_bound(other));
    /* Statistics and all: the blobs at the end are the same, too. */
    check_true(save(one, blobs[0]) == save(other, blobs[1]));
    check_true(memcmp(blobs[0], blobs[1], save(one, blobs[0])) == 0);
}

static void a_resumed_run_is_the_uninterrupted_one(void **state)
{
    (void)state;
    static struct spikes spikes[2];
    const double stops[] = {0, .05, 57.3, 101, 133.37, 201.02247095695, 260, 299.99999};
    izh_solver_config config;
    for (int i = 0; support_next_or_dialect(&i, &config);)
        for (size_t k = 0; k < LENGTH(stops); k++) {
            unsigned char blob[ROOM];
            support_about("%s, events %d, at %g ms", izh_method_name(config.method),
                          (int)config.events, stops[k]);
            izh_solver *one = make(&config, &spikes[0]);
            izh_solver_config fresh = config;
            fresh.initial = (izh_state){-50, 3};
            fresh.params.d = 20;
            izh_solver *other = make(&fresh, &spikes[1]);
            check_ok(izh_solver_run(other, 77), other); /* amid a step of its own */
            check_ok(izh_solver_run(one, stops[k]), one);
            const size_t size = save(one, blob);
            check_ok(izh_solver_load(other, blob, size), other);
            check_same(izh_solver_time(one), izh_solver_time(other));
            check_same_state(izh_solver_state(one), izh_solver_state(other));
            check_same_rest(one, other, &spikes[0], &spikes[1]);
            izh_solver_destroy(one);
            izh_solver_destroy(other);
        }
}

static void a_kick_after_loading_is_the_same_too(void **state)
{
    (void)state;
    static struct spikes spikes[2];
    izh_solver_config config;
    for (int i = 0; support_next_or_dialect(&i, &config);) {
        unsigned char blob[ROOM];
        support_about("%s, events %d", izh_method_name(config.method), (int)config.events);
        izh_solver *one = make(&config, &spikes[0]), *other = make(&config, &spikes[1]);
        check_ok(izh_solver_run(one, 140.123), one);
        check_ok(izh_solver_load(other, blob, save(one, blob)), other);
        check_ok(izh_solver_kick(one, 4, -3), one);
        check_ok(izh_solver_kick(other, 4, -3), other);
        check_same_rest(one, other, &spikes[0], &spikes[1]);
        izh_solver_destroy(one);
        izh_solver_destroy(other);
    }
}

static int32_t noisy(izh_segment *segment, double *until, izh_state now, void *user)
{
    (void)user;
    segment->I = 80 - .5 * now.v;
    *until = segment->t + 3.7;
    return IZH_CONTINUE;
}

static void a_stimulus_function_goes_on(void **state)
{
    (void)state;
    static struct spikes spikes[2];
    const izh_solver_config config = support_config(IZH_TAYLOR);
    unsigned char blob[ROOM];
    izh_solver *one = make(&config, &spikes[0]), *other = make(&config, &spikes[1]);
    check_ok(izh_solver_on_stimulus(one, noisy, NULL), one);
    check_ok(izh_solver_run(one, 50), one);
    const size_t size = save(one, blob);
    check_status(izh_solver_load(other, blob, size), IZH_E_INVALID, other);
    check_ok(izh_solver_on_stimulus(other, noisy, NULL), other);
    check_ok(izh_solver_load(other, blob, size), other);
    check_same_rest(one, other, &spikes[0], &spikes[1]);
    izh_solver_destroy(one);
    izh_solver_destroy(other);
}

/* The solver refuses the blob, and goes on as if nothing had been. */
static void check_refused(izh_solver *s, const void *blob, size_t size, izh_status status)
{
    const izh_state before = izh_solver_state(s);
    const double t = izh_solver_time(s);
    check_status(izh_solver_load(s, blob, size), status, s);
    check_same(izh_solver_time(s), t);
    check_same_state(izh_solver_state(s), before);
}

static void a_longer_stimulus_than_max_segments_is_refused(void **state)
{
    (void)state;
    static struct spikes spikes;
    unsigned char blob[ROOM];
    izh_solver_config config = support_config(IZH_DOPRI5);
    izh_solver *long_one = make(&config, &spikes);
    config.max_segments = LENGTH(stimulus) - 1;
    izh_solver *s = support_create(&config);
    check_refused(s, blob, save(long_one, blob), IZH_E_INVALID);
    check_true(strstr(izh_solver_message(s), "load: 5 segments are more than max_segments = 4"));
    izh_solver_destroy(s);
    izh_solver_destroy(long_one);
}

static void bad_blobs_change_nothing(void **state)
{
    (void)state;
    static struct spikes spikes[3];
    const izh_solver_config config = support_config(IZH_DOPRI5),
                            another = support_config(IZH_TAYLOR);
    unsigned char blob[ROOM];
    izh_solver *s = make(&config, &spikes[0]), *twin = make(&config, &spikes[1]);
    izh_solver *foreign = make(&another, &spikes[2]);
    check_ok(izh_solver_run(s, 142.7), s);
    check_ok(izh_solver_run(twin, 142.7), twin);
    const size_t size = save(s, blob);
    check_refused(s, NULL, size, IZH_E_FORMAT);
    for (size_t n = 0; n < size; n++)
        check_refused(s, blob, n, IZH_E_FORMAT);
    for (size_t i = 0; i < size; i++) {
        blob[i] ^= 1u << i % 8;
        check_refused(s, blob, size, IZH_E_FORMAT);
        blob[i] ^= 1u << i % 8;
    }
    check_refused(s, blob, save(foreign, blob), IZH_E_INVALID);
    const char *message = izh_solver_message(s);
    check_true(strstr(message, "the blob has method taylor and exact events"));
    check_true(strstr(message, "the solver has dopri5 and exact"));
    check_same_rest(s, twin, &spikes[0], &spikes[1]);
    izh_solver_destroy(s);
    izh_solver_destroy(twin);
    izh_solver_destroy(foreign);
}

static void seal(unsigned char *blob, size_t size)
{
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a, as lib/util/blob.h says */
    for (size_t i = 0; i < size - 8; i++)
        hash = (hash ^ blob[i]) * 0x100000001b3u;
    for (int i = 0; i < 8; i++)
        blob[size - 8 + (size_t)i] = (unsigned char)(hash >> 8 * i);
}

/* Blobs that end too early, with a length and a checksum that are right: refused, and nothing is
 * read behind them, where no page is. */
static void no_shorter_blob_is_read_past_its_end(void **state)
{
    (void)state;
    static struct spikes spikes;
    unsigned char *edge = portable_edge(ROOM);
    check_true(edge != NULL);
    const izh_solver_config config = support_config(IZH_RK4);
    unsigned char blob[ROOM];
    izh_solver *s = make(&config, &spikes);
    check_ok(izh_solver_run(s, 142.7), s);
    for (size_t size = save(s, blob) - 8; size >= 32; size -= 8) {
        unsigned char *shorter = memcpy(edge - size, blob, size);
        for (int i = 0; i < 8; i++)
            shorter[16 + i] = (unsigned char)((uint64_t)(size - 32) >> 8 * i);
        seal(shorter, size);
        check_refused(s, shorter, size, IZH_E_FORMAT);
    }
    izh_solver_destroy(s);
    portable_free_edge(edge, ROOM);
}

/* A word is taken whole, or its blob is refused: what is saved then is the word. */
static void no_part_of_a_word_is_dropped(void **state)
{
    (void)state;
    static struct spikes spikes;
    izh_solver_config config;
    for (int i = 0; support_next_or_dialect(&i, &config);) {
        unsigned char blob[ROOM], forged[ROOM], again[ROOM];
        izh_solver *s = make(&config, &spikes);
        check_ok(izh_solver_run(s, 142.7), s);
        const size_t size = save(s, blob);
        for (size_t at = 24; at + 8 < size; at += 8) {
            double x;
            memcpy(forged, blob, size);
            forged[at + 4] ^= 1; /* bit 32 of the word */
            memcpy(&x, forged + at, 8);
            seal(forged, size);
            support_about("%s, events %d, word %zu", izh_method_name(config.method),
                          (int)config.events, at / 8);
            if (izh_solver_load(s, forged, size) == IZH_OK && !isnan(x))
                check_true(save(s, again) == size && memcmp(again, forged, size) == 0);
        }
        izh_solver_destroy(s);
    }
}

static void segments_out_of_order_are_refused(void **state)
{
    (void)state;
    static struct spikes spikes;
    const izh_solver_config config = support_config(IZH_RK4);
    unsigned char blob[ROOM], time[8];
    izh_solver *s = make(&config, &spikes);
    check_ok(izh_solver_run(s, 142.7), s);
    const size_t size = save(s, blob);
    unsigned char *last = blob + size - 8 - 3 * 8, *before = last - 3 * 8; /* 3 words each */
    memcpy(time, last, 8);
    memcpy(last, before, 8);
    memcpy(before, time, 8);
    seal(blob, size);
    check_refused(s, blob, size, IZH_E_FORMAT);
    memcpy(before, last, 8); /* two at one time */
    seal(blob, size);
    check_refused(s, blob, size, IZH_E_FORMAT);
    izh_solver_destroy(s);
}

/* A dialect has none, in no piece of its input. */
static void conductances_of_a_dialect_are_refused(void **state)
{
    (void)state;
    unsigned char blob[ROOM];
    const izh_segment later = {5, 10, 0};
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.method = IZH_FIGURE1;
    config.events = IZH_EVENTS_GRID;
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.max_steps_per_ms = 1000; /* a blob that says so has room for conductances */
    izh_solver *s = support_create(&config);
    check_ok(izh_solver_set_stimulus(s, &later, 1), s);
    const size_t size = save(s, blob);
    check_ok(izh_solver_load(s, blob, size), s);
    const double g = 1;
    memcpy(blob + size - 3 * 8, &g, sizeof g); /* ... g, E, checksum */
    seal(blob, size);
    check_refused(s, blob, size, IZH_E_FORMAT);
    izh_solver_destroy(s);
}

/* Hostile words under a right checksum: refused, or a solver whose runs end well. */
static void forged_blobs_do_no_harm(void **state)
{
    (void)state;
    static const double words[] = {0,        -1,       1,         1e300, -1e300,
                                   4.9e-324, INFINITY, -INFINITY, NAN,   1e-3};
    static struct spikes spikes[2];
    izh_solver_config config;
    for (int i = 0; support_next_or_dialect(&i, &config);) {
        unsigned char blob[ROOM], forged[ROOM];
        izh_solver *source = make(&config, &spikes[0]);
        check_ok(izh_solver_run(source, 142.7), source);
        const size_t size = save(source, blob);
        for (size_t at = 24; at + 8 < size; at += 8)
            for (size_t k = 0; k < 2 * LENGTH(words); k++) {
                const uint64_t integers[] = {1, 2, 255, UINT64_MAX, (uint64_t)1 << 63,
                                             4, 5, 6,   1000,       (uint64_t)1 << 32};
                izh_solver *s = make(&config, &spikes[1]);
                memcpy(forged, blob, size);
                if (k < LENGTH(words))
                    memcpy(forged + at, &words[k], 8);
                else
                    memcpy(forged + at, &integers[k - LENGTH(words)], 8);
                seal(forged, size);
                support_about("%s, events %d, word %zu, value %zu", izh_method_name(config.method),
                              (int)config.events, at / 8, k);
                if (izh_solver_load(s, forged, size) == IZH_OK)
                    izh_solver_run(s, izh_solver_time(s) + .1);
                const izh_state y = izh_solver_state(s);
                check_true(isfinite(y.v) && isfinite(y.u));
                izh_solver_destroy(s);
            }
        izh_solver_destroy(source);
    }
}

/* The format is little-endian by definition: these bytes, on every machine. */
static void the_first_bytes_are_those_of_the_format(void **state)
{
    (void)state;
    static struct spikes spikes;
    const izh_solver_config config = support_config(IZH_RK4);
    unsigned char blob[ROOM];
    izh_solver *s = make(&config, &spikes);
    const size_t size = save(s, blob);
    const unsigned char head[] = {'i', 'z', 'h', 's', 'o', 'l', 'v', 'e', 1, 0, 0, 0, 0, 0, 0, 0};
    const unsigned char hundred[] = {0, 0, 0, 0, 0, 0, 0x59, 0x40}; /* cm = 100. */
    check_true(memcmp(blob, head, sizeof head) == 0);
    check_true(blob[16] + 256u * blob[17] == size - 32);
    check_true(blob[24] == IZH_RK4);
    check_true(memcmp(blob + 40, hundred, 8) == 0);
    izh_solver_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_resumed_run_is_the_uninterrupted_one),
        cmocka_unit_test(a_kick_after_loading_is_the_same_too),
        cmocka_unit_test(a_stimulus_function_goes_on),
        cmocka_unit_test(a_longer_stimulus_than_max_segments_is_refused),
        cmocka_unit_test(bad_blobs_change_nothing),
        cmocka_unit_test(no_shorter_blob_is_read_past_its_end),
        cmocka_unit_test(no_part_of_a_word_is_dropped),
        cmocka_unit_test(segments_out_of_order_are_refused),
        cmocka_unit_test(conductances_of_a_dialect_are_refused),
        cmocka_unit_test(forged_blobs_do_no_harm),
        cmocka_unit_test(the_first_bytes_are_those_of_the_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
