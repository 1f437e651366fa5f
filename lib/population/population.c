/* A population's life, and what can be set and read. */
#include "population/population.h"

#include <string.h>

#include "model/check.h"
#include "cells/isa.h"
#include "util/float.h"
#include "util/memory.h"
#include "util/fpmode.h"

#define DEFAULT_SPIKE_CAPACITY 65536
#define DEFAULT_MAX_SPIKES_PER_MS 4
/* Spikes that the list has room for beyond those of a tick: small populations have long blocks. */
#define LIST_SPARE 65536
#define THREADS_MAX 1024

/* ---- checks of the config ---- */

static void check_choices(struct izh_checks *c, const izh_population_config *config)
{
    IZH_REQUIRE(c, config->precision == IZH_F64 || config->precision == IZH_F32, IZH_E_INVALID,
                "precision = %d is neither IZH_F64 nor IZH_F32", (int)config->precision);
    IZH_REQUIRE(c, config->events == IZH_EVENTS_EXACT || config->events == IZH_EVENTS_GRID,
                IZH_E_INVALID, "events = %d is none of IZH_EVENTS_...", (int)config->events);
    IZH_REQUIRE(c, config->isa >= IZH_ISA_BEST && config->isa <= IZH_ISA_NEON, IZH_E_INVALID,
                "isa = %d is none of IZH_ISA_...", (int)config->isa);
    IZH_REQUIRE(c, izh_isa_supported(config->isa), IZH_E_UNSUPPORTED,
                "isa = %d is not on this machine", (int)config->isa);
    IZH_REQUIRE(c, config->threads <= THREADS_MAX, IZH_E_INVALID, "threads = %u is more than %d",
                (unsigned)config->threads, THREADS_MAX);
    IZH_REQUIRE(c, config->first <= UINT64_MAX - UINT32_MAX, IZH_E_INVALID,
                "first = %llu is too large", (unsigned long long)config->first);
}

static izh_status check_method(struct izh_report *report, const izh_population_config *config)
{
    const izh_method method = izh_method_of_population(config->method);
    const struct izh_method_ops *ops = izh_method_ops(method);
    if (!izh_method_name(method))
        return izh_fail(report, IZH_E_INVALID, "method = %d is no method", (int)method);
    if (!ops || (!ops->one_by_one && !izh_isa_kernels(IZH_ISA_SCALAR, IZH_F64, method)))
        return izh_fail(report, IZH_E_UNSUPPORTED, "method = %d (%s) has no populations",
                        (int)method, izh_method_name(method));
    if (config->events == IZH_EVENTS_GRID && izh_method_chooses_steps(ops))
        return izh_fail(report, IZH_E_UNSUPPORTED,
                        "events = IZH_EVENTS_GRID: %s chooses its own steps and has no grid",
                        izh_method_name(method));
    return IZH_OK;
}

static double tick_length(const izh_population_config *config)
{
    const double dt = izh_method_ops(izh_method_of_population(config->method))->dt;
    return config->dt > 0 ? config->dt : dt > 0 ? dt : 1;
}

static void check_numbers(struct izh_checks *c, const izh_population_config *config)
{
    const double dt = tick_length(config);
    izh_check_positive(c, "dt", config->dt);
    izh_check_positive(c, "noise_sigma", config->noise_sigma);
    izh_check_rate(c, "max_spikes_per_ms", config->max_spikes_per_ms);
    izh_check_rate(c, "max_steps_per_ms", config->max_steps_per_ms);
    izh_check_ticks(c, config->t0, dt);
    IZH_REQUIRE(c, config->precision == IZH_F64 || izh_fmax(dt, config->noise_sigma) <= FLT_MAX,
                IZH_E_INVALID, "dt = %s, noise_sigma = %s: no floats", izh_number(dt).text,
                izh_number(config->noise_sigma).text);
    IZH_REQUIRE(c, config->max_spikes_per_ms * dt <= IZH_SPIKES_PER_TICK_MAX, IZH_E_INVALID,
                "max_spikes_per_ms = %s times dt = %s is above %d",
                izh_number(config->max_spikes_per_ms).text, izh_number(dt).text,
                IZH_SPIKES_PER_TICK_MAX);
}

/* ---- life ---- */

static bool all_have(const struct izh_population *p, enum izh_column_name c, double value)
{
    return !p->columns[c].stride && izh_column_get(p, c, 0) == value;
}

