#include "cells/intake.h"

#include <string.h>

#include "cells/block.h"
#include "util/float.h"
#include "util/memory.h"

/* A part of at most FEW_NEURONS traces has rows of means. MEANS bounds how many of them there are
 * for a block, but a block may always have TAPE_TICKS_LEAST ticks. */
#define FEW_NEURONS 256
#define MEANS ((size_t)1 << 16)
#define TAPE_TICKS_LEAST 64
#define TAPE_TICKS_MOST 1024
/* The most ticks of rows for the kernels. */
#define ROW_TICKS_MOST 64

/* ---- memory ---- */

static int most_tape_ticks(const struct izh_tape *tapes, size_t count, uint32_t block)
{
    size_t most = TAPE_TICKS_MOST;
    for (size_t k = 0; k < count; k++)
        if (tapes[k].count && tapes[k].count <= FEW_NEURONS && MEANS / tapes[k].count < most)
            most = MEANS / tapes[k].count;
    most = most < TAPE_TICKS_LEAST ? TAPE_TICKS_LEAST : most;
    return (int)(block < most ? block : most);
}

/* The distance from one trace's means to the next one's. */
static size_t row_of(const struct izh_intake *intake)
{
    return izh_tape_row((size_t)intake->most);
}

static void release_part(struct izh_intake_part *part, const struct izh_intake *intake,
                         const izh_allocator *allocator)
{
    izh_release(allocator, part->means, row_of(intake) * part->tape.count, sizeof *part->means);
    izh_release(allocator, part->places, (size_t)intake->most, sizeof *part->places);
    izh_release(allocator, part->gains, intake->neurons, sizeof *part->gains);
    izh_release(allocator, part->channels, intake->neurons, sizeof *part->channels);
    izh_tape_release(&part->tape, allocator);
}

static bool reserve_part(struct izh_intake_part *part, const struct izh_intake *intake,
                         const izh_allocator *allocator, const struct izh_tape *tape,
                         size_t segments)
{
    const size_t ticks = (size_t)intake->most, n = intake->neurons;
    part->tape = *tape;
    if (!izh_tape_reserve(&part->tape, allocator, segments))
        return false;
    if (tape->count <= FEW_NEURONS)
        part->means = izh_allocate(allocator, row_of(intake) * tape->count, sizeof *part->means);
    part->places = izh_allocate(allocator, ticks, sizeof *part->places);
    part->channels = izh_allocate(allocator, n, sizeof *part->channels);
    part->gains = izh_allocate(allocator, n, sizeof *part->gains);
    if (part->places && part->channels && part->gains && (part->means || tape->count > FEW_NEURONS))
        return true;
    if (part->tape.ends && tape->count) /* its release asks this how much was reserved */
        part->tape.ends[tape->count - 1] = segments;
    return false;
}

/* A worker has room for rows of currents and for rows of conductances. */
enum {
    ROOMS = 2
};

static size_t count_sums(const struct izh_intake *intake)
{
    return (size_t)intake->workers * ROOMS * IZH_NOISE_ROOM;
}

static size_t count_floats(const struct izh_intake *intake)
{
    return (size_t)intake->workers * IZH_NOISE_ROOM;
}

static bool reserve_rows(struct izh_intake *intake, const struct izh_cells_shape *shape)
{
    const izh_allocator *allocator = &shape->allocator;
    const bool rounds = shape->precision == IZH_F32;
    intake->sums = izh_allocate_raw(allocator, count_sums(intake), sizeof *intake->sums);
    if (rounds)
        intake->floats = izh_allocate_raw(allocator, count_floats(intake), sizeof *intake->floats);
    return intake->sums && (intake->floats || !rounds);
}

