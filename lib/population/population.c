/* Creates and destroys a population; sets and reads what it has. */
#include "population/population.h"

#include "cells/isa.h"
#include "model/check.h"
#include "util/float.h"
#include "util/fpmode.h"
#include "util/memory.h"
#include "util/mix.h"

#define DEFAULT_SPIKE_CAPACITY 65536
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

static izh_status check_cell_method(struct izh_report *report, const izh_population_config *config)
{
    const izh_method method = izh_method_of_population(config->method);
    const struct izh_method_ops *ops = izh_method_ops(method);
    if (!izh_method_name(method))
        return izh_fail(report, IZH_E_INVALID, "method = %d is no method", (int)method);
    if (!ops || (!ops->one_by_one && !izh_isa_kernels(IZH_ISA_SCALAR, IZH_F64, method)))
        return izh_fail(report, IZH_E_UNSUPPORTED, "method = %d (%s) %s", (int)method,
                        izh_method_name(method),
                        ops ? "has no populations" : "is not in this build of libizh");
    if (config->events == IZH_EVENTS_GRID && izh_method_chooses_steps(ops))
        return izh_fail(report, IZH_E_UNSUPPORTED,
                        "events = IZH_EVENTS_GRID: %s chooses its own steps and has no grid",
                        izh_method_name(method));
    return IZH_OK;
}

static void check_population_numbers(struct izh_checks *c, const izh_population_config *config)
{
    const double dt = izh_cells_tick(config);
    izh_check_positive(c, "dt", config->dt);
    izh_check_positive(c, "noise_sigma", config->noise_sigma);
    izh_check_rate(c, "max_spikes_per_ms", config->max_spikes_per_ms);
    izh_check_rate(c, "max_steps_per_ms", config->max_steps_per_ms);
    izh_check_ticks(c, config->t0, dt);
    IZH_REQUIRE(c, config->precision == IZH_F64 || izh_fmax(dt, config->noise_sigma) <= FLT_MAX,
                IZH_E_INVALID, "dt = %s, noise_sigma = %s: no floats", izh_number(dt).text,
                izh_number(config->noise_sigma).text);
    const double most = config->precision == IZH_F32 ? FLT_MAX : DBL_MAX;
    izh_check_noise(c, &config->noise_ou, config->noise_white, most);
    IZH_REQUIRE(c, izh_cells_sigma(config) <= most, IZH_E_INVALID,
                "noise_white = %s is too large for dt = %s", izh_number(config->noise_white).text,
                izh_number(dt).text);
    IZH_REQUIRE(c, config->max_spikes_per_ms * dt <= IZH_SPIKES_PER_TICK_MAX, IZH_E_INVALID,
                "max_spikes_per_ms = %s times dt = %s is above %d",
                izh_number(config->max_spikes_per_ms).text, izh_number(dt).text,
                IZH_SPIKES_PER_TICK_MAX);
}

/* ---- life ---- */

/* The spikes come last and are not cleared: they may be many. */
static bool set_up_population(struct izh_population *p, const izh_population_config *config)
{
    /* Regular spiking neurons of the 2003 paper. */
    const izh_params params = izh_params_2003(.02, .2, -65, 8);
    const izh_state state = {-65, -13};
    struct izh_delivery *d = &p->delivery;
    p->report.log = config->log;
    p->cells.host = p;
    p->per_tick_most = 2 + IZH_SPIKES_PER_TICK_MAX;
    d->capacity = config->spike_capacity ? config->spike_capacity : DEFAULT_SPIKE_CAPACITY;
    return izh_cells_create(&p->cells, config, &params, state) &&
           (d->out = izh_allocate_raw(&config->allocator, d->capacity, sizeof *d->out));
}

izh_status izh_population_create(izh_population **population, const izh_population_config *config)
{
    IZH_FPMODE;
    static const struct izh_config_kind kind = IZH_CONFIG_KIND(izh_population_config, log);
    izh_population_config c;
    struct izh_report report;
    struct izh_checks checks = izh_create_begin(&report, population, &kind, &c, config);
    if (checks.status == IZH_OK)
        checks.status = check_cell_method(&report, &c);
    if (checks.status == IZH_OK) {
        check_choices(&checks, &c);
        check_population_numbers(&checks, &c);
    }
    if (checks.status != IZH_OK)
        return checks.status;
    struct izh_population *p = izh_allocate(&c.allocator, 1, sizeof *p);
    if (!p)
        return izh_fail(&report, IZH_E_MEMORY, "no memory for a population");
    if (!set_up_population(p, &c)) {
        izh_population_destroy(p);
        return izh_fail(&report, IZH_E_MEMORY,
                        "no memory or no threads for n = %u, threads = %u, spike_capacity = %zu",
                        (unsigned)c.n, (unsigned)c.threads, c.spike_capacity);
    }
    *population = p;
    return IZH_OK;
}

izh_status izh_population_check_own(struct izh_population *p, const char *what)
{
    if (p->inside)
        return izh_fail(&p->report, IZH_E_BUSY,
                        "%s inside a callback, or after one that did not return", what);
    if (p->owner)
        return izh_fail(&p->report, IZH_E_BUSY, "%s: the population is a network's", what);
    return IZH_OK;
}

