/* Sets what flows into a population over time, and kicks its neurons. */
#include "population/population.h"
#include "util/float.h"
#include "util/fpmode.h"

/* ---- checks ---- */

static void check_given_samples(struct izh_checks *c, size_t k, const izh_traces *x)
{
    IZH_REQUIRE(c, x->values, IZH_E_INVALID, "set_stimulus: traces[%zu].values is NULL", k);
    IZH_REQUIRE(c, !x->segments && !x->lengths, IZH_E_INVALID,
                "set_stimulus: traces[%zu] has both samples and segments", k);
    IZH_REQUIRE(c, x->between == IZH_HELD || x->between == IZH_LINEAR, IZH_E_INVALID,
                "set_stimulus: traces[%zu].between = %d is neither IZH_HELD nor IZH_LINEAR", k,
                (int)x->between);
    IZH_REQUIRE(c, izh_isfinite(x->t), IZH_E_INVALID,
                "set_stimulus: traces[%zu].t = %s must be finite", k, izh_number(x->t).text);
    IZH_REQUIRE(c, izh_isfinite(x->dt) && izh_clock_can_tick(x->t, x->dt), IZH_E_INVALID,
                "set_stimulus: traces[%zu].dt = %s is not finite, below 1e-9 or lost beside t = %s",
                k, izh_number(x->dt).text, izh_number(x->t).text);
    IZH_REQUIRE(c, x->samples <= SIZE_MAX / sizeof(double) / x->count, IZH_E_INVALID,
                "set_stimulus: traces[%zu]: %u traces of %zu samples do not fit in memory", k,
                (unsigned)x->count, x->samples);
}

static void check_segments(struct izh_checks *c, size_t k, const izh_traces *x)
{
    size_t total = 0;
    IZH_REQUIRE(c, !x->values, IZH_E_INVALID, "set_stimulus: traces[%zu].samples is 0", k);
    IZH_REQUIRE(c, x->lengths, IZH_E_INVALID,
                "set_stimulus: traces[%zu] has neither values nor lengths", k);
    for (uint32_t i = 0; i < x->count && c->status == IZH_OK; i++) {
        IZH_REQUIRE(c, x->lengths[i] <= SIZE_MAX / sizeof(izh_segment) - total, IZH_E_INVALID,
                    "set_stimulus: traces[%zu].lengths[%u] = %zu segments do not fit in memory", k,
                    (unsigned)i, x->lengths[i]);
        total += x->lengths[i];
    }
    IZH_REQUIRE(c, !total || x->segments, IZH_E_INVALID,
                "set_stimulus: traces[%zu].segments is NULL", k);
}

static void check_traces(struct izh_checks *c, size_t k, const izh_traces *x, uint32_t n)
{
    IZH_REQUIRE(c, x->count, IZH_E_INVALID, "set_stimulus: traces[%zu].count is 0", k);
    IZH_REQUIRE(c, x->channels || x->count == 1 || x->count == n, IZH_E_INVALID,
                "set_stimulus: traces[%zu]: %u traces for %u neurons need channels", k,
                (unsigned)x->count, (unsigned)n);
    IZH_REQUIRE(c, x->conducts == 0 || x->conducts == 1, IZH_E_INVALID,
                "set_stimulus: traces[%zu].conducts = %d is neither 0 nor 1", k, (int)x->conducts);
    IZH_REQUIRE(c, izh_isfinite(x->E), IZH_E_INVALID,
                "set_stimulus: traces[%zu].E = %s must be finite", k, izh_number(x->E).text);
    IZH_REQUIRE(c, x->reserved == 0, IZH_E_INVALID,
                "set_stimulus: traces[%zu].reserved = %u is not 0", k, (unsigned)x->reserved);
    if (c->status == IZH_OK && x->samples)
        check_given_samples(c, k, x);
    else if (c->status == IZH_OK)
        check_segments(c, k, x);
}

/* ---- stimulus ---- */

static bool reserve_intake(struct izh_intake *intake, const struct izh_cells *cells,
                           const izh_traces *traces, size_t count)
{
    struct izh_tape tapes[IZH_TRACES_MAX] = {{.count = 0}};
    size_t segments[IZH_TRACES_MAX] = {0};
    for (size_t k = 0; k < count; k++) {
        const izh_traces *x = &traces[k];
        tapes[k] = (struct izh_tape){.count = x->count,
                                     .between = x->between,
                                     .t = x->t,
                                     .dt = x->dt,
                                     .samples = x->samples};
        for (uint32_t i = 0; !x->samples && i < x->count; i++)
            segments[k] += x->lengths[i];
    }
    return izh_intake_reserve(intake, &cells->shape, tapes, segments, count, cells->work.most_ticks,
                              cells->work.count);
}

