/* Memory: who asks for it and when, and what happens when there is none. */
#include "support.h"
#include "wrap_malloc.h"

/* ---- real time ---- */

static int32_t everything_at_the_spike(const izh_spike_event *e, izh_state *after, void *user)
{
    izh_solver *s = *(izh_solver **)user;
    const izh_params p = support_rs();
    after->u -= 1;
    (void)e;
    izh_solver_set_current(s, 71);
    izh_solver_set_params(s, &p);
    izh_solver_run(s, 1e6); /* busy */
    return IZH_CONTINUE;
}

static int32_t current(izh_segment *segment, double *until, izh_state state, void *user)
{
    (void)state, (void)user;
    segment->I = 80;
    segment->slope = .01;
    *until = segment->t + 7.3;
    return IZH_CONTINUE;
}

/* All that is called between create and destroy, errors included. */
static void live(izh_solver *s)
{
    static double times[50];
    static izh_state states[50];
    const izh_segment segments[] = {{10, 70, 0}, {20.05, 90, .1}, {90, 70, 0}, {95, 80, 0}};
    const izh_params p = support_rs();
    izh_statistics n = IZH_STATISTICS_INIT;
    for (size_t i = 0; i < LENGTH(times); i++)
        times[i] = 300 + 1.7 * (double)i;
    izh_solver_on_spike(s, everything_at_the_spike, &s);
    izh_solver_set_stimulus(s, segments, 3);
    izh_solver_run(s, 200);
    izh_solver_kick(s, 3, 1);
    izh_solver_set_state(s, (izh_state){-50, 1});
    izh_solver_run(s, 250.03);
    izh_solver_set_params(s, &p);
    izh_solver_set_current(s, 100);
    izh_solver_sample(s, times, LENGTH(times), states);
    izh_solver_on_stimulus(s, current, NULL);
    for (int i = 0; i < 100; i++)
        izh_solver_run(s, 400 + i * .9);
    izh_solver_run(s, 1);                    /* an error */
    izh_solver_set_current(s, NAN);          /* an error */
    izh_solver_set_stimulus(s, segments, 4); /* more than max_segments */
    izh_solver_statistics(s, &n);
    izh_solver_message(s);
}

static void only_create_and_destroy_allocate(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_or_dialect(&i, &config);) {
        struct heap heap = {0};
        config.allocator = support_allocator(&heap);
        config.max_segments = 3;
        izh_solver *s = support_create(&config);
        check_true(heap.calls > 0);
        const size_t calls = heap.calls, live_blocks = heap.live, before = mallocs;
        live(s);
        check_true(heap.calls == calls);
        check_true(heap.live == live_blocks);
        check_true(mallocs == before);
        izh_solver_destroy(s);
        check_true(heap.live == 0 && heap.bytes == 0);
    }
}

static void without_an_allocator_malloc_is_called_in_create_only(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_or_dialect(&i, &config);) {
        config.max_segments = 3;
        size_t before = mallocs;
        izh_solver *s = NULL;
        izh_solver_create(&s, &config);
        check_true(mallocs > before); /* that is, the count works */
        before = mallocs;
        live(s);
        check_true(mallocs == before);
        izh_solver_destroy(s);
        check_true(mallocs > before);
    }
}

static void with_an_allocator_malloc_is_never_called(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        struct heap heap = {0};
        izh_solver_config config = support_config(m);
        config.allocator = support_allocator(&heap);
        izh_solver *s = NULL;
        size_t before = mallocs;
        check_ok(izh_solver_create(&s, &config), s);
        check_true(mallocs - before == heap.calls); /* the allocator's own */
        izh_solver_destroy(s);
        check_true(mallocs - before == 2 * heap.calls);
    }
}

/* What docs/real-time.md says that an arena has to hold. */
static void a_solver_is_small(void **state)
{
    (void)state;
    for (izh_method method = 1; izh_method_name(method); method++) {
        if (!izh_has(izh_method_name(method)))
            continue;
        struct heap heap = {0};
        izh_solver_config config = support_config(method);
        config.events = method >= IZH_FIGURE1 ? IZH_EVENTS_GRID : IZH_EVENTS_EXACT; /* dialects */
        config.allocator = support_allocator(&heap);
        config.params = izh_params_2003(.02, .2, -65, 8);
        config.max_segments = 10;
        izh_solver *s = support_create(&config);
        support_about("%s: %zu bytes", izh_method_name(method), heap.bytes);
        check_true(heap.bytes <= (method == IZH_PINN ? 141000 : 2550) + 40 * config.max_segments);
        izh_solver_destroy(s);
    }
}

