/* A network out of bytes: its receptors, arrays of synapses, and a row of calls, saved networks
 * among them. Whatever they are, what the header promises holds, and a twin that is connected in
 * another order and cuts its work otherwise has the same bits, saved ones too. */
#include "fuzz.h"

#include <math.h>
#include <string.h>

#define N_MOST 12
#define SOURCES_MOST 3
#define BATCH_MOST 6
#define BATCHES_MOST 8
#define CALLS 24
#define TICKS_MOST 400 /* an input ends after so many */
#define ROOM (1 << 21) /* sources may count 255 times a tick, and take long */

/* ---- who calls and is called ---- */

struct actor {
    izh_network *net;
    izh_population *p;
    struct fuzz_host host;
    uint64_t heard; /* of the spikes: their hash */
    double last;
};

/* Times do not fall. */
static void hear(struct actor *a, izh_spikes spikes, uint32_t n)
{
    for (size_t k = 0; k < spikes.count; k++) {
        const izh_spike x = spikes.data[k];
        demand(isfinite(x.t) && x.reserved == 0 && x.i < n && x.t >= a->last, NULL);
        a->heard = fuzz_hash(a->heard, &x, sizeof x);
        a->last = x.t;
    }
}

/* ---- the world ---- */

struct batch {
    uint32_t group, count;
    izh_synapse synapses[BATCH_MOST];
};

struct world {
    struct actor one, twin; /* the twin does the same, in other pieces */
    izh_population_config population;
    izh_receptor receptors[IZH_RECEPTORS_MAX];
    uint32_t receptor_count, sources, groups;
    uint32_t receptor_of[IZH_RECEPTORS_MAX + 2]; /* by group */
    izh_stdp stdp_of[IZH_RECEPTORS_MAX + 2];
    bool plastic; /* some groups may be */
    struct batch batches[BATCHES_MOST];
    uint32_t batch_count;
    int64_t tick, ticks;
    bool fixed; /* in_flight */
    struct bytes *bytes;
};

static double time_at(const struct world *w, int64_t tick)
{
    return w->population.t0 + (double)tick * w->population.dt;
}

/* ---- what the header says of weights ---- */

static double unit_of(const struct world *w, uint32_t receptor)
{
    const double range = w->receptors[receptor].range;
    return (range > 0 ? range : 1024) * 0x1p-31;
}

/* Whether a receptor takes the weight, by the header. */
static bool is_weight(const struct world *w, uint32_t receptor, double weight)
{
    const double units = weight / unit_of(w, receptor);
    if (!(fabs(units) < 0x1p31) || (w->receptors[receptor].kind == IZH_CONDUCTANCE && weight < 0))
        return false;
    return fabs(rint(units)) < 0x1p31 && (rint(units) != 0 || weight == 0);
}

/* At the edge of the range itself the header leaves it open. */
static bool is_edge(const struct world *w, uint32_t receptor, double weight)
{
    return rint(weight / unit_of(w, receptor)) == -0x1p31;
}

static bool is_stdp(const izh_stdp *r)
{
    return r->a_plus != 0 || r->a_minus != 0;
}

/* Whether a weight lies between the bounds of its group, if it has any. */
static bool is_within(const struct world *w, uint32_t group, double weight)
{
    const izh_stdp *r = &w->stdp_of[group];
    const double unit = unit_of(w, w->receptor_of[group]), units = rint(weight / unit);
    return !is_stdp(r) || (units >= rint(r->w_min / unit) && units <= rint(r->w_max / unit));
}

/* ---- what holds after each call ---- */

struct saved {
    size_t size;
    uint8_t bytes[ROOM];
};

static void save(struct actor *a, struct saved *blob)
{
    blob->size = izh_network_save(a->net, NULL, 0);
    demand(blob->size > 0 && blob->size <= ROOM, NULL);
    blob->bytes[0] = 0xa5;
    demand(izh_network_save(a->net, blob->bytes, blob->size - 1) == blob->size, NULL);
    demand(blob->bytes[0] == 0xa5, NULL);
    demand(izh_network_save(a->net, blob->bytes, blob->size) == blob->size, NULL);
}