void izh_population_destroy(izh_population *p)
{
    if (!p)
        return;
    if (izh_population_check_own(p, "destroy") != IZH_OK)
        return;
    const izh_allocator allocator = p->cells.shape.allocator;
    struct izh_delivery *d = &p->delivery;
    izh_release(&allocator, p->currents.stepwise, p->cells.shape.n, sizeof(double));
    izh_release(&allocator, d->loaded, d->loaded_count, sizeof *d->loaded);
    izh_release(&allocator, d->out, d->capacity, sizeof *d->out);
    izh_cells_destroy(&p->cells);
    izh_release(&allocator, p, 1, sizeof *p);
}

/* ---- what can be set ---- */

izh_status izh_population_check_range(struct izh_population *p, const char *what, uint32_t first,
                                      uint32_t count, const void *values, size_t stride)
{
    const uint32_t n = p->cells.shape.n;
    if (p->inside)
        return izh_fail(&p->report, IZH_E_BUSY, "%s inside a callback", what);
    if (first > n || count > n - first)
        return izh_fail(&p->report, IZH_E_INVALID, "%s: first = %u, count = %u, but n = %u", what,
                        (unsigned)first, (unsigned)count, (unsigned)n);
    if (count && !values)
        return izh_fail(&p->report, IZH_E_INVALID, "%s: NULL", what);
    if (!izh_stride_fits(count, stride))
        return izh_fail(&p->report, IZH_E_INVALID, "%s: stride = %zu", what, stride);
    return IZH_OK;
}

/* The rule that this value of a parameter breaks. */
static const char *rule(const izh_population *p, const char *field, double value)
{
    if (p->cells.shape.precision == IZH_F32 && izh_isfinite(value) && izh_fabs(value) > FLT_MAX)
        return "must be finite, also as a float";
    return izh_params_rule(field, value);
}

izh_status izh_population_set_params(izh_population *p, uint32_t first, uint32_t count,
                                     const izh_params *params, size_t stride)
{
    IZH_FPMODE;
    if (!p)
        return IZH_E_INVALID;
    const izh_status status =
        izh_population_check_range(p, "set_params", first, count, params, stride);
    if (status != IZH_OK)
        return status;
    struct izh_cells *c = &p->cells;
    struct izh_columns *columns = &c->columns;
    for (uint32_t i = 0; i < count && (i == 0 || stride); i++) {
        double value;
        const char *field = izh_columns_fault(columns, &params[i * stride], &value);
        if (field)
            return izh_fail(&p->report, IZH_E_INVALID, "set_params: neuron %u: %s = %s %s",
                            (unsigned)(first + i), field, izh_number(value).text,
                            rule(p, field, value));
    }
    if (!izh_columns_reserve(columns, first, count, params, stride)) {
        izh_columns_trim(columns);
        return izh_fail(&p->report, IZH_E_MEMORY, "set_params: no memory for parameters of %u",
                        (unsigned)c->shape.n);
    }
    for (uint32_t i = 0; i < count; i++)
        izh_cells_cut(c, first + i);
    izh_columns_set(columns, first, count, params, stride);
    izh_cells_choose_kernel(c);
    c->states.due = true;
    return IZH_OK;
}

izh_status izh_population_set_state(izh_population *p, uint32_t first, uint32_t count,
                                    const izh_state *states, size_t stride)
{
    IZH_FPMODE;
    if (!p)
        return IZH_E_INVALID;
    const izh_status status =
        izh_population_check_range(p, "set_state", first, count, states, stride);
    if (status != IZH_OK)
        return status;
    struct izh_cells *c = &p->cells;
    for (uint32_t i = 0; i < count && (i == 0 || stride); i++) {
        const izh_state y = states[i * stride];
        if (!izh_in_range(&c->shape, y))
            return izh_fail(&p->report, IZH_E_INVALID,
                            "set_state: neuron %u: v = %s, u = %s are out of range",
                            (unsigned)(first + i), izh_number(y.v).text, izh_number(y.u).text);
    }
    for (uint32_t i = 0; i < count; i++) {
        izh_states_put(&c->states, c->states.side, first + i, states[i * stride]);
        izh_cells_cut(c, first + i);
        izh_cells_mend(c, first + i);
    }
    c->states.due = true;
    return IZH_OK;
}

