/* Creates and destroys a network; sets and reads what it has. */
#include "network/network.h"

#include <stdio.h>
#include <string.h>

#include "network/learn.h"
#include "util/fpmode.h"
#include "util/memory.h"
#include "util/mix.h"

/* ---- checks ---- */

izh_status izh_network_check_free(struct izh_network *net, const char *what)
{
    if (!net->population->inside)
        return IZH_OK;
    return izh_fail(&net->population->report, IZH_E_BUSY,
                    "%s inside a callback, or after one that did not return", what);
}

static izh_status check_unbuilt(struct izh_network *net, const char *what)
{
    const izh_status status = izh_network_check_free(net, what);
    if (status == IZH_OK && net->structure)
        return izh_fail(&net->population->report, IZH_E_INVALID,
                        "%s: the network was built by %s, and takes no more groups and synapses",
                        what, net->built_by);
    return status;
}

static izh_status check_group(struct izh_network *net, const char *what, uint32_t group)
{
    if (group < net->wiring.count)
        return IZH_OK;
    return izh_fail(&net->population->report, IZH_E_INVALID, "%s: group = %u, but there are %u",
                    what, (unsigned)group, (unsigned)net->wiring.count);
}

static izh_status check_range(struct izh_network *net, const char *what, uint64_t first,
                              uint64_t count, uint64_t most, bool values)
{
    if (first > most || count > most - first)
        return izh_fail(&net->population->report, IZH_E_INVALID,
                        "%s: first = %llu, count = %llu, of %llu", what, (unsigned long long)first,
                        (unsigned long long)count, (unsigned long long)most);
    if (count && !values)
        return izh_fail(&net->population->report, IZH_E_INVALID, "%s: NULL", what);
    return IZH_OK;
}

/* Checks a range whose values lie `stride` apart. */
static izh_status check_strided(struct izh_network *net, const char *what, uint32_t first,
                                uint32_t count, uint32_t most, bool values, size_t stride)
{
    const izh_status status = check_range(net, what, first, count, most, values);
    if (status == IZH_OK && !izh_stride_fits(count, stride))
        return izh_fail(&net->population->report, IZH_E_INVALID, "%s: stride = %zu", what, stride);
    return status;
}

static void check_receptors(struct izh_checks *c, const izh_network_config *config)
{
    IZH_REQUIRE(c, config->receptor_count <= IZH_RECEPTORS_MAX, IZH_E_INVALID,
                "receptor_count = %u is more than %d", (unsigned)config->receptor_count,
                IZH_RECEPTORS_MAX);
    IZH_REQUIRE(c, config->receptors || !config->receptor_count, IZH_E_INVALID,
                "receptors is NULL, receptor_count = %u", (unsigned)config->receptor_count);
    for (uint32_t k = 0; c->status == IZH_OK && k < config->receptor_count; k++) {
        const struct izh_field_fault fault = izh_receptor_check(&config->receptors[k]);
        IZH_REQUIRE(c, !fault.field, IZH_E_INVALID, "receptors[%u]: %s = %s %s", (unsigned)k,
                    fault.field, izh_number(fault.value).text, fault.why);
    }
}

static void check_sizes(struct izh_checks *c, const izh_network_config *config,
                        const struct izh_cells *cells)
{
    const struct izh_cells_shape *s = &cells->shape;
    const uint32_t neurons = config->neurons, most = cells->spikes.per_tick;
    IZH_REQUIRE(c, s->n <= neurons && s->first <= neurons - s->n, IZH_E_INVALID,
                "neurons = %u, but the population has first = %llu, n = %u", (unsigned)neurons,
                (unsigned long long)s->first, (unsigned)s->n);
    IZH_REQUIRE(c, config->sources <= UINT32_MAX - neurons, IZH_E_INVALID,
                "neurons = %u and sources = %u are together not below 2^32", (unsigned)neurons,
                (unsigned)config->sources);
    IZH_REQUIRE(c, s->n == neurons || config->exchange.run, IZH_E_INVALID,
                "neurons = %u, but n = %u: a slice needs exchange", (unsigned)neurons,
                (unsigned)s->n);
    IZH_REQUIRE(c, most <= IZH_SOURCE_COUNT_MOST, IZH_E_INVALID,
                "population: 2 + max_spikes_per_ms dt = %u is more than %d in a network",
                (unsigned)most, IZH_SOURCE_COUNT_MOST);
}

