/* Trained solutions as blobs and files: what comes back is what was saved; hostile ones are refused
 * or do no harm. */
#include "support_pinn.h"

#include "portable.h"

/* A short solution with a spike and a kink. */
static izh_pinn *make(void)
{
    izh_pinn_config config = support_pinn_case(reference_case("simple-LTS"));
    config.t_end = 30;
    config.pinn.hidden = 8;
    config.tolerance = 1e-5;
    return support_train(&config);
}

static unsigned char *save(const izh_pinn *pinn, size_t *size)
{
    *size = izh_pinn_save(pinn, NULL, 0);
    unsigned char *blob = malloc(*size + 1);
    check_true(blob != NULL);
    blob[*size] = 0x5a;
    check_true(izh_pinn_save(pinn, blob, *size - 1) == *size);
    check_true(izh_pinn_save(pinn, blob, *size) == *size && blob[*size] == 0x5a);
    return blob;
}

static void check_equal(const izh_pinn *one, const izh_pinn *other)
{
    enum {
        N = 300
    };
    double t[N];
    izh_state y[N], z[N];
    const izh_pinn_windows v = izh_pinn_get_windows(one), w = izh_pinn_get_windows(other);
    const izh_pinn_losses k = izh_pinn_get_losses(one), l = izh_pinn_get_losses(other);
    const izh_pinn_spikes s = izh_pinn_get_spikes(one), u = izh_pinn_get_spikes(other);
    for (int i = 0; i < N; i++)
        t[i] = izh_pinn_end(one) * i / (N - 1);
    t[N - 1] = izh_pinn_end(one);
    check_same(izh_pinn_end(one), izh_pinn_end(other));
    check_true(izh_pinn_eval(one, t, N, y) == IZH_OK && izh_pinn_eval(other, t, N, z) == IZH_OK);
    check_true(memcmp(y, z, sizeof y) == 0);
    check_true(v.count == w.count && memcmp(v.data, w.data, v.count * sizeof *v.data) == 0);
    check_true(k.count == l.count && memcmp(k.data, l.data, k.count * sizeof *k.data) == 0);
    check_true(s.count == u.count && memcmp(s.data, u.data, s.count * sizeof *s.data) == 0);
    check_true(s.count > 0);
}

static void what_comes_back_is_what_was_saved(void **state)
{
    (void)state;
    size_t size, again;
    izh_pinn *pinn = make(), *back = NULL;
    unsigned char *blob = save(pinn, &size);
    check_true(izh_pinn_load(&back, blob, size, NULL, NULL) == IZH_OK);
    check_equal(pinn, back);
    unsigned char *second = save(back, &again);
    check_true(again == size && memcmp(blob, second, size) == 0);
    check_true(memcmp(blob, "izh-pinn\1\0\0\0\0\0\0\0", 16) == 0); /* little-endian everywhere */
    free(blob);
    free(second);
    izh_pinn_destroy(pinn);
    izh_pinn_destroy(back);
}

/* Solutions without a window can be saved, too. */
static int32_t stop(const izh_pinn_progress *progress, void *user)
{
    (void)progress, (void)user;
    return IZH_STOP;
}

static void an_empty_solution_comes_back(void **state)
{
    (void)state;
    izh_pinn_config config = support_pinn_config();
    izh_pinn *pinn = NULL, *back = NULL;
    config.progress = stop;
    check_true(izh_pinn_train(&pinn, &config) == IZH_STOPPED);
    size_t size;
    unsigned char *blob = save(pinn, &size);
    check_true(izh_pinn_load(&back, blob, size, NULL, NULL) == IZH_OK);
    check_same(izh_pinn_end(back), 0);
    free(blob);
    izh_pinn_destroy(pinn);
    izh_pinn_destroy(back);
}

static void expect_refused(const void *blob, size_t size, izh_status status)
{
    struct logbook book = {0};
    const izh_log log = support_log(&book);
    izh_pinn *pinn = (izh_pinn *)&book;
    check_true(izh_pinn_load(&pinn, blob, size, NULL, &log) == status);
    check_true(pinn == NULL && book.n == 1 && book.status == status);
}

static void damaged_blobs_are_refused(void **state)
{
    (void)state;
    size_t size;
    izh_pinn *pinn = make();
    unsigned char *blob = save(pinn, &size);
    expect_refused(NULL, size, IZH_E_FORMAT);
    for (size_t n = 0; n < size; n += n < 64 ? 1 : 61)
        expect_refused(blob, n, IZH_E_FORMAT);
    for (size_t i = 0; i < size; i += i < 400 ? 1 : 37) {
        blob[i] ^= 1u << i % 8;
        expect_refused(blob, size, IZH_E_FORMAT);
        blob[i] ^= 1u << i % 8;
    }
    free(blob);
    izh_pinn_destroy(pinn);
}

