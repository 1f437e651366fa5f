/* Versioned structs from older callers, newer ones and hostile ones. Each lies at the end of a page
 * behind which there is none, so that a byte read or written too far ends the test. */
#include "portable.h"
#include "support_pinn.h"
#include "util/memory.h"

#define MOST 4096 /* the largest size that is taken */

/* Room for the largest struct; `end` is where nothing can be touched any more. */
static unsigned char *room, *end;

static int map_room(void **state)
{
    (void)state;
    end = portable_edge(MOST);
    room = end ? end - MOST : NULL;
    return !end;
}

static int unmap_room(void **state)
{
    (void)state;
    portable_free_edge(end, MOST);
    return 0;
}

/* ---- the structs ---- */

static int try_solver(const void *config)
{
    izh_solver *solver = (izh_solver *)room;
    const izh_status status = izh_solver_create(&solver, config);
    const int made = solver != NULL;
    izh_solver_destroy(solver);
    check_true(made ? status == IZH_OK : status == IZH_E_INVALID);
    return made;
}

static int try_population(const void *config)
{
    izh_population *population = (izh_population *)room;
    const izh_status status = izh_population_create(&population, config);
    const int made = population != NULL;
    izh_population_destroy(population);
    check_true(made ? status == IZH_OK : status == IZH_E_INVALID);
    return made;
}

static int try_pinn(const void *config)
{
    izh_pinn *pinn = (izh_pinn *)room;
    const izh_status status = izh_pinn_train(&pinn, config);
    const int made = pinn != NULL;
    izh_pinn_destroy(pinn);
    check_true(made ? status == IZH_OK : status == IZH_E_INVALID);
    return made;
}

static struct logbook book;

/* To train a map takes long. This config is at fault: where it is taken, its log hears of that. */
static int try_flow(const void *config)
{
    izh_flow *flow = (izh_flow *)room;
    book.n = 0;
    check_true(izh_flow_train(&flow, config) == IZH_E_INVALID && flow == NULL);
    return book.n == 1 && strstr(book.text, "units = 7");
}

static void make_solver(void *to)
{
    const izh_solver_config config = support_config(IZH_RK4);
    memcpy(to, &config, sizeof config);
}

static void make_population(void *to)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = 3;
    memcpy(to, &config, sizeof config);
}

static void make_pinn(void *to)
{
    izh_pinn_config config = support_pinn_config();
    config.t_end = 1;
    memcpy(to, &config, sizeof config);
}

static void make_flow(void *to)
{
    izh_flow_config config = support_flow_config();
    config.units = 7;
    config.log = support_log(&book);
    memcpy(to, &config, sizeof config);
}

struct with_a_double {
    char c;
    double d;
};

/* By hand and in three columns, as in tests/abi/layout.c. */
#define ILP32(aligned, i386) (offsetof(struct with_a_double, d) == 8 ? (aligned) : (i386))
#define ABI(lp64, ilp32, i386) (sizeof(void *) == 8 ? (lp64) : ILP32(ilp32, i386))

/* `first` is the size of the struct's first version: callers of that size there will always be. */
static const struct versioned {
    const char *name;
    size_t size, first;
    void (*make)(void *to);
    int (*try)(const void *config);
} structs[] = {
    {"izh_solver_config", sizeof(izh_solver_config), ABI(280, 256, 248), make_solver, try_solver},
    {"izh_population_config", sizeof(izh_population_config), ABI(152, 128, 116), make_population,
     try_population},
    {"izh_pinn_config", sizeof(izh_pinn_config), ABI(280, 248, 240), make_pinn, try_pinn},
    {"izh_flow_config", sizeof(izh_flow_config), ABI(256, 232, 224), make_flow, try_flow},
};

/* How many of them this build looks at. */
static size_t known(void)
{
    return izh_has("pinn") ? LENGTH(structs) : 2;
}

/* Tries a struct that says `says` and of which `there` bytes are there, up to the page's end; those
 * that the struct does not have are zero but for `odd` in the last. */
