#include "network/wiring.h"

#include <string.h>

#include "util/memory.h"
#include "util/mix.h"

#define INSERT_MOST 24

/* ---- what the host says ---- */

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

static size_t bundle_size(size_t count)
{
    const size_t most = (SIZE_MAX - sizeof(struct izh_bundle)) / sizeof(struct izh_loose_wire);
    return count > most ? 0 : sizeof(struct izh_bundle) + count * sizeof(struct izh_loose_wire);
}

struct izh_bundle *izh_bundle_new(const struct izh_wiring *w, size_t count)
{
    const size_t size = bundle_size(count);
    struct izh_bundle *bundle = size ? izh_allocate_raw(w->allocator, size, 1) : NULL;
    if (bundle)
        *bundle = (struct izh_bundle){.next = NULL, .count = count};
    return bundle;
}

void izh_bundle_release(const struct izh_wiring *w, struct izh_bundle *bundle)
{
    izh_release(w->allocator, bundle, bundle ? bundle_size(bundle->count) : 0, 1);
}

void izh_wiring_add(struct izh_wiring *w, uint32_t group, struct izh_bundle *bundle)
{
    struct izh_group *g = &w->group[group];
    bundle->next = g->bundles;
    g->bundles = bundle;
    g->count += bundle->count;
}

static void release_bundles(struct izh_wiring *w, struct izh_group *g)
{
    for (struct izh_bundle *bundle = g->bundles; bundle;) {
        struct izh_bundle *next = bundle->next;
        izh_bundle_release(w, bundle);
        bundle = next;
    }
    g->bundles = NULL;
}

/* ---- rows ---- */

static void release_parts(struct izh_wiring *w, struct izh_group *g)
{
    for (size_t p = 0; g->parts && p < w->part_count; p++) {
        struct izh_wires *part = &g->parts[p];
        if (part->start)
            izh_release(w->allocator, part->wires, part->start[g->span], sizeof *part->wires);
        izh_release(w->allocator, part->start, (size_t)g->span + 1, sizeof *part->start);
    }
    izh_release(w->allocator, g->parts, w->part_count, sizeof *g->parts);
    g->parts = NULL;
}

/* How many synapses each source has on a part, two places further than it begins: so that sums, and
 * then the filling of rows, end with the starts in their places. */
static bool count_rows(const struct izh_wiring *w, struct izh_group *g)
{
    for (size_t p = 0; p < w->part_count; p++)
        if (!(g->parts[p].start =
                  izh_allocate(w->allocator, (size_t)g->span + 1, sizeof *g->parts[p].start)))
            return false;
    for (const struct izh_bundle *bundle = g->bundles; bundle; bundle = bundle->next)
        for (size_t i = 0; i < bundle->count; i++) {
            const struct izh_loose_wire *wire = &bundle->wires[i];
            g->parts[wire->target / w->part_size].start[wire->source - g->base + 1]++;
        }
    return true;
}

/* Counts become starts; false where there are more than 32 bits can count. */
static bool sum_rows(const struct izh_wiring *w, struct izh_group *g)
{
    for (size_t p = 0; p < w->part_count; p++) {
        uint32_t *start = g->parts[p].start;
        uint64_t sum = 0;
        for (size_t s = 1; s <= g->span; s++) {
            sum += start[s];
            start[s] = (uint32_t)sum;
        }
        if (sum > UINT32_MAX)
            return false;
    }
    return true;
}

static bool allocate_wires(const struct izh_wiring *w, struct izh_group *g)
{
    for (size_t p = 0; p < w->part_count; p++)
        if (!(g->parts[p].wires = izh_allocate_raw(w->allocator, g->parts[p].start[g->span],
                                                   sizeof *g->parts[p].wires)))
            return false;
    return true;
}

/* Puts each wire into its row; starts serve as places, and move one row further. */
static void fill_rows(const struct izh_wiring *w, struct izh_group *g)
{
    for (const struct izh_bundle *bundle = g->bundles; bundle; bundle = bundle->next)
        for (size_t i = 0; i < bundle->count; i++) {
            const struct izh_loose_wire *from = &bundle->wires[i];
            struct izh_wires *part = &g->parts[from->target / w->part_size];
            const uint32_t target = (uint32_t)(from->target % w->part_size);
            part->wires[part->start[from->source - g->base]++] =
                (struct izh_wire){from->delay << 16 | target, from->k};
        }
    for (size_t p = 0; p < w->part_count; p++) {
        uint32_t *start = g->parts[p].start;
        memmove(start + 1, start, g->span * sizeof *start);
        start[0] = 0;
    }
}

