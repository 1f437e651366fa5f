/* Creates and destroys cells, and changes them from outside. */
#include "cells/cells.h"

#include <string.h>

#include "cells/isa.h"
#include "util/memory.h"

#define CELL_MAX_SPIKES_PER_MS 4

/* ---- what they are ---- */

double izh_cells_tick(const izh_population_config *config)
{
    const double dt = izh_method_ops(izh_method_of_population(config->method))->dt;
    return config->dt > 0 ? config->dt : dt > 0 ? dt : 1;
}

double izh_cells_sigma(const izh_population_config *config)
{
    return izh_noise_sigma(config->noise_sigma, config->noise_white, izh_cells_tick(config));
}

static void set_up_shape(struct izh_cells_shape *s, const izh_population_config *config)
{
    const uint32_t n = config->n;
    s->n = n;
    s->padded = (size_t)n / IZH_GROUP * IZH_GROUP + (n % IZH_GROUP ? IZH_GROUP : 0);
    s->row = s->padded / 8;
    s->first = config->first;
    s->method = izh_method_of_population(config->method);
    s->one_by_one = izh_method_ops(s->method)->one_by_one;
    s->precision = config->precision;
    s->events = config->events;
    s->dt = izh_cells_tick(config);
    s->t0 = config->t0;
    s->allocator = config->allocator;
}

static void set_up_kernels(struct izh_cells_kernels *k, const struct izh_cells_shape *shape,
                           int32_t isa)
{
    k->isa = isa == IZH_ISA_BEST ? izh_isa_best() : isa;
    k->vectors = izh_isa_vectors(k->isa, shape->precision);
    k->all = izh_isa_kernels(k->isa, shape->precision, shape->method);
    k->asks = k->all && (shape->events == IZH_EVENTS_EXACT || k->all->shortens);
}

void izh_cells_choose_kernel(struct izh_cells *c)
{
    struct izh_cells_kernels *k = &c->kernels;
    if (k->all)
        k->now = k->all->kernel[c->shape.events == IZH_EVENTS_EXACT][izh_columns_form(&c->columns)];
}

static void set_up_spikes(struct izh_cells *c, const izh_population_config *config)
{
    struct izh_spike_store *s = &c->spikes;
    const double asked = config->max_spikes_per_ms;
    const double most = asked > 0 ? asked : CELL_MAX_SPIKES_PER_MS;
    s->shape = &c->shape;
    s->listed = c->kernels.asks || !c->kernels.all;
    s->per_tick = 2 + (uint32_t)izh_fmin(most * c->shape.dt, IZH_SPIKES_PER_TICK_MAX);
    s->worker_count = c->work.count;
}

static void set_up_cells(struct izh_cells *c, const izh_population_config *config)
{
    set_up_shape(&c->shape, config);
    set_up_kernels(&c->kernels, &c->shape, config->isa);
    izh_columns_set_up(&c->columns, &c->shape);
    c->noise = (struct izh_cells_noise){izh_cells_sigma(config), config->seed};
    c->work.count = config->threads > 1 ? config->threads : 1;
    c->work.executor = config->executor;
    izh_work_choose_sizes(c, config->tile, config->block);
    set_up_spikes(c, config);
    c->states.shape = &c->shape;
    c->states.sides = c->spikes.listed ? 2 : 1; /* a block whose spikes do not fit is taken back */
    atomic_flag_clear(&c->trouble_lock);
}

/* ---- memory ---- */

/* All memory that is there from the start, in one piece, so that all of it is there or none.
 * take_memory() hands out the next `count` objects of `size` bytes, or only adds up if there is no
 * arena yet. */
struct arena {
    unsigned char *memory;
    size_t used;
    bool overflow;
};

static void *take_memory(struct arena *a, size_t count, size_t size)
{
    const size_t align = 64, start = (a->used + align - 1) / align * align;
    if (size && count > (SIZE_MAX / 2 - start) / size) {
        a->overflow = true;
        return NULL;
    }
    a->used = start + count * size;
    return a->memory ? a->memory + start : NULL;
}

