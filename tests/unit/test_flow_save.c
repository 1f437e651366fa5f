/* Flow maps as blobs and files: what comes back is what was saved; hostile ones are refused or do
 * no harm. */
#include "support_pinn.h"

#include "portable.h"

#include "pinn/flow.h"

static izh_flow *flow;
static unsigned char *blob;
static size_t size;

static char folder[PORTABLE_FOLDER];

static izh_flow_config tiny_config(void)
{
    izh_flow_config config = support_flow_config();
    config.units = 16;
    config.points = 300;
    return config;
}

static int set_up(void **state)
{
    (void)state;
    const izh_flow_config config = tiny_config();
    flow = support_train_flow(&config);
    size = izh_flow_save(flow, NULL, 0);
    blob = malloc(size);
    return portable_folder(folder) && blob && izh_flow_save(flow, blob, size) == size ? 0 : 1;
}

static int tear_down(void **state)
{
    (void)state;
    free(blob);
    izh_flow_destroy(flow);
    return !portable_remove_folder(folder);
}

/* ---- blobs ---- */

static void check_equal(const izh_flow *one, const izh_flow *other)
{
    const izh_flow_info a = izh_flow_get_info(one), b = izh_flow_get_info(other);
    check_true(memcmp(&a, &b, sizeof a) == 0);
    check_true(one->fingerprint == other->fingerprint && one->fingerprint != 0);
    for (double v = -68; v <= 35; v += 5)
        for (double I = 10; I < 100; I += 20) {
            const double t[] = {.1, .5, 1};
            izh_state y[3], z[3];
            double r[3], q[3];
            check_true(izh_flow_eval(one, (izh_state){v, 20}, I, 1, t, 3, y, r) == IZH_OK);
            check_true(izh_flow_eval(other, (izh_state){v, 20}, I, 1, t, 3, z, q) == IZH_OK);
            check_true(memcmp(y, z, sizeof y) == 0 && memcmp(r, q, sizeof r) == 0);
        }
}

static void what_comes_back_is_what_was_saved(void **state)
{
    (void)state;
    izh_flow *back = NULL;
    check_true(izh_flow_load(&back, blob, size, NULL, NULL) == IZH_OK);
    check_equal(flow, back);
    unsigned char *again = malloc(size);
    check_true(again && izh_flow_save(back, again, size) == size);
    check_true(memcmp(blob, again, size) == 0);
    check_true(memcmp(blob, "izh-flow\1\0\0\0\0\0\0\0", 16) == 0); /* little-endian everywhere */
    check_true(*izh_flow_message(back) == '\0');
    free(again);
    izh_flow_destroy(back);
}

static void a_buffer_too_small_is_told_and_none_is_overrun(void **state)
{
    (void)state;
    unsigned char *room = malloc(size + 1);
    check_true(room != NULL);
    for (size_t capacity = 0; capacity < size; capacity += capacity < 64 ? 1 : 61) {
        memset(room, 0x5a, size + 1);
        check_true(izh_flow_save(flow, room, capacity) == size);
        for (size_t i = capacity; i <= size; i++)
            check_true(room[i] == 0x5a);
    }
    check_true(izh_flow_save(flow, room, size) == size && room[size] == 0x5a);
    check_true(memcmp(room, blob, size) == 0);
    free(room);
}

static int32_t stop(const izh_flow_progress *progress, void *user)
{
    (void)progress, (void)user;
    return IZH_STOP;
}

/* What training was stopped at can be saved, too. */
static void a_stopped_map_comes_back(void **state)
{
    (void)state;
    izh_flow_config config = tiny_config();
    izh_flow *stopped = NULL, *back = NULL;
    config.progress = stop;
    check_true(izh_flow_train(&stopped, &config) == IZH_STOPPED);
    unsigned char *bytes = malloc(size);
    check_true(bytes && izh_flow_save(stopped, bytes, size) == size);
    check_true(izh_flow_load(&back, bytes, size, NULL, NULL) == IZH_OK);
    check_equal(stopped, back);
    free(bytes);
    izh_flow_destroy(stopped);
    izh_flow_destroy(back);
}