static enum izh_form form(const struct izh_population *p)
{
    if (p->special)
        return IZH_FORM_SPECIAL;
    const bool form_2003 = all_have(p, IZH_W, 1) && all_have(p, IZH_R, 1) && all_have(p, IZH_VB, 0);
    return form_2003 ? IZH_FORM_2003 : IZH_FORM_PLAIN;
}

void izh_population_choose_kernel(struct izh_population *p)
{
    if (p->kernels)
        p->kernel = p->kernels->kernel[p->events == IZH_EVENTS_EXACT][form(p)];
}

static void set_up(struct izh_population *p, const izh_population_config *c)
{
    p->n = c->n;
    p->padded = (size_t)c->n / IZH_GROUP * IZH_GROUP + (c->n % IZH_GROUP ? IZH_GROUP : 0);
    p->first = c->first;
    p->method = izh_method_of_population(c->method);
    p->one_by_one = izh_method_ops(p->method)->one_by_one;
    p->precision = c->precision;
    p->isa = c->isa == IZH_ISA_BEST ? izh_isa_best() : c->isa;
    p->events = c->events;
    p->vectors = izh_isa_vectors(p->isa, p->precision);
    p->kernels = izh_isa_kernels(p->isa, p->precision, p->method);
    p->listed = p->events == IZH_EVENTS_EXACT || !p->kernels || p->kernels->shortens;
    p->dt = tick_length(c);
    p->t0 = c->t0;
    p->sigma = c->noise_sigma;
    p->seed = c->seed;
    const double most = c->max_spikes_per_ms > 0 ? c->max_spikes_per_ms : DEFAULT_MAX_SPIKES_PER_MS;
    p->spikes_per_tick = 2 + (uint32_t)izh_fmin(most * p->dt, IZH_SPIKES_PER_TICK_MAX);
    p->out_capacity = c->spike_capacity ? c->spike_capacity : DEFAULT_SPIKE_CAPACITY;
    p->tile = c->tile;
    p->block = c->block;
    p->worker_count = c->threads > 1 ? c->threads : 1;
    p->executor = c->executor;
    p->report.log = c->log;
    p->allocator = c->allocator;
    atomic_flag_clear(&p->trouble_lock);
    izh_population_choose_blocks(p);
    p->row = p->padded / 8;
}

/* Everything that is there from the start in one piece, so that it is there or not: hands out the
 * next `count` objects of `size` bytes, or only adds up where there is no arena yet. */
struct arena {
    unsigned char *memory;
    size_t used;
    bool overflow;
};

static void *take(struct arena *a, size_t count, size_t size)
{
    const size_t align = 64, start = (a->used + align - 1) / align * align;
    if (size && count > (SIZE_MAX / 2 - start) / size) {
        a->overflow = true;
        return NULL;
    }
    a->used = start + count * size;
    return a->memory ? a->memory + start : NULL;
}

static void lay_out(struct izh_population *p, struct arena *a)
{
    const size_t real = izh_real_size(p), sides = p->listed ? 2 : 1;
    for (size_t side = 0; side < sides; side++) {
        p->v[side] = take(a, p->padded, real);
        p->u[side] = take(a, p->padded, real);
        p->lost[side] = take(a, p->row, 1);
        if (p->one_by_one && p->precision == IZH_F64)
            p->anchors[side] = take(a, p->padded, sizeof **p->anchors);
    }
    p->column_memory[IZH_CONSTANT_I] = take(a, p->padded, real);
    p->bits = take(a, p->row * (p->listed ? 1 : p->rows), 1);
    p->worker = take(a, p->worker_count, sizeof *p->worker);
    for (uint32_t i = 0; i < p->worker_count; i++) {
        /* Neurons that do not begin with a block of four lie in one block more. */
        void *normals = take(a, IZH_NOISE_ROOM + 4 * IZH_NOISE_TICKS + IZH_NORMALS_SPARE, real);
        if (a->memory)
            p->worker[i].normals = normals;
    }
    p->out = take(a, p->out_capacity, sizeof *p->out);
}