/* ---- life ---- */

/* A part is what a thread takes at a time. It is as large as a wire can tell targets apart and as
 * sums stay in the cache, but there are no fewer parts than threads. */
static size_t choose_part(const struct izh_cells *cells, size_t receptors, size_t tile)
{
    const size_t n = cells->shape.n;
    const uint32_t workers = cells->work.count;
    size_t most = IZH_SUMS_MOST / (receptors ? receptors : 1), part = tile;
    most = (most < IZH_WIRE_TARGETS ? most : IZH_WIRE_TARGETS) / IZH_GROUP * IZH_GROUP;
    if (!part) {
        const size_t rounds = (n + most * workers - 1) / (most * workers);
        part = rounds ? (n + rounds * workers - 1) / (rounds * workers) : 1;
    }
    part = (part + IZH_GROUP - 1) / IZH_GROUP * IZH_GROUP;
    return part < most ? part : most;
}

static bool set_up_network(struct izh_network *net, const izh_network_config *config)
{
    const struct izh_cells *cells = izh_network_cells(net);
    const struct izh_cells_shape *shape = &cells->shape;
    net->neurons = config->neurons;
    net->exchange = config->exchange;
    net->in_flight = config->in_flight;
    net->wiring =
        izh_wiring_init(&net->allocator, shape->n,
                        choose_part(cells, config->receptor_count, config->population->tile),
                        net->neurons, config->sources);
    const bool receptors = izh_receptors_init(&net->receptors, &net->allocator, config->receptors,
                                              config->receptor_count, shape->n, shape->dt);
    const bool sources =
        izh_sources_init(&net->sources, &net->allocator, net->neurons, config->sources, shape->dt,
                         cells->noise.seed, config->send_capacity);
    return receptors && sources;
}

/* Makes the network around its population. If that fails, the network does not keep the
 * population. */
static izh_status make(izh_network **network, izh_network_config *config,
                       struct izh_population *population)
{
    struct izh_checks checks = {&population->report, IZH_OK};
    const izh_allocator allocator = population->cells.shape.allocator;
    if (!config->neurons)
        config->neurons = population->cells.shape.n;
    check_sizes(&checks, config, &population->cells);
    check_receptors(&checks, config);
    if (checks.status != IZH_OK)
        return checks.status;
    struct izh_network *net = izh_allocate(&allocator, 1, sizeof *net);
    if (!net)
        return izh_fail(checks.report, IZH_E_MEMORY, "no memory for a network");
    net->allocator = allocator;
    net->population = population;
    if (!set_up_network(net, config)) {
        net->population = NULL;
        izh_network_destroy(net);
        return izh_fail(checks.report, IZH_E_MEMORY,
                        "no memory for a network of n = %u, sources = %u, send_capacity = %zu",
                        (unsigned)population->cells.shape.n, (unsigned)config->sources,
                        config->send_capacity);
    }
    population->owner = net;
    population->per_tick_most = IZH_SOURCE_COUNT_MOST;
    *network = net;
    return IZH_OK;
}

izh_status izh_network_create(izh_network **network, const izh_network_config *config)
{
    IZH_FPMODE;
    izh_network_config c;
    izh_population *population;
    if (network)
        *network = NULL;
    if (!network || !config ||
        izh_config_read(&c, sizeof c, config, IZH_CONFIG_WITH(izh_network_config, exchange)))
        return IZH_E_INVALID;
    izh_status status = izh_population_create(&population, c.population);
    if (status == IZH_OK)
        status = make(network, &c, population);
    if (status != IZH_OK)
        izh_population_destroy(population);
    return status;
}

void izh_network_destroy(izh_network *net)
{
    if (!net || (net->population && izh_network_check_free(net, "destroy") != IZH_OK))
        return;
    if (net->population)
        izh_network_release_build(net);
    izh_receptors_release(&net->receptors, &net->allocator);
    izh_arrivals_release(&net->arrivals);
    izh_plastic_release(&net->plastic);
    izh_wiring_release(&net->wiring);
    izh_sources_release(&net->sources);
    izh_release(&net->allocator, net->mine, net->mine_room, sizeof *net->mine);
    if (net->population)
        net->population->owner = NULL;
    izh_population_destroy(net->population);
    const izh_allocator allocator = net->allocator;
    izh_release(&allocator, net, 1, sizeof *net);
}

