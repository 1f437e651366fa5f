/* What a process may do to the library from outside a call's usual end: leave a callback by a jump,
 * fork, move or end the log's owner, call from a signal handler. */
#include "support_network.h"

#include <errno.h>
#include <fenv.h>
#include <pthread.h>
#include <stdatomic.h>
#ifndef _WIN32 /* has neither fork nor sigaction */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

#include "util/fpmode.h"

#define N 3000 /* more than a tile */

/* ---- a callback that is left ---- */

static jmp_buf out;
static size_t calls, leave_at; /* the call that is left; 0: none */
static pthread_t caller;

/* Leaves the callback, if its time has come and it is on the caller's thread. */
static void leave(void)
{
    if (!pthread_equal(pthread_self(), caller))
        return;
    calls++;
    if (calls == leave_at)
        longjmp(out, 1);
}

/* The caller's mode is another than the default, in which callbacks run. Windows' longjmp()
 * restores the caller's; elsewhere the default stays. */
static uint64_t mode_after_jump(uint64_t mode)
{
#ifdef _WIN32
    return mode;
#else
    (void)mode;
    return IZH_FPMODE_DEFAULT;
#endif
}

/* The mode in which SSE rounds is no matter of fegetround(). */
static uint64_t set_mode(int round)
{
    fesetround(round);
    return izh_fpmode_get();
}

static void prepare(size_t nth)
{
    caller = pthread_self();
    calls = 0;
    leave_at = nth;
}

/* ---- solvers ---- */

static int32_t leave_at_spike(const izh_spike_event *e, izh_state *after, void *user)
{
    (void)e, (void)user;
    after->u += 1;
    leave();
    return IZH_CONTINUE;
}

static int32_t leave_when_asked(izh_segment *segment, double *until, izh_state now, void *user)
{
    (void)user;
    segment->I = 70 - .01 * now.v;
    *until = segment->t + 30.5;
    leave();
    return IZH_CONTINUE;
}

/* Runs to the end, or until the callback is left. */
static void run_or_leave(izh_solver *s, int sample)
{
    const double end = SUPPORT_UNTIL;
    izh_state y;
    if (setjmp(out))
        return;
    if (sample)
        check_ok(izh_solver_sample(s, &end, 1, &y), s);
    else
        check_ok(izh_solver_run(s, end), s);
}

static void drive(izh_solver *s, int asked)
{
    check_ok(izh_solver_on_spike(s, leave_at_spike, NULL), s);
    if (asked)
        check_ok(izh_solver_on_stimulus(s, leave_when_asked, NULL), s);
    else
        check_ok(izh_solver_set_stimulus(s, support_current, 1), s);
}

/* Nothing but abandoning it helps; then the caller has its mode again. */
static void check_abandoned(izh_solver *s, uint64_t mode)
{
    check_status(izh_solver_run(s, SUPPORT_UNTIL), IZH_E_BUSY, s);
    check_has(izh_solver_message(s), "did not return");
    izh_solver_destroy(s);
    check_true(izh_fpmode_get() == mode_after_jump(mode));
    check_ok(izh_solver_abandon(s), s);
    check_true(izh_fpmode_get() == mode);
    check_ok(izh_solver_abandon(s), s); /* nothing is left to do */
    check_true(izh_fpmode_get() == mode);
}

static void leave_solver(const izh_solver_config *config, int asked)
{
    izh_statistics n = IZH_STATISTICS_INIT, m = IZH_STATISTICS_INIT;
    izh_solver *whole = support_create(config), *left = support_create(config);
    drive(whole, asked);
    drive(left, asked);
    prepare(0);
    check_ok(izh_solver_run(whole, SUPPORT_UNTIL), whole);
    const size_t most = calls;
    check_true(most >= 1);
    const uint64_t mode = set_mode(FE_DOWNWARD);
    check_true(mode != IZH_FPMODE_DEFAULT);
    for (size_t nth = 1; nth < 4 && nth <= most; nth++) {
        prepare(1);
        run_or_leave(left, nth == 2);
        check_true(calls == 1);
        check_abandoned(left, mode);
    }
    prepare(0);
    run_or_leave(left, 0);
    fesetround(FE_TONEAREST);
    check_true(calls == most); /* the one that was left has come again */
    check_same_state(izh_solver_state(whole), izh_solver_state(left));
    check_ok(izh_solver_statistics(whole, &n), whole);
    check_ok(izh_solver_statistics(left, &m), left);
    check_true(n.spikes == m.spikes && n.steps == m.steps);
    izh_solver_destroy(whole);
    prepare(1);
    check_ok(izh_solver_set_state(left, (izh_state){1000, 0}), left); /* spikes at once */
    run_or_leave(left, 0);
    if (calls) /* a dialect takes its step first */
        check_ok(izh_solver_abandon(left), left);
    izh_solver_destroy(left);
}