/* Only the delivered spikes, which come last, are not cleared: they may be many. */
static bool allocate_arena(struct izh_population *p)
{
    struct arena a = {0};
    lay_out(p, &a);
    const size_t most = a.used;
    p->arena_size = most + 64;
    if (a.overflow || !(p->arena = izh_allocate_raw(&p->allocator, p->arena_size, 1)))
        return false;
    a = (struct arena){p->arena, 0, false};
    a.memory += (64 - (uintptr_t)p->arena % 64) % 64;
    memset(a.memory, 0, most - p->out_capacity * sizeof *p->out);
    lay_out(p, &a);
    return true;
}

/* How many spikes the list has room for; no overflow in 64 bits. */
static uint64_t list_room(const struct izh_population *p, uint32_t spikes_per_tick)
{
    return p->listed ? (uint64_t)p->n * spikes_per_tick + LIST_SPARE : 0;
}

static uint64_t spike_room(const struct izh_population *p, uint32_t spikes_per_tick)
{
    return list_room(p, spikes_per_tick) + (uint64_t)p->worker_count * spikes_per_tick;
}

uint64_t izh_population_more_spike_room(const struct izh_population *p, uint64_t spikes_per_tick)
{
    if (spikes_per_tick <= p->spikes_most)
        return 0;
    return sizeof(izh_spike) *
           (spike_room(p, (uint32_t)spikes_per_tick) - spike_room(p, p->spikes_most));
}

void *izh_population_new_spike_room(const struct izh_population *p, uint32_t spikes_per_tick)
{
    const uint64_t count = spike_room(p, spikes_per_tick);
    if (count > SIZE_MAX / sizeof(izh_spike))
        return NULL;
    return izh_allocate_raw(&p->allocator, (size_t)count, sizeof(izh_spike));
}

static void release_spike_room(struct izh_population *p)
{
    izh_release(&p->allocator, p->spike_room, (size_t)spike_room(p, p->spikes_most),
                sizeof(izh_spike));
}

void izh_population_set_spike_room(struct izh_population *p, void *room, uint32_t spikes_per_tick)
{
    release_spike_room(p);
    p->spike_room = room;
    p->spikes_most = spikes_per_tick;
    p->list_capacity = (size_t)list_room(p, spikes_per_tick);
    p->list = room;
    for (uint32_t i = 0; i < p->worker_count; i++)
        p->worker[i].pending = p->list + p->list_capacity + (size_t)i * spikes_per_tick;
}

static bool allocate_spike_room(struct izh_population *p)
{
    void *room = izh_population_new_spike_room(p, p->spikes_per_tick);
    if (room)
        izh_population_set_spike_room(p, room, p->spikes_per_tick);
    return room;
}

/* All zero before. */
static bool set_up_flight(struct izh_population *p, struct izh_worker *w, const izh_params *params,
                          double max_steps_per_ms)
{
    const struct izh_flight_config config = {.ops = izh_method_ops(p->method),
                                             .events = p->events,
                                             .max_spikes_per_ms = DBL_MAX, /* tick by tick */
                                             .max_steps_per_ms = max_steps_per_ms,
                                             .report = &w->report};
    struct izh_flight *f = &w->flight;
    izh_flight_set_up(f, &config);
    izh_flight_set_params(f, params);
    f->on_spike = izh_neuron_spike;
    f->on_spike_user = w;
    const size_t work = config.ops->work_size;
    return !work || (f->step.work = izh_allocate(&p->allocator, 1, work));
}

static bool start_workers(struct izh_population *p, const izh_params *params,
                          double max_steps_per_ms)
{
    for (uint32_t i = 0; i < p->worker_count; i++) {
        p->worker[i].population = p;
        if (!set_up_flight(p, &p->worker[i], params, max_steps_per_ms))
            return false;
    }
    izh_population_set_clocks(p);
    if (p->worker_count > 1)
        p->process = izh_process();
    if (p->worker_count > 1 && !p->executor.run)
        p->crew = izh_crew_start(&p->allocator, p->worker_count);
    return p->worker_count == 1 || p->executor.run || p->crew;
}

void izh_population_set_clocks(struct izh_population *p)
{
    for (uint32_t i = 0; i < p->worker_count; i++) {
        struct izh_flight *f = &p->worker[i].flight;
        izh_flight_set_clock(f, p->t0, p->one_by_one ? 0 : p->dt);
    }
}