izh_population *izh_network_population(izh_network *net)
{
    return net ? net->population : NULL;
}

const char *izh_network_message(const izh_network *net)
{
    return net ? izh_population_message(net->population) : "";
}

/* ---- synapses ---- */

static izh_status check_rules(struct izh_network *net, const izh_group_config *c)
{
    const struct izh_field_fault stp = izh_stp_check(&c->stp);
    if (stp.field)
        return izh_fail(&net->population->report, IZH_E_INVALID, "group: stp.%s = %s %s", stp.field,
                        izh_number(stp.value).text, stp.why);
    const struct izh_field_fault stdp =
        izh_stdp_check(&c->stdp, &net->receptors.law[c->receptor], izh_network_shape(net)->dt);
    if (stdp.field)
        return izh_fail(&net->population->report, IZH_E_INVALID, "group: stdp.%s = %s %s",
                        stdp.field, izh_number(stdp.value).text, stdp.why);
    return IZH_OK;
}

static bool add_group(struct izh_network *net, const izh_group_config *c)
{
    struct izh_stdp_group stdp;
    const uint32_t group = net->wiring.count;
    const struct izh_receptor_law *law = &net->receptors.law[c->receptor];
    if (group == UINT32_MAX ||
        !izh_stdp_init(&stdp, &net->allocator, &c->stdp, law, izh_network_shape(net)->dt))
        return false;
    if (!izh_wiring_add_group(&net->wiring, (uint32_t)c->receptor)) {
        izh_stdp_release(&stdp, &net->allocator);
        return false;
    }
    net->wiring.group[group].stp.rule = c->stp;
    net->wiring.group[group].stdp = stdp;
    return true;
}

izh_status izh_network_group(izh_network *net, const izh_group_config *config, uint32_t *group)
{
    IZH_FPMODE;
    if (!net)
        return IZH_E_INVALID;
    const izh_status status = check_unbuilt(net, "group");
    if (status != IZH_OK)
        return status;
    if (!config || !group)
        return izh_fail(&net->population->report, IZH_E_INVALID, "group: NULL");
    izh_group_config c;
    const char *fault =
        izh_config_read(&c, sizeof c, config, IZH_CONFIG_WITH(izh_group_config, stdp));
    if (fault)
        return izh_fail(&net->population->report, IZH_E_INVALID, "group: %s", fault);
    if (c.receptor < 0 || (uint32_t)c.receptor >= net->receptors.count)
        return izh_fail(&net->population->report, IZH_E_INVALID,
                        "group: receptor = %d, but there are %u", (int)c.receptor,
                        (unsigned)net->receptors.count);
    const izh_status rules = check_rules(net, &c);
    if (rules != IZH_OK)
        return rules;
    if (!add_group(net, &c))
        return izh_fail(&net->population->report, IZH_E_MEMORY, "group: no memory");
    *group = net->wiring.count - 1;
    return IZH_OK;
}

izh_status izh_network_refuse_weight(struct izh_network *net, const char *where,
                                     const struct izh_receptor_law *law, double w)
{
    struct izh_report *report = &net->population->report;
    const struct izh_number weight = izh_number(w), range = izh_number(law->is.range),
                            unit = izh_number(law->unit);
    if (izh_isnan(w))
        return izh_fail(report, IZH_E_INVALID, "%s: weight = nan must be a number", where);
    if (law->is.kind == IZH_CONDUCTANCE && w < 0)
        return izh_fail(report, IZH_E_INVALID,
                        "%s: weight = %s: a conductance is not negative; the sign is in E", where,
                        weight.text);
    if (izh_fabs(w) <= law->unit / 2)
        return izh_fail(report, IZH_E_INVALID,
                        "%s: weight = %s would round to 0: the receptor's range is %s, and weights "
                        "are rounded to multiples of %s",
                        where, weight.text, range.text, unit.text);
    if (izh_fabs(w) < law->is.range)
        return izh_fail(report, IZH_E_INVALID,
                        "%s: weight = %s rounds to the receptor's range, %s: it must be below that",
                        where, weight.text, range.text);
    return izh_fail(report, IZH_E_INVALID,
                    "%s: weight = %s must be below the receptor's range, %s, in size", where,
                    weight.text, range.text);
}

static const struct izh_receptor_law *law_of_group(const struct izh_network *net, uint32_t group)
{
    return &net->receptors.law[net->wiring.group[group].receptor];
}

