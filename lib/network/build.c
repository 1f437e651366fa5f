/* Makes a network ready to run. */
#include <string.h>

#include "network/network.h"
#include "util/fpmode.h"
#include "util/memory.h"
#include "util/mix.h"

/* ---- slices ---- */

static uint64_t mix_receptor(uint64_t mixed, const izh_receptor *r)
{
    mixed = izh_mix(mixed ^ (uint64_t)(uint32_t)r->kind ^ (uint64_t)(uint32_t)r->nmda << 32);
    mixed = izh_mix_double(mixed, r->tau);
    mixed = izh_mix_double(mixed, r->rise);
    mixed = izh_mix_double(mixed, r->E);
    return izh_mix_double(mixed, r->range);
}

/* A hash of what all slices must have in common. */
static uint64_t mix_common(const struct izh_network *net)
{
    uint64_t mixed = izh_mix_double(IZH_MIX_START, izh_network_shape(net)->dt);
    mixed = izh_mix(mixed ^ net->neurons);
    mixed = izh_mix(mixed ^ net->sources.count);
    mixed = izh_mix(mixed ^ izh_network_cells(net)->noise.seed);
    for (uint32_t k = 0; k < net->receptors.count; k++)
        mixed = mix_receptor(mixed, &net->receptors.law[k].is);
    return mixed;
}

/* Exchanges one item of each slice while the network is built. What it gives may be `mine`. */
static izh_status tell_slices(struct izh_network *net, const izh_sent *mine, const izh_sent **all,
                              size_t *total)
{
    const izh_status status = izh_network_exchange(net, "build", mine, 1, all, total);
    if (status == IZH_OK && (!*total || !*all))
        return izh_fail(&net->population->report, IZH_E_INVALID,
                        "build: the exchange gave nothing");
    return status;
}

/* Lets the slices agree on the least and the longest delay. */
static izh_status agree_on_delays(struct izh_network *net)
{
    struct izh_wiring *w = &net->wiring;
    const izh_sent mine = {w->delay_least, w->delay_most};
    uint32_t least = mine.source, most = mine.tick;
    const izh_sent *all;
    size_t total;
    const izh_status status = tell_slices(net, &mine, &all, &total);
    if (status != IZH_OK)
        return status;
    for (size_t k = 0; k < total; k++) {
        least = all[k].source < least ? all[k].source : least;
        most = all[k].tick > most ? all[k].tick : most;
    }
    if (most > IZH_DELAY_MAX)
        return izh_fail(&net->population->report, IZH_E_INVALID,
                        "build: the exchange gave no delays");
    net->agreed = (struct izh_agreed){true, false, least, most};
    return IZH_OK;
}

/* Checks that the slices agree on the rest. */
static izh_status agree_on_rest(struct izh_network *net)
{
    const uint64_t common = mix_common(net);
    const izh_sent check = {(uint32_t)common, (uint32_t)(common >> 32)};
    const izh_sent *all;
    size_t total;
    const izh_status status = tell_slices(net, &check, &all, &total);
    if (status != IZH_OK)
        return status;
    for (size_t k = 0; k < total; k++)
        if (all[k].source != check.source || all[k].tick != check.tick)
            return izh_fail(&net->population->report, IZH_E_INVALID,
                            "build: slices differ in dt, neurons, sources, seed or receptors");
    net->agreed.rest = true;
    return IZH_OK;
}

/* A slice that builds again after an error does not exchange again what was agreed on: the others
 * would take that for their next exchange. */
static izh_status agree_with_slices(struct izh_network *net)
{
    izh_status status = net->agreed.delays ? IZH_OK : agree_on_delays(net);
    if (status == IZH_OK && !net->agreed.rest)
        status = agree_on_rest(net);
    if (status != IZH_OK)
        return status;
    net->wiring.delay_least = net->agreed.delay_least;
    net->wiring.delay_most = net->agreed.delay_most;
    return IZH_OK;
}

/* ---- blocks ---- */