bool izh_intake_reserve(struct izh_intake *intake, const struct izh_cells_shape *shape,
                        const struct izh_tape *tapes, const size_t *segments, size_t count,
                        uint32_t block, uint32_t workers)
{
    *intake = (struct izh_intake){.count = count, .neurons = shape->n, .workers = workers};
    if (!count)
        return true;
    intake->most = most_tape_ticks(tapes, count, block);
    intake->part = izh_allocate(&shape->allocator, count, sizeof *intake->part);
    bool has = intake->part && reserve_rows(intake, shape);
    for (size_t k = 0; has && k < count; k++)
        has = reserve_part(&intake->part[k], intake, &shape->allocator, &tapes[k], segments[k]);
    if (!has)
        izh_intake_release(intake, &shape->allocator);
    return has;
}

void izh_intake_release(struct izh_intake *intake, const izh_allocator *allocator)
{
    for (size_t k = 0; intake->part && k < intake->count; k++)
        release_part(&intake->part[k], intake, allocator);
    izh_release(allocator, intake->part, intake->count, sizeof *intake->part);
    izh_release(allocator, intake->floats, count_floats(intake), sizeof *intake->floats);
    izh_release(allocator, intake->sums, count_sums(intake), sizeof *intake->sums);
    *intake = (struct izh_intake){0};
}

/* ---- checks ---- */

static void check_neurons(struct izh_checks *c, const struct izh_intake_part *part, size_t k,
                          uint32_t neurons)
{
    for (uint32_t i = 0; i < neurons && c->status == IZH_OK; i++) {
        const double gain = part->gains[i];
        IZH_REQUIRE(c, part->channels[i] < part->tape.count, IZH_E_INVALID,
                    "set_stimulus: traces[%zu]: channels[%u] = %u, but there are %u traces", k,
                    (unsigned)i, (unsigned)part->channels[i], (unsigned)part->tape.count);
        IZH_REQUIRE(c, izh_isfinite(gain) && (!part->conducts || gain >= 0), IZH_E_INVALID,
                    "set_stimulus: traces[%zu]: gains[%u] = %s must be finite%s", k, (unsigned)i,
                    izh_number(gain).text, part->conducts ? " and not negative" : "");
    }
}

void izh_check_intake(struct izh_checks *c, const struct izh_intake *intake)
{
    for (size_t k = 0; k < intake->count; k++) {
        izh_check_tape(c, &intake->part[k].tape, k, intake->part[k].conducts);
        check_neurons(c, &intake->part[k], k, intake->neurons);
    }
}

/* ---- a block ---- */

static struct izh_tick tick_of(const struct izh_cells_shape *shape, int64_t tick)
{
    return (struct izh_tick){shape->t0, izh_tick_time(shape, tick), izh_tick_time(shape, tick + 1)};
}

static void find_places(struct izh_intake_part *part, const struct izh_cells_shape *shape,
                        int64_t tick, int ticks)
{
    struct izh_intake_place *place = part->places;
    for (int j = ticks - 1; j >= 0; j--) {
        const struct izh_tick now = tick_of(shape, tick + j);
        place[j].in = izh_tape_find(&part->tape, &now);
        const bool goes_on = j + 1 < ticks && place[j + 1].in.at == place[j].in.at + 1;
        place[j].run = place[j].in.used != 1 ? 0 : goes_on ? place[j + 1].run + 1 : 1;
    }
}

static void find_means(struct izh_intake_part *part, const struct izh_cells_shape *shape,
                       int64_t tick, int ticks, size_t row)
{
    for (int j = 0; j < ticks; j++) {
        const struct izh_tick now = tick_of(shape, tick + j);
        for (uint32_t x = 0; x < part->tape.count; x++)
            part->means[x * row + (size_t)j] =
                izh_tape_mean(&part->tape, &part->places[j].in, &now, x);
    }
}

void izh_intake_begin(struct izh_intake *intake, const struct izh_cells_shape *shape, int64_t tick,
                      int ticks)
{
    intake->tick = tick;
    for (size_t k = 0; k < intake->count; k++) {
        struct izh_intake_part *part = &intake->part[k];
        if (part->tape.values)
            find_places(part, shape, tick, ticks);
        if (part->means && part->places->run < ticks)
            find_means(part, shape, tick, ticks, row_of(intake));
    }
}