/* ---- the order within a row ---- */

static bool before(struct izh_wire x, struct izh_wire y)
{
    return x.word < y.word || (x.word == y.word && x.k < y.k);
}

static void insert_all(struct izh_wire *row, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct izh_wire wire = row[i];
        size_t at = i;
        for (; at > 0 && before(wire, row[at - 1]); at--)
            row[at] = row[at - 1];
        row[at] = wire;
    }
}

/* One pass of a radix sort, by eight bits of the word or, with its sign turned, of the weight. */
static void sort_pass(const struct izh_wire *from, struct izh_wire *to, size_t count, int bits,
                      bool by_weight)
{
    size_t place[257] = {0};
    const uint32_t turn = by_weight ? 0x80000000 : 0;
#define DIGIT(wire) ((((by_weight ? (uint32_t)(wire).k : (wire).word) ^ turn) >> bits) & 0xff)
    for (size_t i = 0; i < count; i++)
        place[DIGIT(from[i]) + 1]++;
    for (int d = 0; d < 256; d++)
        place[d + 1] += place[d];
    for (size_t i = 0; i < count; i++)
        to[place[DIGIT(from[i])]++] = from[i];
#undef DIGIT
}

/* Which bits differ within a row. */
static struct izh_wire differing(const struct izh_wire *row, size_t count)
{
    struct izh_wire differ = {0, 0};
    for (size_t i = 1; i < count; i++) {
        differ.word |= row[i].word ^ row[0].word;
        differ.k |= row[i].k ^ row[0].k;
    }
    return differ;
}

static void insert_weights(struct izh_wire *row, size_t count)
{
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && row[end].word == row[i].word;)
            end++;
        if (end - i <= INSERT_MOST)
            insert_all(row + i, end - i);
    }
}

static bool has_many_twins(const struct izh_wire *row, size_t count)
{
    size_t run = 1;
    for (size_t i = 1; i < count && run <= INSERT_MOST; i++)
        run = row[i].word == row[i - 1].word ? run + 1 : 1;
    return run > INSERT_MOST;
}

/* Sorts by the digits that differ, from the last one on; returns where the row is then. */
static struct izh_wire *sort_digits(struct izh_wire *row, struct izh_wire *spare, size_t count,
                                    uint32_t differ, bool by_weight)
{
    for (int bits = 0; bits < 32; bits += 8)
        if (differ >> bits & 0xff) {
            struct izh_wire *from = row;
            sort_pass(from, spare, count, bits, by_weight);
            row = spare;
            spare = from;
        }
    return row;
}

/* By word, and then few equal words by weight; with many equal words, all by weight before. */
static void sort_row(struct izh_wire *row, struct izh_wire *spare, size_t count)
{
    if (count <= INSERT_MOST) {
        insert_all(row, count);
        return;
    }
    const struct izh_wire differ = differing(row, count);
    struct izh_wire *at = sort_digits(row, spare, count, differ.word, false);
    if (has_many_twins(at, count)) {
        at = sort_digits(at, at == row ? spare : row, count, (uint32_t)differ.k, true);
        at = sort_digits(at, at == row ? spare : row, count, differ.word, false);
    } else {
        insert_weights(at, count);
    }
    if (at != row)
        memcpy(row, at, count * sizeof *row);
}

static size_t longest_row(const struct izh_wiring *w, const struct izh_group *g)
{
    size_t longest = 0;
    for (size_t p = 0; p < w->part_count; p++)
        for (size_t s = 0; s < g->span; s++) {
            const size_t count = g->parts[p].start[s + 1] - g->parts[p].start[s];
            longest = count > longest ? count : longest;
        }
    return longest;
}

static bool sort_rows(const struct izh_wiring *w, struct izh_group *g)
{
    const size_t longest = longest_row(w, g);
    struct izh_wire *spare = izh_allocate_raw(w->allocator, longest, sizeof *spare);
    for (size_t p = 0; spare && p < w->part_count; p++)
        for (size_t s = 0; s < g->span; s++) {
            const struct izh_wires *part = &g->parts[p];
            sort_row(part->wires + part->start[s], spare, part->start[s + 1] - part->start[s]);
        }
    izh_release(w->allocator, spare, longest, sizeof *spare);
    return spare;
}

/* ---- building ---- */

