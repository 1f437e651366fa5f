/* Solves a neuron window by window: trains, finds the event, resets, and goes on from there. */
#include "pinn/pinn.h"

#include <string.h>

#include "model/check.h"
#include "pinn/crossing.h"
#include "drive/clock.h"
#include "drive/stimulus.h"
#include "util/fpmode.h"
#include "util/memory.h"

#define LONGEST_DEFAULT 1000 /* ms */
#define SPIKES_PER_MS 1000
/* More windows than this within 1 ms mean that training gets nowhere. */
#define WINDOWS_PER_MS 2000

/* ---- the object ---- */

struct izh_pinn *izh_pinn_allocate(const izh_allocator *allocator, const izh_log *log)
{
    struct izh_pinn *p = izh_allocate(allocator, 1, sizeof *p);
    if (!p)
        return NULL;
    p->allocator = *allocator;
    p->report.log = *log;
    return p;
}

void izh_pinn_destroy(izh_pinn *p)
{
    if (!p)
        return;
    const izh_allocator allocator = p->allocator;
    izh_release(&allocator, p->trained, p->trained_room, sizeof *p->trained);
    izh_release(&allocator, p->windows, p->window_room, sizeof *p->windows);
    izh_release(&allocator, p->spikes, p->spike_room, sizeof *p->spikes);
    izh_release(&allocator, p->losses, p->loss_room, sizeof *p->losses);
    izh_release(&allocator, p, 1, sizeof *p);
}

bool izh_pinn_reserve(struct izh_pinn *p, void *array, size_t *room, size_t used, size_t need,
                      size_t size)
{
    if (need <= *room)
        return true;
    const size_t more = need > 2 * *room ? need : 2 * *room;
    void *old, *memory = izh_allocate(&p->allocator, more, size);
    if (!memory)
        return false;
    memcpy(&old, array, sizeof old);
    if (used)
        memcpy(memory, old, used * size);
    izh_release(&p->allocator, old, *room, size);
    memcpy(array, &memory, sizeof memory);
    *room = more;
    return true;
}

/* ---- the run ---- */

struct run {
    struct izh_pinn *p;
    const izh_pinn_config *config;
    double longest;
    struct izh_pinn_trainer *trainer;
    struct izh_model model;
    struct izh_clock clock;
    struct izh_stimulus stimulus;
    izh_state now;
    double next; /* the length to try; 0: unknown */
    struct izh_window spikes, windows;
    bool out_of_memory;
};

static double time_of(const struct run *r)
{
    return izh_clock_time(&r->clock, 0);
}

/* Whether there have been so many within the last millisecond; counts one more. */
static bool too_many(struct izh_window *window, double t, int most)
{
    const bool many = izh_window_count(window, t) >= most;
    window->count++;
    return many;
}

static izh_status no_memory(struct run *r)
{
    return izh_fail(&r->p->report, IZH_E_MEMORY, "no memory for window %zu", r->p->window_count);
}

/* An izh_pinn_window_watch: keeps the loss, and tells the host. */
static int watch(void *user, double length, int iteration, double loss)
{
    struct run *r = user;
    struct izh_pinn *p = r->p;
    r->out_of_memory = !izh_pinn_reserve(p, &p->losses, &p->loss_room, p->loss_count,
                                         p->loss_count + 1, sizeof *p->losses);
    if (r->out_of_memory)
        return 1;
    p->losses[p->loss_count++] = loss;
    const izh_pinn_progress progress = {time_of(r),      r->config->t_end,    length, loss,
                                        p->window_count, (uint32_t)iteration, 0};
    return r->config->progress &&
           r->config->progress(&progress, r->config->progress_user) != IZH_CONTINUE;
}