static void a_solver_may_be_left(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_or_dialect(&i, &config);)
        for (int asked = 0; asked < 2; asked++) {
            support_about("method %d, asked %d", (int)config.method, asked);
            if (config.method == IZH_PINN)
                config.rtol = 1e-4;
            leave_solver(&config, asked);
        }
    assert_int_equal(izh_solver_abandon(NULL), IZH_E_INVALID);
}

/* ---- populations ---- */

enum way {
    AT_SPIKES,
    STEPWISE,
    BY_PART,
    WAYS
};

static int32_t leave_at_spikes(const izh_spike *spikes, size_t count, void *user)
{
    (void)spikes;
    *(size_t *)user += count;
    leave();
    return IZH_CONTINUE;
}

static void give(double t, uint32_t first, uint32_t count, double *I, void *user)
{
    (void)t, (void)user;
    for (uint32_t i = 0; i < count; i++)
        I[i] += (first + i) % 5;
    leave();
}

static void drive_population(izh_population *p, enum way way, size_t *spikes)
{
    check_population(izh_population_on_spikes(p, way == AT_SPIKES ? leave_at_spikes : NULL, spikes),
                     p);
    if (way != AT_SPIKES)
        check_population(izh_population_on_current(p, give, NULL, way == STEPWISE), p);
}

static void run_population_or_leave(izh_population *p, double end, size_t *spikes)
{
    if (setjmp(out))
        return;
    izh_status status;
    do {
        status = izh_population_run(p, end);
        *spikes += izh_population_spikes(p).count;
    } while (status == IZH_PAUSED);
    check_population(status, p);
}

static void leave_population(izh_population_config config, enum way way)
{
    const double end = 12 * config.dt;
    size_t spikes = 0, with = 0;
    config.spike_capacity = 512; /* on_spikes is called again and again */
    izh_population *whole = population_create(&config, 0), *left = population_create(&config, 0);
    drive_population(whole, way, &spikes);
    drive_population(left, way, &with);
    prepare(0);
    run_population_or_leave(whole, end, &spikes);
    const size_t most = calls;
    for (size_t nth = 1; nth <= most && nth < 4; nth++) {
        const uint64_t mode = set_mode(FE_UPWARD);
        prepare(nth);
        run_population_or_leave(left, end, &with);
        if (calls == nth) { /* how many are the caller's is not known beforehand */
            check_population_status(izh_population_run(left, end), IZH_E_BUSY, left);
            check_has(izh_population_message(left), "did not return");
            izh_population_destroy(left);
            check_true(izh_fpmode_get() == mode_after_jump(mode));
            check_population(izh_population_abandon(left), left);
            check_population(izh_population_abandon(left), left);
            with += izh_population_spikes(left).count;
        }
        check_true(izh_fpmode_get() == mode);
        fesetround(FE_TONEAREST);
    }
    prepare(0);
    run_population_or_leave(left, end, &with);
    check_true(spikes > 0 && spikes == with);
    check_same(izh_population_time(left), izh_population_time(whole));
    check_true(izh_population_hash(left) == izh_population_hash(whole));
    check_true(izh_population_troubles(left).total == izh_population_troubles(whole).total);
    izh_population_destroy(whole);
    izh_population_destroy(left);
}

static void a_population_may_be_left(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);)
        for (enum way way = AT_SPIKES; way < WAYS; way++)
            for (uint32_t threads = 1; threads <= 3; threads += 2) {
                support_about("method %d, events %d, way %d, threads %d", (int)config.method,
                              (int)config.events, (int)way, (int)threads);
                config.n = N;
                config.tile = 512;
                config.dt = config.method == IZH_TAYLOR ? 1 : .5;
                config.block = 4;
                config.threads = threads;
                config.noise_sigma = 1;
                config.max_spikes_per_ms = 50;
                leave_population(config, way);
            }
    assert_int_equal(izh_population_abandon(NULL), IZH_E_INVALID);
}

/* ---- networks ---- */