static int tries(const struct versioned *v, size_t says, size_t there, unsigned char odd)
{
    static unsigned char whole[MOST];
    memset(whole, 0, sizeof whole);
    v->make(whole);
    memcpy(whole, &says, sizeof says);
    if (odd)
        whole[there - 1] = odd;
    memset(room, 0xff, (size_t)(end - room));
    memcpy(end - there, whole, there);
    support_about("%s of %zu bytes, of which %zu are there", v->name, says, there);
    return v->try(end - there);
}

/* ---- tests ---- */

static void nothing_is_read_behind_a_size_that_is_none(void **state)
{
    (void)state;
    const size_t sizes[] = {0, 1, 4, 8, 16, 100, MOST + 1, 8192, SIZE_MAX / 2 + 1, SIZE_MAX};
    for (size_t k = 0; k < known(); k++) {
        for (size_t i = 0; i < LENGTH(sizes); i++)
            check_true(!tries(&structs[k], sizes[i], sizeof(size_t), 0));
    }
}

static void the_size_of_now_is_read_to_its_end(void **state)
{
    (void)state;
    for (size_t k = 0; k < known(); k++)
        check_true(tries(&structs[k], structs[k].size, structs[k].size, 0));
}

static void the_first_version_is_taken(void **state)
{
    (void)state;
    for (size_t k = 0; k < known(); k++) {
        check_true(structs[k].first <= structs[k].size);
        check_true(tries(&structs[k], structs[k].first, structs[k].first, 0));
    }
}

static void less_than_the_first_version_is_no_config(void **state)
{
    (void)state;
    for (size_t k = 0; k < known(); k++) {
        for (size_t size = 0; size < structs[k].first; size++)
            check_true(!tries(&structs[k], size, sizeof size, 0));
    }
}

/* A newer caller's fields may be there as long as they say nothing. */
static void a_longer_struct_is_taken_where_the_rest_is_zero(void **state)
{
    (void)state;
    for (size_t k = 0; k < known(); k++) {
        const size_t size = structs[k].size, sizes[] = {size + 1, size + 8, 1000, MOST - 1, MOST};
        for (size_t i = 0; i < LENGTH(sizes); i++)
            check_true(tries(&structs[k], sizes[i], sizes[i], 0));
    }
}

static void a_longer_struct_is_refused_where_the_rest_says_something(void **state)
{
    (void)state;
    for (size_t k = 0; k < known(); k++) {
        const size_t size = structs[k].size, sizes[] = {size + 1, size + 8, 1000, MOST - 1, MOST};
        for (size_t i = 0; i < LENGTH(sizes); i++) {
            check_true(!tries(&structs[k], sizes[i], sizes[i], 1));
            check_true(!tries(&structs[k], sizes[i], sizes[i], 0x80));
        }
    }
}

/* A program that is newer than the library hears what is the matter. */
#define check_told(type, create, object, config)                                \
    do {                                                                        \
        struct {                                                                \
            type known;                                                         \
            uint64_t newer;                                                     \
        } c = {config, 1};                                                      \
        struct logbook told = {0};                                              \
        object *made;                                                           \
        c.known.size = sizeof c;                                                \
        c.known.log = support_log(&told);                                       \
        check_status(create(&made, &c.known), IZH_E_INVALID, NULL);             \
        check_true(told.n == 1 && strstr(told.text, "this version of libizh")); \
        check_true(made == NULL);                                               \
    } while (0)

static void a_field_that_is_not_known_is_told(void **state)
{
    (void)state;
    check_told(izh_solver_config, izh_solver_create, izh_solver, IZH_SOLVER_CONFIG_INIT);
    check_told(izh_population_config, izh_population_create, izh_population,
               IZH_POPULATION_CONFIG_INIT);
    if (!izh_has("pinn"))
        return;
    check_told(izh_pinn_config, izh_pinn_train, izh_pinn, IZH_PINN_CONFIG_INIT);
    check_told(izh_flow_config, izh_flow_train, izh_flow, IZH_FLOW_CONFIG_INIT);
}

/* Reads a config of `size` bytes, at the page's end, where the first version had 16. */
static bool reads(void *to, size_t known, size_t size, unsigned char fields)
{
    unsigned char *from = end - size;
    memset(from, fields, size);
    memcpy(from, &size, sizeof size);
    support_about("size %zu", size);
    return !izh_config_read(to, known, from, 16);
}