izh_status izh_population_set_current(izh_population *p, uint32_t first, uint32_t count,
                                      const double *I, size_t stride)
{
    IZH_FPMODE;
    if (!p)
        return IZH_E_INVALID;
    if (p->inside)
        return izh_fail(&p->report, IZH_E_BUSY,
                        "set_current inside a callback: set it between runs, or use on_current");
    const izh_status status = izh_population_check_range(p, "set_current", first, count, I, stride);
    if (status != IZH_OK)
        return status;
    const double most = p->cells.shape.precision == IZH_F32 ? FLT_MAX : DBL_MAX;
    for (uint32_t i = 0; i < count && (i == 0 || stride); i++)
        if (!(izh_fabs(I[i * stride]) <= most))
            return izh_fail(&p->report, IZH_E_INVALID,
                            "set_current: neuron %u: I = %s must be finite%s",
                            (unsigned)(first + i), izh_number(I[i * stride]).text,
                            p->cells.shape.precision == IZH_F32 ? ", also as a float" : "");
    struct izh_cells *c = &p->cells;
    struct izh_columns *columns = &c->columns;
    for (uint32_t i = 0; c->states.anchors[0] && i < count; i++)
        if (izh_column_get(columns, IZH_CONSTANT_I, first + i) != I[i * stride])
            izh_cells_cut(c, first + i);
    if (count == c->shape.n && stride == 0 && count)
        izh_column_level(columns, IZH_CONSTANT_I, *I);
    else if (count)
        izh_column_spread(columns, IZH_CONSTANT_I);
    for (uint32_t i = 0; i < count && columns->of[IZH_CONSTANT_I].stride; i++)
        izh_real_set(&c->shape, columns->memory[IZH_CONSTANT_I], first + i, I[i * stride]);
    return IZH_OK;
}

izh_status izh_population_on_current(izh_population *p, izh_current_fn *fn, void *user,
                                     int32_t stepwise)
{
    if (!p)
        return IZH_E_INVALID;
    if (p->inside)
        return izh_fail(&p->report, IZH_E_BUSY, "on_current inside a callback");
    struct izh_cells *c = &p->cells;
    const uint32_t n = c->shape.n;
    const izh_allocator *allocator = &c->shape.allocator;
    const bool asks_ahead = fn && stepwise;
    const bool keeps_before = ((fn && !stepwise) || c->follower) && izh_states_in_place(&c->states);
    double *currents = asks_ahead ? izh_allocate(allocator, n, sizeof *currents) : NULL;
    void *before = keeps_before ? izh_block_new_before(c) : NULL;
    if ((asks_ahead && !currents) || (keeps_before && !before))
        return izh_fail(&p->report, IZH_E_MEMORY, "on_current: no memory for %u neurons",
                        (unsigned)n);
    izh_release(allocator, p->currents.stepwise, n, sizeof *currents);
    izh_block_set_before(c, before);
    p->currents = (struct izh_currents){fn, user, currents};
    c->drive = fn ? izh_population_drive : NULL;
    return IZH_OK;
}

izh_status izh_population_on_spikes(izh_population *p, izh_spikes_fn *fn, void *user)
{
    if (!p)
        return IZH_E_INVALID;
    if (p->inside)
        return izh_fail(&p->report, IZH_E_BUSY, "on_spikes inside a callback");
    p->delivery.fn = fn;
    p->delivery.user = user;
    return IZH_OK;
}

/* ---- what can be read ---- */

izh_spikes izh_population_spikes(const izh_population *p)
{
    if (!p)
        return (izh_spikes){NULL, 0};
    return (izh_spikes){p->delivery.out, p->delivery.count};
}

double izh_population_time(const izh_population *p)
{
    IZH_FPMODE;
    return p ? izh_tick_time(&p->cells.shape, p->cells.shape.tick) : IZH_NAN;
}

double izh_population_dt(const izh_population *p)
{
    return p ? p->cells.shape.dt : IZH_NAN;
}

izh_status izh_population_get_state(const izh_population *p, uint32_t first, uint32_t count,
                                    izh_state *states)
{
    IZH_FPMODE;
    const uint32_t n = p ? p->cells.shape.n : 0;
    if (!p || first > n || count > n - first || (count && !states))
        return IZH_E_INVALID;
    for (uint32_t i = 0; i < count; i++)
        states[i] = izh_states_now(&p->cells.states, first + i);
    return IZH_OK;
}

uint64_t izh_population_hash(const izh_population *p)
{
    IZH_FPMODE; /* also for the conversion of floats to doubles */
    uint64_t sum = 0;
    for (uint32_t i = 0; p && i < p->cells.shape.n; i++) {
        const izh_state y = izh_states_now(&p->cells.states, i);
        const uint64_t mixed = izh_mix(p->cells.shape.first + i + IZH_MIX_START);
        sum += izh_mix_double(izh_mix_double(mixed, y.v), y.u);
    }
    return p ? sum + izh_wanders_hash(&p->cells.wanders, &p->cells.shape) : 0;
}

izh_troubles izh_population_troubles(const izh_population *p)
{
    if (!p)
        return (izh_troubles){NULL, 0, 0};
    const struct izh_troubles_list *list = &p->cells.troubles;
    return (izh_troubles){list->data, list->count, list->total};
}

izh_status izh_population_get_statistics(const izh_population *p,
                                         izh_population_statistics *statistics)
{
    if (!p)
        return IZH_E_INVALID;
    const struct izh_unstable *unstable = &p->cells.unstable;
    const bool any = unstable->count > 0;
    const izh_population_statistics s = {sizeof s, unstable->count, any ? unstable->t : IZH_NAN,
                                         any ? unstable->i : 0, 0};
    return izh_statistics_write(statistics, &s, sizeof s);
}

int32_t izh_population_isa(const izh_population *p)
{
    return p ? p->cells.kernels.isa : 0;
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
