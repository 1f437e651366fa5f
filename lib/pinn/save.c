/* Saves a trained solution as a blob and as a file, and loads it. */
#include "pinn/pinn.h"

#include <string.h>

#include "model/check.h"
#include "model/codec.h"
#include "util/file.h"
#include "util/float.h"
#include "util/fpmode.h"
#include "util/memory.h"

#define PINN_MAGIC "izh-pinn"
#define PINN_FORMAT 1

/* What a solution is, and how many windows, spikes and losses it has. */
static void pinn_head(struct izh_codec *c, struct izh_pinn *p)
{
    izh_codec_params(c, &p->params);
    izh_codec_number(c, &p->t0);
    izh_codec_number(c, &p->t_end);
    izh_codec_state(c, &p->last);
    izh_codec_u32(c, &p->settings.hidden);
    izh_codec_u32(c, &p->settings.points);
    p->settings.seed = izh_codec_word(c, p->settings.seed);
    izh_codec_number(c, &p->settings.shortest);
    izh_codec_number(c, &p->tolerance);
    izh_codec_size(c, &p->window_count);
    izh_codec_size(c, &p->spike_count);
    izh_codec_size(c, &p->loss_count);
}

/* The words of a window. What follows from them is computed again. */
#define WORDS_A_WINDOW(hidden) (12 + IZH_PINN_WEIGHTS(hidden))

static void window_fields(struct izh_codec *c, struct izh_pinn_trained *t, izh_pinn_window *w,
                          size_t hidden)
{
    struct izh_pinn_equation *e = &t->equation;
    struct izh_pinn_net *net = &t->net;
    izh_codec_number(c, &e->I);
    izh_codec_number(c, &e->slope);
    izh_codec_state(c, &e->from);
    e->model.branch = (int)(int64_t)izh_codec_word(c, (uint64_t)(int64_t)e->model.branch);
    izh_codec_number(c, &w->t);
    izh_codec_number(c, &w->length);
    izh_codec_number(c, &w->trained);
    izh_codec_number(c, &w->residual);
    w->first_loss = izh_codec_word(c, w->first_loss);
    izh_codec_u32(c, &w->iterations);
    izh_codec_u32(c, &w->attempts);
    izh_codec_numbers(c, net->in, hidden);
    izh_codec_numbers(c, net->shift, hidden);
    izh_codec_numbers(c, net->out[0], hidden);
    izh_codec_numbers(c, net->out[1], hidden);
    izh_codec_numbers(c, net->bias, 2);
}

#define WORDS_A_SPIKE 3

static void spike_fields(struct izh_codec *c, izh_spike_event *e)
{
    izh_codec_number(c, &e->t);
    izh_codec_state(c, &e->before);
}

size_t izh_pinn_save(const izh_pinn *p, void *buffer, size_t capacity)
{
    if (!p)
        return 0;
    struct izh_blob_writer writer;
    struct izh_codec codec = {&writer, NULL, NULL};
    struct izh_pinn copy = *p;
    izh_blob_begin(&writer, buffer, capacity);
    pinn_head(&codec, &copy);
    for (size_t i = 0; i < p->window_count; i++)
        window_fields(&codec, &p->trained[i], &p->windows[i], p->settings.hidden);
    for (size_t i = 0; i < p->spike_count; i++)
        spike_fields(&codec, &p->spikes[i]);
    izh_codec_numbers(&codec, p->losses, p->loss_count);
    return izh_blob_end(&writer, PINN_MAGIC, PINN_FORMAT);
}

/* ---- loading ---- */

/* Whether the counts fill what is left of the blob. Each is checked by itself first, so that no
 * product overflows. */
static bool check_counts(const struct izh_pinn *p, size_t words)
{
    return p->window_count <= words && p->spike_count <= words && p->loss_count <= words &&
           p->window_count * (size_t)WORDS_A_WINDOW(p->settings.hidden) +
                   p->spike_count * WORDS_A_SPIKE + p->loss_count ==
               words;
}

static bool check_pinn_head(const struct izh_pinn *p, const struct izh_blob_reader *reader)
{
    double value;
    return !reader->failed && !izh_params_fault(&p->params, &value) && izh_isfinite(p->t0) &&
           izh_isfinite(p->t_end) && p->t_end >= p->t0 && izh_state_is_finite(p->last) &&
           p->settings.hidden && p->settings.points && p->settings.seed &&
           p->settings.shortest > 0 && !izh_pinn_net_fault(&p->settings, &value) &&
           p->tolerance > 0 && izh_isfinite(p->tolerance) &&
           check_counts(p, izh_blob_left(reader)) && (p->window_count > 0) == (p->t_end > p->t0);
}

static bool finite_net(const struct izh_pinn_net *net)
{
    bool finite = izh_isfinite(net->bias[0]) && izh_isfinite(net->bias[1]);
    for (int j = 0; j < net->hidden; j++)
        finite = finite && izh_isfinite(net->in[j]) && izh_isfinite(net->shift[j]) &&
                 izh_isfinite(net->out[0][j]) && izh_isfinite(net->out[1][j]);
    return finite;
}