static void expect_refused(const void *bytes, size_t length, izh_status status)
{
    struct logbook book = {0};
    const izh_log log = support_log(&book);
    izh_flow *back = flow;
    check_true(izh_flow_load(&back, bytes, length, NULL, &log) == status);
    check_true(back == NULL && book.n == 1 && book.status == status);
}

static void damaged_blobs_are_refused(void **state)
{
    (void)state;
    expect_refused(NULL, size, IZH_E_FORMAT);
    for (size_t n = 0; n < size; n += n < 300 || n + 300 > size ? 1 : 61)
        expect_refused(blob, n, IZH_E_FORMAT);
    for (size_t i = 0; i < size; i += i < 400 || i + 60 > size ? 1 : 37)
        for (int bit = 0; bit < 8; bit++) {
            blob[i] ^= 1u << bit;
            expect_refused(blob, size, IZH_E_FORMAT);
            blob[i] ^= 1u << bit;
        }
    check_true(izh_flow_load(NULL, blob, size, NULL, NULL) == IZH_E_INVALID);
}

/* A right frame around too much, or too little. */
static void blobs_of_another_length_are_refused(void **state)
{
    (void)state;
    for (int words = -3; words <= 3; words++) {
        const size_t length = size + 8 * (size_t)words;
        unsigned char *other = calloc(length, 1);
        check_true(other != NULL);
        memcpy(other, blob, (length < size ? length : size) - 8);
        for (int i = 0; i < 8; i++)
            other[16 + i] = (unsigned char)((length - 32) >> 8 * i);
        support_seal(other, length);
        izh_flow *back = NULL;
        if (words)
            expect_refused(other, length, IZH_E_FORMAT);
        else
            check_true(izh_flow_load(&back, other, length, NULL, NULL) == IZH_OK);
        izh_flow_destroy(back);
        free(other);
    }
}

/* Other kinds of blobs do not pass for maps. */
static void a_solvers_blob_is_no_map(void **state)
{
    (void)state;
    unsigned char bytes[4096];
    izh_solver_config config = support_config(IZH_PINN);
    config.flow = flow;
    izh_solver *s = support_create(&config);
    const size_t length = izh_solver_save(s, bytes, sizeof bytes);
    check_true(length <= sizeof bytes);
    expect_refused(bytes, length, IZH_E_FORMAT);
    check_status(izh_solver_load(s, blob, size), IZH_E_FORMAT, s);
    izh_solver_destroy(s);
}

/* The word of a field, as flow_save.c writes them: the frame, the parameters, the region. */
enum {
    HEAD = 3,
    PARAMS = HEAD,
    REGION = PARAMS + 16,
    UNITS = REGION + 6,
    WEIGHTS = UNITS + 1
};

static void put(unsigned char *bytes, size_t word, double x)
{
    memcpy(bytes + 8 * word, &x, 8);
}