/* No released struct has grown yet. */
static void a_grown_struct_is_taken_from_callers_of_its_versions(void **state)
{
    (void)state;
    const unsigned char zero[16] = {0};
    unsigned char to[32];
    check_true(reads(to, sizeof to, 16, 0x55));
    check_true(to[15] == 0x55 && memcmp(to + 16, zero, sizeof zero) == 0);
    check_true(reads(to, sizeof to, sizeof to, 0x55));
    check_true(to[15] == 0x55 && to[16] == 0x55 && to[31] == 0x55);
}

/* Such a size may end inside a field. */
static void a_size_between_two_versions_is_none(void **state)
{
    (void)state;
    unsigned char to[32];
    for (size_t size = 17; size < sizeof to; size++)
        check_true(!reads(to, sizeof to, size, 0x55));
}

/* Statistics are written, not read: to the caller's end and no further. */
static void statistics_of_any_version_are_filled_to_their_end(void **state)
{
    (void)state;
    const izh_solver_config config = support_config(IZH_RK4);
    izh_statistics whole = IZH_STATISTICS_INIT;
    izh_solver *s;
    check_status(izh_solver_create(&s, &config), IZH_OK, NULL);
    check_status(izh_solver_run(s, 10), IZH_OK, s);
    check_status(izh_solver_statistics(s, &whole), IZH_OK, s);
    check_true(whole.steps > 0);
    for (size_t size = sizeof size; size <= MOST; size += size < 64 ? 8 : 504) {
        unsigned char *at = end - size;
        const size_t known = size < sizeof whole ? size : sizeof whole;
        memset(room, 0xff, (size_t)(end - room));
        memcpy(at, &size, sizeof size);
        support_about("size %zu", size);
        check_status(izh_solver_statistics(s, (void *)at), IZH_OK, s);
        check_true(memcmp(at, &size, sizeof size) == 0);
        check_true(memcmp(at + sizeof size, (char *)&whole + sizeof size, known - sizeof size) ==
                   0);
        for (size_t i = known; i < size; i++)
            check_true(at[i] == 0);
        check_true(size == MOST || at[-1] == 0xff);
    }
    izh_solver_destroy(s);
}

static void statistics_of_no_size_are_not_touched(void **state)
{
    (void)state;
    const size_t sizes[] = {0, 1, sizeof(size_t) - 1, MOST + 1, SIZE_MAX};
    const izh_solver_config config = support_config(IZH_RK4);
    izh_solver *s;
    check_status(izh_solver_create(&s, &config), IZH_OK, NULL);
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        size_t *at = (size_t *)(void *)end - 1;
        *at = sizes[i];
        support_about("size %zu", sizes[i]);
        check_status(izh_solver_statistics(s, (void *)at), IZH_E_INVALID, s);
        check_true(*at == sizes[i]);
    }
    izh_solver_destroy(s);
}

/* Presets are the library's: each says how long it is. */
static void presets_say_their_size(void **state)
{
    (void)state;
    for (size_t i = 0; i < izh_preset_count(); i++)
        check_true(izh_preset_get(i)->size == izh_struct_size("izh_preset"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_read_behind_a_size_that_is_none),
        cmocka_unit_test(the_size_of_now_is_read_to_its_end),
        cmocka_unit_test(the_first_version_is_taken),
        cmocka_unit_test(less_than_the_first_version_is_no_config),
        cmocka_unit_test(a_longer_struct_is_taken_where_the_rest_is_zero),
        cmocka_unit_test(a_longer_struct_is_refused_where_the_rest_says_something),
        cmocka_unit_test(a_field_that_is_not_known_is_told),
        cmocka_unit_test(a_grown_struct_is_taken_from_callers_of_its_versions),
        cmocka_unit_test(a_size_between_two_versions_is_none),
        cmocka_unit_test(statistics_of_any_version_are_filled_to_their_end),
        cmocka_unit_test(statistics_of_no_size_are_not_touched),
        cmocka_unit_test(presets_say_their_size),
    };
    return cmocka_run_group_tests_name("sizes", tests, map_room, unmap_room);
}