static uint32_t choose_period(const struct izh_network *net)
{
    const uint32_t least = net->wiring.delay_least;
    return least < IZH_DELAY_MAX ? least + 1 : IZH_DELAY_MAX + 1;
}

static int choose_piece(const struct izh_network *net)
{
    const size_t part = net->wiring.part_size;
    const size_t sums = part * (net->receptors.count ? net->receptors.count : 1);
    const size_t ticks = IZH_SUMS_MOST / sums, most = izh_network_cells(net)->work.most_ticks;
    const size_t fits = ticks < net->period ? ticks : net->period;
    return (int)(fits < 1 ? 1 : fits < most ? fits : most);
}

/* ---- workspaces ---- */

void izh_network_release_build(struct izh_network *net)
{
    for (uint32_t i = 0; net->workspace && i < izh_network_cells(net)->work.count; i++)
        izh_release(&net->allocator, net->workspace[i].rows, net->workspace_size,
                    sizeof *net->workspace[i].rows);
    izh_release(&net->allocator, net->workspace, izh_network_cells(net)->work.count,
                sizeof *net->workspace);
    net->workspace = NULL;
    izh_release(&net->allocator, net->dues, net->wiring.n, sizeof *net->dues);
    net->dues = NULL;
}

static bool allocate_workspaces(struct izh_network *net)
{
    const uint32_t workers = izh_network_cells(net)->work.count;
    net->workspace_size = (size_t)net->piece * net->receptors.count * net->wiring.part_size;
    net->workspace = izh_allocate(&net->allocator, workers, sizeof *net->workspace);
    bool all = net->workspace;
    for (uint32_t i = 0; all && i < workers; i++) {
        union izh_arriving **rows = &net->workspace[i].rows;
        all &=
            (*rows = izh_allocate_raw(&net->allocator, net->workspace_size, sizeof **rows)) != NULL;
    }
    if (!all)
        izh_network_release_build(net);
    return all;
}

/* ---- all of it ---- */

static izh_status check_sums(struct izh_network *net)
{
    uint32_t neuron, receptor;
    bool memory;
    if (izh_wiring_fits_sums(&net->wiring, &neuron, &receptor, &memory))
        return IZH_OK;
    if (!memory)
        return izh_fail(&net->population->report, IZH_E_MEMORY, "build: no memory");
    return izh_fail(&net->population->report, IZH_E_INVALID,
                    "build: neuron %u has more than 2^23 synapses of receptor %u", (unsigned)neuron,
                    (unsigned)receptor);
}

/* Keeps the states before a block that changes them in place, so that the block can be taken
 * back. */
static bool keep_before(struct izh_network *net)
{
    struct izh_cells *c = &net->population->cells;
    if (!izh_states_in_place(&c->states) || c->work.before)
        return true;
    izh_block_set_before(c, izh_block_new_before(c));
    return c->work.before;
}

/* Follows the sources that have plastic synapses here, and those whose past is in this slice's
 * hash. */
static bool follow_sources(struct izh_network *net)
{
    const struct izh_cells_shape *shape = izh_network_shape(net);
    const uint32_t first = (uint32_t)shape->first, sources = net->sources.count;
    const uint32_t end = first || !sources ? first + shape->n : net->neurons + sources;
    return izh_plastic_init(&net->plastic, &net->allocator, &net->wiring, shape->dt, first, end);
}

/* Sets the lengths that the delays decide. */
static void choose_blocks(struct izh_network *net)
{
    net->period = choose_period(net);
    net->piece = choose_piece(net);
}

/* Takes all memory. The wiring comes last, because it cannot be undone. What slices agree on after
 * that makes no block longer, so the room is enough. */