/* Makes them all regular spiking neurons of the 2003 paper. */
static void fill(struct izh_population *p, const izh_params *params)
{
    const double zero = 0;
    for (int c = 0; c < IZH_COLUMNS; c++)
        p->columns[c] = (struct izh_column){&p->uniform[c], 0};
    izh_columns_set(p, 0, p->n, params, 0);
    for (size_t i = 0; i < p->padded; i++) {
        izh_real_set(p, p->v[0], i, -65);
        izh_real_set(p, p->u[0], i, -13);
        if (p->anchors[0])
            p->anchors[0][i] = (struct izh_anchor){p->t0, 0, {-65, -13}, 0, {p->t0, 0}};
    }
    izh_population_set_current(p, 0, p->n, &zero, 0);
    izh_population_choose_kernel(p);
}

izh_status izh_population_create(izh_population **population, const izh_population_config *config)
{
    IZH_FPMODE;
    static const struct izh_config_kind kind = IZH_CONFIG_KIND(izh_population_config, log);
    izh_population_config c;
    struct izh_report report;
    struct izh_checks checks = izh_create_begin(&report, population, &kind, &c, config);
    if (checks.status == IZH_OK)
        checks.status = check_method(&report, &c);
    if (checks.status == IZH_OK) {
        check_choices(&checks, &c);
        check_numbers(&checks, &c);
    }
    if (checks.status != IZH_OK)
        return checks.status;
    const izh_params params = izh_params_2003(.02, .2, -65, 8);
    struct izh_population *p = izh_allocate(&c.allocator, 1, sizeof *p);
    if (!p)
        return izh_fail(&report, IZH_E_MEMORY, "no memory for a population");
    set_up(p, &c);
    if (p->padded < c.n || !allocate_arena(p) || !allocate_spike_room(p) ||
        !start_workers(p, &params, c.max_steps_per_ms)) {
        izh_population_destroy(p);
        return izh_fail(&report, IZH_E_MEMORY,
                        "no memory or no threads for n = %u, threads = %u, spike_capacity = %zu",
                        (unsigned)c.n, (unsigned)c.threads, c.spike_capacity);
    }
    fill(p, &params);
    *population = p;
    return IZH_OK;
}

static void release_work(struct izh_population *p, struct izh_worker *w)
{
    if (w->flight.step.work)
        izh_release(&p->allocator, w->flight.step.work, 1, w->flight.ops->work_size);
}

void izh_population_destroy(izh_population *p)
{
    if (!p)
        return;
    if (p->inside) {
        izh_fail(&p->report, IZH_E_BUSY,
                 "destroy inside a callback, or after one that did not return");
        return;
    }
    izh_crew_stop(p->crew);
    for (uint32_t i = 0; p->arena && i < p->worker_count; i++)
        release_work(p, &p->worker[i]);
    for (int c = 0; c < IZH_CONSTANT_I; c++)
        izh_release(&p->allocator, p->column_memory[c], p->padded, izh_real_size(p));
    izh_release(&p->allocator, p->stepwise, p->n, sizeof *p->stepwise);
    izh_population_release_before(p);
    izh_record_release(p);
    izh_release(&p->allocator, p->loaded, p->loaded_count, sizeof *p->loaded);
    release_spike_room(p);
    izh_release(&p->allocator, p->arena, p->arena_size, 1);
    const izh_allocator allocator = p->allocator;
    izh_release(&allocator, p, 1, sizeof *p);
}

/* ---- what can be set ---- */

static izh_status check_range(struct izh_population *p, const char *what, uint32_t first,
                              uint32_t count, const void *values, size_t stride)
{
    if (p->inside)
        return izh_fail(&p->report, IZH_E_BUSY, "%s inside a callback", what);
    if (first > p->n || count > p->n - first)
        return izh_fail(&p->report, IZH_E_INVALID, "%s: first = %u, count = %u, but n = %u", what,
                        (unsigned)first, (unsigned)count, (unsigned)p->n);
    if (count && !values)
        return izh_fail(&p->report, IZH_E_INVALID, "%s: NULL", what);
    if (count > 1 && stride > SIZE_MAX / sizeof(double) / (count - 1))
        return izh_fail(&p->report, IZH_E_INVALID, "%s: stride = %zu", what, stride);
    return IZH_OK;
}