static void demand_equal(const struct saved *x, const struct saved *y)
{
    demand(x->size == y->size && memcmp(x->bytes, y->bytes, x->size) == 0, NULL);
}

/* The twin's are not read: so reading changes nothing. */
static void demand_weights(struct world *w)
{
    static double weights[BATCH_MOST * BATCHES_MOST];
    for (uint32_t g = 0; g < w->groups; g++) {
        const size_t count = izh_network_count(w->one.net, g);
        demand(izh_network_get_weights(w->one.net, g, 0, count, weights) == IZH_OK, NULL);
        for (size_t k = 0; k < count; k++)
            demand(is_weight(w, w->receptor_of[g], weights[k]) && is_within(w, g, weights[k]),
                   NULL);
    }
}

static void demand_sound(struct world *w, struct actor *a, izh_status status)
{
    izh_state states[N_MOST];
    double inputs[N_MOST];
    const uint32_t n = w->population.n;
    demand(izh_population_get_state(a->p, 0, n, states) == IZH_OK, NULL);
    for (uint32_t i = 0; i < n; i++)
        demand(isfinite(states[i].v) && isfinite(states[i].u), NULL);
    for (uint32_t k = 0; k < w->receptor_count; k++) {
        demand(izh_network_get_input(a->net, k, 0, n, inputs) == IZH_OK, NULL);
        for (uint32_t i = 0; i < n; i++) {
            demand(isfinite(inputs[i]), NULL);
            demand(w->receptors[k].tau > 0 || inputs[i] == 0, NULL);
        }
    }
    demand(status >= 0 || (a->host.logged == status && *izh_network_message(a->net)), NULL);
    if (w->plastic && a == &w->one)
        demand_weights(w);
}

static void demand_twins(struct world *w)
{
    demand(w->one.heard == w->twin.heard, NULL);
    demand(izh_network_hash(w->one.net) == izh_network_hash(w->twin.net), NULL);
}

/* A call that is no run: where it is refused, nothing changes. */
static void demand_whole(struct world *w, struct actor *a, izh_status status,
                         const struct saved *before)
{
    static struct saved now;
    demand(status == IZH_OK || status == IZH_E_INVALID || status == IZH_E_MEMORY ||
               status == IZH_E_FORMAT,
           NULL);
    demand(status != IZH_E_MEMORY || a->host.refused || w->fixed, NULL);
    demand_sound(w, a, status);
    save(a, &now);
    if (status != IZH_OK)
        demand_equal(&now, before);
}

#define BOTH(call) FUZZ_BOTH(call, demand_whole(w, a, status, &before), TICKS_MOST)

/* ---- arrays ---- */

static double weight_from(struct world *w, uint32_t receptor)
{
    struct bytes *b = w->bytes;
    const unsigned kind = fuzz_byte(b);
    if (kind >= 250)
        return fuzz_double(b);
    const double x = (double)(int8_t)fuzz_byte(b);
    if (kind >= 240)
        return x * unit_of(w, receptor) / 4;
    const double least = w->receptors[receptor].kind == IZH_CONDUCTANCE ? fabs(x) : x;
    return least * (kind < 100 ? .0078125 : .0625);
}

static izh_synapse synapse_from(struct world *w, uint32_t receptor)
{
    static const uint32_t odd[] = {UINT32_MAX, 65535, 65536, 1u << 31};
    struct bytes *b = w->bytes;
    izh_synapse s = {0, 0, 0, 0, 0};
    const uint8_t how = fuzz_byte(b);
    const uint32_t beyond = how >= 225; /* may be one beyond the last */
    const uint32_t sources = w->population.n + w->sources + beyond,
                   targets = w->population.n + beyond;
    s.source = sources ? fuzz_below(b, sources) : 0;
    s.target = targets ? fuzz_below(b, targets) : 0;
    s.delay = fuzz_below(b, 40) / 2;
    s.weight = weight_from(w, receptor);
    if (how >= 253)
        s.source = odd[how % 4];
    else if (how >= 250)
        s.target = odd[how % 4];
    else if (how >= 240)
        s.delay = odd[how % 4];
    else if (how == 239)
        s.reserved = fuzz_byte(b);
    return s;
}