static void lay_out(struct izh_cells *c, struct arena *a)
{
    const struct izh_cells_shape *shape = &c->shape;
    struct izh_states *states = &c->states;
    const size_t real = izh_real_size(shape);
    for (int side = 0; side < states->sides; side++) {
        states->v[side] = take_memory(a, shape->padded, real);
        states->u[side] = take_memory(a, shape->padded, real);
        states->lost[side] = take_memory(a, shape->row, 1);
        if (shape->one_by_one && shape->precision == IZH_F64)
            states->anchors[side] = take_memory(a, shape->padded, sizeof **states->anchors);
    }
    c->columns.memory[IZH_CONSTANT_I] = take_memory(a, shape->padded, real);
    const size_t ticks = c->work.most_ticks < 3 ? 3 : c->work.most_ticks;
    const size_t rows = c->spikes.listed ? 1 : ticks;
    c->spikes.bits = take_memory(a, shape->row * rows, 1);
    if (a->memory)
        c->spikes.due = c->spikes.bits + shape->row * (rows - 1);
    c->work.worker = take_memory(a, c->work.count, sizeof *c->work.worker);
    for (uint32_t i = 0; i < c->work.count; i++) {
        /* Neurons that do not begin with a block of four need one block more. */
        void *normals =
            take_memory(a, IZH_NOISE_ROOM + 4 * IZH_NOISE_TICKS + IZH_NORMALS_SPARE, real);
        if (a->memory)
            c->work.worker[i].normals = normals;
    }
}

static bool allocate_arena(struct izh_cells *c)
{
    struct arena a = {0};
    lay_out(c, &a);
    c->arena_size = a.used + 64;
    if (a.overflow || !(c->arena = izh_allocate(&c->shape.allocator, c->arena_size, 1)))
        return false;
    a = (struct arena){c->arena, 0, false};
    a.memory += (64 - (uintptr_t)c->arena % 64) % 64;
    lay_out(c, &a);
    return true;
}

static bool allocate_spike_room(struct izh_spike_store *s)
{
    void *room = izh_spikes_new_room(s, s->per_tick);
    if (room)
        izh_spikes_set_room(s, room, s->per_tick);
    return room;
}

/* ---- life ---- */

static bool start_workers(struct izh_cells *c, const izh_params *params, double max_steps_per_ms)
{
    struct izh_work *w = &c->work;
    for (uint32_t i = 0; i < w->count; i++)
        if (!izh_worker_set_up(&w->worker[i], c, params, max_steps_per_ms))
            return false;
    izh_cells_set_clocks(c);
    if (w->count > 1)
        w->process = izh_process();
    if (w->count > 1 && !w->executor.run)
        w->crew = izh_crew_start(&c->shape.allocator, w->count);
    return w->count == 1 || w->executor.run || w->crew;
}

void izh_cells_set_clocks(struct izh_cells *c)
{
    const struct izh_cells_shape *shape = &c->shape;
    for (uint32_t i = 0; i < c->work.count; i++)
        izh_flight_set_clock(&c->work.worker[i].flight, shape->t0,
                             shape->one_by_one ? 0 : shape->dt);
}

static void fill_cells(struct izh_cells *c, const izh_params *params, izh_state state)
{
    const double t0 = c->shape.t0;
    izh_columns_set(&c->columns, 0, c->shape.n, params, 0);
    for (size_t i = 0; i < c->shape.padded; i++) {
        izh_states_put(&c->states, 0, i, state);
        if (c->states.anchors[0])
            c->states.anchors[0][i] = (struct izh_anchor){t0, 0, state, 0, {t0, 0}};
    }
    izh_cells_choose_kernel(c);
}

bool izh_cells_create(struct izh_cells *c, const izh_population_config *config,
                      const izh_params *params, izh_state state)
{
    set_up_cells(c, config);
    if (c->shape.padded < config->n || !allocate_arena(c) || !allocate_spike_room(&c->spikes) ||
        !start_workers(c, params, config->max_steps_per_ms) ||
        !izh_wanders_reserve(&c->wanders, &c->shape, c->work.count, &config->noise_ou))
        return false;
    fill_cells(c, params, state);
    izh_wanders_begin(&c->wanders, &c->shape, c->noise.seed);
    return true;
}

void izh_cells_destroy(struct izh_cells *c)
{
    const struct izh_cells_shape *shape = &c->shape;
    izh_crew_stop(c->work.crew);
    for (uint32_t i = 0; c->arena && i < c->work.count; i++)
        izh_worker_release(&c->work.worker[i]);
    izh_columns_release(&c->columns);
    izh_block_set_before(c, NULL);
    izh_intake_release(&c->intake, &shape->allocator);
    izh_wanders_release(&c->wanders, &shape->allocator);
    izh_record_release(&c->record, &shape->allocator, izh_cells_parts(c));
    izh_spikes_release_room(&c->spikes);
    izh_release(&shape->allocator, c->arena, c->arena_size, 1);
}

void izh_cells_set_drive(struct izh_cells *c, const struct izh_drive *drive)
{
    c->outside = drive ? *drive : (struct izh_drive){0};
    c->spikes.jumps = c->outside.jump != NULL;
}

