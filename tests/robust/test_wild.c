/* Ten thousand neurons that nobody would build, but valid: each run ends, in a documented status,
 * with a finite state. */
#include "support.h"

#include <stdlib.h>
#ifndef _WIN32
#include <signal.h>
#include <sys/time.h>
#endif

/* per method and test; ten thousand and more in all, and with IZH_LONG in the environment several
 * times as many */
#define NEURONS 250
#define NEURONS_LONG 1000

/* pinn takes a thousand times as long as the others. */
static int neurons(izh_method method)
{
    const int n = support_long() ? NEURONS_LONG : NEURONS;
    return method == IZH_PINN ? n / 10 : n;
}

static uint64_t seed;

/* Knuth's MMIX generator; uniform in [0, 1). */
static double uniform(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(seed >> 11) / 9007199254740992.;
}

static double between(double lo, double hi)
{
    return lo + (hi - lo) * uniform();
}

/* A number of either sign, over many orders of magnitude; sometimes zero. */
static double wild(double lo, double hi)
{
    if (uniform() < .1)
        return 0;
    return (uniform() < .5 ? -1 : 1) * pow(10, between(lo, hi));
}

static izh_params wild_params(void)
{
    izh_params p;
    const char *field;
    do {
        p = (izh_params){.cm = pow(10, between(-1, 3)),
                         .k2 = wild(-3, 1),
                         .k1 = wild(-2, 2),
                         .k0 = wild(-1, 4),
                         .a = wild(-4, 1),
                         .r = uniform() < .7 ? 1 : wild(-2, 1),
                         .vb = between(-100, 50),
                         .vpeak = between(-50, 100),
                         .c = between(-100, 50),
                         .d = wild(-2, 3),
                         .u_max = uniform() < .5 ? INFINITY : wild(-2, 3)};
        p.b_lo = p.b_hi = wild(-2, 2);
        if (uniform() < .2)
            p.b_hi = wild(-2, 2);
        if (uniform() < .1)
            p.b3 = wild(-4, -1);
        if (uniform() < .1)
            p.vpeak_u = wild(-3, -1);
        if (uniform() < .1)
            p.c_u = wild(-3, -1);
    } while (izh_params_check(&p, &field) != IZH_OK);
    return p;
}

/* Prints how to make the neuron again. */
static void print_config(const izh_solver_config *c)
{
    double field[16];
    memcpy(field, &c->params, sizeof field);
    print_error("t0 %.17g dt %.17g v %.17g u %.17g\nparams", c->t0, c->dt, c->initial.v,
                c->initial.u);
    for (size_t i = 0; i < LENGTH(field); i++)
        print_error(" %.17g", field[i]);
    print_error("\n");
}

static const izh_solver_config *current;

static void require(int holds, const char *text, int line)
{
    if (!holds)
        print_config(current);
    support_true(holds, text, __FILE__, line);
}
#define require(condition) require(!!(condition), #condition, __LINE__)

static void check_end(izh_solver *s, izh_status status, double t_end)
{
    const izh_state now = izh_solver_state(s);
    require(isfinite(now.v) && isfinite(now.u));
    require(isfinite(izh_solver_time(s)));
    require(izh_solver_time(s) <= t_end + 1e-10);
    require(status == IZH_OK || status == IZH_E_DIVERGED || status == IZH_E_RESET ||
            status == IZH_E_TOLERANCE);
    require((status == IZH_OK) == (*izh_solver_message(s) == '\0'));
    if (status == IZH_OK)
        require(fabs(izh_solver_time(s) - t_end) <= 1e-10);
}

/* A run that takes this long hangs: of the processor's time, for the machine may be busy. */
#define SECONDS 20

#ifdef _WIN32 /* the test's own time ends it */
static izh_status run_in_time(izh_solver *s, double t_end)
{
    return izh_solver_run(s, t_end);
}
#else
static sigjmp_buf hung;

static void at_alarm(int signal)
{
    (void)signal;
    siglongjmp(hung, 1);
}

static void set_alarm(int seconds)
{
    setitimer(ITIMER_VIRTUAL, &(struct itimerval){.it_value = {seconds, 0}}, NULL);
}