/* Hostile words under a right checksum: refused, or a solution that can be read. */
static void forged_blobs_do_no_harm(void **state)
{
    (void)state;
    size_t size;
    izh_pinn *pinn = make();
    unsigned char *blob = save(pinn, &size), *forged = malloc(size);
    check_true(forged != NULL);
    for (size_t at = 24; at + 8 < size; at += at < 1000 ? 8 : 56)
        for (size_t k = 0; memcpy(forged, blob, size), support_forge(forged + at, k); k++) {
            izh_pinn *back = NULL;
            support_seal(forged, size);
            support_about("word %zu, value %zu", at / 8, k);
            if (izh_pinn_load(&back, forged, size, NULL, NULL) != IZH_OK) {
                check_true(back == NULL);
                continue;
            }
            double t[40], r[40];
            izh_state y[40];
            for (int i = 0; i < 40; i++)
                t[i] = i - 1;
            izh_pinn_eval(back, t, 40, y);
            izh_pinn_residual(back, t, 40, r);
            check_true(izh_pinn_save(back, NULL, 0) == size);
            izh_pinn_destroy(back);
        }
    free(forged);
    free(blob);
    izh_pinn_destroy(pinn);
}

/* Where a window's losses are said to be, in words: lib/pinn/save.c has the order. */
#define WINDOWS 31
#define FIRST_LOSS (WINDOWS + 9)
#define ITERATIONS (WINDOWS + 10)

static uint64_t get_word(const unsigned char *blob, size_t word)
{
    uint64_t x = 0;
    for (size_t i = 8; i-- > 0;)
        x = x << 8 | blob[8 * word + i];
    return x;
}

static void put_word(unsigned char *blob, size_t word, uint64_t x)
{
    for (size_t i = 0; i < 8; i++)
        blob[8 * word + i] = (unsigned char)(x >> 8 * i);
}

/* A reader goes from the window to its losses: all of them are there. */
static void windows_have_no_losses_beyond_the_last(void **state)
{
    (void)state;
    size_t size;
    izh_pinn *pinn = make(), *back = NULL;
    unsigned char *blob = save(pinn, &size);
    const uint64_t n = izh_pinn_get_losses(pinn).count;
    const izh_pinn_window *w = izh_pinn_get_windows(pinn).data;
    check_true(get_word(blob, FIRST_LOSS) == w->first_loss && n > 2);
    check_true(get_word(blob, ITERATIONS) == w->iterations && w->iterations > 0);
    const uint64_t good[][2] = {{0, n}, {n, 0}, {n - 1, 1}};
    const uint64_t bad[][2] = {{0, n + 1}, {n + 1, 0},      {n, 1},
                               {n - 1, 2}, {UINT64_MAX, 2}, {(uint64_t)1 << 63, 0}};
    for (size_t i = 0; i < LENGTH(good) + LENGTH(bad); i++) {
        const uint64_t *at = i < LENGTH(good) ? good[i] : bad[i - LENGTH(good)];
        put_word(blob, FIRST_LOSS, at[0]);
        put_word(blob, ITERATIONS, at[1]);
        support_seal(blob, size);
        support_about("%zu: %#llx and %#llx", i, (unsigned long long)at[0],
                      (unsigned long long)at[1]);
        if (i >= LENGTH(good)) {
            expect_refused(blob, size, IZH_E_FORMAT);
            continue;
        }
        check_true(izh_pinn_load(&back, blob, size, NULL, NULL) == IZH_OK);
        izh_pinn_destroy(back);
    }
    free(blob);
    izh_pinn_destroy(pinn);
}

/* ---- memory ---- */

