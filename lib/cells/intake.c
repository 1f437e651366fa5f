#include "cells/intake.h"

#include "util/float.h"
#include "util/memory.h"

/* So many traces have a row of means in each tick of a block; means for a block in all, at least
 * for so many ticks. */
#define FEW_NEURONS 256
#define MEANS ((size_t)1 << 16)
#define TAPE_TICKS_LEAST 64
#define TAPE_TICKS_MOST 1024

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

static void release_part(struct izh_intake_part *part, const struct izh_intake *intake,
                         const izh_allocator *allocator)
{
    izh_release(allocator, part->rows, (size_t)intake->most * part->tape.count, sizeof *part->rows);
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
        part->rows = izh_allocate(allocator, ticks * tape->count, sizeof *part->rows);
    part->places = izh_allocate(allocator, ticks, sizeof *part->places);
    part->channels = izh_allocate(allocator, n, sizeof *part->channels);
    part->gains = izh_allocate(allocator, n, sizeof *part->gains);
    if (part->places && part->channels && part->gains && (part->rows || tape->count > FEW_NEURONS))
        return true;
    if (part->tape.ends && tape->count) /* what was reserved, for its release */
        part->tape.ends[tape->count - 1] = segments;
    return false;
}

bool izh_intake_reserve(struct izh_intake *intake, const struct izh_cells_shape *shape,
                        const struct izh_tape *tapes, const size_t *segments, size_t count,
                        uint32_t block)
{
    *intake = (struct izh_intake){.count = count, .neurons = shape->n};
    if (!count)
        return true;
    intake->most = most_tape_ticks(tapes, count, block);
    intake->part = izh_allocate(&shape->allocator, count, sizeof *intake->part);
    bool has = intake->part;
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

void izh_intake_begin(struct izh_intake *intake, const struct izh_cells_shape *shape, int64_t tick,
                      int ticks)
{
    intake->tick = tick;
    for (size_t k = 0; k < intake->count; k++) {
        struct izh_intake_part *part = &intake->part[k];
        for (int j = 0; j < ticks; j++) {
            const struct izh_tick now = tick_of(shape, tick + j);
            if (part->tape.values)
                part->places[j] = izh_tape_find(&part->tape, &now);
            const size_t row = (size_t)j * part->tape.count;
            for (uint32_t x = 0; part->rows && x < part->tape.count; x++)
                part->rows[row + x] = izh_tape_mean(&part->tape, &part->places[j], &now, x);
        }
    }
}

/* Adds currents, each the mean of the neuron's trace times its gain. */
static void add_currents(const struct izh_intake_part *part, const struct izh_tick *now, size_t j,
                         size_t at, size_t count, double *restrict I)
{
    const uint32_t *channels = part->channels + at;
    const double *gains = part->gains + at;
    if (part->rows) {
        const double *row = part->rows + j * part->tape.count;
        for (size_t i = 0; i < count; i++)
            I[i] += gains[i] * row[channels[i]];
        return;
    }
    const struct izh_tape_place *place = &part->places[j];
    if (part->tape.values && place->used == 1) { /* most often, and in half the time */
        const double *sample = part->tape.values + place->at;
        for (size_t i = 0; i < count; i++)
            I[i] += gains[i] * sample[channels[i] * part->tape.row];
        return;
    }
    for (size_t i = 0; i < count; i++)
        I[i] += gains[i] * izh_tape_mean(&part->tape, place, now, channels[i]);
}

/* The same of conductances. */
static void add_conductances(const struct izh_intake_part *part, const struct izh_tick *now,
                             size_t j, size_t at, size_t count, struct izh_kernel_input *input)
{
    double g[IZH_GROUP] = {0};
    add_currents(part, now, j, at, count, g);
    for (size_t i = 0; i < count; i++) {
        input->I[i] += g[i] * part->E;
        input->G[i] += g[i];
    }
}

void izh_intake_add(const struct izh_intake *intake, const struct izh_cells_shape *shape,
                    uint64_t tick, size_t at, size_t count, struct izh_kernel_input *input)
{
    const size_t j = (size_t)((int64_t)tick - intake->tick);
    const struct izh_tick now = tick_of(shape, (int64_t)tick);
    for (size_t k = 0; k < intake->count; k++) {
        const struct izh_intake_part *part = &intake->part[k];
        if (part->conducts)
            add_conductances(part, &now, j, at, count, input);
        else
            add_currents(part, &now, j, at, count, input->I);
    }
}
