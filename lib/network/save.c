/* Saves a network as a blob, loads it, and hashes it. The body:
 *
 *     the fingerprint of the structure
 *     the population's blob: its length in words, then itself
 *     for each receptor with a time constant each neuron's state, and with a rise another one
 *     if there are plastic groups, of each source that is followed, as it was before its spikes
 *         that are still on their way: ticks since it spiked last and 1, or 0 for never; then its
 *         state in each group with short-term plasticity, and its trace in each whose pairs are all
 *     if groups learn, for each tau_minus and neuron: how many ticks with spikes are kept; of each
 *         its age and how many spikes; the neuron's trace, unless it has no spikes
 *     if groups learn: whether the arrivals of this tick were learned, and whether what waited for
 *         it is settled; the gain of each group whose changes wait
 *     the spikes on their way: how many; of each for how many ticks it still is, and its source;
 *         in this order
 *     those that no exchange has told: how many; source and tick of the period of each; owed or not
 *     those sent: how many; source and ticks from now of each
 *     whether there are Poisson sources; then the mean of each
 *     for each receptor whether there is a background; then each neuron's mean and weight
 *     each group's weights, and what waits there, in the order in which the host reads them */
#include <string.h>

#include "model/codec.h"
#include "network/learn.h"
#include "network/network.h"
#include "util/fpmode.h"
#include "util/memory.h"
#include "util/mix.h"

#define NETWORK_MAGIC "izhnetwk"
#define NETWORK_FORMAT 1
#define SAVED_TICKS_MOST ((uint64_t)1 << 52)

/* ---- one pass over the body behind the population's ---- */

/* The same code makes three passes: it writes a blob; it judges one and keeps nothing, so that an
 * error changes nothing; it keeps one that was judged and for which there is room. */
struct network_pass {
    struct izh_codec codec;
    struct izh_network *net;
    enum {
        WRITING,
        JUDGING,
        KEEPING
    } does;
    bool sound; /* no fault was found so far */
    int64_t tick;
    size_t on_way, mine, sent; /* how many there are in the blob */
    bool background[IZH_RECEPTORS_MAX];
    bool learned; /* whether the arrivals at this tick were learned */
};

static void states(struct network_pass *s, const struct izh_receptor_law *law, double *of)
{
    for (uint32_t i = 0; i < s->net->wiring.n; i++) {
        double x = s->does == WRITING ? of[i] : 0;
        izh_codec_number(&s->codec, &x);
        if (s->does == KEEPING)
            of[i] = x;
        else
            s->sound &= izh_isfinite(x) && (law->is.kind != IZH_CONDUCTANCE || x >= 0);
    }
}

static void receptors(struct network_pass *s)
{
    const struct izh_receptors *r = &s->net->receptors;
    for (uint32_t k = 0; k < r->count; k++) {
        const struct izh_receptor_law *law = &r->law[k];
        if (izh_receptor_decays(law))
            states(s, law, law->slow.s[s->net->side]);
        if (izh_receptor_rises(law))
            states(s, law, law->fast.s[s->net->side]);
    }
}

/* How many items of so many words each follow. There are no more than the blob can hold. */
static size_t count(struct network_pass *s, size_t count, uint64_t words)
{
    const uint64_t most = s->codec.from ? izh_blob_left(s->codec.from) / words : 0;
    const uint64_t n = izh_codec_upto(&s->codec, count, most);
    return n <= most || s->does == WRITING ? (size_t)n : 0;
}

static struct izh_stp_state stp_state(const struct izh_stp_group *stp, uint32_t i, bool any,
                                      size_t place)
{
    if (!stp->state)
        return IZH_STP_START;
    return any ? stp->load[place].before : stp->state[i];
}