static bool check_trained(const struct izh_pinn *p, size_t i)
{
    const struct izh_pinn_equation *e = &p->trained[i].equation;
    const izh_pinn_window *w = &p->windows[i];
    return (i ? w->t >= p->windows[i - 1].t : w->t == p->t0) && w->t <= p->t_end && w->length > 0 &&
           w->trained >= w->length && izh_isfinite(w->trained) && w->residual >= 0 &&
           izh_isfinite(w->residual) && izh_isfinite(e->I) && izh_isfinite(e->slope) &&
           izh_state_is_finite(e->from) && e->model.branch >= IZH_BRANCH_LO &&
           e->model.branch <= IZH_BRANCH_HI && w->attempts > 0 && w->first_loss <= p->loss_count &&
           w->iterations <= p->loss_count - w->first_loss && finite_net(&p->trained[i].net);
}

/* Computes what the blob leaves out. */
static void complete(struct izh_pinn *p, size_t i)
{
    struct izh_pinn_trained *trained = &p->trained[i];
    const struct izh_pinn_equation read = trained->equation;
    struct izh_model model;
    izh_model_set(&model, &p->params);
    model.branch = read.model.branch;
    izh_pinn_equation_set(&trained->equation, &model, read.I, read.slope, read.from);
    izh_pinn_equation_stretch(&trained->equation, p->windows[i].trained);
    p->windows[i].parameters = (uint32_t)IZH_PINN_WEIGHTS(p->settings.hidden);
}

static bool read_body(struct izh_pinn *p, struct izh_codec *codec)
{
    double last = p->t0;
    for (size_t i = 0; i < p->window_count; i++) {
        p->trained[i].net.hidden = (int)p->settings.hidden;
        window_fields(codec, &p->trained[i], &p->windows[i], p->settings.hidden);
        if (!check_trained(p, i))
            return false;
        complete(p, i);
    }
    for (size_t i = 0; i < p->spike_count; i++) {
        izh_spike_event *e = &p->spikes[i];
        spike_fields(codec, e);
        if (!(e->t >= last) || !(e->t <= p->t_end) || !izh_state_is_finite(e->before))
            return false;
        last = e->t;
    }
    izh_codec_numbers(codec, p->losses, p->loss_count);
    return izh_blob_close(codec->from);
}

static bool reserve_windows(struct izh_pinn *p)
{
    return izh_pinn_reserve(p, &p->trained, &p->trained_room, 0, p->window_count,
                            sizeof *p->trained) &&
           izh_pinn_reserve(p, &p->windows, &p->window_room, 0, p->window_count,
                            sizeof *p->windows) &&
           izh_pinn_reserve(p, &p->spikes, &p->spike_room, 0, p->spike_count, sizeof *p->spikes) &&
           izh_pinn_reserve(p, &p->losses, &p->loss_room, 0, p->loss_count, sizeof *p->losses);
}

static izh_status read_solution(struct izh_pinn *p, struct izh_blob_reader *reader)
{
    struct izh_codec codec = {NULL, reader, NULL};
    pinn_head(&codec, p);
    if (!check_pinn_head(p, reader)) {
        p->window_count = p->spike_count = p->loss_count = 0;
        return IZH_E_FORMAT;
    }
    if (!reserve_windows(p))
        return IZH_E_MEMORY;
    return read_body(p, &codec) ? IZH_OK : IZH_E_FORMAT;
}

izh_status izh_pinn_load(izh_pinn **pinn, const void *buffer, size_t length,
                         const izh_allocator *allocator, const izh_log *log)
{
    IZH_FPMODE;
    struct izh_report report;
    struct izh_blob_reader reader;
    izh_allocator own;
    const struct izh_checks c = izh_load_begin(&report, pinn, &own, allocator, log);
    if (c.status != IZH_OK)
        return c.status;
    if (!izh_blob_open(&reader, buffer, length, PINN_MAGIC, PINN_FORMAT))
        return izh_fail(&report, IZH_E_FORMAT,
                        "load: not a whole, undamaged blob of a trained solution");
    struct izh_pinn *p = izh_pinn_allocate(&own, &report.log);
    const izh_status status = p ? read_solution(p, &reader) : IZH_E_MEMORY;
    if (status == IZH_OK) {
        *pinn = p;
        return status;
    }
    izh_pinn_destroy(p);
    return izh_fail(&report, status,
                    status == IZH_E_MEMORY ? "load: no memory for the solution"
                                           : "load: no solution that could have been trained");
}

/* ---- files ---- */

static size_t save_pinn(const void *pinn, void *buffer, size_t capacity)
{
    return izh_pinn_save(pinn, buffer, capacity);
}

izh_status izh_pinn_save_file(izh_pinn *p, const char *path)
{
    if (!p)
        return IZH_E_INVALID;
    if (!path)
        return izh_fail(&p->report, IZH_E_INVALID, "path is NULL");
    return izh_file_save(&p->report, &p->allocator, path, save_pinn, p);
}

izh_status izh_pinn_load_file(izh_pinn **pinn, const char *path, const izh_allocator *allocator,
                              const izh_log *log)
{
    struct izh_report report;
    izh_allocator own;
    void *blob;
    size_t size;
    struct izh_checks c = izh_load_begin(&report, pinn, &own, allocator, log);
    IZH_REQUIRE(&c, path, IZH_E_INVALID, "path is NULL");
    if (c.status == IZH_OK)
        c.status = izh_file_read(&report, &own, path, &blob, &size);
    if (c.status != IZH_OK)
        return c.status;
    const izh_status status = izh_pinn_load(pinn, blob, size, allocator, log);
    izh_release(&own, blob, size, 1);
    return status;
}