/* A step under way ends now. */
static void cut(struct izh_population *p, size_t i)
{
    if (!p->anchors[0])
        return;
    struct izh_anchor *anchor = &p->anchors[p->side][i];
    struct izh_clock clock = {p->t0, 0, 0, anchor->base, anchor->offset, 0};
    const double cursor = izh_clock_until(&clock, izh_population_time(p));
    if (cursor > 0)
        izh_clock_advance(&clock, cursor);
    *anchor = (struct izh_anchor){clock.base, clock.offset, izh_population_state(p, i), anchor->I,
                                  anchor->steps};
}

/* What a parameter at fault must be. */
static const char *rule(const izh_population *p, const char *field, double value)
{
    if (p->precision == IZH_F32 && izh_isfinite(value) && izh_fabs(value) > FLT_MAX)
        return "must be finite, also as a float";
    return izh_params_rule(field, value);
}

izh_status izh_population_set_params(izh_population *p, uint32_t first, uint32_t count,
                                     const izh_params *params, size_t stride)
{
    IZH_FPMODE;
    if (!p)
        return IZH_E_INVALID;
    const izh_status status = check_range(p, "set_params", first, count, params, stride);
    if (status != IZH_OK)
        return status;
    for (uint32_t i = 0; i < count && (i == 0 || stride); i++) {
        double value;
        const char *field = izh_columns_fault(p, &params[i * stride], &value);
        if (field)
            return izh_fail(&p->report, IZH_E_INVALID, "set_params: neuron %u: %s = %s %s",
                            (unsigned)(first + i), field, izh_number(value).text,
                            rule(p, field, value));
    }
    if (!izh_columns_reserve(p, first, count, params, stride)) {
        izh_columns_trim(p);
        return izh_fail(&p->report, IZH_E_MEMORY, "set_params: no memory for parameters of %u",
                        (unsigned)p->n);
    }
    for (uint32_t i = 0; i < count; i++)
        cut(p, first + i);
    izh_columns_set(p, first, count, params, stride);
    izh_population_choose_kernel(p);
    p->due = true;
    return IZH_OK;
}

/* Takes a neuron off the troubled ones. */
static void mend(struct izh_population *p, size_t i)
{
    struct izh_troubles_list *list = &p->troubles;
    if (!izh_bit(p->lost[p->side], i))
        return;
    izh_bit_clear(p->lost[p->side], i);
    list->total--;
    list->news &= list->total > 0;
    size_t kept = 0;
    for (size_t k = 0; k < list->count; k++)
        if (list->data[k].i != i)
            list->data[kept++] = list->data[k];
    list->count = kept;
}

izh_status izh_population_set_state(izh_population *p, uint32_t first, uint32_t count,
                                    const izh_state *states, size_t stride)
{
    IZH_FPMODE;
    if (!p)
        return IZH_E_INVALID;
    const izh_status status = check_range(p, "set_state", first, count, states, stride);
    if (status != IZH_OK)
        return status;
    for (uint32_t i = 0; i < count && (i == 0 || stride); i++) {
        const izh_state y = states[i * stride];
        if (!izh_in_range(p, y))
            return izh_fail(&p->report, IZH_E_INVALID,
                            "set_state: neuron %u: v = %s, u = %s are out of range",
                            (unsigned)(first + i), izh_number(y.v).text, izh_number(y.u).text);
    }
    for (uint32_t i = 0; i < count; i++) {
        const izh_state y = states[i * stride];
        izh_real_set(p, p->v[p->side], first + i, y.v);
        izh_real_set(p, p->u[p->side], first + i, y.u);
        cut(p, first + i);
        mend(p, first + i);
    }
    p->due = true;
    return IZH_OK;
}

izh_status izh_population_set_current(izh_population *p, uint32_t first, uint32_t count,
                                      const double *I, size_t stride)
{
    IZH_FPMODE;
    if (!p)
        return IZH_E_INVALID;
    const izh_status status = check_range(p, "set_current", first, count, I, stride);
    if (status != IZH_OK)
        return status;
    const double most = p->precision == IZH_F32 ? FLT_MAX : DBL_MAX;
    for (uint32_t i = 0; i < count && (i == 0 || stride); i++)
        if (!(izh_fabs(I[i * stride]) <= most))
            return izh_fail(&p->report, IZH_E_INVALID,
                            "set_current: neuron %u: I = %s must be finite%s",
                            (unsigned)(first + i), izh_number(I[i * stride]).text,
                            p->precision == IZH_F32 ? ", also as a float" : "");
    for (uint32_t i = 0; p->anchors[0] && i < count; i++)
        if (izh_column_get(p, IZH_CONSTANT_I, first + i) != I[i * stride])
            cut(p, first + i);
    if (count == p->n && stride == 0 && count)
        izh_column_level(p, IZH_CONSTANT_I, *I);
    else if (count)
        izh_column_spread(p, IZH_CONSTANT_I);
    for (uint32_t i = 0; i < count && p->columns[IZH_CONSTANT_I].stride; i++)
        izh_real_set(p, p->column_memory[IZH_CONSTANT_I], first + i, I[i * stride]);
    return IZH_OK;
}