static void stp(struct network_pass *s, struct izh_stp_group *stp, uint32_t i,
                struct izh_stp_state x)
{
    izh_codec_number(&s->codec, &x.u);
    izh_codec_number(&s->codec, &x.x);
    s->sound &= x.u >= 0 && x.u <= 1 && x.x >= 0 && x.x <= 1;
    if (s->does == KEEPING)
        stp->state[i] = x;
}

static void trace(struct network_pass *s, double *of, double x)
{
    izh_codec_number(&s->codec, &x);
    s->sound &= x >= 0 && x < IZH_TRACE_MOST;
    if (s->does == KEEPING)
        *of = x;
}

/* The past of sources does not include spikes on their way: plastic groups are told of these anew
 * when they are loaded. */
static void past(struct network_pass *s)
{
    struct izh_plastic *p = &s->net->plastic;
    for (uint32_t i = 0; i < p->span; i++) {
        struct izh_past last = {IZH_NEVER, 0};
        size_t place = 0;
        const bool any =
            s->does == WRITING && izh_arrivals_rewind(&s->net->arrivals, i, s->tick, &last, &place);
        uint64_t age = last.tick == IZH_NEVER ? 0 : (uint64_t)(s->tick - last.tick) + 1;
        age = izh_codec_upto(&s->codec, age, SAVED_TICKS_MOST);
        s->sound &= !age || age - 1 > s->net->arrivals.wiring->delay_most;
        if (s->does == KEEPING)
            p->last[i] = (struct izh_past){age ? s->tick + 1 - (int64_t)age : IZH_NEVER, 0};
        for (uint32_t g = 0; g < s->net->wiring.count; g++) {
            struct izh_stp_group *group = &s->net->wiring.group[g].stp;
            if (group->state)
                stp(s, group, i, stp_state(group, i, any, place));
            struct izh_stdp_group *learns = &s->net->wiring.group[g].stdp;
            if (learns->trace)
                trace(s, &learns->trace[i], any ? learns->before[place] : learns->trace[i]);
        }
    }
}

/* A neuron's last spikes. They count before now, or at now if that was learned. */
static void post_line(struct network_pass *s, struct izh_post_line *line)
{
    struct izh_post_line x = izh_posts_none((uint32_t)s->tick);
    uint64_t last = UINT64_MAX;
    if (s->does == WRITING)
        x = *line;
    x.count = (uint8_t)izh_codec_upto(&s->codec, x.count, IZH_POSTS_KEPT);
    for (uint32_t k = 0; k < x.count && k < IZH_POSTS_KEPT; k++) {
        uint64_t age = (uint32_t)s->tick - x.tick[k];
        age = izh_codec_upto(&s->codec, age, UINT32_MAX / 2);
        x.tick[k] = (uint32_t)(s->tick - (int64_t)age);
        x.times[k] = (uint8_t)izh_codec_upto(&s->codec, x.times[k], UINT8_MAX);
        s->sound &= x.times[k] > 0 && (k == 0 || age >= last);
        last = age;
    }
    if (x.count)
        trace(s, &x.trace, x.trace);
    if (s->does == KEEPING)
        *line = x;
}

static void learning(struct network_pass *s)
{
    struct izh_plastic *p = &s->net->plastic;
    for (uint32_t k = 0; k < p->posts_count; k++)
        for (uint32_t i = 0; i < s->net->wiring.n; i++)
            post_line(s, &p->posts[k].line[i]);
    s->learned = izh_codec_upto(&s->codec, p->learned > s->tick, p->at_arrival);
    const bool swept = izh_codec_upto(&s->codec, p->swept == s->tick, 1);
    if (s->does == KEEPING)
        p->swept = swept ? s->tick : -1;
    for (uint32_t g = 0; g < s->net->wiring.count; g++) {
        izh_stdp *rule = &s->net->wiring.group[g].stdp.rule;
        double gain = rule->gain;
        if (!rule->every)
            continue;
        izh_codec_number(&s->codec, &gain);
        s->sound &= izh_isfinite(gain);
        if (s->does == KEEPING)
            rule->gain = gain;
    }
}