/* ---- no memory ---- */

static void each_allocation_of_create_may_fail(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_or_dialect(&i, &config);)
        for (size_t segments = 0; segments <= 5; segments += 5) {
            size_t failures = 0;
            for (size_t nth = 1;; nth++) {
                struct heap heap = {.fail_at = nth};
                struct logbook book = {0};
                config.allocator = support_allocator(&heap);
                config.log = support_log(&book);
                config.max_segments = segments;
                izh_solver *s = (izh_solver *)&heap;
                const izh_status status = izh_solver_create(&s, &config);
                if (status == IZH_OK) {
                    check_true(heap.calls == nth - 1);
                    izh_solver_destroy(s);
                    check_true(heap.live == 0);
                    break;
                }
                failures++;
                check_status(status, IZH_E_MEMORY, NULL);
                check_true(s == NULL);
                check_true(heap.live == 0 && heap.bytes == 0);
                check_true(book.n == 1 && book.status == IZH_E_MEMORY);
                check_has(book.text, "memory");
            }
            check_true(failures >= (segments ? 2 : 1));
        }
}

static void when_set_stimulus_finds_no_memory_the_old_one_stays(void **state)
{
    (void)state;
    izh_segment many[100];
    for (size_t i = 0; i < LENGTH(many); i++)
        many[i] = (izh_segment){(double)i, 1000, 0};
    izh_solver_config config;
    for (int i = 0; support_next_or_dialect(&i, &config);) {
        struct heap heap = {0};
        config.allocator = support_allocator(&heap);
        izh_solver *x = support_create(&config), *y = support_create(&config);
        check_ok(izh_solver_set_stimulus(x, support_current, 1), x);
        check_ok(izh_solver_set_stimulus(y, support_current, 1), y);
        check_ok(izh_solver_run(x, 50.03), x);
        const size_t live_blocks = heap.live;
        heap.fail_at = 1;
        check_status(izh_solver_set_stimulus(x, many, LENGTH(many)), IZH_E_MEMORY, x);
        check_has(izh_solver_message(x), "100 segments");
        check_true(heap.live == live_blocks);
        check_ok(izh_solver_run(x, SUPPORT_UNTIL), x);
        check_ok(izh_solver_run(y, SUPPORT_UNTIL), y);
        check_same_state(izh_solver_state(x), izh_solver_state(y));
        check_ok(izh_solver_set_stimulus(x, many, LENGTH(many)), x); /* now there is some */
        izh_solver_destroy(x);
        izh_solver_destroy(y);
        check_true(heap.live == 0 && heap.bytes == 0);
    }
}

static void a_growing_stimulus_does_not_leak(void **state)
{
    (void)state;
    static izh_segment many[300];
    for (size_t i = 0; i < LENGTH(many); i++)
        many[i] = (izh_segment){(double)i, (double)i, 0};
    struct heap heap = {0};
    izh_solver_config config = support_config(IZH_TAYLOR);
    config.allocator = support_allocator(&heap);
    izh_solver *s = support_create(&config);
    const size_t live_blocks = heap.live;
    for (size_t n = 0; n < LENGTH(many); n++)
        check_ok(izh_solver_set_stimulus(s, many, n), s);
    for (size_t n = LENGTH(many); n-- > 0;)
        check_ok(izh_solver_set_stimulus(s, many, n), s);
    check_true(heap.live <= live_blocks + 1);
    izh_solver_destroy(s);
    check_true(heap.live == 0 && heap.bytes == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_create_and_destroy_allocate),
        cmocka_unit_test(without_an_allocator_malloc_is_called_in_create_only),
        cmocka_unit_test(with_an_allocator_malloc_is_never_called),
        cmocka_unit_test(a_solver_is_small),
        cmocka_unit_test(each_allocation_of_create_may_fail),
        cmocka_unit_test(when_set_stimulus_finds_no_memory_the_old_one_stays),
        cmocka_unit_test(a_growing_stimulus_does_not_leak),
    };
    malloc_for_numbers();
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
