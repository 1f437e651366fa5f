#include "network/wiring.h"

#include <string.h>

#include "util/memory.h"
#include "util/mix.h"

#define LEAST_SHELF_BITS 6 /* few sources need no shelves */

struct izh_wiring izh_wiring_init(const izh_allocator *allocator, uint32_t n, size_t part_size,
                                  uint32_t neurons, uint32_t sources)
{
    struct izh_wiring w = {
        .allocator = allocator,
        .n = n,
        .part_size = part_size,
        .part_count = (n + part_size - 1) / part_size,
        .shelf_bits = LEAST_SHELF_BITS,
        .neurons = neurons,
        .shortest = UINT32_MAX,
    };
    const uint32_t all = neurons + sources; /* the sum is below 2^32 */
    while (all >> w.shelf_bits >= IZH_SHELVES_MOST)
        w.shelf_bits++;
    w.shelves = (all >> w.shelf_bits) + 1;
    return w;
}

/* ---- groups ---- */

bool izh_wiring_add_group(struct izh_wiring *w, uint32_t receptor)
{
    if (w->count == w->room) {
        const uint32_t room = w->room ? 2 * w->room : 4;
        struct izh_group *group = izh_allocate(w->allocator, room, sizeof *group);
        if (!group)
            return false;
        if (w->count)
            memcpy(group, w->group, w->count * sizeof *group);
        izh_release(w->allocator, w->group, w->room, sizeof *group);
        w->group = group;
        w->room = room;
    }
    w->group[w->count++] = (struct izh_group){.receptor = receptor};
    return true;
}

static size_t count_tracts(const struct izh_wiring *w)
{
    return w->part_count * w->shelves;
}

static void release_tracts(const struct izh_wiring *w, struct izh_group *g)
{
    for (size_t k = 0; g->tracts && k < count_tracts(w); k++)
        izh_tract_release(&g->tracts[k], w->allocator);
    izh_release(w->allocator, g->tracts, count_tracts(w), sizeof *g->tracts);
    g->tracts = NULL;
}

/* ---- connecting ---- */

static bool have_tracts(struct izh_wiring *w, struct izh_group *g)
{
    if (!g->tracts)
        g->tracts = izh_allocate(w->allocator, count_tracts(w), sizeof *g->tracts);
    return g->tracts;
}

static bool reserve_group(struct izh_wiring *w, struct izh_group *g)
{
    for (size_t k = 0; k < count_tracts(w); k++)
        if (!izh_tract_reserve(&g->tracts[k], w->allocator))
            return false;
    return true;
}

static void give_up_group(struct izh_wiring *w, struct izh_group *g)
{
    for (size_t k = 0; k < count_tracts(w); k++)
        izh_tract_give_up(&g->tracts[k], w->allocator);
    if (!g->count)
        release_tracts(w, g);
}

/* A neuron's part. Most networks have only one, and divisions take time. */
static inline size_t part_of(const struct izh_wiring *w, uint32_t target)
{
    return w->part_count == 1 ? 0 : target / (uint32_t)w->part_size;
}

static void add_synapse(struct izh_wiring *w, struct izh_group *g, const izh_synapse *s, int32_t k)
{
    const size_t part = part_of(w, s->target);
    const struct izh_wire wire = {s->delay << 16 | (s->target - (uint32_t)(part * w->part_size)),
                                  k};
    izh_tract_add(izh_tract_of(w, g, part, s->source), (struct izh_loose_wire){s->source, wire});
    w->longest = s->delay > w->longest ? s->delay : w->longest;
    if (s->source < w->neurons && s->delay < w->shortest)
        w->shortest = s->delay;
}

bool izh_wiring_has_room(const struct izh_wiring *w, uint32_t group, size_t more)
{
    if (more > SIZE_MAX / 64 - w->group[group].count)
        return false;
    void *room = izh_allocate_raw(w->allocator, more, sizeof(struct izh_loose_wire));
    izh_release(w->allocator, room, more, sizeof(struct izh_loose_wire));
    return room;
}