/* Whether a weight lies within the bounds of a group that learns. */
static bool is_within_bounds(const struct izh_network *net, uint32_t group, int32_t k)
{
    const struct izh_stdp_group *g = &net->wiring.group[group].stdp;
    return !izh_stdp_is(&g->rule) || (k >= g->k_min && k <= g->k_max);
}

static izh_status refuse_bounds(struct izh_network *net, const char *where, uint32_t group,
                                double w)
{
    const izh_stdp *r = &net->wiring.group[group].stdp.rule;
    return izh_fail(&net->population->report, IZH_E_INVALID,
                    "%s: weight = %s is not from w_min to w_max of its group, %s to %s", where,
                    izh_number(w).text, izh_number(r->w_min).text, izh_number(r->w_max).text);
}

/* Reports a synapse that cannot be. */
static izh_status check_synapse(struct izh_network *net, const izh_synapse *s, uint32_t group,
                                size_t at)
{
    const uint32_t sources = net->neurons + net->sources.count;
    const struct izh_receptor_law *law = law_of_group(net, group);
    const unsigned long long which = at;
    int32_t k;
    if (s->source >= sources)
        return izh_fail(&net->population->report, IZH_E_INVALID,
                        "connect: synapse %llu: source = %u, of %u neurons and %u sources", which,
                        (unsigned)s->source, (unsigned)net->neurons, (unsigned)net->sources.count);
    if (s->target >= net->wiring.n)
        return izh_fail(&net->population->report, IZH_E_INVALID,
                        "connect: synapse %llu: target = %u, but n = %u", which,
                        (unsigned)s->target, (unsigned)net->wiring.n);
    if (s->delay > IZH_DELAY_MAX || s->reserved)
        return izh_fail(&net->population->report, IZH_E_INVALID,
                        "connect: synapse %llu: delay = %u (at most %d), reserved = %u (0)", which,
                        (unsigned)s->delay, IZH_DELAY_MAX, (unsigned)s->reserved);
    const bool fits = izh_receptor_weight(law, s->weight, &k);
    if (fits && is_within_bounds(net, group, k))
        return IZH_OK;
    char where[64];
    snprintf(where, sizeof where, "connect: synapse %llu", which);
    return fits ? refuse_bounds(net, where, group, s->weight)
                : izh_network_refuse_weight(net, where, law, s->weight);
}

izh_status izh_network_connect(izh_network *net, uint32_t group, const izh_synapse *synapses,
                               size_t count)
{
    IZH_FPMODE;
    if (!net)
        return IZH_E_INVALID;
    izh_status status = check_unbuilt(net, "connect");
    if (status == IZH_OK)
        status = check_group(net, "connect", group);
    if (status != IZH_OK || !count)
        return status;
    if (!synapses)
        return izh_fail(&net->population->report, IZH_E_INVALID, "connect: NULL");
    bool room = izh_wiring_has_room(&net->wiring, group, count);
    for (size_t i = 0; room && i < count; i++) {
        status = check_synapse(net, &synapses[i], group, i);
        if (status != IZH_OK)
            return status;
    }
    net->agreed = (struct izh_agreed){.delays = false}; /* a new synapse may have a new delay */
    room =
        room && izh_wiring_connect(&net->wiring, group, law_of_group(net, group), synapses, count);
    if (!room)
        return izh_fail(&net->population->report, IZH_E_MEMORY,
                        "connect: no memory for %zu synapses", count);
    return IZH_OK;
}

size_t izh_network_count(const izh_network *net, uint32_t group)
{
    return net && group < net->wiring.count ? net->wiring.group[group].count : 0;
}

/* Checks for a reader within a block. Several threads may read at once there, so it leaves no
 * message. */
static izh_status check_quietly(const struct izh_network *net, uint32_t group, size_t first,
                                size_t count, const void *values)
{
    const size_t most = izh_network_count(net, group);
    const bool fits = first <= most && count <= most - first;
    return group < net->wiring.count && fits && (values || !count) ? IZH_OK : IZH_E_INVALID;
}

/* Functions that read or set synapses begin with this. Callbacks may read synapses once these are
 * built. */
