/* A run as the host sees it: the run asks for currents, delivers spikes, and may pause. */
#include <string.h>

#include "population/population.h"
#include "util/float.h"
#include "util/fpmode.h"

/* ---- currents ---- */

void izh_population_drive(const struct izh_kernel_job *job, uint64_t tick, size_t at, size_t count,
                          double *I)
{
    const struct izh_cells *c = izh_cells_of(job);
    const struct izh_currents *currents = &((const struct izh_population *)c->host)->currents;
    if (currents->stepwise)
        memcpy(I, currents->stepwise + at, count * sizeof *I);
    else
        currents->fn(izh_tick_time(&c->shape, (int64_t)tick), (uint32_t)at, (uint32_t)count, I,
                     currents->user);
}

/* Asks the host for the currents of all neurons in a tick. */
static void ask_currents(struct izh_population *p)
{
    const struct izh_cells *c = &p->cells;
    const struct izh_currents *currents = &p->currents;
    const uint32_t n = c->shape.n;
    for (uint32_t i = 0; i < n; i++)
        currents->stepwise[i] = izh_column_get(&c->columns, IZH_CONSTANT_I, i);
    p->inside = true;
    if (n)
        currents->fn(izh_population_time(p), 0, n, currents->stepwise, currents->user);
    p->inside = false;
}

/* ---- spikes ---- */

/* Delivers waiting spikes. Returns IZH_OK if none is left, else IZH_PAUSED or IZH_STOPPED. */
static izh_status deliver(struct izh_population *p)
{
    struct izh_delivery *d = &p->delivery;
    struct izh_spike_store *spikes = &p->cells.spikes;
    while (!izh_spikes_done(&spikes->waiting)) {
        d->count +=
            izh_spikes_next(spikes, &spikes->waiting, d->out + d->count, d->capacity - d->count);
        if (!d->fn)
            break;
        if (!d->count)
            continue;
        p->inside = true;
        const int32_t answer = d->fn(d->out, d->count, d->user);
        p->inside = false;
        d->count = 0;
        if (answer != IZH_CONTINUE)
            return IZH_STOPPED;
    }
    return izh_spikes_done(&spikes->waiting) ? IZH_OK : IZH_PAUSED;
}

/* ---- run ---- */

/* Returns false if a network has no room for the spikes of a tick. */
static bool run_block(struct izh_population *p, int64_t end)
{
    if (p->currents.stepwise) {
        ask_currents(p);
        end = p->cells.shape.tick + 1;
    }
    p->inside = true; /* the block calls the host's functions */
    const bool stands = izh_block_run(&p->cells, end);
    p->inside = false;
    return stands;
}

/* The tick that t means; -1 if a run cannot end there. */
static int64_t find_tick(const struct izh_cells_shape *s, double t)
{
    const double ticks = izh_round((t - s->t0) / s->dt);
    const double slack = 4 * DBL_EPSILON * izh_fmax(izh_fabs(t), izh_fabs(s->t0));
    if (!(izh_fabs(ticks) < 0x1p53) || !(izh_fabs(t - (s->t0 + ticks * s->dt)) <= slack) ||
        !(2 * slack < s->dt))
        return -1;
    return (int64_t)ticks;
}

static izh_status refuse_end(struct izh_population *p, double t_end)
{
    const struct izh_cells_shape *shape = &p->cells.shape;
    const double now = izh_population_time(p);
    return izh_fail(
        &p->report, IZH_E_INVALID,
        "t_end = %s is no tick from now, %s ms, on; dt = %s, t0 = %s: %s", izh_number(t_end).text,
        izh_number(now).text, izh_number(shape->dt).text, izh_number(shape->t0).text,
        t_end < now ? "it is a time, not a duration" : "give the time now + k dt, or t0 + k dt");
}

/* Returns IZH_OK unless there is trouble that was not reported. */
static izh_status report_troubles(struct izh_population *p)
{
    struct izh_troubles_list *list = &p->cells.troubles;
    if (!list->news)
        return IZH_OK;
    list->news = false;
    if (!list->count) /* all those that were listed are mended */
        return izh_fail(&p->report, IZH_E_DIVERGED, "%llu neurons are in trouble",
                        (unsigned long long)list->total);
    return izh_fail(&p->report, list->data[0].status,
                    "neuron %u is in trouble since %s ms: %s; %llu in all",
                    (unsigned)list->data[0].i, izh_number(list->data[0].t).text,
                    izh_status_text(list->data[0].status), (unsigned long long)list->total);
}

/* Whether spikes that were due wait for the next block, in which they are sorted together with
 * those of jumps. */
static bool holds_due(const struct izh_cells *c, int64_t end)
{
    const struct izh_waiting *w = &c->spikes.waiting;
    return w->due && w->tick == c->shape.tick && c->spikes.jumps && c->shape.tick < end;
}

/* Advances by a block, or by the spikes that are due before it. */
static izh_status advance_cells(struct izh_population *p, int64_t end)
{
    struct izh_cells *c = &p->cells;
    if (c->states.due ? izh_cells_spike_due(c) : run_block(p, end))
        return IZH_OK;
    const izh_status status = deliver(p);                    /* spikes that were due */
    return status == IZH_OK ? p->no_room(p->owner) : status; /* only networks have a bound */
}

/* Advances from block to block until there is something to report. */
static izh_status run_to(struct izh_population *p, int64_t end)
{
    const struct izh_cells *c = &p->cells;
    for (;;) {
        izh_status status = p->settle ? p->settle(p->owner) : IZH_OK;
        if (status == IZH_OK && !holds_due(c, end))
            status = deliver(p);
        if (status != IZH_OK)
            return status;
        if (c->states.due && p->delivery.count) /* spikes that are due may precede one of these */
            return IZH_PAUSED;
        if (!c->states.due && c->shape.tick >= end)
            return report_troubles(p);
        status = advance_cells(p, end);
        if (status != IZH_OK)
            return status;
    }
}

izh_status izh_population_advance(izh_population *p, double t_end, uint64_t fpmode)
{
    struct izh_cells *c = &p->cells;
    const struct izh_cells_shape *shape = &c->shape;
    const int64_t end = find_tick(shape, t_end);
    if (end < shape->tick)
        return refuse_end(p, t_end);
    p->delivery.count = 0;
    p->fpmode = fpmode;
    return run_to(p, end);
}

izh_status izh_population_run(izh_population *p, double t_end)
{
    IZH_FPMODE;
    if (!p)
        return IZH_E_INVALID;
    const izh_status status = izh_population_check_own(p, "run");
    return status == IZH_OK ? izh_population_advance(p, t_end, fpmode_) : status;
}

izh_status izh_population_abandon(izh_population *p)
{
    if (!p)
        return IZH_E_INVALID;
    if (!p->inside)
        return IZH_OK;
    izh_block_abandon(&p->cells);
    p->inside = false;
    if (p->delivery.fn) /* the callback has had these; without a callback the host reads them */
        p->delivery.count = 0;
    izh_fpmode_set(p->fpmode);
    return IZH_OK;
}