/* What no training makes: NaN and infinity, and a region without an inside. */
static void maps_that_no_training_makes_are_refused(void **state)
{
    (void)state;
    unsigned char *forged = malloc(size);
    const size_t training = size / 8 - 6; /* residuals, seed, points, iterations; the checksum */
    const struct {
        size_t word;
        double value;
    } cases[] = {{PARAMS, 0},
                 {PARAMS, -100},
                 {PARAMS + 1, 0},
                 {PARAMS + 1, -.7},
                 {PARAMS + 6, 5},
                 {PARAMS + 8, 1e-9},
                 {PARAMS + 10, -50},
                 {PARAMS + 10, NAN},
                 {REGION, 100},
                 {REGION, NAN},
                 {REGION, -INFINITY},
                 {REGION + 1, 0},
                 {REGION + 1, INFINITY},
                 {REGION + 2, 0},
                 {REGION + 2, -1},
                 {REGION + 2, INFINITY},
                 {REGION + 3, 35},
                 {REGION + 3, -INFINITY},
                 {REGION + 4, 1e4},
                 {REGION + 4, NAN},
                 {REGION + 5, -1e4},
                 {REGION + 5, INFINITY},
                 {WEIGHTS, NAN},
                 {WEIGHTS + 16, INFINITY},
                 {WEIGHTS + 79, NAN},
                 {WEIGHTS + 80, NAN},
                 {training - 1, -INFINITY},
                 {training, -1},
                 {training, NAN},
                 {training + 1, -1e-9},
                 {training + 1, NAN}};
    check_true(forged != NULL);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        support_about("word %zu, %g", cases[i].word, cases[i].value);
        memcpy(forged, blob, size);
        put(forged, cases[i].word, cases[i].value);
        support_seal(forged, size);
        expect_refused(forged, size, IZH_E_FORMAT);
    }
    /* Counts: the units, the seed, the points and the iterations. */
    const struct {
        size_t word;
        uint64_t value;
    } counts[] = {{UNITS, 0},
                  {UNITS, 14},
                  {UNITS, 15},
                  {UNITS, 18},
                  {UNITS, 17},
                  {UNITS, 6},
                  {UNITS, 130},
                  {UNITS, UINT32_MAX},
                  {UNITS, UINT64_MAX},
                  {training + 2, 0},
                  {training + 3, 0},
                  {training + 3, 99},
                  {training + 3, 100001},
                  {training + 3, UINT32_MAX},
                  {training + 4, 0}};
    for (size_t i = 0; i < LENGTH(counts); i++) {
        support_about("word %zu, %llu", counts[i].word, (unsigned long long)counts[i].value);
        memcpy(forged, blob, size);
        for (int k = 0; k < 8; k++)
            forged[8 * counts[i].word + (size_t)k] = (unsigned char)(counts[i].value >> 8 * k);
        support_seal(forged, size);
        expect_refused(forged, size, IZH_E_FORMAT);
    }
    free(forged);
}

/* Asks a map that may be anything, and runs a solver with it, which ends in whatever way. */
static void use(izh_flow *back)
{
    static const double v[] = {-1e300, -1e200, -1e99, -60, 30, 1e99, 1e200};
    static const double I[] = {-1e300, 50, 1e300}, u[] = {-1e300, 20, 1e300};
    const double t[] = {0, .3, 1};
    const izh_flow_info info = izh_flow_get_info(back);
    izh_state y[3];
    double r[3];
    for (size_t i = 0; i < LENGTH(v); i++)
        for (size_t k = 0; k < LENGTH(I); k++)
            izh_flow_eval(back, (izh_state){v[i], u[k]}, I[k], 0, t, 3, y, r);
    izh_solver_config config = support_config(IZH_PINN);
    izh_solver *s;
    config.params = info.params;
    config.flow = back;
    config.rtol = 1;
    config.pinn.shortest = .1; /* the sooner a solver without a solution gives up */
    if (izh_solver_create(&s, &config) != IZH_OK)
        return;
    izh_solver_set_current(s, 70);
    izh_solver_run(s, 3);
    check_true(isfinite(izh_solver_state(s).v) && isfinite(izh_solver_state(s).u));
    izh_solver_destroy(s);
}

/* Hostile words under a right checksum: refused, or a map that can be used. */
static void forged_blobs_do_no_harm(void **state)
{
    (void)state;
    unsigned char *forged = malloc(size);
    int loaded = 0;
    check_true(forged != NULL);
    for (size_t at = 24; at + 8 < size; at += at < 300 || at + 100 > size ? 8 : 392)
        for (size_t k = 0; memcpy(forged, blob, size), support_forge(forged + at, k); k++) {
            izh_flow *back = NULL;
            support_seal(forged, size);
            support_about("word %zu, value %zu", at / 8, k);
            if (izh_flow_load(&back, forged, size, NULL, NULL) != IZH_OK) {
                check_true(back == NULL);
                continue;
            }
            use(back);
            check_true(izh_flow_save(back, NULL, 0) == size);
            izh_flow_destroy(back);
            loaded++;
        }
    check_true(loaded > 100);
    free(forged);
}

/* ---- memory ---- */