static bool is_synapse(const struct world *w, uint32_t group, const izh_synapse *s)
{
    const uint32_t receptor = w->receptor_of[group];
    return is_within(w, group, s->weight) && s->source < w->population.n + w->sources &&
           s->target < w->population.n && s->delay <= IZH_DELAY_MAX && s->reserved == 0 &&
           is_weight(w, receptor, s->weight);
}

static void connect_one(struct world *w)
{
    struct batch *batch = &w->batches[w->batch_count];
    const uint32_t group = batch->group = fuzz_below(w->bytes, w->groups + 1);
    const uint32_t receptor = group < w->groups ? w->receptor_of[group] : 0;
    bool fine = group < w->groups, edge = false;
    batch->count = fuzz_below(w->bytes, BATCH_MOST + 1);
    for (uint32_t k = 0; k < batch->count; k++) {
        batch->synapses[k] = synapse_from(w, receptor);
        fine = fine && is_synapse(w, group, &batch->synapses[k]);
        edge |= is_edge(w, receptor, batch->synapses[k].weight);
    }
    const size_t before = izh_network_count(w->one.net, group);
    w->one.host.starved = fuzz_below(w->bytes, 16) == 15;
    const izh_status status = izh_network_connect(w->one.net, group, batch->synapses, batch->count);
    w->one.host.starved = false;
    demand(status == IZH_OK || status == IZH_E_INVALID || w->one.host.refused, NULL);
    demand((status == IZH_OK) == fine || w->one.host.refused || edge, NULL);
    demand(izh_network_count(w->one.net, group) == before + (status == IZH_OK ? batch->count : 0),
           NULL);
    w->batch_count += status == IZH_OK;
    w->one.host.refused = false;
}

/* The twin hears of them the other way round. */
static void connect_twin(struct world *w)
{
    for (uint32_t k = w->batch_count; k-- > 0;)
        for (uint32_t i = w->batches[k].count; i-- > 0;)
            demand(izh_network_connect(w->twin.net, w->batches[k].group, &w->batches[k].synapses[i],
                                       1) == IZH_OK,
                   NULL);
}

/* ---- rules ---- */

/* One of n, times a scale; where all is odd any double. */
static double scaled(struct bytes *b, const double *values, unsigned n, double scale, bool odd)
{
    return odd && fuzz_below(b, 4) == 3 ? fuzz_double(b) : values[fuzz_below(b, n)] * scale;
}

static izh_stp stp_from(struct bytes *b, bool odd)
{
    static const double Us[] = {.5, .05, 1, .3}, taus[] = {0, 10, 300};
    izh_stp r;
    r.U = scaled(b, Us, LENGTH(Us), 1, odd);
    r.tau_rec = scaled(b, taus, LENGTH(taus), 1, odd);
    r.tau_facil = scaled(b, taus, LENGTH(taus), 1, odd);
    return r;
}

static void bounds_from(struct world *w, uint32_t receptor, bool odd, izh_stdp *r)
{
    static const double most[] = {.99, .5, .125}, least[] = {0, 0, .0625};
    const double range = unit_of(w, receptor) * 0x1p31, scale = range < 8 ? range : 8;
    r->w_max = scaled(w->bytes, most, LENGTH(most), scale, odd);
    r->w_min = scaled(w->bytes, least, LENGTH(least), scale, odd);
    if (w->receptors[receptor].kind != IZH_CONDUCTANCE && fuzz_below(w->bytes, 2)) {
        const double high = -r->w_min;
        r->w_min = -r->w_max;
        r->w_max = high;
    }
}

static void sweeps_from(struct bytes *b, bool odd, izh_stdp *r)
{
    static const double drifts[] = {0, .001, -.01}, keeps[] = {0, .5, .9, 1},
                        gains[] = {1, 0, -1, .1};
    static const uint32_t every[] = {0, 0, 1, 3, 7, 20, 400, UINT32_MAX};
    r->every = every[fuzz_below(b, LENGTH(every))];
    if (!r->every && !odd)
        return;
    r->drift = scaled(b, drifts, LENGTH(drifts), 1, odd);
    r->keep = scaled(b, keeps, LENGTH(keeps), 1, odd);
    r->gain = scaled(b, gains, LENGTH(gains), 1, odd);
}