bool izh_wiring_connect(struct izh_wiring *w, uint32_t group, const struct izh_receptor_law *law,
                        const izh_synapse *synapses, size_t count)
{
    struct izh_group *g = &w->group[group];
    if (!have_tracts(w, g))
        return false;
    for (size_t i = 0; i < count; i++)
        izh_tract_of(w, g, part_of(w, synapses[i].target), synapses[i].source)->fresh++;
    if (!reserve_group(w, g)) {
        give_up_group(w, g);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        int32_t k = 0;
        izh_receptor_weight(law, synapses[i].weight, &k);
        add_synapse(w, g, &synapses[i], k);
    }
    g->count += count;
    return true;
}

/* ---- building ---- */

/* Finds the sources of a group, which are those of all its tracts. */
static void find_span(const struct izh_wiring *w, struct izh_group *g)
{
    uint32_t first = UINT32_MAX, end = 0;
    for (size_t k = 0; g->count && k < count_tracts(w); k++) {
        const struct izh_tract *t = &g->tracts[k];
        if (!izh_tract_size(t))
            continue;
        first = t->all.base < first ? t->all.base : first;
        end = t->all.base + t->all.span > end ? t->all.base + t->all.span : end;
    }
    g->base = g->count ? first : 0;
    g->span = g->count ? end - first : 0;
}

/* The most spans that overlap: no source has synapses in more groups than that. */
static uint32_t count_overlaps(const struct izh_wiring *w)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < w->count; i++) {
        uint32_t count = 0;
        for (uint32_t j = 0; j < w->count; j++)
            count += w->group[i].base - w->group[j].base < w->group[j].span;
        most = count > most ? count : most;
    }
    return most;
}

void izh_wiring_measure(struct izh_wiring *w)
{
    for (uint32_t g = 0; g < w->count; g++)
        find_span(w, &w->group[g]);
    w->delay_least = w->shortest;
    w->delay_most = w->longest;
    w->fan_out = count_overlaps(w);
}

static size_t largest_tract(const struct izh_wiring *w)
{
    size_t largest = 0;
    for (uint32_t g = 0; g < w->count; g++)
        for (size_t k = 0; w->group[g].tracts && k < count_tracts(w); k++) {
            const size_t size = izh_tract_size(&w->group[g].tracts[k]);
            largest = size > largest ? size : largest;
        }
    return largest;
}

static const char *build_tracts(struct izh_wiring *w, struct izh_sorter *sorter)
{
    for (uint32_t g = 0; g < w->count; g++)
        for (size_t k = 0; w->group[g].tracts && k < count_tracts(w); k++) {
            struct izh_tract *t = &w->group[g].tracts[k];
            const char *fault = izh_tract_build(t, w->allocator, sorter);
            if (fault)
                return fault;
            if (izh_stdp_waits(&w->group[g].stdp) && !izh_tract_wait(t, w->allocator))
                return "no memory";
        }
    return NULL;
}

const char *izh_wiring_build(struct izh_wiring *w)
{
    struct izh_sorter sorter = {.room = largest_tract(w)};
    const char *fault = "no memory";
    for (int side = 0; side < 2; side++)
        sorter.wires[side] =
            izh_allocate_raw(w->allocator, sorter.room, sizeof *sorter.wires[side]);
    if (sorter.wires[0] && sorter.wires[1])
        fault = build_tracts(w, &sorter);
    for (int side = 0; side < 2; side++)
        izh_release(w->allocator, sorter.wires[side], sorter.room, sizeof *sorter.wires[side]);
    w->built = !fault;
    return fault;
}

/* ---- the bound of sums ---- */

#define SYNAPSES_MOST ((size_t)1 << 23)

static size_t count_of_receptor(const struct izh_wiring *w, uint32_t receptor)
{
    size_t count = 0;
    for (uint32_t g = 0; g < w->count; g++)
        count += w->group[g].receptor == receptor ? w->group[g].count : 0;
    return count;
}

static void count_in_tract(const struct izh_tract *t, uint64_t *of)
{
    for (uint32_t at = 0; at < t->count; at++)
        of[izh_wire_target(t->wires[at])]++;
    for (const struct izh_slab *slab = t->first; slab; slab = slab->next)
        for (size_t i = 0; i < slab->count; i++)
            of[izh_wire_target(slab->wires[i].wire)]++;
}

