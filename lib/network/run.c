/* The run of a network: what its population calls, block by block. */
#include <string.h>

#include "network/learn.h"
#include "network/network.h"
#include "util/fpmode.h"
#include "util/memory.h"

/* ---- what a worker asks for ---- */

/* The rows of a worker's workspace. */
static struct izh_rows rows_of(const struct izh_network *net, const struct izh_workspace *ws,
                               size_t count, int ticks)
{
    return (struct izh_rows){ws->rows, net->wiring.part_size, ws->first, count, ticks};
}

/* Makes the input of a part for some ticks. */
static void prepare_part(void *user, uint32_t worker, int64_t tick, int ticks, size_t at)
{
    struct izh_network *net = user;
    struct izh_workspace *ws = &net->workspace[worker];
    const size_t left = net->wiring.n - at, part = net->wiring.part_size;
    ws->tick = tick;
    ws->first = at;
    const struct izh_rows rows = rows_of(net, ws, left < part ? left : part, ticks);
    const bool begins = tick == izh_network_shape(net)->tick;
    const int to = !net->side, from = begins ? net->side : to;
    if (net->receptors.count)
        memset(ws->rows, 0, (size_t)ticks * net->receptors.count * part * sizeof *ws->rows);
    izh_arrivals_deliver(&net->arrivals, &net->receptors, at / part, tick, &rows, from, to);
    izh_background_add(&net->sources, &net->receptors, tick, &rows);
    izh_receptors_advance(&net->receptors, &rows, from, to);
}

/* A receptor's values for the neurons from `at` on in a tick. */
static const union izh_arriving *values(const struct izh_network *net, uint32_t worker,
                                        uint64_t tick, size_t at, uint32_t receptor)
{
    const struct izh_workspace *ws = &net->workspace[worker];
    const struct izh_rows rows = rows_of(net, ws, 0, 0);
    return izh_row(&net->receptors, &rows, (int)((int64_t)tick - ws->tick), receptor) +
           (at - ws->first);
}

static void jump_by_synapses(void *user, uint32_t worker, uint64_t tick, size_t at, size_t count,
                             double *dv)
{
    const struct izh_network *net = user;
    for (uint32_t k = 0; k < net->receptors.count; k++) {
        if (net->receptors.law[k].is.kind != IZH_JUMP)
            continue;
        const union izh_arriving *row = values(net, worker, tick, at, k);
        for (size_t i = 0; i < count; i++)
            dv[i] += row[i].value;
    }
}

static void add_input(const struct izh_receptor_law *law, const union izh_arriving *row,
                      size_t count, double *I, double *G)
{
    const double E = law->is.E;
    if (law->is.kind == IZH_CURRENT)
        for (size_t i = 0; i < count; i++)
            I[i] += row[i].value;
    if (law->is.kind == IZH_CONDUCTANCE)
        for (size_t i = 0; i < count; i++) {
            I[i] += row[i].value * E;
            G[i] += row[i].value;
        }
}

static void flow(void *user, uint32_t worker, uint64_t tick, size_t at, size_t count,
                 struct izh_kernel_input *to)
{
    const struct izh_network *net = user;
    for (uint32_t k = 0; k < net->receptors.count; k++)
        add_input(&net->receptors.law[k], values(net, worker, tick, at, k), count, to->I, to->G);
}

/* ---- receptors that depend on v ---- */

/* The current and conductance that a neuron gets if its receptors with nmda have a certain
 * factor. */
struct input_sums {
    double I, G;
};

static struct input_sums sum_receptors(const struct izh_receptors *r,
                                       const union izh_arriving *const row[IZH_RECEPTORS_MAX],
                                       size_t i, struct input_sums s, double factor)
{
    for (uint32_t k = 0; k < r->count; k++) {
        const izh_receptor *is = &r->law[k].is;
        const double value = is->nmda ? row[k][i].value * factor : row[k][i].value;
        if (is->kind == IZH_CURRENT)
            s.I += value;
        if (is->kind == IZH_CONDUCTANCE) {
            s.I += value * is->E;
            s.G += value;
        }
    }
    return s;
}