static izh_stdp stdp_from(struct world *w, uint32_t receptor, bool odd)
{
    static const double amplitudes[] = {.125, .01, .5, 0}, taus[] = {20, 1, .3, 100};
    struct bytes *b = w->bytes;
    izh_stdp r = {.pairs = (int32_t)fuzz_below(b, odd ? 3 : 2)};
    r.a_plus = scaled(b, amplitudes, LENGTH(amplitudes), 1, odd);
    r.a_minus = scaled(b, amplitudes, LENGTH(amplitudes), 1, odd);
    r.tau_plus = scaled(b, taus, LENGTH(taus), 1, odd);
    r.tau_minus = scaled(b, taus, LENGTH(taus), 1, odd);
    bounds_from(w, receptor, odd, &r);
    sweeps_from(b, odd, &r);
    return r;
}

/* ---- whether the library takes them, by the header ---- */

static bool is_time(double tau)
{
    return tau >= 0 && isfinite(tau);
}

static bool is_stp_rule(const izh_stp *r)
{
    if (!(r->U >= 0 && r->U <= 1) || !is_time(r->tau_rec) || !is_time(r->tau_facil))
        return false;
    return r->U > 0 || (r->tau_rec == 0 && r->tau_facil == 0);
}

static bool is_step(double a, double tau, double unit, double dt)
{
    if (!(a == 0 || (a >= 16 * unit && a < unit * 0x1p31)))
        return false;
    return tau >= 0 && tau <= 65536 * dt && (a == 0 || tau > 0);
}

static bool are_sweeps(const izh_stdp *r)
{
    if (!r->every)
        return r->drift == 0 && r->keep == 0 && r->gain == 0;
    return isfinite(r->drift) && isfinite(r->gain) && r->keep >= 0 && r->keep <= 1;
}

static bool is_stdp_rule(const struct world *w, uint32_t receptor, const izh_stdp *r)
{
    const double unit = unit_of(w, receptor), dt = w->population.dt;
    if (!is_stdp(r))
        return r->tau_plus == 0 && r->tau_minus == 0 && r->w_min == 0 && r->w_max == 0 &&
               r->drift == 0 && r->keep == 0 && r->gain == 0 && !r->every && !r->pairs;
    return is_step(r->a_plus, r->tau_plus, unit, dt) &&
           is_step(r->a_minus, r->tau_minus, unit, dt) && is_weight(w, receptor, r->w_min) &&
           is_weight(w, receptor, r->w_max) && r->w_min < r->w_max &&
           (r->w_min >= 0 || r->w_max <= 0) && are_sweeps(r) &&
           (r->pairs == IZH_PAIRS_ALL || r->pairs == IZH_PAIRS_NEAREST);
}

static izh_status group_of(struct actor *a, const izh_group_config *config, uint32_t expected)
{
    uint32_t group = UINT32_MAX;
    const izh_status status = izh_network_group(a->net, config, &group);
    demand(group == (status == IZH_OK ? expected : UINT32_MAX), NULL);
    demand(status == IZH_OK || (a->host.logged == status && *izh_network_message(a->net)), NULL);
    demand(status != IZH_E_MEMORY || a->host.refused, NULL);
    return status;
}

/* A group that may be plastic; where the library refuses its rules, it gets none. */
static void add_group(struct world *w, uint32_t g)
{
    izh_group_config config = IZH_GROUP_CONFIG_INIT;
    const uint32_t receptor = w->receptor_of[g] = g % w->receptor_count;
    const uint8_t how = w->plastic ? fuzz_byte(w->bytes) : 0;
    const bool odd = how >= 200;
    config.receptor = (int32_t)receptor;
    if (how % 4 & 1)
        config.stp = stp_from(w->bytes, odd);
    if (how % 4 & 2)
        config.stdp = stdp_from(w, receptor, odd);
    izh_status status = group_of(&w->one, &config, g);
    const bool edge =
        is_edge(w, receptor, config.stdp.w_min) || is_edge(w, receptor, config.stdp.w_max);
    const bool fine = is_stp_rule(&config.stp) && is_stdp_rule(w, receptor, &config.stdp);
    demand(edge || status == (fine ? IZH_OK : IZH_E_INVALID) || status == IZH_E_MEMORY, NULL);
    if (status != IZH_OK) {
        demand(group_of(&w->twin, &config, g) == status, NULL);
        config = (izh_group_config)IZH_GROUP_CONFIG_INIT;
        config.receptor = (int32_t)receptor;
        status = group_of(&w->one, &config, g);
    }
    demand(status == IZH_OK && group_of(&w->twin, &config, g) == IZH_OK, NULL);
    w->stdp_of[g] = config.stdp;
}