/* The order of these spikes, and how long those stay that nobody waits for, depend on the blocks.
 * Equal networks must have equal blobs, so the spikes are sorted and those are left out. */
static void write_on_way(struct network_pass *s)
{
    const struct izh_arrivals *a = &s->net->arrivals;
    size_t living = 0;
    for (size_t k = 0; k < a->count; k++)
        living += izh_on_way_is_alive(a, izh_on_way_at(a, k), s->tick);
    count(s, living, 2);
    for (size_t k = 0; k < a->count; k++) {
        const struct izh_on_way *x = izh_on_way_at(a, k);
        const uint32_t age = (uint32_t)s->tick - x->tick;
        if (!izh_on_way_is_alive(a, x, s->tick))
            continue;
        izh_blob_put(s->codec.to, a->wiring->delay_most - age);
        izh_blob_put(s->codec.to, x->source);
    }
    izh_blob_sort_pairs(s->codec.to, living);
}

static void read_on_way(struct network_pass *s)
{
    struct izh_arrivals *a = &s->net->arrivals;
    const uint64_t most = s->net->neurons + (uint64_t)s->net->sources.count;
    const uint32_t longest = a->wiring->delay_most;
    const size_t n = s->on_way = count(s, 0, 2);
    if (s->does == KEEPING)
        a->head = a->count = a->seen = 0;
    uint64_t last_left = 0;
    uint32_t last_source = 0;
    for (size_t k = 0; k < n; k++) {
        const uint64_t left = izh_codec_upto(&s->codec, 0, longest + (uint64_t)1);
        uint32_t source = 0;
        izh_codec_u32(&s->codec, &source);
        s->sound &=
            source < most && (left > last_left || (left == last_left && source >= last_source));
        last_left = left;
        last_source = source;
        if (s->does == KEEPING)
            izh_arrivals_add(a, source, s->tick - (int64_t)(longest - left));
    }
}

static bool is_own(const struct izh_network *net, uint32_t source)
{
    return source - izh_network_shape(net)->first < net->wiring.n;
}

static void mine(struct network_pass *s)
{
    struct izh_network *net = s->net;
    const size_t n = s->mine = count(s, net->mine_count, 2);
    for (size_t k = 0; k < n; k++) {
        izh_sent x = {0, 0};
        if (s->does == WRITING)
            x = net->mine[k];
        izh_codec_u32(&s->codec, &x.source);
        izh_codec_u32(&s->codec, &x.tick);
        s->sound &= is_own(net, x.source) && x.tick < net->period && net->exchange.run;
        if (s->does == KEEPING)
            net->mine[k] = x;
    }
    const bool owed = izh_codec_upto(&s->codec, net->owed, 1);
    s->sound &= !owed || net->exchange.run;
    if (s->does == KEEPING) {
        net->mine_count = n;
        net->owed = owed;
        net->told.here = false;
        net->dues_tick = 0;
    }
}

static void sent(struct network_pass *s)
{
    struct izh_sources *to = &s->net->sources;
    const size_t n = s->sent = count(s, to->sent_count, 2);
    izh_spike last = {-1, 0, 0};
    size_t same = 0;
    for (size_t k = 0; k < n; k++) {
        izh_spike x = {0};
        if (s->does == WRITING)
            x = izh_sources_sent(to)[k];
        uint64_t later = s->does == WRITING ? (uint64_t)((int64_t)x.t - s->tick) : 0;
        izh_codec_u32(&s->codec, &x.i);
        later = izh_codec_upto(&s->codec, later, SAVED_TICKS_MOST);
        x.t = (double)(s->tick + (int64_t)later);
        same = x.t == last.t && x.i == last.i ? same + 1 : 1;
        s->sound &= x.i < to->count && same <= IZH_SOURCE_COUNT_MOST &&
                    (x.t > last.t || (x.t == last.t && x.i >= last.i));
        last = x;
        if (s->does == KEEPING)
            to->sent[k] = x;
    }
    if (s->does == KEEPING) {
        to->sent_past = 0;
        to->sent_count = n;
    }
}

