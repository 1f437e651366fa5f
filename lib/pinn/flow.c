/* A flow map as an object: made, asked, and freed. */
#include "pinn/flow.h"

#include <stdbool.h>

#include "model/check.h"
#include "util/float.h"
#include "util/fpmode.h"
#include "util/memory.h"

#define SEED_DEFAULT 1
#define SLOPE_TIME 30 /* ms in which the current may cross its range */
/* A map with a larger residual on average, at points that it was not trained at, would be of no use
 * in most steps. */
#define USELESS 1e-2

/* ---- life ---- */

struct izh_flow *izh_flow_allocate(const izh_allocator *allocator, const izh_log *log)
{
    struct izh_flow *flow = izh_allocate(allocator, 1, sizeof *flow);
    if (!flow)
        return NULL;
    flow->allocator = *allocator;
    flow->report.log = *log;
    return flow;
}

void izh_flow_destroy(izh_flow *flow)
{
    if (!flow)
        return;
    const izh_allocator allocator = flow->allocator;
    izh_release(&allocator, flow, 1, sizeof *flow);
}

/* ---- what is asked for ---- */

static void check_flow_numbers(struct izh_checks *checks, const izh_flow_config *c)
{
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"I_lo", c->I_lo}, {"I_hi", c->I_hi}, {"slope", c->slope},
                   {"v_lo", c->v_lo}, {"u_lo", c->u_lo}, {"u_hi", c->u_hi}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        IZH_REQUIRE(checks, izh_isfinite(numbers[i].value), IZH_E_INVALID, "%s = %s is not finite",
                    numbers[i].name, izh_number(numbers[i].value).text);
    IZH_REQUIRE(checks, c->I_lo < c->I_hi, IZH_E_INVALID, "I_hi = %s is not above I_lo = %s",
                izh_number(c->I_hi).text, izh_number(c->I_lo).text);
    IZH_REQUIRE(checks, !(c->slope < 0), IZH_E_INVALID, "slope = %s is negative",
                izh_number(c->slope).text);
    IZH_REQUIRE(checks, (c->u_lo == 0 && c->u_hi == 0) || c->u_lo < c->u_hi, IZH_E_INVALID,
                "u_hi = %s is not above u_lo = %s", izh_number(c->u_hi).text,
                izh_number(c->u_lo).text);
    IZH_REQUIRE(checks, c->v_lo == 0 || c->v_lo < c->params.vpeak, IZH_E_INVALID,
                "v_lo = %s is not below the peak", izh_number(c->v_lo).text);
}

static void check_flow_sizes(struct izh_checks *checks, const izh_flow_config *c)
{
    IZH_REQUIRE(checks,
                !c->units || (c->units >= IZH_FLOW_UNITS_MIN && c->units <= IZH_FLOW_UNITS_MAX &&
                              c->units % 2 == 0),
                IZH_E_INVALID, "units = %u is not even, or not in %d .. %d", (unsigned)c->units,
                IZH_FLOW_UNITS_MIN, IZH_FLOW_UNITS_MAX);
    IZH_REQUIRE(checks,
                !c->points ||
                    (c->points >= IZH_FLOW_POINTS_MIN && c->points <= IZH_FLOW_POINTS_MAX),
                IZH_E_INVALID, "points = %u is not in %d .. %d", (unsigned)c->points,
                IZH_FLOW_POINTS_MIN, IZH_FLOW_POINTS_MAX);
}

static izh_status set_flow_region(struct izh_flow *flow, const izh_flow_config *c,
                                  const struct izh_flow_region *region)
{
    izh_flow_set(&flow->map, &c->params, region);
    const char *why = izh_flow_fault(&flow->map);
    return why ? izh_fail(&flow->report, IZH_E_UNSUPPORTED, "no flow map: %s", why) : IZH_OK;
}

/* Sets the currents and the states of the config. States that it leaves open are found with a map
 * that has no network yet. */
static izh_status choose_region(struct izh_flow *flow, const izh_flow_config *c)
{
    struct izh_flow_region region = {c->I_lo, c->I_hi, c->slope, c->params.vpeak - 1, 0, 0};
    const bool u_given = c->u_lo != 0 || c->u_hi != 0;
    if (region.slope == 0)
        region.slope = (c->I_hi - c->I_lo) / SLOPE_TIME;
    izh_status status = set_flow_region(flow, c, &region);
    if (status == IZH_OK && !(c->v_lo != 0 && u_given) &&
        !izh_flow_find_states(&flow->map, &region))
        status = izh_fail(&flow->report, IZH_E_DIVERGED,
                          "the neuron runs away under currents of %s to %s",
                          izh_number(c->I_lo).text, izh_number(c->I_hi).text);
    if (status != IZH_OK)
        return status;
    if (c->v_lo != 0)
        region.v_lo = c->v_lo;
    if (u_given) {
        region.u_lo = c->u_lo;
        region.u_hi = c->u_hi;
    }
    return set_flow_region(flow, c, &region);
}