static void connect_all(struct world *w)
{
    const uint8_t groups = w->receptor_count ? fuzz_byte(w->bytes) : 0;
    w->groups = w->receptor_count ? 1 + groups % (w->receptor_count + 2) : 0;
    w->plastic = groups >= 128;
    for (uint32_t g = 0; g < w->groups; g++)
        add_group(w, g);
    w->one.host.refused = w->twin.host.refused = false;
    w->batch_count = 0;
    for (unsigned k = fuzz_below(w->bytes, BATCHES_MOST + 1); k > 0; k--)
        connect_one(w);
    connect_twin(w);
}

static bool build(struct world *w)
{
    w->one.host.starved = fuzz_below(w->bytes, 16) == 15;
    izh_status status = izh_network_build(w->one.net);
    demand(status == IZH_OK || (status == IZH_E_MEMORY && w->one.host.refused), NULL);
    w->one.host.starved = false;
    if (status != IZH_OK)
        status = izh_network_build(w->one.net);
    if (status == IZH_OK)
        status = izh_network_build(w->twin.net);
    /* Tables of sources may be larger than what there is. */
    demand(status == IZH_OK || w->one.host.refused || w->twin.host.refused, NULL);
    return status == IZH_OK;
}

/* ---- calls ---- */

static izh_status run(struct world *w, struct actor *a, int64_t to)
{
    izh_status status;
    do {
        status = izh_network_run(a->net, time_at(w, to));
        if (status != IZH_E_INVALID)
            hear(a, izh_population_spikes(a->p), w->population.n);
    } while (status == IZH_PAUSED);
    demand(status == IZH_OK || status == IZH_E_DIVERGED || status == IZH_E_RESET ||
               status == IZH_E_TOLERANCE || status == IZH_E_INVALID || status == IZH_E_MEMORY,
           NULL);
    demand(status != IZH_E_MEMORY || a->host.refused || w->fixed, NULL);
    demand_sound(w, a, status);
    return status;
}

/* The twin; what it saves then it takes again, and is the same. */
static izh_status run_and_reload(struct world *w, int64_t to)
{
    static struct saved blob, again;
    const izh_status status = run(w, &w->twin, to);
    if (status == IZH_E_MEMORY)
        return status;
    save(&w->twin, &blob);
    demand(izh_network_load(w->twin.net, blob.bytes, blob.size) == IZH_OK, NULL);
    save(&w->twin, &again);
    demand_equal(&again, &blob);
    return status;
}

/* At once, and the twin in two pieces. Where there was no memory, to there only. */
static void call_run(struct world *w)
{
    const int64_t ticks = fuzz_below(w->bytes, 24), part = fuzz_below(w->bytes, 24);
    const int64_t start = w->tick;
    if (!(time_at(w, start + ticks) < 1e15))
        return;
    w->ticks += ticks;
    izh_status status = run(w, &w->one, start + ticks);
    if (status == IZH_E_MEMORY && w->one.host.starved) {
        w->one.host.starved = false;
        status = run(w, &w->one, start + ticks);
    }
    if (status == IZH_E_MEMORY || status == IZH_E_INVALID) {
        w->ticks = TICKS_MOST;
        return;
    }
    w->tick = start + ticks;
    if (part < ticks)
        status = run_and_reload(w, start + part);
    if (status != IZH_E_MEMORY)
        status = run(w, &w->twin, w->tick);
    if (status == IZH_E_MEMORY)
        w->ticks = TICKS_MOST;
    else
        demand_twins(w);
}