static void poisson(struct network_pass *s, struct izh_poisson *p, uint32_t i)
{
    double mean = s->does == WRITING && p->mean[i] > 0 ? p->mean[i] : 0;
    izh_codec_number(&s->codec, &mean);
    if (s->does == KEEPING)
        izh_poisson_set(p, i, mean);
    else
        s->sound &= mean >= 0 && mean <= IZH_POISSON_MEAN_MOST;
}

static void rates(struct network_pass *s)
{
    struct izh_poisson *p = &s->net->sources.rates;
    const bool any = izh_codec_upto(&s->codec, p->active > 0, 1);
    for (uint32_t i = 0; any && i < p->count; i++)
        poisson(s, p, i);
    for (uint32_t i = 0; s->does == KEEPING && !any && i < p->count; i++)
        izh_poisson_set(p, i, 0);
}

static void background(struct network_pass *s, uint32_t receptor)
{
    struct izh_background *b = &s->net->sources.background[receptor];
    const struct izh_receptor_law *law = &s->net->receptors.law[receptor];
    s->background[receptor] = izh_codec_upto(&s->codec, b->k && b->poisson.active, 1);
    for (uint32_t i = 0; s->does == KEEPING && b->k && i < s->net->wiring.n; i++)
        izh_poisson_set(&b->poisson, i, 0);
    for (uint32_t i = 0; s->background[receptor] && i < s->net->wiring.n; i++) {
        const bool gets = s->does == WRITING && b->poisson.mean[i] > 0;
        int32_t k = gets ? b->k[i] : 0; /* the weights of others have no effect */
        poisson(s, &b->poisson, i);
        izh_codec_i32(&s->codec, &k);
        s->sound &= law->is.kind != IZH_CONDUCTANCE || k >= 0;
        if (s->does == KEEPING)
            b->k[i] = k;
    }
}

static void waits(struct network_pass *s, const struct izh_tract *t, const struct izh_wire *wire,
                  float x)
{
    double wide = x;
    izh_codec_number(&s->codec, &wide);
    s->sound &= izh_fabs(wide) <= FLT_MAX;
    if (s->does == KEEPING)
        t->waits[wire - t->wires] = (float)wide;
}

static void pass_weights(struct network_pass *s, uint32_t group)
{
    struct izh_wiring *w = &s->net->wiring;
    const bool positive =
        s->net->receptors.law[w->group[group].receptor].is.kind == IZH_CONDUCTANCE;
    const struct izh_stdp_group *learns = &w->group[group].stdp;
    struct izh_walk walk = izh_walk_from(w, group, 0, w->group[group].count);
    struct izh_wire *wire;
    uint32_t source, target;
    while ((wire = izh_walk_next(&walk, &source, &target))) {
        struct izh_weight x = {0, 0};
        if (s->does == WRITING)
            x = izh_learn_weight(&s->net->arrivals, group, source, target, wire);
        izh_codec_i32(&s->codec, &x.k);
        s->sound &= !positive || x.k >= 0;
        if (izh_stdp_is(&learns->rule))
            s->sound &= x.k >= learns->k_min && x.k <= learns->k_max;
        if (s->does == KEEPING)
            wire->k = x.k;
        if (izh_stdp_waits(learns))
            waits(s, izh_tract_of(w, &w->group[group], target / w->part_size, source), wire,
                  x.waits);
    }
}

static void body(struct network_pass *s)
{
    receptors(s);
    past(s);
    if (s->net->plastic.lessons)
        learning(s);
    if (s->does == WRITING)
        write_on_way(s);
    else
        read_on_way(s);
    mine(s);
    sent(s);
    rates(s);
    for (uint32_t k = 0; k < s->net->receptors.count; k++)
        background(s, k);
    for (uint32_t g = 0; g < s->net->wiring.count; g++)
        pass_weights(s, g);
}