static const char *build_group(const struct izh_wiring *w, struct izh_group *g)
{
    g->parts = izh_allocate(w->allocator, w->part_count, sizeof *g->parts);
    if (!g->parts || !count_rows(w, g))
        return "no memory";
    if (!sum_rows(w, g))
        return "a part has more than 2^32 synapses";
    if (!allocate_wires(w, g))
        return "no memory";
    fill_rows(w, g);
    return sort_rows(w, g) ? NULL : "no memory";
}

static void find_delays(struct izh_wiring *w, const struct izh_bundle *bundle, uint32_t neurons)
{
    for (size_t i = 0; i < bundle->count; i++) {
        const struct izh_loose_wire *wire = &bundle->wires[i];
        if (wire->source < neurons && wire->delay < w->delay_least)
            w->delay_least = wire->delay;
        if (wire->delay > w->delay_most)
            w->delay_most = wire->delay;
    }
}

static void find_span(struct izh_group *g)
{
    uint32_t first = UINT32_MAX, last = 0;
    for (const struct izh_bundle *bundle = g->bundles; bundle; bundle = bundle->next)
        for (size_t i = 0; i < bundle->count; i++) {
            const uint32_t source = bundle->wires[i].source;
            first = source < first ? source : first;
            last = source > last ? source : last;
        }
    g->base = g->count ? first : 0;
    g->span = g->count ? last - first + 1 : 0;
}

/* The most spans that overlap: no source has synapses in more groups. */
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

void izh_wiring_measure(struct izh_wiring *w, uint32_t neurons)
{
    w->delay_least = UINT32_MAX;
    w->delay_most = 0;
    for (uint32_t g = 0; g < w->count; g++) {
        find_span(&w->group[g]);
        for (const struct izh_bundle *b = w->group[g].bundles; b; b = b->next)
            find_delays(w, b, neurons);
    }
    w->fan_out = count_overlaps(w);
}

void izh_wiring_divide(struct izh_wiring *w, size_t part_size)
{
    w->part_size = part_size;
    w->part_count = (w->n + part_size - 1) / part_size;
}

/* Either all groups have rows, and no bundles any more, or none has. */
static void end_build(struct izh_wiring *w)
{
    for (uint32_t g = 0; g < w->count; g++)
        if (w->built)
            release_bundles(w, &w->group[g]);
        else
            release_parts(w, &w->group[g]);
    if (w->built)
        return;
    izh_release(w->allocator, w->merge, w->part_count, sizeof *w->merge);
    w->merge = NULL;
}