/* v', by operations in the order of izh_model_dv(). */
static double rate_of(const struct izh_columns *c, size_t i, izh_state y, struct input_sums s)
{
    const double w = izh_column_get(c, IZH_W, i);
    const double square = izh_column_get(c, IZH_K2, i) * y.v * y.v;
    const double linear = (izh_column_get(c, IZH_K1, i) - w * s.G) * y.v;
    return square + linear + izh_column_get(c, IZH_K0, i) - w * y.u + w * s.I;
}

/* The factor is taken half a step ahead, so that the conductance, which is held through the tick,
 * is right to second order. */
static void flow_by_v(void *user, uint32_t worker, uint64_t tick, size_t at, size_t count,
                      struct izh_kernel_input *to)
{
    const struct izh_network *net = user;
    const struct izh_cells_shape *shape = izh_network_shape(net);
    const union izh_arriving *row[IZH_RECEPTORS_MAX] = {NULL};
    for (uint32_t k = 0; k < net->receptors.count; k++)
        row[k] = values(net, worker, tick, at, k);
    for (size_t i = 0; i < count; i++) {
        const izh_state y = {izh_real_get(shape, to->v, i), izh_real_get(shape, to->u, i)};
        const struct input_sums given = {to->I[i], to->G[i]};
        struct input_sums s = sum_receptors(&net->receptors, row, i, given, izh_receptor_nmda(y.v));
        const double ahead =
            y.v + shape->dt / 2 * rate_of(&izh_network_cells(net)->columns, at + i, y, s);
        s = sum_receptors(&net->receptors, row, i, given, izh_receptor_nmda(ahead));
        to->I[i] = s.I;
        to->G[i] = s.G;
    }
}

/* ---- a block ---- */

/* How many ticks, at most `steps`, the next block may have. None of its spikes acts in it, and it
 * ends where slices exchange and where changes of weights are due. */
static int64_t limit(void *user, int64_t steps)
{
    const struct izh_network *net = user;
    int64_t most = net->period;
    const int64_t tick = izh_network_shape(net)->tick;
    if (net->exchange.run)
        most -= tick % net->period;
    most = izh_plastic_limit(&net->plastic, tick, most);
    return steps < most ? steps : most;
}

/* Puts the sources' spikes of a block on their way; returns false if there is no room. Synapses
 * that change when spikes arrive change now. That is not taken back, so it is not done again if the
 * block is taken back and this tick begins anew. */
static bool begin_ticks(void *user, int64_t tick, int steps)
{
    struct izh_network *net = user;
    struct izh_plastic *plastic = &net->plastic;
    net->before = net->arrivals.count;
    if (izh_plastic_has_begun(plastic, tick))
        return true;
    if (!izh_sources_take(&net->sources, tick, steps, &net->arrivals))
        return false;
    if (plastic->lessons)
        izh_learn_sweep(&net->arrivals, &net->population->cells, tick);
    if (plastic->at_arrival) {
        izh_learn_until(&net->arrivals, &net->population->cells, tick + 1);
        net->before = net->arrivals.count;
    }
    return true;
}

/* Takes back what begin_ticks() did, because the block begins anew. */
static void take_back_block(void *user)
{
    struct izh_network *net = user;
    izh_arrivals_take_back(&net->arrivals, net->before);
}

bool izh_network_reserve_mine(struct izh_network *net, size_t count)
{
    if (count <= net->mine_room)
        return true;
    const size_t room = count > 2 * net->mine_room ? count : 2 * net->mine_room;
    izh_sent *mine = izh_allocate_raw(&net->allocator, room, sizeof *mine);
    if (!mine)
        return false;
    if (net->mine_count)
        memcpy(mine, net->mine, net->mine_count * sizeof *mine);
    izh_release(&net->allocator, net->mine, net->mine_room, sizeof *net->mine);
    net->mine = mine;
    net->mine_room = room;
    return true;
}

/* Whether other slices are told of spikes. Nobody needs them if no synapse comes from a neuron. */
static bool tells(const struct izh_network *net)
{
    return net->exchange.run && net->wiring.delay_least <= IZH_DELAY_MAX;
}