/* ---- saving ---- */

size_t izh_network_save(izh_network *net, void *buffer, size_t capacity)
{
    IZH_FPMODE;
    if (!net || izh_network_in_block(net) || izh_network_ready(net, "save", fpmode_) != IZH_OK)
        return 0;
    struct izh_blob_writer writer;
    struct network_pass s = {.codec = {&writer, NULL, NULL}, .net = net, .does = WRITING};
    s.tick = izh_network_shape(net)->tick;
    izh_blob_begin(&writer, buffer, capacity);
    izh_blob_put(&writer, net->structure);
    const size_t size = izh_population_save(net->population, NULL, 0);
    izh_blob_put(&writer, size / 8);
    unsigned char *at = izh_blob_put_room(&writer, size / 8);
    if (at)
        izh_population_save(net->population, at, size);
    body(&s);
    return izh_blob_end(&writer, NETWORK_MAGIC, NETWORK_FORMAT);
}

/* ---- loading ---- */

static izh_status damaged_network(struct izh_network *net)
{
    return izh_fail(&net->population->report, IZH_E_FORMAT,
                    "load: not a whole, undamaged blob of a network");
}

/* Reports a blob of another structure. The population's blob tells where the neurons differ; of the
 * rest there is only a fingerprint. */
static izh_status other_structure(struct izh_network *net, const unsigned char *blob, size_t length)
{
    const izh_status status = izh_population_check_blob(net->population, blob, length);
    if (status != IZH_OK)
        return status;
    return izh_fail(&net->population->report, IZH_E_INVALID,
                    "load: the blob is of another structure: n, method, dt and seed are the same, "
                    "but not receptors, sources, groups, their order, or synapses");
}

/* Makes room for what the blob's network needs beyond this one. */
static bool reserve_network(struct network_pass *s)
{
    struct izh_network *net = s->net;
    const struct izh_cells_shape *shape = izh_network_shape(net);
    const size_t more = s->on_way > net->arrivals.count ? s->on_way - net->arrivals.count : 0;
    const size_t sent = net->sources.sent_count;
    bool fine =
        izh_arrivals_reserve(&net->arrivals, more) && izh_network_reserve_mine(net, s->mine);
    if (s->sent > sent)
        fine &= izh_sources_reserve(&net->sources, s->sent - sent);
    for (uint32_t k = 0; fine && k < net->receptors.count; k++)
        if (s->background[k] && !net->sources.background[k].k)
            fine &= izh_background_init(&net->sources, k, shape->n, shape->first,
                                        izh_network_cells(net)->noise.seed);
    return fine;
}

/* Finds the part of the blob that is the population's. */
static bool find_population(struct izh_blob_reader *r, const unsigned char **blob, size_t *length)
{
    const uint64_t words = izh_blob_get(r);
    if (words > izh_blob_left(r))
        return false;
    *blob = izh_blob_here(r);
    *length = (size_t)words * 8;
    izh_blob_skip(r, words);
    return !r->failed;
}

static void take_network(struct network_pass *s)
{
    struct izh_network *net = s->net;
    s->does = KEEPING;
    s->tick = izh_network_shape(net)->tick;
    body(s);
    izh_arrivals_restore(&net->arrivals, s->tick, net->side);
    if (net->plastic.lessons)
        izh_learn_restore(&net->arrivals, s->tick + s->learned);
}

