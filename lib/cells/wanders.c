#include "cells/wanders.h"

#include "cells/block.h"
#include "drive/noise.h"
#include "util/memory.h"

static size_t row_count(const struct izh_wanders *w)
{
    return (size_t)w->workers * IZH_NOISE_ROOM;
}

bool izh_wanders_reserve(struct izh_wanders *w, const struct izh_cells_shape *shape,
                         uint32_t workers, const izh_ou *ou)
{
    *w = (struct izh_wanders){.padded = shape->padded, .workers = workers};
    if (izh_wander_is_none(ou))
        return true;
    w->law = izh_wander_law(ou, shape->dt);
    for (int side = 0; side < 2; side++)
        w->away[side] = izh_allocate(&shape->allocator, w->padded, sizeof *w->away[side]);
    w->rows = izh_allocate_raw(&shape->allocator, row_count(w), sizeof *w->rows);
    if (w->away[0] && w->away[1] && w->rows)
        return true;
    izh_wanders_release(w, &shape->allocator);
    return false;
}

void izh_wanders_release(struct izh_wanders *w, const izh_allocator *allocator)
{
    izh_release(allocator, w->rows, row_count(w), sizeof *w->rows);
    for (int side = 0; side < 2; side++)
        izh_release(allocator, w->away[side], w->padded, sizeof *w->away[side]);
    *w = (struct izh_wanders){0};
}

void izh_wanders_begin(struct izh_wanders *w, const struct izh_cells_shape *shape, uint64_t seed)
{
    double *away = w->away[w->side];
    for (size_t i = 0; away && i < shape->n; i++)
        away[i] = w->law.is.sigma *
                  izh_normal_f64(izh_wander_key(seed), shape->first + i, IZH_WANDER_START);
}

uint64_t izh_wanders_hash(const struct izh_wanders *w, const struct izh_cells_shape *shape)
{
    const double *away = w->away[w->side];
    uint64_t sum = 0;
    for (size_t i = 0; away && i < shape->n; i++)
        sum += izh_mix_double(izh_mix(izh_mix(shape->first + i) + IZH_MIX_START), away[i]);
    return sum;
}

/* Advances the processes by a tick's normals, and gives their currents. */
static void move(const struct izh_wander_law *law, const struct izh_cells_shape *shape,
                 const void *normals, size_t count, const double *from, double *to,
                 double *restrict currents)
{
    const double mean = law->is.mean, keep = law->keep, kick = law->kick;
    const double *doubles = normals;
    const float *floats = normals;
    if (shape->precision == IZH_F32)
        for (size_t i = 0; i < count; i++)
            currents[i] = from[i] * keep + kick * (double)floats[i];
    else
        for (size_t i = 0; i < count; i++)
            currents[i] = from[i] * keep + kick * doubles[i];
    for (size_t i = 0; i < count; i++) {
        to[i] = currents[i];
        currents[i] += mean;
    }
}

struct izh_wander_rows izh_wanders_advance(struct izh_wanders *w,
                                           const struct izh_cells_shape *shape, uint32_t worker,
                                           const struct izh_normals *normals, size_t at,
                                           size_t count, int ticks)
{
    const int64_t tick = (int64_t)normals->tick;
    const struct izh_wander_rows rows = {w->rows + (size_t)worker * IZH_NOISE_ROOM, at, count,
                                         tick};
    const size_t skip = (size_t)(shape->first + at - 4 * normals->block);
    double *to = w->away[!w->side] + at, *from = to;
    if (tick == shape->tick) /* the block begins */
        from = w->away[w->side] + at;
    for (int k = 0; k < ticks; k++) {
        const size_t row = 4 * (size_t)normals->width * (size_t)k + skip;
        const char *reals = (const char *)normals->reals + row * izh_real_size(shape);
        move(&w->law, shape, reals, count, from, to, rows.currents + (size_t)k * count);
        from = to;
    }
    return rows;
}