static izh_status train(struct izh_flow *flow, const izh_flow_config *c)
{
    izh_status status = choose_region(flow, c);
    if (status != IZH_OK)
        return status;
    flow->seed = c->seed ? c->seed : SEED_DEFAULT;
    flow->points = c->points ? c->points : IZH_FLOW_POINTS_DEFAULT;
    izh_flow_seed(&flow->map.net, (int)(c->units ? c->units : IZH_FLOW_UNITS_DEFAULT), flow->seed);
    status = izh_flow_descend(flow, c->progress, c->progress_user);
    if (status == IZH_E_MEMORY)
        return izh_fail(&flow->report, status, "no memory to train a flow map");
    if (!(flow->residual_new < (status == IZH_OK ? USELESS : IZH_INFINITY)))
        return izh_fail(&flow->report, IZH_E_TOLERANCE,
                        "the flow map's residual is %s on average, not below %s",
                        izh_number(flow->residual_new).text, izh_number(USELESS).text);
    izh_flow_seal(flow);
    return status;
}

izh_status izh_flow_train(izh_flow **flow, const izh_flow_config *config)
{
    IZH_FPMODE;
    static const struct izh_config_kind kind = IZH_CONFIG_KIND(izh_flow_config, log);
    izh_flow_config c;
    struct izh_report report;
    struct izh_checks checks = izh_create_begin(&report, flow, &kind, &c, config);
    if (checks.status == IZH_OK) {
        izh_check_params(&checks, &c.params);
        check_flow_numbers(&checks, &c);
        check_flow_sizes(&checks, &c);
    }
    if (checks.status != IZH_OK)
        return checks.status;
    struct izh_flow *f = izh_flow_allocate(&c.allocator, &c.log);
    if (!f)
        return izh_fail(&report, IZH_E_MEMORY, "no memory for a flow map");
    const izh_status status = train(f, &c);
    if (status < 0)
        izh_flow_destroy(f);
    else
        *flow = f;
    return status;
}

/* ---- what it says ---- */

izh_flow_info izh_flow_get_info(const izh_flow *flow)
{
    if (!flow)
        return (izh_flow_info){.step = 0};
    const struct izh_flow_map *m = &flow->map;
    return (izh_flow_info){.params = m->model.p,
                           .step = m->h,
                           .I_lo = m->region.I_lo,
                           .I_hi = m->region.I_hi,
                           .slope = m->region.slope,
                           .v_lo = m->region.v_lo,
                           .u_lo = m->region.u_lo,
                           .u_hi = m->region.u_hi,
                           .residual = flow->residual,
                           .residual_new = flow->residual_new,
                           .seed = flow->seed,
                           .units = (uint32_t)m->net.units,
                           .points = flow->points,
                           .parameters = (uint32_t)(IZH_FLOW_OUTPUTS * (m->net.units + 1)),
                           .iterations = flow->iterations};
}

const char *izh_flow_message(const izh_flow *flow)
{
    return flow ? flow->report.text : "";
}

izh_status izh_flow_set_log(izh_flow *f, const izh_log *log)
{
    if (!f)
        return IZH_E_INVALID;
    izh_report_to(&f->report, log);
    return IZH_OK;
}

bool izh_flow_begin(const struct izh_flow_map *m, izh_state from, double I, double slope,
                    struct izh_flow_path *path)
{
    double units[IZH_FLOW_UNITS_MAX + 1];
    const struct izh_flow_start start = izh_flow_start(m, from, I, slope);
    if (!izh_flow_covers(m, &start))
        return false;
    izh_flow_units(m, &start, units);
    izh_flow_path(m, &start, units, path);
    return true;
}

izh_status izh_flow_eval(const izh_flow *flow, izh_state from, double I, double slope,
                         const double *times, size_t n, izh_state *states, double *residuals)
{
    IZH_FPMODE;
    if (!flow || (n && (!times || !states)))
        return IZH_E_INVALID;
    const struct izh_flow_map *m = &flow->map;
    struct izh_flow_path path;
    const bool covered = izh_flow_begin(m, from, I, slope, &path);
    izh_status status = IZH_OK;
    for (size_t i = 0; i < n; i++) {
        const double sigma = times[i] / m->h;
        const bool within = covered && sigma >= 0 && sigma <= 1;
        states[i] = within ? izh_flow_state(m, &path, sigma) : (izh_state){IZH_NAN, IZH_NAN};
        if (residuals)
            residuals[i] = within ? izh_flow_residual(m, &path, sigma) : IZH_NAN;
        if (!within)
            status = IZH_E_INVALID;
        else if (!izh_state_is_finite(states[i]) && status == IZH_OK)
            status = IZH_E_DIVERGED;
    }
    return status;
}
