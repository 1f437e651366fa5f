/* How fast a neuron fires under many currents: a population of copies of it, one for each
 * current. */
#include <izh/analysis.h>

#include "model/check.h"
#include "model/model.h"
#include "util/fpmode.h"
#include "util/memory.h"

/* What is kept of one neuron's spikes. */
struct tally {
    double first, second, before_last, last; /* times, ms */
    double steady_from;                      /* the first spike of the second half */
    uint32_t spikes, steady;
};

struct measurement {
    struct tally *tally;
    size_t n;
    double half, end; /* ms */
};

static void tally_spike(struct tally *y, double t, double half)
{
    y->spikes++;
    if (y->spikes == 1)
        y->first = t;
    if (y->spikes == 2)
        y->second = t;
    y->before_last = y->last;
    y->last = t;
    if (t >= half && y->steady++ == 0)
        y->steady_from = t;
}

static int32_t count_spikes(const izh_spike *spikes, size_t count, void *user)
{
    const struct measurement *m = user;
    for (size_t k = 0; k < count; k++)
        if (spikes[k].t <= m->end)
            tally_spike(&m->tally[spikes[k].i], spikes[k].t, m->half);
    return IZH_CONTINUE;
}

static izh_f_i intervals(const struct tally *y)
{
    izh_f_i f = {IZH_NAN, IZH_NAN, IZH_NAN, y->spikes, 0};
    if (y->spikes > 1) {
        f.first = y->second - y->first;
        f.last = y->last - y->before_last;
    }
    if (y->steady > 1)
        f.steady = (y->last - y->steady_from) / (y->steady - 1);
    return f;
}

/* Where a neuron starts: at rest without current, or else at the reset. */
static izh_state beginning(const izh_params *params)
{
    izh_state state;
    if (izh_params_rest(params, 0, &state) == IZH_OK)
        return state;
    struct izh_model m;
    izh_model_set(&m, params);
    return (izh_state){params->c, izh_model_recovery(&m, params->c)};
}

static izh_status set_up_neurons(izh_population *p, const izh_params *params, const double *I,
                                 uint32_t n, struct measurement *m)
{
    const izh_state state = beginning(params);
    izh_status status = izh_population_set_params(p, 0, n, params, 0);
    if (status == IZH_OK)
        status = izh_population_set_state(p, 0, n, &state, 0);
    if (status == IZH_OK)
        status = izh_population_set_current(p, 0, n, I, 1);
    if (status == IZH_OK)
        status = izh_population_on_spikes(p, count_spikes, m);
    return status;
}

/* The first tick at which `duration` is over. */
static double last_tick(const izh_population *p, double t0, double duration)
{
    const double dt = izh_population_dt(p), ticks = izh_round(duration / dt);
    return t0 + (ticks * dt < duration * (1 - 1e-12) ? ticks + 1 : ticks) * dt;
}

/* Neurons in trouble have no intervals, which is no error. */
static izh_status run_on(izh_population *p, double t_end)
{
    izh_status status = izh_population_run(p, t_end);
    while (status == IZH_PAUSED)
        status = izh_population_run(p, t_end);
    return izh_population_time(p) == t_end ? IZH_OK : status;
}

static void write_points(const izh_population *p, const struct measurement *m, izh_f_i *points)
{
    for (size_t i = 0; i < m->n; i++)
        points[i] = intervals(&m->tally[i]);
    const izh_troubles troubles = izh_population_troubles(p);
    for (size_t k = 0; k < troubles.count; k++) {
        izh_f_i *point = &points[troubles.data[k].i];
        point->first = point->steady = point->last = IZH_NAN;
        point->trouble = troubles.data[k].status;
    }
}

static void check_currents(struct izh_checks *c, const izh_params *params, const double *I,
                           size_t n, double duration)
{
    IZH_REQUIRE(c, params, IZH_E_INVALID, "params is NULL");
    if (c->status == IZH_OK)
        izh_check_params(c, params);
    IZH_REQUIRE(c, n <= UINT32_MAX, IZH_E_INVALID, "n = %zu is more than %u", n, UINT32_MAX);
    IZH_REQUIRE(c, duration > 0 && izh_isfinite(duration), IZH_E_INVALID,
                "duration = %s must be finite and > 0", izh_number(duration).text);
    for (size_t i = 0; i < n && c->status == IZH_OK; i++)
        IZH_REQUIRE(c, izh_isfinite(I[i]), IZH_E_INVALID, "I[%zu] = %s must be finite", i,
                    izh_number(I[i]).text);
}

izh_status izh_params_f_i(const izh_params *params, const double *I, size_t n, double duration,
                          const izh_population_config *config, izh_f_i *points)
{
    IZH_FPMODE;
    static const struct izh_config_kind kind = IZH_CONFIG_KIND(izh_population_config, log);
    static const izh_population_config plain = IZH_POPULATION_CONFIG_INIT;
    izh_population *p;
    izh_population_config own;
    struct izh_report report;
    struct izh_checks c = izh_create_begin(&report, &p, &kind, &own, config ? config : &plain);
    IZH_REQUIRE(&c, (I && points) || n == 0, IZH_E_INVALID, "%s is NULL", I ? "points" : "I");
    check_currents(&c, params, I, n, duration);
    if (c.status != IZH_OK || n == 0)
        return c.status;
    own.size = sizeof own;
    own.n = (uint32_t)n;
    struct measurement m = {izh_allocate(&own.allocator, n, sizeof *m.tally), n,
                            own.t0 + .5 * duration, own.t0 + duration};
    if (!m.tally)
        return izh_fail(&report, IZH_E_MEMORY, "no memory for %zu currents", n);
    izh_status status = izh_population_create(&p, &own);
    if (status == IZH_OK)
        status = set_up_neurons(p, params, I, own.n, &m);
    if (status == IZH_OK)
        status = run_on(p, last_tick(p, own.t0, duration));
    if (status == IZH_OK)
        write_points(p, &m, points);
    izh_population_destroy(p);
    izh_release(&own.allocator, m.tally, n, sizeof *m.tally);
    return status;
}