/* Notes a spike, and resets. */
static izh_status fire_and_reset(struct run *r)
{
    struct izh_pinn *p = r->p;
    const double t = time_of(r);
    if (too_many(&r->spikes, t, SPIKES_PER_MS))
        return izh_fail(&p->report, IZH_E_DIVERGED, "more than %d spikes within 1 ms at %s ms",
                        SPIKES_PER_MS, izh_number(t).text);
    if (!izh_pinn_reserve(p, &p->spikes, &p->spike_room, p->spike_count, p->spike_count + 1,
                          sizeof *p->spikes))
        return no_memory(r);
    p->spikes[p->spike_count++] = (izh_spike_event){t, 0, 0, r->now};
    r->now = izh_model_reset(&r->model, r->now);
    r->next = 0;
    return izh_check_reset(&p->report, &r->model, r->now, t);
}

/* Finds where the window first meets the kink or the peak, as a share of the window. Returns
 * whether it meets one. */
static bool find_pinn_event(struct run *r, const struct izh_pinn_trained *w, double *end,
                            izh_state *at)
{
    const struct izh_model *m = &r->model;
    const bool kink =
        izh_model_has_kink(m) && izh_pinn_window_first(w, izh_line_of_kink(m), end, at);
    return izh_pinn_window_first(w, izh_line_of_peak(m), end, at) || kink;
}

static void describe(const struct run *r, const struct izh_pinn_trained *w, double length,
                     size_t first_loss, izh_pinn_window *out)
{
    *out = (izh_pinn_window){time_of(r),
                             length,
                             w->equation.length,
                             w->residual,
                             first_loss,
                             (uint32_t)w->iterations,
                             (uint32_t)w->attempts,
                             (uint32_t)IZH_PINN_WEIGHTS(w->net.hidden),
                             0};
}

static izh_status not_trained(struct run *r, izh_status status, const struct izh_pinn_trained *w)
{
    if (r->out_of_memory)
        return no_memory(r);
    if (status == IZH_STOPPED)
        return status;
    return izh_fail(&r->p->report, status,
                    "no network for the window at %s ms from v = %s, u = %s: residual %s in %s ms, "
                    "tolerance %s",
                    izh_number(time_of(r)).text, izh_number(r->now.v).text,
                    izh_number(r->now.u).text, izh_number(w->residual).text,
                    izh_number(w->equation.length).text, izh_number(r->trainer->tolerance).text);
}

/* Trains the window that begins now, of at most `longest` ms, and goes to its end. */
static izh_status train_window(struct run *r, double longest)
{
    struct izh_pinn *p = r->p;
    const size_t i = p->window_count, first_loss = p->loss_count;
    if (too_many(&r->windows, time_of(r), WINDOWS_PER_MS))
        return izh_fail(&p->report, IZH_E_DIVERGED, "%d windows within 1 ms at %s ms",
                        WINDOWS_PER_MS, izh_number(time_of(r)).text);
    if (!izh_pinn_reserve(p, &p->trained, &p->trained_room, i, i + 1, sizeof *p->trained) ||
        !izh_pinn_reserve(p, &p->windows, &p->window_room, i, i + 1, sizeof *p->windows))
        return no_memory(r);
    struct izh_pinn_trained *w = &p->trained[i];
    const double I = izh_stimulus_current(&r->stimulus, &r->clock), slope = r->stimulus.now.slope;
    izh_model_choose_branch(&r->model, r->now, I, slope);
    izh_pinn_equation_set(&w->equation, &r->model, I, slope, r->now);
    const izh_status status = izh_pinn_window_train(r->trainer, w, longest, r->next);
    if (status != IZH_OK)
        return not_trained(r, status, w);
    double end = 1;
    r->now = izh_pinn_window_state(w, 1);
    const bool event = find_pinn_event(r, w, &end, &r->now);
    r->next = event ? 0 : w->next;
    const double length = event ? end * w->equation.length : w->equation.length;
    describe(r, w, length, first_loss, &p->windows[p->window_count++]);
    izh_clock_advance(&r->clock, length);
    return IZH_OK;
}