static void each_allocation_of_training_may_fail(void **state)
{
    (void)state;
    izh_status status = IZH_E_MEMORY;
    for (size_t nth = 1; status != IZH_OK; nth++) {
        struct heap heap = {.fail_at = nth};
        struct logbook book = {0};
        izh_flow_config config = tiny_config();
        izh_flow *own = (izh_flow *)&heap;
        config.allocator = support_allocator(&heap);
        config.log = support_log(&book);
        status = izh_flow_train(&own, &config);
        support_about("allocation %zu", nth);
        if (status == IZH_OK) {
            check_true(nth == 4);       /* the map, the points, the equations */
            check_true(heap.live == 1); /* what training needed it gave back */
            check_equal(own, flow);     /* nor does it matter that memory comes with any bits */
        } else {
            check_true(status == IZH_E_MEMORY && own == NULL && book.n == 1);
            check_has(book.text, "memory");
        }
        izh_flow_destroy(own);
        check_true(heap.live == 0 && heap.bytes == 0);
    }
}

/* Loading, and files both ways. */
static void each_other_allocation_may_fail(void **state)
{
    (void)state;
    char path[PORTABLE_FOLDER + 20];
    snprintf(path, sizeof path, "%s/map", folder);
    check_true(izh_flow_save_file(flow, path) == IZH_OK);
    for (int from_file = 0; from_file < 2; from_file++) {
        izh_status status = IZH_E_MEMORY;
        for (size_t nth = 1; status != IZH_OK; nth++) {
            struct heap heap = {.fail_at = nth};
            const izh_allocator allocator = support_allocator(&heap);
            izh_flow *back = (izh_flow *)&heap;
            status = from_file ? izh_flow_load_file(&back, path, &allocator, NULL)
                               : izh_flow_load(&back, blob, size, &allocator, NULL);
            support_about("allocation %zu of loading %s", nth, from_file ? "a file" : "a blob");
            check_true(status == IZH_OK ? nth > 1 : status == IZH_E_MEMORY && back == NULL);
            izh_status saved = status == IZH_OK ? IZH_E_MEMORY : IZH_OK;
            for (size_t k = 1; saved != IZH_OK; k++) {
                heap.fail_at = k;
                saved = izh_flow_save_file(back, path);
                check_true(saved == IZH_OK ? k > 1 : saved == IZH_E_MEMORY);
                check_true(saved == IZH_OK || strstr(izh_flow_message(back), "memory"));
                heap.fail_at = 0;
            }
            izh_flow_destroy(back);
            check_true(heap.live == 0 && heap.bytes == 0);
        }
    }
    check_true(portable_remove(path));
}

static void half_an_allocator_is_refused(void **state)
{
    (void)state;
    struct heap heap = {0};
    izh_flow *own = flow;
    izh_flow_config config = tiny_config();
    izh_allocator allocator = support_allocator(&heap);
    allocator.release = NULL;
    config.allocator = allocator;
    check_true(izh_flow_train(&own, &config) == IZH_E_INVALID && own == NULL);
    check_true(izh_flow_load(&own, blob, size, &allocator, NULL) == IZH_E_INVALID);
    check_true(izh_flow_load_file(&own, "x", &allocator, NULL) == IZH_E_INVALID);
    check_true(heap.calls == 0);
}

/* ---- files ---- */

static void files_hold_the_map(void **state)
{
    (void)state;
    char path[PORTABLE_FOLDER + 20];
    izh_flow *back = NULL;
    snprintf(path, sizeof path, "%s/map", folder);
    for (int again = 0; again < 2; again++) {
        check_true(izh_flow_save_file(flow, path) == IZH_OK);
        check_true(portable_size(path) == (long long)size);
        check_true(izh_flow_load_file(&back, path, NULL, NULL) == IZH_OK);
        check_equal(flow, back);
        izh_flow_destroy(back);
    }
    for (long length = 100; length >= 0; length -= 100) {
        check_true(portable_cut(path, length));
        check_true(izh_flow_load_file(&back, path, NULL, NULL) == IZH_E_FORMAT && back == NULL);
    }
    check_true(portable_remove(path));
    check_true(portable_remove_folder(folder)); /* that is, no other file is left */
    check_true(portable_make_folder(folder));
}