static void count_targets(const struct izh_wiring *w, uint32_t receptor, uint64_t *of)
{
    for (uint32_t g = 0; g < w->count; g++)
        for (size_t k = 0; w->group[g].tracts && k < count_tracts(w); k++)
            if (w->group[g].receptor == receptor)
                count_in_tract(&w->group[g].tracts[k], of + k / w->shelves * w->part_size);
}

/* Counts only the receptors that have more synapses in all than one neuron may have. */
bool izh_wiring_fits_sums(const struct izh_wiring *w, uint32_t *neuron, uint32_t *receptor,
                          bool *memory)
{
    bool fits = true;
    *memory = true;
    for (uint32_t k = 0; fits && k < IZH_RECEPTORS_MAX; k++) {
        if (count_of_receptor(w, k) <= SYNAPSES_MOST)
            continue;
        uint64_t *of = izh_allocate(w->allocator, w->n, sizeof *of);
        if (!of)
            return *memory = false;
        count_targets(w, k, of);
        for (uint32_t i = 0; fits && i < w->n; i++)
            if (of[i] > SYNAPSES_MOST) {
                *neuron = i;
                *receptor = k;
                fits = false;
            }
        izh_release(w->allocator, of, w->n, sizeof *of);
    }
    return fits;
}

/* ---- fingerprints ---- */

/* What the synapses of a tract have in common. */
struct hash_of_tract {
    uint64_t group, first; /* hash of the group; the first target */
    bool with_weights;
};

static uint64_t mix_wire(const struct hash_of_tract *of, uint64_t source, struct izh_wire wire)
{
    uint64_t mixed = izh_mix(source ^ (of->first + izh_wire_target(wire)));
    mixed = izh_mix(mixed ^ izh_wire_delay(wire));
    return of->with_weights ? izh_mix(mixed ^ (uint32_t)wire.k) : mixed;
}

uint64_t izh_wiring_mix(uint32_t group, uint32_t source, uint64_t first, struct izh_wire wire)
{
    const struct hash_of_tract of = {izh_mix(IZH_MIX_START + group), first, true};
    return mix_wire(&of, izh_mix(of.group ^ source), wire);
}

static uint64_t hash_built(const struct izh_tract *t, const struct hash_of_tract *of)
{
    uint64_t sum = 0;
    for (uint32_t k = 0; k < t->built.span; k++) {
        const uint32_t source = t->built.base + k;
        const uint64_t mixed = izh_mix(of->group ^ source);
        for (struct izh_row row = izh_tract_row(t, source); row.first < row.end; row.first++)
            sum += mix_wire(of, mixed, t->wires[row.first]);
    }
    return sum;
}

static uint64_t hash_loose(const struct izh_tract *t, const struct hash_of_tract *of)
{
    uint64_t sum = 0;
    for (const struct izh_slab *slab = t->first; slab; slab = slab->next)
        for (size_t i = 0; i < slab->count; i++)
            sum += mix_wire(of, izh_mix(of->group ^ slab->wires[i].source), slab->wires[i].wire);
    return sum;
}

static bool hashes(const struct izh_group *g, bool with_weights)
{
    return g->tracts && !(with_weights && g->stdp.posts);
}

uint64_t izh_wiring_hash(const struct izh_wiring *w, uint64_t first, bool with_weights)
{
    uint64_t sum = 0;
    for (uint32_t g = 0; g < w->count; g++)
        for (size_t k = 0; hashes(&w->group[g], with_weights) && k < count_tracts(w); k++) {
            const struct izh_tract *t = &w->group[g].tracts[k];
            const struct hash_of_tract of = {izh_mix(IZH_MIX_START + g),
                                             first + k / w->shelves * w->part_size, with_weights};
            sum += hash_built(t, &of) + hash_loose(t, &of);
        }
    return sum;
}

void izh_wiring_release(struct izh_wiring *w)
{
    for (uint32_t g = 0; g < w->count; g++) {
        release_tracts(w, &w->group[g]);
        izh_stdp_release(&w->group[g].stdp, w->allocator);
    }
    izh_release(w->allocator, w->group, w->room, sizeof *w->group);
}

/* ---- walks ---- */

/* How many synapses the sources before `source` have. */
static size_t rank_of(const struct izh_wiring *w, const struct izh_group *g, uint64_t source)
{
    size_t rank = 0;
    for (size_t k = 0; k < count_tracts(w); k++) {
        const struct izh_tract *t = &g->tracts[k];
        if (source < t->built.base)
            continue;
        rank += source - t->built.base < t->built.span ? izh_tract_row(t, (uint32_t)source).first
                                                       : t->count;
    }
    return rank;
}