/* ---- what traces add ---- */

/* Some ticks of a block, from its tick number j on. */
struct ticks {
    const struct izh_intake *intake;
    const struct izh_cells_shape *shape;
    size_t j;
    int count;
};

/* Finds where the ticks' means of all traces lie one after another; returns false if they do
 * nowhere. */
static bool has_means(const struct izh_intake_part *part, const struct ticks *t,
                      struct izh_blend *blend)
{
    const struct izh_intake_place *place = &part->places[t->j];
    if (place->run >= t->count) {
        blend->means = part->tape.values + place->in.at;
        blend->row = part->tape.row;
        return true;
    }
    blend->means = part->means ? part->means + t->j : NULL;
    blend->row = row_of(t->intake);
    return part->means;
}

/* Computes the means of one trace. */
static void take_means(const struct izh_intake_part *part, const struct ticks *t, uint32_t trace,
                       double *to)
{
    for (int j = 0; j < t->count; j++) {
        const size_t at = t->j + (size_t)j;
        const struct izh_tick now = tick_of(t->shape, t->intake->tick + (int64_t)at);
        to[j] = izh_tape_mean(&part->tape, &part->places[at].in, &now, trace);
    }
}

/* Adds the traces of neurons whose means are computed for them alone, a few neurons at a time. */
static void blend_taken(const struct izh_intake_part *part, const struct ticks *t,
                        izh_blend_fn *blend, struct izh_blend few)
{
    static const uint32_t own[] = {0, 1, 2, 3};
    double means[4 * ROW_TICKS_MOST];
    const uint32_t *channels = few.channels;
    few.means = means;
    few.row = ROW_TICKS_MOST;
    few.channels = own;
    for (size_t left = few.count; left; left -= few.count) {
        few.count = left < 4 ? left : 4;
        for (size_t i = 0; i < few.count; i++)
            take_means(part, t, channels[i], means + i * few.row);
        blend(&few);
        channels += few.count;
        few.gains += few.count;
        few.start = few.start ? few.start + few.count : NULL;
        few.I += few.count;
        few.G = few.G ? few.G + few.count : NULL;
    }
}

/* Adds all that traces bring to neurons from `at` on to `rows`. */
static void blend_all(const struct ticks *t, izh_blend_fn *blend, size_t at, struct izh_blend rows)
{
    double *G = rows.G;
    for (size_t k = 0; k < t->intake->count; k++, rows.start = NULL) {
        const struct izh_intake_part *part = &t->intake->part[k];
        rows.channels = part->channels + at;
        rows.gains = part->gains + at;
        rows.G = part->conducts ? G : NULL;
        rows.E = part->E;
        if (has_means(part, t, &rows))
            blend(&rows);
        else
            blend_taken(part, t, blend, rows);
    }
}

void izh_intake_add(const struct izh_intake *intake, const struct izh_cells_shape *shape,
                    izh_blend_fn *blend, uint64_t tick, size_t at, size_t count,
                    struct izh_kernel_input *input)
{
    const struct ticks t = {intake, shape, (size_t)((int64_t)tick - intake->tick), 1};
    blend_all(&t, blend, at,
              (struct izh_blend){.count = count, .ticks = 1, .I = input->I, .G = input->G});
}

/* ---- rows, made ahead ---- */

int izh_intake_row_ticks(size_t part)
{
    const int most = IZH_NOISE_ROOM / (int)part;
    return most < ROW_TICKS_MOST ? most : ROW_TICKS_MOST;
}

/* The number of neurons in a part: the rest is padding. */
static size_t count_neurons(const struct izh_intake *intake, size_t at, size_t part)
{
    return intake->neurons - at < part ? intake->neurons - at : part;
}