/* What cannot be written leaves the old file as it was, and no other beside it. */
static void a_file_that_cannot_be_written_stays(void **state)
{
    (void)state;
    char path[PORTABLE_FOLDER + 20];
    struct heap heap = {0};
    const izh_allocator allocator = support_allocator(&heap);
    izh_flow *own, *back;
    snprintf(path, sizeof path, "%s/map", folder);
    check_true(izh_flow_save_file(flow, path) == IZH_OK);
    check_true(izh_flow_load(&own, blob, size, &allocator, NULL) == IZH_OK);
    heap.fail_at = 1;
    check_true(izh_flow_save_file(own, path) == IZH_E_MEMORY);
    heap.fail_at = 0;
    /* A folder in its place is no file, and stays one. */
    char taken[PORTABLE_FOLDER + 20];
    snprintf(taken, sizeof taken, "%s/taken", folder);
    check_true(portable_make_folder(taken));
    check_true(izh_flow_save_file(own, taken) == IZH_E_FILE);
    check_has(izh_flow_message(own), taken);
    check_true(portable_remove_folder(taken));
    check_true(portable_read_only(path, true));
    check_true(izh_flow_save_file(own, path) == IZH_E_FILE);
    check_has(izh_flow_message(own), path);
    check_true(portable_read_only(path, false));
    check_true(izh_flow_load_file(&back, path, NULL, NULL) == IZH_OK);
    check_equal(flow, back);
    izh_flow_destroy(own);
    izh_flow_destroy(back);
    check_true(portable_remove(path));
    check_true(portable_remove_folder(folder) && portable_make_folder(folder));
}

static void file_errors_are_told(void **state)
{
    (void)state;
    char path[PORTABLE_FOLDER + 20];
    struct logbook book = {0};
    const izh_log log = support_log(&book);
    izh_flow *own = NULL, *back = flow;
    check_true(izh_flow_load(&own, blob, size, NULL, NULL) == IZH_OK);
    snprintf(path, sizeof path, "%s/no/such/folder", folder);
    check_true(izh_flow_save_file(own, path) == IZH_E_FILE);
    check_has(izh_flow_message(own), "no/such/folder");
    check_true(izh_flow_save_file(own, NULL) == IZH_E_INVALID);
    check_true(izh_flow_save_file(own, folder) == IZH_E_FILE); /* a folder stands there */
    check_true(izh_flow_load_file(&back, path, NULL, &log) == IZH_E_FILE && back == NULL);
    check_has(book.text, "no/such/folder");
    check_true(izh_flow_load_file(&back, NULL, NULL, &log) == IZH_E_INVALID);
    check_true(izh_flow_load_file(NULL, path, NULL, &log) == IZH_E_INVALID);
    check_true(izh_flow_load_file(&back, folder, NULL, &log) == IZH_E_FILE && back == NULL);
    check_true(book.status == IZH_E_FILE);
    check_has(book.text, folder);
    izh_flow_destroy(own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_back_is_what_was_saved),
        cmocka_unit_test(a_buffer_too_small_is_told_and_none_is_overrun),
        cmocka_unit_test(a_stopped_map_comes_back),
        cmocka_unit_test(damaged_blobs_are_refused),
        cmocka_unit_test(blobs_of_another_length_are_refused),
        cmocka_unit_test(a_solvers_blob_is_no_map),
        cmocka_unit_test(maps_that_no_training_makes_are_refused),
        cmocka_unit_test(forged_blobs_do_no_harm),
        cmocka_unit_test(each_allocation_of_training_may_fail),
        cmocka_unit_test(each_other_allocation_may_fail),
        cmocka_unit_test(half_an_allocator_is_refused),
        cmocka_unit_test(files_hold_the_map),
        cmocka_unit_test(a_file_that_cannot_be_written_stays),
        cmocka_unit_test(file_errors_are_told),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