/* The source of a group's synapse number `rank`. */
static uint32_t source_of(const struct izh_wiring *w, const struct izh_group *g, size_t rank)
{
    uint64_t low = g->base, high = (uint64_t)g->base + g->span;
    while (high - low > 1) {
        const uint64_t middle = low + (high - low) / 2;
        if (rank_of(w, g, middle) <= rank)
            low = middle;
        else
            high = middle;
    }
    return (uint32_t)low;
}

static const struct izh_tract *tract_of_walk(const struct izh_walk *walk, size_t part)
{
    return izh_tract_of(walk->wiring, walk->group, part, walk->source);
}

/* What is left of the current source's row on a part, from the first synapse on whose delay is at
 * least `delay`. */
static struct izh_row left_of(const struct izh_walk *walk, size_t part, uint32_t delay)
{
    if (part < IZH_WALK_PARTS)
        return walk->rows[part];
    const struct izh_tract *t = tract_of_walk(walk, part);
    struct izh_row row = izh_tract_row(t, walk->source);
    uint32_t end = row.end;
    while (row.first < end) {
        const uint32_t middle = row.first + (end - row.first) / 2;
        if (izh_wire_delay(t->wires[middle]) < delay)
            row.first = middle + 1;
        else
            end = middle;
    }
    return row;
}

/* The least delay of the source's synapses that is at least `delay`; UINT32_MAX if there is
 * none. */
static uint32_t least_delay(const struct izh_walk *walk, uint32_t delay)
{
    uint32_t least = UINT32_MAX;
    for (size_t part = 0; part < walk->wiring->part_count; part++) {
        const struct izh_row row = left_of(walk, part, delay);
        if (row.first == row.end)
            continue;
        const uint32_t first = izh_wire_delay(tract_of_walk(walk, part)->wires[row.first]);
        least = first < least ? first : least;
    }
    return least;
}

static void enter(struct izh_walk *walk, uint32_t source)
{
    walk->source = source;
    walk->part = 0;
    walk->delay = 0;
    for (size_t part = 0; part < walk->wiring->part_count && part < IZH_WALK_PARTS; part++)
        walk->rows[part] = izh_tract_row(tract_of_walk(walk, part), source);
    walk->row = walk->rows[0];
}

/* Moves on from the current part: the synapses of a source and delay come part by part. */
static void leave(struct izh_walk *walk)
{
    if (walk->part < IZH_WALK_PARTS)
        walk->rows[walk->part] = walk->row;
    if (++walk->part == walk->wiring->part_count) {
        walk->part = 0;
        walk->delay = least_delay(walk, walk->delay + 1);
        if (walk->delay == UINT32_MAX) {
            enter(walk, walk->source + 1);
            return;
        }
    }
    walk->row = left_of(walk, walk->part, walk->delay);
}

/* The next synapse, which has to exist. */
static struct izh_wire *next_wire(struct izh_walk *walk)
{
    for (;; leave(walk)) {
        const struct izh_tract *t = tract_of_walk(walk, walk->part);
        struct izh_row *row = &walk->row;
        if (row->first < row->end && izh_wire_delay(t->wires[row->first]) == walk->delay)
            return &t->wires[row->first++];
    }
}

struct izh_walk izh_walk_from(const struct izh_wiring *w, uint32_t group, size_t first,
                              size_t count)
{
    struct izh_walk walk = {.wiring = w, .group = &w->group[group], .left = count};
    if (!count)
        return walk;
    const uint32_t source = source_of(w, walk.group, first);
    enter(&walk, source);
    for (size_t skip = first - rank_of(w, walk.group, source); skip > 0; skip--)
        next_wire(&walk);
    return walk;
}

struct izh_wire *izh_walk_next(struct izh_walk *walk, uint32_t *source, uint32_t *target)
{
    if (!walk->left)
        return NULL;
    walk->left--;
    struct izh_wire *wire = next_wire(walk);
    *source = walk->source;
    *target = (uint32_t)(walk->part * walk->wiring->part_size) + izh_wire_target(*wire);
    return wire;
}