static void call_send(struct world *w)
{
    izh_spike spikes[8];
    const uint32_t count = fuzz_below(w->bytes, 9);
    const uint32_t often = fuzz_below(w->bytes, 16) == 15 ? 60 : 1;
    for (uint32_t k = 0; k < count; k++) {
        const uint8_t how = fuzz_byte(w->bytes);
        const double later = fuzz_byte(w->bytes) / 8.;
        spikes[k] = (izh_spike){time_at(w, w->tick) + later * w->population.dt, 0, 0};
        spikes[k].i = fuzz_below(w->bytes, w->sources + 1u);
        if (how < 250 && w->sources)
            spikes[k].i %= w->sources;
        if (how == 250)
            spikes[k].t = fuzz_double(w->bytes);
        if (how == 249)
            spikes[k].reserved = 1;
        if (how == 248)
            spikes[k].t = time_at(w, w->tick - 1);
    }
    for (uint32_t k = 0; k < often; k++)
        BOTH(izh_network_send(a->net, spikes, count));
}

static double hz_from(struct world *w)
{
    static const double means[] = {0, .1, 1, 50, 7};
    return fuzz_choice(w->bytes, means, LENGTH(means)) * 1000 / w->population.dt;
}

static void call_set_rates(struct world *w)
{
    double hz[4];
    const uint32_t first = fuzz_below(w->bytes, SOURCES_MOST + 2), count = fuzz_below(w->bytes, 5);
    const size_t stride = fuzz_below(w->bytes, 2);
    for (unsigned i = 0; i < 4; i++)
        hz[i] = hz_from(w);
    BOTH(izh_network_set_rates(a->net, first, count, hz, stride));
}

static void call_set_background(struct world *w)
{
    double hz[4], weights[4];
    const uint32_t receptor = fuzz_below(w->bytes, w->receptor_count + 1);
    const uint32_t first = fuzz_below(w->bytes, N_MOST + 2), count = fuzz_below(w->bytes, 5);
    const size_t stride = fuzz_below(w->bytes, 2);
    for (unsigned i = 0; i < 4; i++) {
        hz[i] = hz_from(w);
        weights[i] = weight_from(w, receptor < w->receptor_count ? receptor : 0);
    }
    BOTH(izh_network_set_background(a->net, receptor, first, count, hz, weights, stride));
}

static void call_set_weights(struct world *w)
{
    double weights[4], read[4];
    izh_synapse synapses[4];
    const uint32_t group = fuzz_below(w->bytes, w->groups + 1);
    const size_t first = fuzz_below(w->bytes, 24), count = fuzz_below(w->bytes, 5);
    for (unsigned i = 0; i < 4; i++)
        weights[i] = weight_from(w, group < w->groups ? w->receptor_of[group] : 0);
    BOTH(izh_network_set_weights(a->net, group, first, count, weights));
    const izh_status status = izh_network_get_weights(w->one.net, group, first, count, read);
    demand(izh_network_synapses(w->one.net, group, first, count, synapses) == status, NULL);
    for (size_t k = 0; status == IZH_OK && k < count; k++)
        demand(read[k] == synapses[k].weight, NULL);
}

static void call_set_gain(struct world *w)
{
    static const double gains[] = {1, 0, -2, .01, 1e6};
    const uint32_t group = fuzz_below(w->bytes, w->groups + 1);
    const double gain = fuzz_choice(w->bytes, gains, LENGTH(gains));
    const bool waits = group < w->groups && w->stdp_of[group].every;
    w->one.host.logged = IZH_OK;
    BOTH(izh_network_set_gain(a->net, group, gain));
    demand((w->one.host.logged == IZH_OK) == (waits && isfinite(gain)), NULL);
}

static void call_set_neurons(struct world *w)
{
    const double I = fuzz_double(w->bytes);
    const izh_state y = fuzz_state(w->bytes);
    const uint32_t i = fuzz_below(w->bytes, N_MOST);
    const bool state = fuzz_below(w->bytes, 2);
    struct actor *actors[] = {&w->one, &w->twin};
    for (int k = 0; k < 2; k++)
        if (state)
            izh_population_set_state(actors[k]->p, i, 1, &y, 0);
        else
            izh_population_set_current(actors[k]->p, i, 1, &I, 0);
    demand_twins(w);
}