izh_status izh_network_load(izh_network *net, const void *buffer, size_t length)
{
    IZH_FPMODE;
    if (!net)
        return IZH_E_INVALID;
    izh_status status = izh_network_check_free(net, "load");
    if (status == IZH_OK)
        status = izh_network_ready(net, "load", fpmode_);
    if (status != IZH_OK)
        return status;
    struct izh_blob_reader reader;
    struct network_pass s = {
        .codec = {NULL, &reader, NULL}, .net = net, .does = JUDGING, .sound = true};
    const unsigned char *blob;
    size_t blob_length;
    if (!izh_blob_open(&reader, buffer, length, NETWORK_MAGIC, NETWORK_FORMAT))
        return damaged_network(net);
    const uint64_t structure = izh_blob_get(&reader);
    if (!find_population(&reader, &blob, &blob_length))
        return damaged_network(net);
    if (structure != net->structure)
        return other_structure(net, blob, blob_length);
    const struct izh_blob_reader start = reader;
    body(&s);
    if (!s.sound || !izh_blob_close(&reader))
        return damaged_network(net);
    if (!reserve_network(&s))
        return izh_fail(&net->population->report, IZH_E_MEMORY,
                        "load: no room for what the blob holds");
    status = izh_population_restore(net->population, blob, blob_length);
    if (status != IZH_OK)
        return status;
    reader = start;
    take_network(&s);
    return IZH_OK;
}

/* ---- hash ---- */

/* Kinds of what is hashed, so that none is taken for another. */
enum kind {
    STATE = 1,
    ON_WAY,
    SENT,
    RATE,
    BACKGROUND,
    PAST,
    POST,
    GAIN
};

static uint64_t mix_of(enum kind kind, uint64_t x, uint64_t y)
{
    return izh_mix(izh_mix(izh_mix(IZH_MIX_START * kind) ^ x) ^ y);
}

static uint64_t hash_states(uint64_t salt, const double *of, uint64_t first, uint32_t n)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; of && i < n; i++)
        if (of[i] != 0)
            sum += izh_mix_double(mix_of(STATE, salt, first + i), of[i]);
    return sum;
}

static uint64_t hash_receptors(const struct izh_network *net)
{
    uint64_t sum = 0;
    const uint64_t first = izh_network_shape(net)->first;
    for (uint32_t k = 0; k < net->receptors.count; k++) {
        const struct izh_receptor_law *law = &net->receptors.law[k];
        sum += hash_states(2 * k, law->slow.s[net->side], first, net->wiring.n);
        sum += hash_states(2 * k + 1, law->fast.s[net->side], first, net->wiring.n);
    }
    return sum;
}

/* All slices know the same sources, so only the slice with neuron 0 hashes them; without neurons,
 * the network does. */
static bool speaks_for_sources(const struct izh_network *net)
{
    return is_own(net, 0) || !net->neurons;
}

static bool is_mine(const struct izh_network *net, uint32_t source)
{
    return source < net->neurons ? is_own(net, source) : speaks_for_sources(net);
}

static uint64_t hash_on_way(const struct izh_network *net)
{
    const struct izh_arrivals *a = &net->arrivals;
    const int64_t tick = izh_network_shape(net)->tick;
    uint64_t sum = 0;
    for (size_t k = 0; k < a->count; k++) {
        const struct izh_on_way *x = izh_on_way_at(a, k);
        const int64_t age = (int32_t)((uint32_t)tick - x->tick);
        if (is_mine(net, x->source) && izh_on_way_is_alive(a, x, tick))
            sum += mix_of(ON_WAY, x->source, (uint64_t)(tick - age));
    }
    return sum;
}

/* A hash of what plastic groups know of source i, without its spikes that are still on their
 * way. */
static uint64_t hash_source(const struct izh_network *net, uint32_t i)
{
    struct izh_past past;
    size_t place = 0;
    const struct izh_wiring *w = &net->wiring;
    const int64_t tick = izh_network_shape(net)->tick;
    const bool any = izh_arrivals_rewind(&net->arrivals, i, tick, &past, &place);
    const uint64_t start = mix_of(PAST, net->plastic.base + i, (uint64_t)past.tick);
    uint64_t sum = 0;
    for (uint32_t g = 0; past.tick != IZH_NEVER && g < w->count; g++) {
        const struct izh_stp_group *stp = &w->group[g].stp;
        const struct izh_stdp_group *stdp = &w->group[g].stdp;
        const struct izh_stp_state x = stp_state(stp, i, any, place);
        if (stp->state)
            sum += izh_mix_double(izh_mix_double(izh_mix(start ^ g), x.u), x.x);
        if (stdp->trace)
            sum += izh_mix_double(izh_mix(start ^ ~(uint64_t)g),
                                  any ? stdp->before[place] : stdp->trace[i]);
    }
    return sum;
}