static void run_network_or_leave(izh_network *net, double end, size_t *spikes)
{
    if (setjmp(out))
        return;
    izh_status status;
    do {
        status = izh_network_run(net, end);
        *spikes += izh_population_spikes(izh_network_population(net)).count;
    } while (status == IZH_PAUSED);
    check_network(status, net);
}

static void leave_network(const struct web *web, enum way way)
{
    const double end = 12 * web->population.dt;
    size_t spikes = 0, with = 0;
    izh_network *whole = web_create(web), *left = web_create(web);
    izh_population *p = izh_network_population(left);
    drive_population(izh_network_population(whole), way, &spikes);
    drive_population(p, way, &with);
    check_network(izh_network_build(left), left);
    prepare(0);
    run_network_or_leave(whole, end, &spikes);
    const size_t most = calls;
    for (size_t nth = 1; nth <= most && nth < 4; nth++) {
        prepare(nth);
        run_network_or_leave(left, end, &with);
        if (calls == nth) {
            check_network_status(izh_network_run(left, end), IZH_E_BUSY, left);
            check_has(izh_network_message(left), "did not return");
            izh_network_destroy(left);
            check_population(izh_population_abandon(p), p);
            with += izh_population_spikes(p).count;
        }
    }
    prepare(0);
    run_network_or_leave(left, end, &with);
    check_true(spikes > 0 && spikes == with);
    check_same(izh_population_time(p), izh_population_time(izh_network_population(whole)));
    check_true(izh_network_hash(left) == izh_network_hash(whole));
    izh_network_destroy(whole);
    izh_network_destroy(left);
}

static void a_network_may_be_left(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);)
        for (enum way way = AT_SPIKES; way < WAYS; way++)
            for (uint32_t threads = 1; threads <= 3; threads += 2) {
                struct web web = {.population = config, .plain = 1, .plastic = (int)threads - 1};
                support_about("method %d, events %d, way %d, threads %d", (int)config.method,
                              (int)config.events, (int)way, (int)threads);
                web.population.n = 700;
                web.population.tile = 256;
                web.population.dt = config.method == IZH_TAYLOR ? 1 : .5;
                web.population.threads = threads;
                web.population.noise_sigma = 1;
                web.population.max_spikes_per_ms = 50;
                web.population.spike_capacity = 64;
                web.delay_least = way == AT_SPIKES ? 0 : 5;
                leave_network(&web, way);
            }
}

static izh_population_config threaded(void)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = N;
    config.tile = 512;
    config.block = 4;
    config.threads = 4;
    config.noise_sigma = 3;
    return config;
}

/* ---- forks ---- */

#ifndef _WIN32
static izh_population *forked;
static uint64_t expected;

static void never(void *user, void (*task)(void *argument, uint32_t index), void *argument,
                  uint32_t count)
{
    if (*(pid_t *)user != getpid())
        _exit(3);
    for (uint32_t i = 0; i < count; i++)
        task(argument, i);
}

static void run_in_child(void)
{
    if (izh_population_run(forked, 20) < 0 || izh_population_hash(forked) != expected)
        _exit(1);
    izh_population_destroy(forked);
}

/* Its parent runs and ends it as before, meanwhile and afterwards. */
static void a_child_runs_alone(void **state)
{
    (void)state;
    pid_t parent = getpid();
    for (int lent = 0; lent < 2; lent++)
        for (double before = 0; before < 20; before += 10) { /* never run, and run */
            izh_population_config config = threaded();
            config.events = before ? IZH_EVENTS_GRID : IZH_EVENTS_EXACT;
            config.threads = 1;
            izh_population *alone = population_create(&config, 0);
            config.threads = 4;
            if (lent)
                config.executor = (izh_executor){never, &parent};
            forked = population_create(&config, 0);
            check_true(izh_population_run(alone, 20) >= 0);
            expected = izh_population_hash(alone);
            check_true(izh_population_run(forked, before) >= 0);
            check_survives(run_in_child);
            check_true(izh_population_run(forked, 20) >= 0);
            check_true(izh_population_hash(forked) == expected);
            izh_population_destroy(forked);
            izh_population_destroy(alone);
        }
}

static pid_t child; /* -1: not yet */

/* On the caller's thread, and only once: both processes go on from here. */
static void fork_once(void)
{
    if (child == -1 && pthread_equal(pthread_self(), caller))
        child = fork();
}

static int32_t fork_at_spikes(const izh_spike *spikes, size_t count, void *user)
{
    (void)spikes, (void)count, (void)user;
    fork_once();
    return IZH_CONTINUE;
}