/* Its own blob, with words replaced by doubles, integers and each other, or none; or plain bytes.
 */
static void forge(struct saved *blob, struct bytes *b)
{
    const unsigned kind = fuzz_below(b, 4);
    const size_t words = blob->size / FUZZ_WORD;
    for (unsigned i = fuzz_below(b, 8); i > 0 && kind < 3; i--) {
        const size_t far = fuzz_byte(b) + 256u * fuzz_below(b, 4);
        fuzz_change_word(blob->bytes + FUZZ_WORD * (words - 1 - far % words), b);
    }
    if (kind == 2 && words > 8)
        blob->size -= FUZZ_WORD * (size_t)fuzz_below(b, 8);
    if (kind == 3)
        blob->size = fuzz_rest(blob->bytes, b, 400);
    if (kind)
        blob->size = fuzz_seal(blob->bytes, blob->size, "izhnetwk");
}

static void call_load(struct world *w)
{
    static struct saved blob, twins;
    save(&w->one, &blob);
    save(&w->twin, &twins);
    demand_equal(&blob, &twins);
    forge(&blob, w->bytes);
    BOTH(izh_network_load(a->net, blob.bytes, blob.size));
    const double t = izh_population_time(w->one.p);
    w->tick = (int64_t)rint((t - w->population.t0) / w->population.dt);
    w->one.last = w->twin.last = -INFINITY;
    if (!(fabs(t) < 1e9) || time_at(w, w->tick) != t)
        w->ticks = TICKS_MOST;
}

static void call(struct world *w)
{
    const unsigned which = fuzz_byte(w->bytes);
    w->one.host.refused = w->twin.host.refused = false;
    w->one.host.starved = which >= 240;
    switch (which % 12) {
    case 0:
    case 1:
        call_send(w);
        break;
    case 2:
        call_set_rates(w);
        break;
    case 3:
        call_set_background(w);
        break;
    case 4:
        call_set_weights(w);
        break;
    case 5:
        call_set_neurons(w);
        break;
    case 6:
        call_load(w);
        break;
    case 7:
        w->plastic ? call_set_gain(w) : call_load(w);
        break;
    default:
        call_run(w);
        break;
    }
    w->one.host.starved = false;
}

/* ---- an input ---- */

/* One of n; any double where all is odd. */
static double one_of(struct bytes *b, const double *values, unsigned n, bool odd)
{
    return odd ? fuzz_choice(b, values, n) : values[fuzz_below(b, n)];
}

static izh_receptor receptor_from(struct bytes *b)
{
    static const double taus[] = {0, 1, 5, 100}, rises[] = {0, 0, .5, 3};
    static const double Es[] = {0, -70, 10}, ranges[] = {0, 1, 16, 1048576};
    izh_receptor r = {0, 0, 0, 0, 0, 0};
    const uint8_t how = fuzz_byte(b);
    const bool odd = how >= 240;
    r.kind = (int32_t)(how == 255 ? 255 : how % 3);
    r.tau = r.kind == IZH_JUMP ? 0 : one_of(b, taus, LENGTH(taus), odd);
    if (r.kind == IZH_CONDUCTANCE) {
        r.tau = r.tau == 0 ? 3.5 : r.tau;
        r.nmda = how / 3 % 2;
        r.rise = one_of(b, rises, LENGTH(rises), odd) * (r.tau > 4 ? 1 : .25);
        r.E = one_of(b, Es, LENGTH(Es), odd);
    }
    r.range = one_of(b, ranges, LENGTH(ranges), odd);
    return r;
}

/* By the header. */
static bool is_receptor(const izh_receptor *r)
{
    int exponent;
    if (r->kind < IZH_JUMP || r->kind > IZH_CONDUCTANCE || !isfinite(r->tau) ||
        !isfinite(r->rise) || !isfinite(r->E) || !isfinite(r->range))
        return false;
    if (r->range != 0 &&
        (r->range < 0x1p-20 || r->range > 0x1p30 || frexp(r->range, &exponent) != .5))
        return false;
    if (r->tau < 0 || r->rise < 0 || r->rise > .95 * r->tau)
        return false;
    return r->kind != IZH_CONDUCTANCE || r->tau > 0;
}