static izh_status begin_synapses(struct izh_network *net, const char *what, bool sets,
                                 uint32_t group, size_t first, size_t count, const void *values,
                                 uint64_t fpmode)
{
    const bool changes = sets || !net->structure;
    if (!sets && izh_network_in_block(net))
        return check_quietly(net, group, first, count, values);
    izh_status status = changes ? izh_network_check_free(net, what) : IZH_OK;
    if (status == IZH_OK)
        status = check_group(net, what, group);
    if (status == IZH_OK)
        status = check_range(net, what, first, count, izh_network_count(net, group), values);
    if (status == IZH_OK)
        status = izh_network_ready(net, what, fpmode);
    return status;
}

static double weight_of(const struct izh_network *net, uint32_t group, uint32_t source,
                        uint32_t target, const struct izh_wire *wire)
{
    return izh_learn_weight(&net->arrivals, group, source, target, wire).k *
           law_of_group(net, group)->unit;
}

izh_status izh_network_synapses(izh_network *net, uint32_t group, size_t first, size_t count,
                                izh_synapse *synapses)
{
    IZH_FPMODE;
    if (!net)
        return IZH_E_INVALID;
    const izh_status status =
        begin_synapses(net, "synapses", false, group, first, count, synapses, fpmode_);
    if (status != IZH_OK)
        return status;
    struct izh_walk walk = izh_walk_from(&net->wiring, group, first, count);
    const struct izh_wire *wire;
    uint32_t source, target;
    while ((wire = izh_walk_next(&walk, &source, &target)))
        *synapses++ = (izh_synapse){source, target, izh_wire_delay(*wire), 0,
                                    weight_of(net, group, source, target, wire)};
    return IZH_OK;
}

izh_status izh_network_get_weights(izh_network *net, uint32_t group, size_t first, size_t count,
                                   double *weights)
{
    IZH_FPMODE;
    if (!net)
        return IZH_E_INVALID;
    const izh_status status =
        begin_synapses(net, "get_weights", false, group, first, count, weights, fpmode_);
    if (status != IZH_OK)
        return status;
    struct izh_walk walk = izh_walk_from(&net->wiring, group, first, count);
    const struct izh_wire *wire;
    uint32_t source, target;
    while ((wire = izh_walk_next(&walk, &source, &target)))
        *weights++ = weight_of(net, group, source, target, wire);
    return IZH_OK;
}

/* Reports why the group's synapse cannot have the weight w, an element of the caller's array. `law`
 * is its receptor's law, which w breaks; NULL: w is not within the group's bounds. */
static izh_status refuse_set_weight(struct izh_network *net, size_t element, size_t synapse,
                                    const struct izh_receptor_law *law, uint32_t group, double w)
{
    char where[80];
    snprintf(where, sizeof where, "set_weights: weights[%zu], for number %zu of the group", element,
             synapse);
    return law ? izh_network_refuse_weight(net, where, law, w)
               : refuse_bounds(net, where, group, w);
}

izh_status izh_network_set_weights(izh_network *net, uint32_t group, size_t first, size_t count,
                                   const double *weights)
{
    IZH_FPMODE;
    if (!net)
        return IZH_E_INVALID;
    const izh_status status =
        begin_synapses(net, "set_weights", true, group, first, count, weights, fpmode_);
    if (status != IZH_OK)
        return status;
    const struct izh_receptor_law *law = law_of_group(net, group);
    int32_t k;
    for (size_t i = 0; i < count; i++) {
        const bool fits = izh_receptor_weight(law, weights[i], &k);
        if (!fits || !is_within_bounds(net, group, k))
            return refuse_set_weight(net, i, first + i, fits ? NULL : law, group, weights[i]);
    }
    if (count && net->wiring.group[group].stdp.posts)
        izh_learn_catch_up(&net->arrivals, &net->population->cells, group);
    struct izh_walk walk = izh_walk_from(&net->wiring, group, first, count);
    struct izh_wire *wire;
    uint32_t source, target;
    while ((wire = izh_walk_next(&walk, &source, &target)))
        izh_receptor_weight(law, *weights++, &wire->k);
    return IZH_OK;
}

izh_status izh_network_set_gain(izh_network *net, uint32_t group, double gain)
{
    IZH_FPMODE;
    if (!net)
        return IZH_E_INVALID;
    izh_status status = izh_network_check_free(net, "set_gain");
    if (status == IZH_OK)
        status = check_group(net, "set_gain", group);
    if (status != IZH_OK)
        return status;
    izh_stdp *rule = &net->wiring.group[group].stdp.rule;
    if (!izh_stdp_is(rule) || !rule->every)
        return izh_fail(&net->population->report, IZH_E_INVALID,
                        "set_gain: group %u has no stdp whose changes wait: every = 0",
                        (unsigned)group);
    if (!izh_isfinite(gain))
        return izh_fail(&net->population->report, IZH_E_INVALID,
                        "set_gain: gain = %s must be finite", izh_number(gain).text);
    rule->gain = gain;
    return IZH_OK;
}