static void give_and_fork(double t, uint32_t first, uint32_t count, double *I, void *user)
{
    give(t, first, count, I, user);
    if (t > 1)
        fork_once();
}

static void a_callback_may_fork(void **state)
{
    (void)state;
    for (enum way way = AT_SPIKES; way < WAYS; way++)
        for (int32_t events = IZH_EVENTS_EXACT; events <= IZH_EVENTS_GRID; events++) {
            izh_population_config config = threaded();
            int status;
            config.events = events;
            support_about("way %d, events %d", (int)way, (int)events);
            izh_population *whole = population_create(&config, 0);
            size_t spikes = 0;
            prepare(0);
            drive_population(whole, way, &spikes);
            while (izh_population_run(whole, 20) == IZH_PAUSED)
                continue;
            forked = population_create(&config, 0);
            check_population(izh_population_on_spikes(forked, fork_at_spikes, NULL), forked);
            if (way != AT_SPIKES) {
                check_population(izh_population_on_spikes(forked, NULL, NULL), forked);
                check_population(
                    izh_population_on_current(forked, give_and_fork, NULL, way == STEPWISE),
                    forked);
            }
            child = -1;
            fflush(NULL);
            while (izh_population_run(forked, 20) == IZH_PAUSED)
                continue;
            const int same = izh_population_hash(forked) == izh_population_hash(whole);
            izh_population_destroy(forked);
            if (child == 0)
                _exit(!same);
            izh_population_destroy(whole);
            check_true(same);
            check_true(child == -1 || waitpid(child, &status, 0) == child);
            check_true(child == -1 || status == 0);
            check_true(child != -1 || way == BY_PART); /* others may have taken all parts */
        }
}

static atomic_int at_work, may_end;

static void give_and_wait(double t, uint32_t first, uint32_t count, double *I, void *user)
{
    give(t, first, count, I, user);
    at_work = 1;
    while (!may_end)
        usleep(100);
}

static void *run_aside(void *population)
{
    check_true(izh_population_run(population, 20) >= 0);
    return NULL;
}

/* What another thread was using can be ended, and does not hang. */
static void end_in_child(void)
{
    if (izh_population_run(forked, 20) != IZH_E_BUSY || izh_population_abandon(forked) != IZH_OK)
        _exit(1);
    izh_population_destroy(forked);
}

static void a_child_may_end_what_another_thread_runs(void **state)
{
    (void)state;
    pthread_t other;
    const izh_population_config config = threaded();
    caller = pthread_self();
    forked = population_create(&config, 0);
    check_population(izh_population_on_current(forked, give_and_wait, NULL, 0), forked);
    at_work = may_end = 0;
    check_true(pthread_create(&other, NULL, run_aside, forked) == 0);
    while (!at_work)
        usleep(100);
    check_survives(end_in_child);
    may_end = 1;
    check_true(pthread_join(other, NULL) == 0);
    izh_population_destroy(forked);
}
#endif

/* ---- logs ---- */

/* The first hears of an error until there is another, and that one until there is none. */
#define CHECK_LOG(set_log, object, error)                                   \
    do {                                                                    \
        struct logbook first = {0}, second = {0};                           \
        const izh_log logs[] = {support_log(&first), support_log(&second)}; \
        assert_int_equal(set_log(object, &logs[0]), IZH_OK);                \
        check_true((error) < 0 && first.n == 1 && *first.text);             \
        assert_int_equal(set_log(object, &logs[1]), IZH_OK);                \
        check_true((error) < 0 && first.n == 1 && second.n == 1);           \
        check_true(strcmp(first.text, second.text) == 0);                   \
        assert_int_equal(set_log(object, NULL), IZH_OK);                    \
        check_true((error) < 0 && first.n == 1 && second.n == 1);           \
        assert_int_equal(set_log(NULL, NULL), IZH_E_INVALID);               \
    } while (0)

static int32_t stop_training(const izh_flow_progress *progress, void *user)
{
    (void)progress, (void)user;
    return IZH_STOP;
}

static izh_flow *small_flow(void)
{
    izh_flow_config config = IZH_FLOW_CONFIG_INIT;
    izh_flow *flow;
    config.params = support_rs();
    config.I_lo = 60;
    config.I_hi = 70;
    config.units = 8;
    config.points = 100;
    config.progress = stop_training;
    assert_int_equal(izh_flow_train(&flow, &config), IZH_STOPPED);
    return flow;
}