const char *izh_wiring_build(struct izh_wiring *w)
{
    w->merge = izh_allocate(w->allocator, w->part_count, sizeof *w->merge);
    const char *fault = w->merge ? NULL : "no memory";
    for (uint32_t g = 0; !fault && g < w->count; g++)
        fault = build_group(w, &w->group[g]);
    w->built = !fault;
    end_build(w);
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

static void count_targets(const struct izh_wiring *w, uint32_t receptor, uint64_t *of)
{
    for (uint32_t g = 0; g < w->count; g++)
        for (const struct izh_bundle *bundle = w->group[g].bundles; bundle; bundle = bundle->next)
            for (size_t i = 0; i < bundle->count && w->group[g].receptor == receptor; i++)
                of[bundle->wires[i].target]++;
}

/* Counts only where there are so many synapses that it may be. */
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

static uint64_t mix_source(uint32_t group, uint32_t source)
{
    return izh_mix(izh_mix(IZH_MIX_START + group) ^ source);
}

static uint64_t mix_wire(uint64_t mixed, uint64_t target, uint32_t delay)
{
    return izh_mix(izh_mix(mixed ^ target) ^ delay);
}

static uint64_t hash_row(const struct izh_wires *part, uint32_t row, uint64_t start, uint64_t first,
                         bool with_weights)
{
    uint64_t sum = 0;
    for (uint32_t at = part->start[row]; at < part->start[row + 1]; at++) {
        const struct izh_wire wire = part->wires[at];
        const uint64_t mixed = mix_wire(start, first + izh_wire_target(wire), izh_wire_delay(wire));
        sum += with_weights ? izh_mix(mixed ^ (uint32_t)wire.k) : mixed;
    }
    return sum;
}

uint64_t izh_wiring_hash(const struct izh_wiring *w, uint64_t first, bool with_weights)
{
    uint64_t sum = 0;
    for (uint32_t g = 0; w->built && g < w->count; g++)
        for (size_t p = 0; p < w->part_count; p++)
            for (uint32_t s = 0; s < w->group[g].span; s++)
                sum += hash_row(&w->group[g].parts[p], s, mix_source(g, w->group[g].base + s),
                                first + p * w->part_size, with_weights);
    return sum;
}

uint64_t izh_wiring_hash_loose(const struct izh_wiring *w, uint64_t first)
{
    uint64_t sum = 0;
    for (uint32_t g = 0; g < w->count; g++)
        for (const struct izh_bundle *bundle = w->group[g].bundles; bundle; bundle = bundle->next)
            for (size_t i = 0; i < bundle->count; i++) {
                const struct izh_loose_wire *wire = &bundle->wires[i];
                const uint64_t mixed =
                    mix_wire(mix_source(g, wire->source), first + wire->target, wire->delay);
                sum += izh_mix(mixed ^ (uint32_t)wire->k);
            }
    return sum;
}

void izh_wiring_release(struct izh_wiring *w)
{
    for (uint32_t g = 0; g < w->count; g++) {
        release_bundles(w, &w->group[g]);
        release_parts(w, &w->group[g]);
    }
    izh_release(w->allocator, w->group, w->room, sizeof *w->group);
    izh_release(w->allocator, w->merge, w->part_count, sizeof *w->merge);
}

/* ---- walks ---- */

/* How many synapses the sources before `source` have. */
static size_t rank_of(const struct izh_wiring *w, const struct izh_group *g, size_t source)
{
    size_t rank = 0;
    for (size_t p = 0; p < w->part_count; p++)
        rank += g->parts[p].start[source];
    return rank;
}

static size_t source_of(const struct izh_wiring *w, const struct izh_group *g, size_t rank)
{
    size_t low = 0, high = g->span;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (rank_of(w, g, middle) <= rank)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static void enter_row(struct izh_walk *walk, uint32_t source)
{
    walk->source = source;
    walk->part = 0;
    walk->delay = 0;
    for (size_t p = 0; p < walk->wiring->part_count; p++)
        walk->wiring->merge[p] = walk->group->parts[p].start[source];
}

/* The next synapse of the row under way on a part; NULL at its end. */
static struct izh_wire *peek(const struct izh_walk *walk, size_t part)
{
    const struct izh_wires *wires = &walk->group->parts[part];
    const uint32_t at = walk->wiring->merge[part];
    return at < wires->start[walk->source + 1] ? &wires->wires[at] : NULL;
}

/* The least delay of what is left of the row; UINT32_MAX where nothing is. */
static uint32_t least_delay(const struct izh_walk *walk)
{
    uint32_t least = UINT32_MAX;
    for (size_t part = 0; part < walk->wiring->part_count; part++) {
        const struct izh_wire *wire = peek(walk, part);
        if (wire && izh_wire_delay(*wire) < least)
            least = izh_wire_delay(*wire);
    }
    return least;
}

/* The next synapse of the row under way: those of a delay part by part, then the next delay. */
static struct izh_wire *next_in_row(struct izh_walk *walk, size_t *part)
{
    for (;; walk->part = 0) {
        for (; walk->part < walk->wiring->part_count; walk->part++) {
            struct izh_wire *wire = peek(walk, walk->part);
            if (!wire || izh_wire_delay(*wire) != walk->delay)
                continue;
            *part = walk->part;
            walk->wiring->merge[walk->part]++;
            return wire;
        }
        walk->delay = least_delay(walk);
        if (walk->delay == UINT32_MAX)
            return NULL;
    }
}

struct izh_walk izh_walk_from(struct izh_wiring *w, uint32_t group, size_t first, size_t count)
{
    struct izh_walk walk = {.wiring = w, .group = &w->group[group], .left = count};
    size_t part;
    if (!count)
        return walk;
    const size_t source = source_of(w, walk.group, first);
    enter_row(&walk, (uint32_t)source);
    for (size_t skip = first - rank_of(w, walk.group, source); skip > 0; skip--)
        next_in_row(&walk, &part);
    return walk;
}

struct izh_wire *izh_walk_next(struct izh_walk *walk, uint32_t *source, uint32_t *target)
{
    size_t part;
    struct izh_wire *wire;
    if (!walk->left)
        return NULL;
    walk->left--;
    while (!(wire = next_in_row(walk, &part)))
        enter_row(walk, walk->source + 1);
    *source = walk->group->base + walk->source;
    *target = (uint32_t)(part * walk->wiring->part_size) + izh_wire_target(*wire);
    return wire;
}