/* Whether there is room for so many spikes of the population. */
static bool fits(void *user, size_t count)
{
    struct izh_network *net = user;
    return izh_arrivals_reserve(&net->arrivals, count) &&
           (!tells(net) || izh_network_reserve_mine(net, net->mine_count + count));
}

/* The first tick of the period at whose end other slices are told of spikes that count at
 * `tick`. */
static int64_t period_of(const struct izh_network *net, int64_t tick)
{
    return (tick - 1) / net->period * net->period;
}

/* Puts a spike that counts at a tick on its way, for which there is room. The other slices are told
 * of it at the end of the period. */
static void count_spike(void *user, uint32_t i, int64_t tick)
{
    struct izh_network *net = user;
    const uint32_t source = (uint32_t)izh_network_shape(net)->first + i;
    izh_arrivals_add(&net->arrivals, source, tick);
    if (tells(net))
        net->mine[net->mine_count++] =
            (izh_sent){source, (uint32_t)(tick - 1 - period_of(net, tick))};
}

/* Counts how often each neuron spikes at a tick. Before the step that ends at the tick, these are
 * the spikes that were due. */
static void count_dues(struct izh_network *net, int64_t tick)
{
    const struct izh_arrivals *a = &net->arrivals;
    const uint32_t first = (uint32_t)izh_network_shape(net)->first;
    memset(net->dues, 0, net->wiring.n);
    for (size_t k = 0; k < a->count; k++) {
        const struct izh_on_way *x = izh_on_way_at(a, k);
        const uint32_t i = x->source - first;
        if (x->tick == (uint32_t)tick && i < net->wiring.n && net->dues[i] < UINT8_MAX)
            net->dues[i]++;
    }
    net->dues_tick = tick;
}

/* Limits the spikes that are due as the spikes of a step are limited. So a neuron counts at most
 * twice per_tick at a tick, and sums do not overflow. */
static bool may_spike(void *user, uint32_t i)
{
    struct izh_network *net = user;
    const int64_t tick = izh_network_shape(net)->tick + 1;
    if (net->dues_tick != tick)
        count_dues(net, tick);
    if (net->dues[i] >= izh_network_cells(net)->spikes.per_tick)
        return false;
    net->dues[i]++;
    return true;
}

/* The block up to a tick is final; its spikes are counted next. */
static void stands(void *user, int64_t tick)
{
    struct izh_network *net = user;
    net->side = !net->side;
    net->arrivals.seen = net->arrivals.count;
    izh_sources_forget(&net->sources, tick);
    if (!net->plastic.lessons)
        izh_arrivals_trim(&net->arrivals, tick);
    net->owed = net->exchange.run && tick % net->period == 0;
}

/* ---- slices ---- */

static bool is_foreign(const struct izh_network *net, izh_sent spike)
{
    return spike.source - izh_network_shape(net)->first >= net->wiring.n;
}

izh_status izh_network_exchange(struct izh_network *net, const char *what, const izh_sent *mine,
                                size_t count, const izh_sent **all, size_t *total)
{
    *all = NULL;
    *total = 0;
    net->population->inside = true;
    const izh_status status = net->exchange.run(net->exchange.user, mine, count, all, total);
    net->population->inside = false;
    if (status != IZH_OK)
        return izh_fail(&net->population->report, status, "%s: the exchange failed", what);
    return IZH_OK;
}

static izh_status check_told(struct izh_network *net, const izh_sent *all, size_t total)
{
    size_t foreign = 0;
    if (total && !all)
        return izh_fail(&net->population->report, IZH_E_INVALID, "run: the exchange gave NULL");
    for (size_t k = 0; k < total; k++)
        if (all[k].source >= net->neurons || all[k].tick >= net->period)
            return izh_fail(&net->population->report, IZH_E_INVALID,
                            "run: the exchange gave source = %u, tick = %u, of %u neurons and %u "
                            "ticks",
                            (unsigned)all[k].source, (unsigned)all[k].tick, (unsigned)net->neurons,
                            (unsigned)net->period);
    for (size_t k = 0; k < total; k++)
        foreign += is_foreign(net, all[k]);
    if (!izh_arrivals_reserve(&net->arrivals, foreign))
        return izh_fail(&net->population->report, IZH_E_MEMORY,
                        "run: no room for %zu spikes of other slices in flight; in_flight = %zu",
                        foreign, net->in_flight);
    return IZH_OK;
}