static void logs_may_change_and_go(void **state)
{
    (void)state;
    struct logbook given = {0};
    izh_solver_config of_solver = support_config(IZH_TAYLOR);
    izh_population_config of_population = threaded();
    of_solver.log = of_population.log = support_log(&given);
    izh_solver *s = support_create(&of_solver);
    izh_population *p = population_create(&of_population, 0);
    CHECK_LOG(izh_solver_set_log, s, izh_solver_set_current(s, NAN));
    CHECK_LOG(izh_population_set_log, p, izh_population_run(p, -1));
    check_true(given.n == 0);
    izh_solver_destroy(s);
    izh_population_destroy(p);
}

static void logs_of_pinn_may_change_and_go(void **state)
{
    (void)state;
    struct logbook given = {0};
    izh_pinn_config of_pinn = IZH_PINN_CONFIG_INIT;
    izh_pinn *pinn;
    of_pinn.log = support_log(&given);
    of_pinn.params = support_rs();
    of_pinn.t_end = 1;
    if (!izh_has("pinn"))
        return;
    izh_flow *flow = small_flow();
    assert_int_equal(izh_pinn_train(&pinn, &of_pinn), IZH_OK);
    CHECK_LOG(izh_pinn_set_log, pinn, izh_pinn_save_file(pinn, "/nowhere/at/all"));
    CHECK_LOG(izh_flow_set_log, flow, izh_flow_save_file(flow, "/nowhere/at/all"));
    check_true(given.n == 0);
    izh_pinn_destroy(pinn);
    izh_flow_destroy(flow);
}

/* ---- signals ---- */

#ifndef _WIN32
static izh_solver *own;
static volatile sig_atomic_t handled, wrong;

/* An object that the interrupted call does not use, and functions without any. */
static void handle(int number)
{
    (void)number;
    const int error = errno;
    const double t = izh_solver_time(own);
    const izh_params p = izh_params_2003(.02, .2, -65, 8);
    wrong |= izh_version() != IZH_VERSION || izh_params_check(&p, NULL) != IZH_OK;
    wrong |= izh_solver_set_current(own, 10) != IZH_OK || izh_solver_run(own, t + 5) != IZH_OK;
    handled++;
    errno = error;
}

static int32_t stop_once_handled(const izh_spike_event *e, izh_state *after, void *user)
{
    (void)e, (void)after, (void)user;
    return handled >= 20 ? IZH_STOP : IZH_CONTINUE;
}

static void a_handler_may_run_another_object(void **state)
{
    (void)state;
    const izh_solver_config config = support_2003_config(IZH_TAYLOR);
    struct sigaction action = {.sa_handler = handle}, before;
    izh_solver *s = support_create(&config), *whole = support_create(&config);
    own = support_create(&config);
    handled = wrong = 0;
    check_ok(izh_solver_on_spike(s, stop_once_handled, NULL), s);
    check_ok(izh_solver_set_current(s, 10), s);
    check_ok(izh_solver_set_current(whole, 10), whole);
    check_true(sigaction(SIGALRM, &action, &before) == 0);
    for (double t = 1000; handled < 20; t += 1000) {
        ualarm(500, 0);
        check_true(izh_solver_run(s, t) >= 0);
    }
    ualarm(0, 0);
    check_true(sigaction(SIGALRM, &before, NULL) == 0);
    check_true(!wrong);
    const double end = ceil(izh_solver_time(s)) + 100;
    check_ok(izh_solver_on_spike(s, NULL, NULL), s);
    check_ok(izh_solver_run(s, end), s);
    check_ok(izh_solver_run(whole, end), whole);
    check_same_state(izh_solver_state(s), izh_solver_state(whole));
    izh_solver_destroy(s);
    izh_solver_destroy(whole);
    izh_solver_destroy(own);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_solver_may_be_left),
        cmocka_unit_test(a_population_may_be_left),
        cmocka_unit_test(a_network_may_be_left),
        cmocka_unit_test(logs_may_change_and_go),
        cmocka_unit_test(logs_of_pinn_may_change_and_go),
#ifndef _WIN32
        cmocka_unit_test(a_child_runs_alone),
        cmocka_unit_test(a_callback_may_fork),
        cmocka_unit_test(a_child_may_end_what_another_thread_runs),
        cmocka_unit_test(a_handler_may_run_another_object),
#endif
    };
    return cmocka_run_group_tests_name("leave", tests, NULL, NULL);
}