void izh_cells_set_intake(struct izh_cells *c, const struct izh_intake *intake)
{
    izh_intake_release(&c->intake, &c->shape.allocator);
    c->intake = *intake;
    for (size_t k = 0; k < intake->count; k++)
        c->intake.conducts |= intake->part[k].conducts;
}

/* ---- single neurons ---- */

void izh_cells_cut(struct izh_cells *c, size_t i)
{
    const struct izh_cells_shape *shape = &c->shape;
    struct izh_states *states = &c->states;
    if (!states->anchors[0])
        return;
    struct izh_anchor *anchor = &states->anchors[states->side][i];
    struct izh_clock clock = {shape->t0, 0, 0, anchor->base, anchor->offset, 0};
    const double cursor = izh_clock_until(&clock, izh_tick_time(shape, shape->tick));
    if (cursor > 0)
        izh_clock_advance(&clock, cursor);
    *anchor = (struct izh_anchor){clock.base, clock.offset, izh_states_now(states, i), anchor->I,
                                  anchor->steps};
}

void izh_cells_lose(struct izh_cells *c, size_t i, int64_t tick, izh_status status)
{
    while (atomic_flag_test_and_set_explicit(&c->trouble_lock, memory_order_acquire))
        ;
    izh_bit_set(c->states.lost[izh_states_next_side(&c->states)], i);
    izh_troubles_add(&c->troubles,
                     (izh_trouble){izh_tick_time(&c->shape, tick), (uint32_t)i, status});
    atomic_flag_clear_explicit(&c->trouble_lock, memory_order_release);
}

void izh_cells_mend(struct izh_cells *c, size_t i)
{
    unsigned char *lost = c->states.lost[c->states.side];
    if (!izh_bit(lost, i))
        return;
    izh_bit_clear(lost, i);
    izh_troubles_drop(&c->troubles, (uint32_t)i);
}

/* ---- spikes that are due ---- */

/* Resets a neuron at its peak. Returns false if the reset leads to no valid state. */
static bool reset_due(struct izh_cells *c, const struct izh_model *m, size_t i, izh_state y)
{
    struct izh_states *states = &c->states;
    izh_state after = izh_model_reset(m, y);
    after = (izh_state){izh_rounded(&c->shape, after.v), izh_rounded(&c->shape, after.u)};
    if (!izh_in_range(&c->shape, after) || !(izh_model_above_peak(m, after) < 0))
        return false;
    izh_states_put(states, states->side, i, after);
    if (states->anchors[0])
        states->anchors[states->side][i].from = after;
    return true;
}

/* Whether a neuron is well and at its peak. */
static bool is_due(const struct izh_cells *c, size_t i, struct izh_model *m)
{
    izh_columns_model(&c->columns, i, m);
    return !izh_bit(c->states.lost[c->states.side], i) &&
           izh_model_above_peak(m, izh_states_now(&c->states, i)) >= 0;
}

static bool due_fit(const struct izh_cells *c)
{
    struct izh_model m;
    size_t count = 0;
    for (uint32_t i = 0; c->follower && i < c->shape.n; i++)
        count += is_due(c, i, &m);
    return !count || c->follower->fits(c->follower->user, count);
}

/* Makes a neuron at its peak spike. The spike counts at the end of the step that begins. */
static izh_status spike_due(struct izh_cells *c, const struct izh_model *m, uint32_t i)
{
    const struct izh_follower *f = c->follower;
    if (f && !f->may_spike(f->user, i))
        return IZH_E_DIVERGED;
    if (!reset_due(c, m, i, izh_states_now(&c->states, i)))
        return IZH_E_RESET;
    if (f)
        f->count(f->user, i, c->shape.tick + 1);
    return IZH_OK;
}

bool izh_cells_spike_due(struct izh_cells *c)
{
    unsigned char *lost = c->states.lost[c->states.side];
    struct izh_model m;
    if (!due_fit(c))
        return false;
    memset(c->spikes.due, 0, c->shape.row);
    for (uint32_t i = 0; i < c->shape.n; i++) {
        if (!is_due(c, i, &m))
            continue;
        const izh_status status = spike_due(c, &m, i);
        if (status == IZH_OK) {
            izh_bit_set(c->spikes.due, i);
        } else {
            izh_cells_lose(c, i, c->shape.tick, status);
            izh_bit_set(lost, i);
        }
    }
    c->states.due = false;
    c->spikes.waiting = (struct izh_waiting){.tick = c->shape.tick, .due = true};
    return true;
}