/* ---- input from outside ---- */

/* The first tick that is not before t; -1 if t is before now or too far away. */
static int64_t tick_not_before(const struct izh_cells_shape *s, double t)
{
    const double ticks = (t - s->t0) / s->dt;
    if (!(t >= izh_tick_time(s, s->tick)) || !(ticks < 0x1p52))
        return -1;
    int64_t tick = (int64_t)ticks;
    while (tick > s->tick && izh_tick_time(s, tick - 1) >= t)
        tick--;
    while (izh_tick_time(s, tick) < t)
        tick++;
    return tick;
}

static izh_status check_sent(struct izh_network *net, const izh_spike *spikes, size_t count)
{
    const struct izh_cells_shape *s = izh_network_shape(net);
    const bool begun = izh_plastic_has_begun(&net->plastic, s->tick);
    for (size_t k = 0; k < count; k++) {
        if (spikes[k].i >= net->sources.count || spikes[k].reserved)
            return izh_fail(&net->population->report, IZH_E_INVALID,
                            "send: spike %zu: i = %u, of %u sources; reserved = %u (0)", k,
                            (unsigned)spikes[k].i, (unsigned)net->sources.count,
                            (unsigned)spikes[k].reserved);
        if (tick_not_before(s, spikes[k].t) < 0)
            return izh_fail(
                &net->population->report, IZH_E_INVALID,
                "send: spike %zu: t = %s must not be before now, %s ms, nor without end", k,
                izh_number(spikes[k].t).text, izh_number(izh_tick_time(s, s->tick)).text);
        if (begun && tick_not_before(s, spikes[k].t) == s->tick)
            return izh_fail(&net->population->report, IZH_E_INVALID,
                            "send: spike %zu: t = %s must be after now: the last run ended within "
                            "this tick, and what arrives at it is there",
                            k, izh_number(spikes[k].t).text);
    }
    return IZH_OK;
}

izh_status izh_network_send(izh_network *net, const izh_spike *spikes, size_t count)
{
    IZH_FPMODE;
    if (!net)
        return IZH_E_INVALID;
    izh_status status = izh_network_check_free(net, "send");
    if (status == IZH_OK && count && !spikes)
        status = izh_fail(&net->population->report, IZH_E_INVALID, "send: NULL");
    if (status == IZH_OK)
        status = check_sent(net, spikes, count);
    if (status != IZH_OK || !count)
        return status;
    struct izh_sources *s = &net->sources;
    if (!izh_sources_reserve(s, count))
        return izh_fail(&net->population->report, IZH_E_MEMORY,
                        "send: no room for %zu spikes beside %zu; send_capacity = %zu", count,
                        s->sent_count, s->sent_fixed ? s->sent_most : (size_t)0);
    izh_spike which, *news = izh_sources_news(s, count);
    for (size_t k = 0; k < count; k++)
        news[k] = (izh_spike){(double)tick_not_before(izh_network_shape(net), spikes[k].t),
                              spikes[k].i, 0};
    if (izh_sources_send(s, news, count, &which))
        return IZH_OK;
    return izh_fail(&net->population->report, IZH_E_INVALID,
                    "send: source %u would count more than %d times at %s ms", (unsigned)which.i,
                    IZH_SOURCE_COUNT_MOST,
                    izh_number(izh_tick_time(izh_network_shape(net), (int64_t)which.t)).text);
}

/* The mean number of a process's spikes in a tick. */
static double mean_of(const struct izh_network *net, double hz)
{
    return hz * izh_network_shape(net)->dt / 1000;
}

static izh_status refuse_hz(struct izh_network *net, const char *name, double hz)
{
    struct izh_report *report = &net->population->report;
    if (!(hz >= 0))
        return izh_fail(report, IZH_E_INVALID, "%s = %s must not be negative", name,
                        izh_number(hz).text);
    return izh_fail(report, IZH_E_INVALID, "%s = %s is %s spikes a tick, of dt = %s ms: at most %d",
                    name, izh_number(hz).text, izh_number(mean_of(net, hz)).text,
                    izh_number(izh_network_shape(net)->dt).text, IZH_POISSON_MEAN_MOST);
}