static void load_start(const struct izh_columns *columns, size_t at, size_t count, double *to)
{
    for (size_t i = 0; i < count; i++)
        to[i] = izh_column_get(columns, IZH_CONSTANT_I, at + i);
}

static void add_wander(const struct izh_wander_rows *wander, const struct ticks *t, size_t at,
                       size_t count, size_t part, double *I)
{
    const int64_t tick = t->intake->tick + (int64_t)t->j;
    for (int j = 0; j < t->count; j++)
        for (size_t i = 0; i < count; i++)
            I[(size_t)j * part + i] += izh_wander_row(wander, tick + j, at + i);
}

struct izh_intake_rows izh_intake_rows(const struct izh_intake *intake, uint32_t worker, size_t at,
                                       size_t part, int64_t tick, int ticks)
{
    double *I = intake->sums + (size_t)worker * ROOMS * IZH_NOISE_ROOM;
    return (struct izh_intake_rows){
        I, intake->conducts ? I + IZH_NOISE_ROOM : NULL, at, part, tick, ticks};
}

void izh_intake_fill(const struct izh_intake *intake, const struct izh_columns *columns,
                     const struct izh_wander_rows *wander, izh_blend_fn *blend,
                     const struct izh_intake_rows *rows, size_t at)
{
    const struct ticks t = {intake, columns->shape, (size_t)(rows->tick - intake->tick),
                            rows->ticks};
    const size_t count = count_neurons(intake, at, rows->part),
                 from = (at - rows->at) * (size_t)rows->ticks,
                 all = rows->part * (size_t)rows->ticks;
    double start[IZH_GROUP], *I = rows->I + from, *G = rows->G ? rows->G + from : NULL;
    load_start(columns, at, count, start);
    if (G)
        memset(G, 0, all * sizeof *G);
    blend_all(&t, blend, at,
              (struct izh_blend){
                  .count = count, .ticks = (size_t)rows->ticks, .I = I, .start = start, .G = G});
    if (wander->currents)
        add_wander(wander, &t, at, count, rows->part, I);
}

/* The place in the rows of what flows into neurons from `at` on in a tick. */
static size_t place_of(const struct izh_intake_rows *rows, int64_t tick, size_t at)
{
    const size_t i = (at - rows->at) % rows->part;
    return (at - rows->at - i) * (size_t)rows->ticks + (size_t)(tick - rows->tick) * rows->part + i;
}

void izh_intake_take(const struct izh_intake_rows *rows, int64_t tick, size_t at, size_t count,
                     struct izh_kernel_input *input)
{
    const size_t place = place_of(rows, tick, at);
    memcpy(input->I, rows->I + place, count * sizeof *input->I);
    if (rows->G)
        memcpy(input->G, rows->G + place, count * sizeof *input->G);
}

/* The padding after the last neuron of a part gets what that neuron gets. */
static void pad(const struct izh_intake_rows *rows, size_t count, double *I)
{
    for (int j = 0; count < rows->part && j < rows->ticks; j++, I += rows->part)
        for (size_t i = count; i < rows->part; i++)
            I[i] = I[count - 1];
}

struct izh_flows izh_intake_flows(const struct izh_intake *intake,
                                  const struct izh_vectors *vectors, uint32_t worker,
                                  const struct izh_intake_rows *rows, size_t end)
{
    const size_t last = end - rows->part, ticks = (size_t)rows->ticks;
    struct izh_flows flows = {rows->I, rows->at, ticks, (uint64_t)rows->tick};
    pad(rows, count_neurons(intake, last, rows->part), rows->I + (last - rows->at) * ticks);
    if (intake->floats) {
        float *floats = intake->floats + (size_t)worker * IZH_NOISE_ROOM;
        vectors->round(rows->I, (end - rows->at) * ticks, floats);
        flows.reals = floats;
    }
    return flows;
}
