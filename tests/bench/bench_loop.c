/* A solver with fixed steps beside the loop that a user would write in plain C, in one run: a
 * regular spiking neuron of the 2003 paper under I = 10. Each cost is the least of several runs. */
#include <math.h>
#include <stdio.h>
#include <time.h>

#include <izh/izh.h>

#define A .02
#define B .2
#define C (-65)
#define D 8
#define I 10
#define RUNS 15
#define STEPS 1000000

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static inline double dv(double v, double u)
{
    return .04 * v * v + 5 * v + 140 - u + I;
}

static inline double du(double v, double u)
{
    return A * (B * v - u);
}

static inline void euler(double *v, double *u, double h)
{
    const double v1 = dv(*v, *u), u1 = du(*v, *u);
    *v += h * v1;
    *u += h * u1;
}

static inline void midpoint(double *v, double *u, double h)
{
    const double v1 = *v + .5 * h * dv(*v, *u), u1 = *u + .5 * h * du(*v, *u);
    *v += h * dv(v1, u1);
    *u += h * du(v1, u1);
}

static inline void rk4(double *v, double *u, double h)
{
    const double v1 = dv(*v, *u), u1 = du(*v, *u);
    const double v2 = dv(*v + .5 * h * v1, *u + .5 * h * u1);
    const double u2 = du(*v + .5 * h * v1, *u + .5 * h * u1);
    const double v3 = dv(*v + .5 * h * v2, *u + .5 * h * u2);
    const double u3 = du(*v + .5 * h * v2, *u + .5 * h * u2);
    const double v4 = dv(*v + h * v3, *u + h * u3), u4 = du(*v + h * v3, *u + h * u3);
    *v += h / 6 * (v1 + 2 * (v2 + v3) + v4);
    *u += h / 6 * (u1 + 2 * (u2 + u3) + u4);
}

static inline void published(double *v, double *u, double h)
{
    *v += .5 * h * dv(*v, *u);
    *v += .5 * h * dv(*v, *u);
    *u += h * du(*v, *u);
}

struct spikes {
    unsigned count;
    double last;
};

#define LOOP(method)                             \
    static struct spikes loop_##method(double h) \
    {                                            \
        struct spikes spikes = {0, 0};           \
        double v = -65, u = -13;                 \
        for (int k = 1; k <= STEPS; k++) {       \
            method(&v, &u, h);                   \
            if (v >= 30) {                       \
                spikes.count++;                  \
                spikes.last = k * h;             \
                v = C;                           \
                u += D;                          \
            }                                    \
        }                                        \
        return spikes;                           \
    }
LOOP(euler)
LOOP(midpoint)
LOOP(rk4)
LOOP(published)

static int32_t keep(const izh_spike_event *e, izh_state *after, void *user)
{
    struct spikes *spikes = user;
    (void)after;
    spikes->count++;
    spikes->last = e->t;
    return IZH_CONTINUE;
}

static struct spikes run(izh_method method, int32_t events, double h)
{
    struct spikes spikes = {0, 0};
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.method = method;
    config.events = events;
    config.dt = h;
    config.params = izh_params_2003(A, B, C, D);
    config.initial = (izh_state){-65, -13};
    izh_solver *s = NULL;
    if (izh_solver_create(&s, &config) != IZH_OK)
        return spikes;
    izh_solver_set_current(s, I);
    izh_solver_on_spike(s, keep, &spikes);
    if (izh_solver_run(s, STEPS * h) != IZH_OK)
        spikes.count = 0;
    izh_solver_destroy(s);
    return spikes;
}

int main(void)
{
    static const struct {
        izh_method method;
        double h;
        struct spikes (*loop)(double h);
    } rows[] = {{IZH_EULER, .1, loop_euler},
                {IZH_MIDPOINT, .1, loop_midpoint},
                {IZH_RK4, .1, loop_rk4},
                {IZH_PUBLISHED_2003, 1, loop_published}};
    int failed = 0;
    printf("%-16s %10s %10s %10s %8s %8s\n", "ns per step", "loop", "grid", "exact", "grid/",
           "exact/");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double least[3] = {INFINITY, INFINITY, INFINITY};
        struct spikes spikes[3];
        for (int k = 0; k < 3 * RUNS; k++) {
            const double start = now();
            spikes[k % 3] = k % 3 == 0
                                ? rows[i].loop(rows[i].h)
                                : run(rows[i].method,
                                      k % 3 == 1 ? IZH_EVENTS_GRID : IZH_EVENTS_EXACT, rows[i].h);
            least[k % 3] = fmin(least[k % 3], 1e9 / STEPS * (now() - start));
        }
        printf("%-16s %10.2f %10.2f %10.2f %8.2f %8.2f   %u, %u and %u spikes\n",
               izh_method_name(rows[i].method), least[0], least[1], least[2], least[1] / least[0],
               least[2] / least[0], spikes[0].count, spikes[1].count, spikes[2].count);
        failed |= spikes[1].count == 0 || spikes[2].count == 0;
    }
    return failed;
}