static izh_status run_in_time(izh_solver *s, double t_end)
{
    signal(SIGVTALRM, at_alarm);
    if (sigsetjmp(hung, 1))
        require(!"the run hangs");
    set_alarm(SECONDS);
    const izh_status status = izh_solver_run(s, t_end);
    set_alarm(0);
    return status;
}
#endif

static void run_one(const izh_solver_config *config)
{
    const double t_end = config->t0 + between(.1, 3);
    current = config;
    izh_solver *s = support_create(config);
    const izh_segment segments[] = {{config->t0 + uniform(), wild(-1, 3), 0},
                                    {config->t0 + 1 + uniform(), wild(-1, 3), wild(-1, 2)}};
    check_ok(izh_solver_set_stimulus(s, segments, 2), s);
    const izh_status status = run_in_time(s, t_end);
    check_end(s, status, t_end);
    if (status == IZH_OK) {
        check_ok(izh_solver_kick(s, between(-50, 50), between(-50, 50)), s);
        check_end(s, run_in_time(s, t_end + .5), t_end + .5);
    }
    izh_solver_destroy(s);
}

/* What one test runs: a method, with one kind of events. */
struct kind {
    izh_method method;
    int32_t events;
    char name[2][64]; /* of its two tests */
};

static void wild_neurons_end_well(void **state)
{
    const struct kind *kind = *state;
    seed = 20240229u + (uint64_t)kind->method;
    for (int i = 0; i < neurons(kind->method); i++) {
        izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
        support_about("neuron %d", i);
        config.method = kind->method;
        config.events = kind->events;
        config.params = wild_params();
        config.initial = (izh_state){between(-100, 100), wild(-1, 3)};
        config.t0 = uniform() < .5 ? 0 : wild(-1, 5);
        config.dt = uniform() < .3 ? 0 : pow(10, between(-2, .5));
        config.max_spikes_per_ms = 100;
        run_one(&config);
    }
}

static const double edges[] = {0, -0., 1, -1, 1e-308, -1e-308, 4.9e-324, 1e-30, 1e10, -1e10};

static double edge(void)
{
    return edges[(int)(uniform() * LENGTH(edges))];
}

static void values_at_the_edges_of_doubles_end_well(void **state)
{
    const struct kind *kind = *state;
    seed = 7u + (uint64_t)kind->method;
    for (int i = 0; i < neurons(kind->method); i++) {
        izh_solver_config config = support_config(kind->method);
        double field[16];
        memcpy(field, &config.params, sizeof field);
        for (int k = 0; k < 3; k++)
            field[(int)(uniform() * LENGTH(field))] = edge();
        memcpy(&config.params, field, sizeof field);
        config.initial = (izh_state){uniform() < .5 ? -60 : edge(), edge()};
        config.events = kind->events;
        config.dt = .05;
        config.max_spikes_per_ms = 100;
        if (izh_params_check(&config.params, NULL) != IZH_OK)
            continue;
        support_about("edge %d", i);
        current = &config;
        izh_solver *s = support_create(&config);
        check_end(s, run_in_time(s, 1e-4), 1e-4);
        izh_solver_destroy(s);
    }
}

#define KINDS 64

int main(void)
{
    static struct kind kinds[KINDS];
    static struct CMUnitTest tests[2 * KINDS];
    size_t n = 0;
    izh_solver_config config;
    for (int i = 0; n < KINDS && support_next_config(&i, &config); n++) {
        kinds[n].method = config.method;
        kinds[n].events = config.events;
        for (int which = 0; which < 2; which++) {
            char *name = kinds[n].name[which];
            snprintf(name, sizeof kinds[n].name[0], "%s_%s_%s", which ? "edges" : "wild",
                     izh_method_name(config.method),
                     config.events == IZH_EVENTS_GRID ? "grid" : "exact");
            tests[2 * n + which] = (struct CMUnitTest){
                name, which ? values_at_the_edges_of_doubles_end_well : wild_neurons_end_well, NULL,
                NULL, &kinds[n]};
        }
    }
    return _cmocka_run_group_tests("wild", tests, 2 * n, NULL, NULL);
}