static izh_status run_windows(struct run *r)
{
    izh_status status = IZH_OK;
    for (;;) {
        if (izh_model_above_peak(&r->model, r->now) >= 0 && (status = fire_and_reset(r)) != IZH_OK)
            return status;
        const double left = izh_clock_until(&r->clock, r->config->t_end);
        if (!(left > 0))
            return IZH_OK;
        if (izh_stimulus_ended(&r->stimulus, &r->clock)) {
            izh_stimulus_next_segment(&r->stimulus, &r->clock);
            r->next = 0;
        }
        const double change = izh_clock_until(&r->clock, r->stimulus.until);
        status = train_window(r, izh_fmin(izh_fmin(left, change), r->longest));
        if (status != IZH_OK)
            return status;
    }
}

/* ---- the call ---- */

static void check_pinn_config(struct izh_checks *c, const izh_pinn_config *config)
{
    izh_check_params(c, &config->params);
    izh_check_state(c, "initial", config->initial);
    IZH_REQUIRE(
        c, izh_isfinite(config->t0) && izh_isfinite(config->t_end) && config->t_end > config->t0,
        IZH_E_INVALID, "t_end = %s is not a finite time after t0 = %s",
        izh_number(config->t_end).text, izh_number(config->t0).text);
    izh_check_positive(c, "tolerance", config->tolerance);
    izh_check_positive(c, "longest", config->longest);
    izh_check_pinn_net(c, &config->pinn);
    izh_check_segments(c, config->segments, config->segment_count);
}

static void set_up_run(struct run *r, struct izh_pinn *p, struct izh_pinn_trainer *trainer,
                       const izh_pinn_config *config)
{
    p->params = config->params;
    p->t0 = config->t0;
    *r = (struct run){.p = p, .config = config, .trainer = trainer, .now = config->initial};
    r->longest = config->longest > 0 ? config->longest : LONGEST_DEFAULT;
    r->spikes.start = r->windows.start = config->t0;
    r->clock = izh_clock_start(config->t0, 0);
    izh_model_set(&r->model, &config->params);
    trainer->settings = config->pinn;
    trainer->tolerance = config->tolerance;
    trainer->watch = watch;
    trainer->user = r;
}

/* The stimulus writes to its segments, so it gets copies of the host's. */
static izh_status solve_windows(struct run *r, izh_input *segments)
{
    const izh_pinn_config *config = r->config;
    r->stimulus.segments = segments;
    izh_stimulus_set_segments(&r->stimulus, config->segments, config->segment_count);
    const izh_status status = run_windows(r);
    r->p->t_end = status == IZH_OK ? config->t_end : time_of(r);
    r->p->last = r->now;
    r->p->settings = r->trainer->settings;
    r->p->tolerance = r->trainer->tolerance;
    return status;
}

izh_status izh_pinn_train(izh_pinn **pinn, const izh_pinn_config *config)
{
    IZH_FPMODE;
    static const struct izh_config_kind kind = IZH_CONFIG_KIND(izh_pinn_config, log);
    izh_pinn_config c;
    struct izh_report report;
    struct izh_checks checks = izh_create_begin(&report, pinn, &kind, &c, config);
    if (checks.status == IZH_OK)
        check_pinn_config(&checks, &c);
    if (checks.status != IZH_OK)
        return checks.status;
    struct run r;
    izh_status status;
    struct izh_pinn *p = izh_pinn_allocate(&c.allocator, &c.log);
    struct izh_pinn_trainer *trainer = izh_allocate(&c.allocator, 1, sizeof *trainer);
    izh_input *segments = izh_allocate(&c.allocator, c.segment_count, sizeof *segments);
    if (p && trainer && segments) {
        set_up_run(&r, p, trainer, &c);
        status = solve_windows(&r, segments);
    } else {
        status = izh_fail(&report, IZH_E_MEMORY, "no memory for a solution");
    }
    izh_release(&c.allocator, segments, c.segment_count, sizeof *segments);
    izh_release(&c.allocator, trainer, 1, sizeof *trainer);
    if (status < 0)
        izh_pinn_destroy(p);
    else
        *pinn = p;
    return status;
}