static uint64_t hash_line(const struct izh_network *net, uint64_t start,
                          const struct izh_post_line *line)
{
    const int64_t tick = izh_network_shape(net)->tick;
    uint64_t mixed = start;
    for (uint32_t k = 0; k < line->count; k++) {
        const int64_t age = (uint32_t)((uint32_t)tick - line->tick[k]);
        mixed = izh_mix(mixed ^ (uint64_t)(tick - age) ^ (uint64_t)line->times[k] << 56);
    }
    return line->count ? izh_mix_double(mixed, line->trace) : 0;
}

/* A hash of what the cells know of themselves as targets. */
static uint64_t hash_posts(const struct izh_network *net)
{
    const struct izh_plastic *p = &net->plastic;
    const uint64_t first = izh_network_shape(net)->first;
    uint64_t sum = 0;
    for (uint32_t k = 0; k < p->posts_count; k++)
        for (uint32_t i = 0; i < net->wiring.n; i++)
            sum += hash_line(net, mix_of(POST, k, first + i), &p->posts[k].line[i]);
    return sum;
}

static uint64_t hash_learning(const struct izh_network *net)
{
    const struct izh_wiring *w = &net->wiring;
    const uint64_t first = izh_network_shape(net)->first;
    uint64_t sum = hash_posts(net);
    for (uint32_t g = 0; g < w->count; g++) {
        const struct izh_stdp_group *stdp = &w->group[g].stdp;
        if (stdp->posts)
            sum += izh_learn_hash(&net->arrivals, g, first);
        if (first == 0 && stdp->rule.every)
            sum += izh_mix_double(mix_of(GAIN, g, 0), stdp->rule.gain);
    }
    return sum;
}

static uint64_t hash_past(const struct izh_network *net)
{
    const struct izh_plastic *p = &net->plastic;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < p->span; i++)
        if (is_mine(net, p->base + i))
            sum += hash_source(net, i);
    return sum;
}

static uint64_t hash_poisson(enum kind kind, uint64_t salt, const struct izh_poisson *p,
                             const int32_t *k)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; p->active && i < p->count; i++)
        if (p->mean[i] > 0)
            sum += izh_mix_double(mix_of(kind, salt ^ (k ? (uint32_t)k[i] : 0), p->first + i),
                                  p->mean[i]);
    return sum;
}

static uint64_t hash_sources(const struct izh_network *net)
{
    const struct izh_sources *s = &net->sources;
    uint64_t sum = hash_poisson(RATE, 0, &s->rates, NULL);
    for (size_t k = 0; k < s->sent_count; k++)
        sum += mix_of(SENT, izh_sources_sent(s)[k].i, (uint64_t)izh_sources_sent(s)[k].t);
    return sum;
}

uint64_t izh_network_hash(const izh_network *net)
{
    IZH_FPMODE;
    if (!net)
        return 0;
    uint64_t sum = izh_population_hash(net->population) + hash_receptors(net) + hash_on_way(net);
    sum += izh_wiring_hash(&net->wiring, izh_network_shape(net)->first, true) + hash_past(net) +
           hash_learning(net);
    for (uint32_t k = 0; k < net->receptors.count; k++)
        sum += hash_poisson(BACKGROUND, (uint64_t)k << 32, &net->sources.background[k].poisson,
                            net->sources.background[k].k);
    return speaks_for_sources(net) ? sum + hash_sources(net) : sum;
}