/* Puts the spikes of other slices on their way. If there is no room for them they are kept: the
 * next run tries again, and does not call the exchange a second time. */
static izh_status take_told(struct izh_network *net)
{
    const struct izh_told *told = &net->told;
    const izh_status status = check_told(net, told->all, told->total);
    if (status != IZH_OK) {
        net->told.here = status == IZH_E_MEMORY;
        return status;
    }
    const int64_t now = izh_network_shape(net)->tick, first = now - net->period + 1;
    const size_t had = net->arrivals.count;
    for (size_t k = 0; k < told->total; k++)
        if (is_foreign(net, told->all[k]))
            izh_arrivals_put(&net->arrivals, told->all[k].source, first + told->all[k].tick);
    izh_arrivals_tell(&net->arrivals, had, now);
    net->told.here = false;
    net->mine_count = 0;
    net->owed = false;
    return IZH_OK;
}

/* Exchanges spikes with the other slices, unless those of an earlier call are still to be taken. */
static izh_status exchange(struct izh_network *net)
{
    struct izh_told *told = &net->told;
    if (!told->here) {
        const izh_status status =
            izh_network_exchange(net, "run", net->mine, net->mine_count, &told->all, &told->total);
        if (status != IZH_OK)
            return status;
        told->here = true;
    }
    return take_told(net);
}

/* Does what is left after each block, once its spikes are counted. */
static izh_status settle(void *user)
{
    struct izh_network *net = user;
    const int64_t now = izh_network_shape(net)->tick;
    if (net->plastic.lessons) {
        izh_learn_until(&net->arrivals, &net->population->cells, now);
        izh_arrivals_trim(&net->arrivals, now);
    }
    return net->owed ? exchange(net) : IZH_OK;
}

/* ---- run ---- */

/* Reports why a tick does not fit. */
static izh_status no_room(void *user)
{
    struct izh_network *net = user;
    struct izh_report *report = &net->population->report;
    const struct izh_number now = izh_number(izh_population_time(net->population));
    if (!net->in_flight)
        return izh_fail(report, IZH_E_MEMORY, "run: no memory for the spikes in flight after %s ms",
                        now.text);
    return izh_fail(report, IZH_E_MEMORY,
                    "run: no room for the spikes in flight after %s ms: give more than in_flight = "
                    "%zu",
                    now.text, net->in_flight);
}

void izh_network_attach(struct izh_network *net)
{
    struct izh_population *p = net->population;
    const struct izh_drive drive = {
        .jump = net->receptors.jumps ? jump_by_synapses : NULL,
        .input = net->receptors.nmda ? flow_by_v : flow,
        .conducts = net->receptors.conducts,
        .sees = net->receptors.nmda,
        .user = net,
    };
    net->follower = (struct izh_follower){
        .limit = limit,
        .begin = begin_ticks,
        .prepare = prepare_part,
        .fits = fits,
        .take_back = take_back_block,
        .stands = stands,
        .count = count_spike,
        .may_spike = may_spike,
        .most = net->piece,
        .user = net,
    };
    izh_cells_set_drive(&p->cells, &drive);
    p->cells.follower = &net->follower;
    p->cells.work.tile = (uint32_t)net->wiring.part_size;
    p->settle = settle;
    p->no_room = no_room;
}

izh_status izh_network_run(izh_network *net, double t_end)
{
    IZH_FPMODE;
    if (!net)
        return IZH_E_INVALID;
    izh_status status = izh_network_check_free(net, "run");
    if (status == IZH_OK)
        status = izh_network_ready(net, "run", fpmode_);
    if (status != IZH_OK)
        return status;
    return izh_population_advance(net->population, t_end, fpmode_);
}