static bool create(struct actor *a, struct world *w, size_t in_flight)
{
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    izh_population_config population = w->population;
    bool fine = izh_method_name(population.method);
    population.allocator = fuzz_allocator(&a->host);
    population.log = fuzz_log(&a->host);
    config.population = &population;
    config.sources = w->sources;
    config.receptors = w->receptors;
    config.receptor_count = w->receptor_count;
    config.in_flight = in_flight;
    config.send_capacity = in_flight;
    for (uint32_t k = 0; k < w->receptor_count; k++)
        fine &= is_receptor(&w->receptors[k]);
    *a = (struct actor){.host.most = 1 << 24, .last = -INFINITY};
    const izh_status status = izh_network_create(&a->net, &config);
    demand((status == IZH_OK) == (a->net != NULL), NULL);
    demand(status == IZH_OK || (a->host.live == 0 && a->host.logged == status), NULL);
    demand(fine || status == IZH_E_INVALID || status == IZH_E_UNSUPPORTED, NULL);
    demand(!fine || status != IZH_E_INVALID || population.max_spikes_per_ms > 0, NULL);
    a->p = izh_network_population(a->net);
    return a->net;
}

static void config_from(struct world *w)
{
    static const double dts[] = {1, .1, .25, .5};
    static const double rates[] = {0, 0, 1, 20, 300};
    struct bytes *b = w->bytes;
    w->population = (izh_population_config)IZH_POPULATION_CONFIG_INIT;
    w->population.n = fuzz_below(b, N_MOST + 1);
    w->population.method = fuzz_method(b);
    w->population.precision = (int32_t)fuzz_below(b, 2);
    w->population.events = (int32_t)fuzz_below(b, 2);
    w->population.dt = dts[fuzz_below(b, LENGTH(dts))];
    w->population.t0 = fuzz_below(b, 2);
    w->population.max_spikes_per_ms = rates[fuzz_below(b, LENGTH(rates))];
    w->population.noise_sigma = fuzz_below(b, 2);
    w->population.seed = fuzz_byte(b);
    w->sources = fuzz_below(b, SOURCES_MOST + 1);
    w->receptor_count = fuzz_below(b, IZH_RECEPTORS_MAX + 1);
    for (uint32_t k = 0; k < w->receptor_count; k++)
        w->receptors[k] = receptor_from(b);
}

static void destroy(struct actor *a)
{
    izh_network_destroy(a->net);
    demand(a->host.live == 0, NULL);
}

/* Neurons that fire. */
static void excite(struct world *w, struct actor *a)
{
    double I[N_MOST];
    for (uint32_t i = 0; i < N_MOST; i++)
        I[i] = 3 * i;
    demand(izh_population_set_current(a->p, 0, w->population.n, I, 1) == IZH_OK, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world w;
    struct bytes bytes = {data, data + size};
    w.bytes = &bytes;
    w.tick = w.ticks = 0;
    config_from(&w);
    w.fixed = fuzz_below(&bytes, 4) == 3;
    const size_t in_flight = w.fixed ? 1 + fuzz_byte(&bytes) : 0;
    if (!create(&w.one, &w, in_flight))
        return 0;
    w.population.isa = IZH_ISA_SCALAR;
    w.population.tile = 128;
    w.population.block = 1 + fuzz_below(&bytes, 8);
    w.population.spike_capacity = 1 + fuzz_below(&bytes, 4);
    w.population.threads = 3;
    w.population.executor = fuzz_executor();
    demand(create(&w.twin, &w, in_flight), NULL);
    connect_all(&w);
    excite(&w, &w.one);
    excite(&w, &w.twin);
    if (build(&w))
        for (int i = 0; i < CALLS && bytes.at < bytes.end && w.ticks < TICKS_MOST; i++)
            call(&w);
    destroy(&w.one);
    destroy(&w.twin);
    return 0;
}