izh_status izh_population_on_current(izh_population *p, izh_current_fn *fn, void *user,
                                     int32_t stepwise)
{
    if (!p)
        return IZH_E_INVALID;
    if (p->inside)
        return izh_fail(&p->report, IZH_E_BUSY, "on_current inside a callback");
    double *currents = NULL;
    void *before = NULL;
    if (fn && stepwise)
        currents = izh_allocate(&p->allocator, p->n, sizeof *currents);
    else if (fn && !p->listed)
        before = izh_population_new_before(p);
    if (fn && (stepwise ? !currents : !p->listed && !before))
        return izh_fail(&p->report, IZH_E_MEMORY, "on_current: no memory for %u neurons",
                        (unsigned)p->n);
    izh_release(&p->allocator, p->stepwise, p->n, sizeof *p->stepwise);
    izh_population_release_before(p);
    p->stepwise = currents;
    p->before = before;
    p->on_current = fn;
    p->on_current_user = user;
    return IZH_OK;
}

izh_status izh_population_on_spikes(izh_population *p, izh_spikes_fn *fn, void *user)
{
    if (!p)
        return IZH_E_INVALID;
    if (p->inside)
        return izh_fail(&p->report, IZH_E_BUSY, "on_spikes inside a callback");
    p->on_spikes = fn;
    p->on_spikes_user = user;
    return IZH_OK;
}

/* ---- what can be read ---- */

izh_spikes izh_population_spikes(const izh_population *p)
{
    if (!p)
        return (izh_spikes){NULL, 0};
    return (izh_spikes){p->out, p->out_count};
}

double izh_population_time(const izh_population *p)
{
    IZH_FPMODE;
    return p ? izh_tick_time(p, p->tick) : IZH_NAN;
}

double izh_population_dt(const izh_population *p)
{
    return p ? p->dt : IZH_NAN;
}

izh_status izh_population_get_state(const izh_population *p, uint32_t first, uint32_t count,
                                    izh_state *states)
{
    IZH_FPMODE;
    if (!p || first > p->n || count > p->n - first || (count && !states))
        return IZH_E_INVALID;
    for (uint32_t i = 0; i < count; i++)
        states[i] = izh_population_state(p, first + i);
    return IZH_OK;
}

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* The finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

uint64_t izh_population_hash(const izh_population *p)
{
    IZH_FPMODE; /* for float to double, too */
    uint64_t sum = 0;
    for (uint32_t i = 0; p && i < p->n; i++) {
        const izh_state y = izh_population_state(p, i);
        sum += mix(mix(mix(p->first + i + 0x9e3779b97f4a7c15) ^ bits_of(y.v)) ^ bits_of(y.u));
    }
    return sum;
}

izh_troubles izh_population_troubles(const izh_population *p)
{
    if (!p)
        return (izh_troubles){NULL, 0, 0};
    return (izh_troubles){p->troubles.data, p->troubles.count, p->troubles.total};
}

izh_status izh_population_get_statistics(const izh_population *p,
                                         izh_population_statistics *statistics)
{
    if (!p)
        return IZH_E_INVALID;
    const struct izh_unstable *unstable = &p->unstable;
    const bool any = unstable->count > 0;
    const izh_population_statistics s = {sizeof s, unstable->count, any ? unstable->t : IZH_NAN,
                                         any ? unstable->i : 0, 0};
    return izh_statistics_write(statistics, &s, sizeof s);
}

int32_t izh_population_isa(const izh_population *p)
{
    return p ? p->isa : 0;
}

izh_status izh_population_set_log(izh_population *p, const izh_log *log)
{
    if (!p)
        return IZH_E_INVALID;
    izh_report_to(&p->report, log);
    return IZH_OK;
}

const char *izh_population_message(const izh_population *p)
{
    return p ? p->report.text : "";
}