static void each_allocation_may_fail(void **state)
{
    (void)state;
    izh_pinn_config config = support_pinn_case(reference_case("simple-LTS"));
    config.t_end = 30;
    config.tolerance = 1e-5;
    size_t size = 0;
    unsigned char *blob = NULL;
    for (size_t nth = 1; !blob; nth++) {
        struct heap heap = {.fail_at = nth};
        struct logbook book = {0};
        izh_pinn *pinn = (izh_pinn *)&heap;
        config.allocator = support_allocator(&heap);
        config.log = support_log(&book);
        const izh_status status = izh_pinn_train(&pinn, &config);
        support_about("allocation %zu of training", nth);
        if (status == IZH_OK) {
            check_true(nth > 5);
            blob = save(pinn, &size);
            izh_pinn_destroy(pinn);
        } else {
            check_true(status == IZH_E_MEMORY && pinn == NULL);
            check_true(book.n == 1);
            check_has(book.text, "memory");
        }
        check_true(heap.live == 0 && heap.bytes == 0);
    }
    for (size_t nth = 1, loaded = 0; !loaded; nth++) {
        struct heap heap = {.fail_at = nth};
        const izh_allocator allocator = support_allocator(&heap);
        izh_pinn *pinn = (izh_pinn *)&heap;
        const izh_status status = izh_pinn_load(&pinn, blob, size, &allocator, NULL);
        support_about("allocation %zu of loading", nth);
        loaded = status == IZH_OK;
        check_true(loaded || (status == IZH_E_MEMORY && pinn == NULL));
        izh_pinn_destroy(pinn);
        check_true(heap.live == 0 && heap.bytes == 0);
    }
    free(blob);
}

static void half_an_allocator_is_refused(void **state)
{
    (void)state;
    struct heap heap = {0};
    izh_allocator allocator = support_allocator(&heap);
    allocator.release = NULL;
    izh_pinn *pinn = NULL;
    izh_pinn_config config = support_pinn_config();
    config.allocator = allocator;
    check_true(izh_pinn_train(&pinn, &config) == IZH_E_INVALID);
    check_true(izh_pinn_load(&pinn, "x", 1, &allocator, NULL) == IZH_E_INVALID);
    check_true(heap.calls == 0);
}

/* ---- files ---- */

static char folder[PORTABLE_FOLDER];

static void files_hold_the_solution(void **state)
{
    (void)state;
    char path[PORTABLE_FOLDER + 20];
    izh_pinn *pinn = make(), *back = NULL;
    snprintf(path, sizeof path, "%s/solution", folder);
    for (int again = 0; again < 2; again++) {
        check_true(izh_pinn_save_file(pinn, path) == IZH_OK);
        check_true(portable_size(path) == (long long)izh_pinn_save(pinn, NULL, 0));
        check_true(izh_pinn_load_file(&back, path, NULL, NULL) == IZH_OK);
        check_equal(pinn, back);
        izh_pinn_destroy(back);
    }
    check_true(portable_cut(path, 100));
    check_true(izh_pinn_load_file(&back, path, NULL, NULL) == IZH_E_FORMAT && back == NULL);
    check_true(portable_remove(path));
    check_true(portable_remove_folder(folder)); /* that is, no other file is left */
    check_true(portable_make_folder(folder));
    izh_pinn_destroy(pinn);
}

static void file_errors_are_told(void **state)
{
    (void)state;
    char path[PORTABLE_FOLDER + 20];
    struct logbook book = {0};
    const izh_log log = support_log(&book);
    izh_pinn *pinn = make(), *back = pinn;
    snprintf(path, sizeof path, "%s/no/such/folder", folder);
    check_true(izh_pinn_save_file(pinn, path) == IZH_E_FILE);
    check_has(izh_pinn_message(pinn), "no/such/folder");
    check_true(izh_pinn_save_file(pinn, NULL) == IZH_E_INVALID);
    check_true(izh_pinn_save_file(pinn, folder) == IZH_E_FILE); /* a folder stands there */
    check_true(izh_pinn_load_file(&back, path, NULL, &log) == IZH_E_FILE && back == NULL);
    check_has(book.text, "no/such/folder");
    check_true(izh_pinn_load_file(&back, NULL, NULL, &log) == IZH_E_INVALID);
    check_true(izh_pinn_load_file(&back, folder, NULL, &log) == IZH_E_FILE && back == NULL);
    check_true(book.status == IZH_E_FILE);
    check_has(book.text, folder);
    izh_pinn_destroy(pinn);
}

static int make_folder(void **state)
{
    (void)state;
    return portable_folder(folder) ? 0 : 1;
}

static int remove_folder(void **state)
{
    (void)state;
    return !portable_remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_back_is_what_was_saved),
        cmocka_unit_test(an_empty_solution_comes_back),
        cmocka_unit_test(damaged_blobs_are_refused),
        cmocka_unit_test(forged_blobs_do_no_harm),
        cmocka_unit_test(windows_have_no_losses_beyond_the_last),
        cmocka_unit_test(each_allocation_may_fail),
        cmocka_unit_test(half_an_allocator_is_refused),
        cmocka_unit_test(files_hold_the_solution),
        cmocka_unit_test(file_errors_are_told),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