static izh_status allocate_all(struct izh_network *net)
{
    choose_blocks(net);
    struct izh_plastic *plastic = izh_wiring_is_plastic(&net->wiring) ? &net->plastic : NULL;
    net->dues = izh_allocate_raw(&net->allocator, net->wiring.n, sizeof *net->dues);
    if (!net->dues || !allocate_workspaces(net) || !keep_before(net) ||
        (net->exchange.run && !izh_network_reserve_mine(net, net->in_flight)))
        return izh_fail(&net->population->report, IZH_E_MEMORY, "build: no memory");
    if (plastic && !follow_sources(net))
        return izh_fail(&net->population->report, IZH_E_MEMORY,
                        "build: no memory for plastic synapses");
    if (!izh_arrivals_init(&net->arrivals, &net->allocator, &net->wiring, plastic, net->in_flight))
        return izh_fail(&net->population->report, IZH_E_MEMORY,
                        "build: no memory for in_flight = %zu", net->in_flight);
    const char *fault = izh_wiring_build(&net->wiring);
    return fault ? izh_fail(&net->population->report, IZH_E_MEMORY, "build: %s", fault) : IZH_OK;
}

/* All but the gain, which the host may change. */
static uint64_t mix_stdp(uint64_t mixed, const izh_stdp *r)
{
    const double numbers[] = {r->a_plus, r->a_minus, r->tau_plus, r->tau_minus,
                              r->w_min,  r->w_max,   r->drift,    r->keep};
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        mixed = izh_mix_double(mixed, numbers[k]);
    return izh_mix(mixed ^ r->every ^ (uint64_t)(uint32_t)r->pairs << 32);
}

static uint64_t mix_group(uint64_t mixed, const struct izh_group *g)
{
    const izh_stp *stp = &g->stp.rule;
    mixed = izh_mix(mixed ^ g->receptor);
    if (izh_stdp_is(&g->stdp.rule))
        mixed = mix_stdp(mixed, &g->stdp.rule);
    if (stp->U > 0)
        mixed = izh_mix_double(izh_mix_double(izh_mix_double(mixed, stp->U), stp->tau_rec),
                               stp->tau_facil);
    return mixed;
}

static uint64_t mix_structure(const struct izh_network *net)
{
    const uint64_t first = izh_network_shape(net)->first;
    uint64_t mixed = izh_mix(izh_mix(mix_common(net) ^ first) ^ net->wiring.n);
    for (uint32_t g = 0; g < net->wiring.count; g++)
        mixed = mix_group(mixed, &net->wiring.group[g]);
    return izh_mix(mixed ^ izh_wiring_hash(&net->wiring, first, false));
}

static void release_all(struct izh_network *net)
{
    izh_network_release_build(net);
    izh_arrivals_release(&net->arrivals);
    izh_plastic_release(&net->plastic);
}

/* Gives back what a failed build has taken. */
static void undo(struct izh_network *net, const void *before)
{
    if (net->population->cells.work.before != before)
        izh_block_set_before(&net->population->cells, NULL);
    izh_release(&net->allocator, net->mine, net->mine_room, sizeof *net->mine);
    net->mine = NULL;
    net->mine_room = 0;
    release_all(net);
}

/* The slices agree last: after that, no slice may fail while the others go on. */
static izh_status build(struct izh_network *net)
{
    izh_wiring_measure(&net->wiring);
    izh_status status = check_sums(net);
    if (status == IZH_OK)
        status = allocate_all(net);
    if (status == IZH_OK && net->exchange.run)
        status = agree_with_slices(net);
    return status;
}

izh_status izh_network_ready(struct izh_network *net, const char *what, uint64_t fpmode)
{
    const void *before = net->population->cells.work.before;
    if (net->structure)
        return IZH_OK;
    izh_status status = izh_network_check_free(net, what);
    if (status != IZH_OK)
        return status;
    net->population->fpmode = fpmode; /* for a jump out of the exchange */
    release_all(net);                 /* what an earlier build left when a jump ended it */
    status = build(net);
    if (status != IZH_OK) {
        undo(net, before);
        return status;
    }
    choose_blocks(net);
    net->built_by = what;
    net->structure = mix_structure(net) | 1;
    izh_network_attach(net);
    return IZH_OK;
}

izh_status izh_network_build(izh_network *net)
{
    IZH_FPMODE;
    if (!net)
        return IZH_E_INVALID;
    const izh_status status = izh_network_check_free(net, "build");
    return status == IZH_OK ? izh_network_ready(net, "build", fpmode_) : status;
}