static izh_status check_hz(struct izh_network *net, const char *what, const double *hz,
                           uint32_t count, size_t stride)
{
    char name[64];
    for (uint32_t i = 0; i < count && (i == 0 || stride); i++)
        if (!(hz[i * stride] >= 0) || !(mean_of(net, hz[i * stride]) <= IZH_POISSON_MEAN_MOST)) {
            snprintf(name, sizeof name, stride ? "%s: hz[%u]" : "%s: hz", what, (unsigned)i);
            return refuse_hz(net, name, hz[i * stride]);
        }
    return IZH_OK;
}

izh_status izh_network_set_rates(izh_network *net, uint32_t first, uint32_t count, const double *hz,
                                 size_t stride)
{
    IZH_FPMODE;
    if (!net)
        return IZH_E_INVALID;
    izh_status status = izh_network_check_free(net, "set_rates");
    if (status == IZH_OK)
        status = check_strided(net, "set_rates", first, count, net->sources.count, hz, stride);
    if (status == IZH_OK)
        status = check_hz(net, "set_rates", hz, count, stride);
    for (uint32_t i = 0; status == IZH_OK && i < count; i++)
        izh_poisson_set(&net->sources.rates, first + i, mean_of(net, hz[i * stride]));
    return status;
}

static izh_status refuse_background(struct izh_network *net, uint32_t i,
                                    const struct izh_receptor_law *law, double w)
{
    char where[40];
    snprintf(where, sizeof where, "set_background: neuron %u", (unsigned)i);
    return izh_network_refuse_weight(net, where, law, w);
}

static izh_status check_background(struct izh_network *net, uint32_t receptor, uint32_t first,
                                   uint32_t count, const double *hz, const double *weight,
                                   size_t stride)
{
    izh_status status = izh_network_check_free(net, "set_background");
    if (status == IZH_OK && receptor >= net->receptors.count)
        return izh_fail(&net->population->report, IZH_E_INVALID,
                        "set_background: receptor = %u, but there are %u", (unsigned)receptor,
                        (unsigned)net->receptors.count);
    if (status == IZH_OK)
        status =
            check_strided(net, "set_background", first, count, net->wiring.n, hz && weight, stride);
    if (status == IZH_OK)
        status = check_hz(net, "set_background", hz, count, stride);
    if (status != IZH_OK)
        return status;
    const struct izh_receptor_law *law = &net->receptors.law[receptor];
    int32_t k;
    for (uint32_t i = 0; i < count && (i == 0 || stride); i++)
        if (!izh_receptor_weight(law, weight[i * stride], &k))
            return refuse_background(net, first + i, law, weight[i * stride]);
    return IZH_OK;
}

izh_status izh_network_set_background(izh_network *net, uint32_t receptor, uint32_t first,
                                      uint32_t count, const double *hz, const double *weight,
                                      size_t stride)
{
    IZH_FPMODE;
    if (!net)
        return IZH_E_INVALID;
    const izh_status status = check_background(net, receptor, first, count, hz, weight, stride);
    if (status != IZH_OK || !count)
        return status;
    const struct izh_cells_shape *shape = izh_network_shape(net);
    struct izh_background *b = &net->sources.background[receptor];
    if (!b->k && !izh_background_init(&net->sources, receptor, shape->n, shape->first,
                                      izh_network_cells(net)->noise.seed))
        return izh_fail(&net->population->report, IZH_E_MEMORY,
                        "set_background: no memory for %u neurons", (unsigned)shape->n);
    for (uint32_t i = 0; i < count; i++) {
        izh_poisson_set(&b->poisson, first + i, mean_of(net, hz[i * stride]));
        izh_receptor_weight(&net->receptors.law[receptor], weight[i * stride], &b->k[first + i]);
    }
    return IZH_OK;
}

izh_status izh_network_get_input(const izh_network *net, uint32_t receptor, uint32_t first,
                                 uint32_t count, double *input)
{
    IZH_FPMODE;
    if (!net || receptor >= net->receptors.count || first > net->wiring.n ||
        count > net->wiring.n - first || (count && !input))
        return IZH_E_INVALID;
    for (uint32_t i = 0; i < count; i++)
        input[i] = izh_receptor_now(&net->receptors.law[receptor], net->side, first + i);
    return IZH_OK;
}