static void fill_in(struct izh_intake_part *part, const izh_traces *x, uint32_t n)
{
    izh_tape_copy(&part->tape, x);
    part->conducts = x->conducts;
    part->E = x->E;
    for (uint32_t i = 0; i < n; i++) {
        part->channels[i] = x->channels ? x->channels[i] : x->count == 1 ? 0 : i;
        part->gains[i] = x->gains ? x->gains[i] : 1;
    }
}

static struct izh_checks check_population_stimulus(struct izh_population *p,
                                                   const izh_traces *traces, size_t count)
{
    struct izh_checks c = {&p->report, IZH_OK};
    IZH_REQUIRE(&c, !p->inside, IZH_E_BUSY, "set_stimulus inside a callback");
    IZH_REQUIRE(&c, count <= IZH_TRACES_MAX, IZH_E_INVALID,
                "set_stimulus: count = %zu is more than %d", count, IZH_TRACES_MAX);
    IZH_REQUIRE(&c, traces || !count, IZH_E_INVALID, "set_stimulus: traces is NULL");
    for (size_t k = 0; k < count && c.status == IZH_OK; k++)
        check_traces(&c, k, &traces[k], p->cells.shape.n);
    return c;
}

izh_status izh_population_set_stimulus(izh_population *p, const izh_traces *traces, size_t count)
{
    IZH_FPMODE;
    if (!p)
        return IZH_E_INVALID;
    struct izh_cells *cells = &p->cells;
    struct izh_checks c = check_population_stimulus(p, traces, count);
    struct izh_intake intake = {0};
    if (c.status != IZH_OK)
        return c.status;
    if (!reserve_intake(&intake, cells, traces, count))
        return izh_fail(&p->report, IZH_E_MEMORY, "set_stimulus: no memory for the traces");
    for (size_t k = 0; k < count; k++)
        fill_in(&intake.part[k], &traces[k], cells->shape.n);
    izh_check_intake(&c, &intake);
    if (c.status != IZH_OK) {
        izh_intake_release(&intake, &cells->shape.allocator);
        return c.status;
    }
    izh_cells_set_intake(cells, &intake);
    return IZH_OK;
}

/* ---- kick ---- */

static izh_state kicked(const struct izh_cells *c, uint32_t i, const double *dv, const double *du,
                        size_t k)
{
    const izh_state y = izh_states_now(&c->states, i);
    return (izh_state){dv ? y.v + dv[k] : y.v, du ? y.u + du[k] : y.u};
}

static bool is_lost_neuron(const struct izh_cells *c, uint32_t i)
{
    return izh_bit(c->states.lost[c->states.side], i);
}

static void check_kick(struct izh_checks *c, const struct izh_cells *cells, uint32_t i,
                       const double *dv, const double *du, size_t k)
{
    const double by_v = dv ? dv[k] : 0, by_u = du ? du[k] : 0;
    const izh_state y = kicked(cells, i, dv, du, k);
    IZH_REQUIRE(c, izh_isfinite(by_v) && izh_isfinite(by_u), IZH_E_INVALID,
                "kick: neuron %u: dv = %s, du = %s must be finite", (unsigned)i,
                izh_number(by_v).text, izh_number(by_u).text);
    IZH_REQUIRE(c, is_lost_neuron(cells, i) || izh_in_range(&cells->shape, y), IZH_E_INVALID,
                "kick: neuron %u: v = %s, u = %s would be out of range", (unsigned)i,
                izh_number(y.v).text, izh_number(y.u).text);
}

izh_status izh_population_kick(izh_population *p, uint32_t first, uint32_t count, const double *dv,
                               const double *du, size_t stride)
{
    IZH_FPMODE;
    if (!p)
        return IZH_E_INVALID;
    struct izh_checks c = {
        &p->report, izh_population_check_range(p, "kick", first, count, dv ? dv : du, stride)};
    struct izh_cells *cells = &p->cells;
    for (uint32_t i = 0; i < count && c.status == IZH_OK; i++)
        check_kick(&c, cells, first + i, dv, du, i * stride);
    if (c.status != IZH_OK)
        return c.status;
    for (uint32_t i = first; i < first + count; i++) {
        if (is_lost_neuron(cells, i))
            continue;
        izh_states_put(&cells->states, cells->states.side, i,
                       kicked(cells, i, dv, du, (i - first) * stride));
        izh_cells_cut(cells, i);
    }
    cells->states.due = true;
    return IZH_OK;
}
