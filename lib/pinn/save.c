/* A trained solution as a blob and back, and as a file. */
#define _POSIX_C_SOURCE 200809L /* fsync, getpid */
#include "pinn/pinn.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__unix__) || defined(__APPLE__)
#include <unistd.h>
#endif

#include "util/blob.h"
#include "util/float.h"
#include "util/fpmode.h"
#include "util/memory.h"

#define MAGIC "izh-pinn"
#define FORMAT 1

/* One list of fields serves both directions: `to` or `from` is NULL. */
struct codec {
    struct izh_blob_writer *to;
    struct izh_blob_reader *from;
};

static void number(struct codec *c, double *x)
{
    if (c->to)
        izh_blob_put_double(c->to, *x);
    else
        *x = izh_blob_get_double(c->from);
}

static void numbers(struct codec *c, double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        number(c, &x[i]);
}

static uint64_t word(struct codec *c, uint64_t x)
{
    if (c->to)
        izh_blob_put(c->to, x);
    else
        x = izh_blob_get(c->from);
    return x;
}

static void state(struct codec *c, izh_state *y)
{
    number(c, &y->v);
    number(c, &y->u);
}

/* What a solution is, and how much of each there is. */
static void head(struct codec *c, struct izh_pinn *p)
{
    izh_params *m = &p->params;
    double *const params[] = {&m->cm,   &m->k2,   &m->k1, &m->k0,   &m->a,     &m->r,
                              &m->b_lo, &m->b_hi, &m->b3, &m->vb,   &m->vpeak, &m->vpeak_u,
                              &m->c,    &m->c_u,  &m->d,  &m->u_max};
    for (size_t i = 0; i < sizeof params / sizeof *params; i++)
        number(c, params[i]);
    number(c, &p->t0);
    number(c, &p->t_end);
    state(c, &p->last);
    p->network.hidden = (uint32_t)word(c, p->network.hidden);
    p->network.points = (uint32_t)word(c, p->network.points);
    p->network.seed = word(c, p->network.seed);
    number(c, &p->network.shortest);
    number(c, &p->tolerance);
    p->window_count = (size_t)word(c, p->window_count);
    p->spike_count = (size_t)word(c, p->spike_count);
    p->loss_count = (size_t)word(c, p->loss_count);
}

/* A window; what follows from these is computed again. */
#define WORDS_A_WINDOW(hidden) (12 + IZH_WEIGHTS(hidden))

static void window(struct codec *c, struct izh_trained *t, izh_pinn_window *w, size_t hidden)
{
    struct izh_equation *e = &t->equation;
    struct izh_network *net = &t->net;
    number(c, &e->I);
    number(c, &e->slope);
    state(c, &e->from);
    e->model.branch = (int)(int64_t)word(c, (uint64_t)(int64_t)e->model.branch);
    number(c, &w->t);
    number(c, &w->length);
    number(c, &w->trained);
    number(c, &w->residual);
    w->first_loss = word(c, w->first_loss);
    w->iterations = (uint32_t)word(c, w->iterations);
    w->attempts = (uint32_t)word(c, w->attempts);
    numbers(c, net->in, hidden);
    numbers(c, net->shift, hidden);
    numbers(c, net->out[0], hidden);
    numbers(c, net->out[1], hidden);
    numbers(c, net->bias, 2);
}

#define WORDS_A_SPIKE 3

static void spike(struct codec *c, izh_spike_event *e)
{
    number(c, &e->t);
    state(c, &e->before);
}

size_t izh_pinn_save(const izh_pinn *p, void *buffer, size_t capacity)
{
    if (!p)
        return 0;
    struct izh_blob_writer writer;
    struct codec codec = {&writer, NULL};
    struct izh_pinn copy = *p;
    izh_blob_begin(&writer, buffer, capacity);
    head(&codec, &copy);
    for (size_t i = 0; i < p->window_count; i++)
        window(&codec, &p->trained[i], &p->windows[i], p->network.hidden);
    for (size_t i = 0; i < p->spike_count; i++)
        spike(&codec, &p->spikes[i]);
    numbers(&codec, p->losses, p->loss_count);
    return izh_blob_end(&writer, MAGIC, FORMAT);
}

/* ---- loading ---- */

static bool finite_state(izh_state y)
{
    return izh_isfinite(y.v) && izh_isfinite(y.u);
}

/* Whether the counts fill what is left of the blob; first each by itself, so that no product
 * overflows. */
static bool check_counts(const struct izh_pinn *p, size_t words)
{
    return p->window_count <= words && p->spike_count <= words && p->loss_count <= words &&
           p->window_count * (size_t)WORDS_A_WINDOW(p->network.hidden) +
                   p->spike_count * WORDS_A_SPIKE + p->loss_count ==
               words;
}

static bool check_head(const struct izh_pinn *p, const struct izh_blob_reader *reader)
{
    double value;
    return !reader->failed && !izh_params_fault(&p->params, &value) && izh_isfinite(p->t0) &&
           izh_isfinite(p->t_end) && p->t_end >= p->t0 && finite_state(p->last) &&
           p->network.hidden && p->network.points && p->network.seed && p->network.shortest > 0 &&
           !izh_network_fault(&p->network, &value) && p->tolerance > 0 &&
           izh_isfinite(p->tolerance) &&
           check_counts(p, (reader->length - reader->at) / sizeof(uint64_t)) &&
           (p->window_count > 0) == (p->t_end > p->t0);
}

static bool finite_network(const struct izh_network *net)
{
    bool finite = izh_isfinite(net->bias[0]) && izh_isfinite(net->bias[1]);
    for (int j = 0; j < net->hidden; j++)
        finite = finite && izh_isfinite(net->in[j]) && izh_isfinite(net->shift[j]) &&
                 izh_isfinite(net->out[0][j]) && izh_isfinite(net->out[1][j]);
    return finite;
}

static bool check_window(const struct izh_pinn *p, size_t i)
{
    const struct izh_equation *e = &p->trained[i].equation;
    const izh_pinn_window *w = &p->windows[i];
    return (i ? w->t >= p->windows[i - 1].t : w->t == p->t0) && w->t <= p->t_end && w->length > 0 &&
           w->trained >= w->length && izh_isfinite(w->trained) && w->residual >= 0 &&
           izh_isfinite(w->residual) && izh_isfinite(e->I) && izh_isfinite(e->slope) &&
           finite_state(e->from) && e->model.branch >= IZH_BRANCH_LO &&
           e->model.branch <= IZH_BRANCH_HI && w->attempts > 0 && w->first_loss <= p->loss_count &&
           w->iterations <= p->loss_count - w->first_loss && finite_network(&p->trained[i].net);
}

/* What the blob leaves out. */
static void complete(struct izh_pinn *p, size_t i)
{
    struct izh_trained *trained = &p->trained[i];
    const struct izh_equation read = trained->equation;
    struct izh_model model;
    izh_model_set(&model, &p->params);
    model.branch = read.model.branch;
    izh_equation_set(&trained->equation, &model, read.I, read.slope, read.from);
    izh_equation_stretch(&trained->equation, p->windows[i].trained);
    p->windows[i].parameters = (uint32_t)IZH_WEIGHTS(p->network.hidden);
}

static bool read_body(struct izh_pinn *p, struct codec *codec)
{
    double last = p->t0;
    for (size_t i = 0; i < p->window_count; i++) {
        p->trained[i].net.hidden = (int)p->network.hidden;
        window(codec, &p->trained[i], &p->windows[i], p->network.hidden);
        if (!check_window(p, i))
            return false;
        complete(p, i);
    }
    for (size_t i = 0; i < p->spike_count; i++) {
        izh_spike_event *e = &p->spikes[i];
        spike(codec, e);
        if (!(e->t >= last) || !(e->t <= p->t_end) || !finite_state(e->before))
            return false;
        last = e->t;
    }
    numbers(codec, p->losses, p->loss_count);
    return izh_blob_close(codec->from);
}

static bool reserve(struct izh_pinn *p)
{
    return izh_pinn_reserve(p, &p->trained, &p->trained_room, 0, p->window_count,
                            sizeof *p->trained) &&
           izh_pinn_reserve(p, &p->windows, &p->window_room, 0, p->window_count,
                            sizeof *p->windows) &&
           izh_pinn_reserve(p, &p->spikes, &p->spike_room, 0, p->spike_count, sizeof *p->spikes) &&
           izh_pinn_reserve(p, &p->losses, &p->loss_room, 0, p->loss_count, sizeof *p->losses);
}

static izh_status load(struct izh_pinn *p, struct izh_blob_reader *reader)
{
    struct codec codec = {NULL, reader};
    head(&codec, p);
    if (!check_head(p, reader)) {
        p->window_count = p->spike_count = p->loss_count = 0;
        return IZH_E_FORMAT;
    }
    if (!reserve(p))
        return IZH_E_MEMORY;
    return read_body(p, &codec) ? IZH_OK : IZH_E_FORMAT;
}

static izh_status start(izh_pinn **pinn, const izh_allocator *allocator, const izh_log *log,
                        struct izh_report *report, izh_allocator *own)
{
    *report = (struct izh_report){{NULL, NULL}, ""};
    if (!pinn)
        return IZH_E_INVALID;
    *pinn = NULL;
    *own = allocator ? *allocator : (izh_allocator){NULL, NULL, NULL};
    if (log)
        report->log = *log;
    if (!own->alloc != !own->release)
        return izh_fail(report, IZH_E_INVALID, "allocator has only one of alloc and release");
    return IZH_OK;
}

izh_status izh_pinn_load(izh_pinn **pinn, const void *buffer, size_t length,
                         const izh_allocator *allocator, const izh_log *log)
{
    IZH_FPMODE;
    struct izh_report report;
    struct izh_blob_reader reader;
    izh_allocator own;
    izh_status status = start(pinn, allocator, log, &report, &own);
    if (status != IZH_OK)
        return status;
    if (!izh_blob_open(&reader, buffer, length, MAGIC, FORMAT))
        return izh_fail(&report, IZH_E_FORMAT,
                        "load: not a whole, undamaged blob of a trained solution");
    struct izh_pinn *p = izh_pinn_allocate(&own, &report.log);
    status = p ? load(p, &reader) : IZH_E_MEMORY;
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

/* A temporary name of this process, beside the file. */
#define SUFFIX_MAX 32

static void write_suffix(char *suffix)
{
#if defined(__unix__) || defined(__APPLE__)
    snprintf(suffix, SUFFIX_MAX, ".%ld.part", (long)getpid());
#else
    snprintf(suffix, SUFFIX_MAX, ".part");
#endif
}

/* Puts what was written on the disk. */
static bool sync_file(FILE *file)
{
    if (fflush(file) != 0)
        return false;
#if defined(__unix__) || defined(__APPLE__)
    return fsync(fileno(file)) == 0;
#else
    return true;
#endif
}

static bool write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        return false;
    const bool written = fwrite(bytes, 1, size, file) == size && sync_file(file);
    return fclose(file) == 0 && written;
}

static izh_status failed(struct izh_report *report, const char *what, const char *path)
{
    return izh_fail(report, IZH_E_FILE, "%s %.160s: %s", what, path, strerror(errno));
}

izh_status izh_pinn_save_file(izh_pinn *p, const char *path)
{
    if (!p)
        return IZH_E_INVALID;
    if (!path)
        return izh_fail(&p->report, IZH_E_INVALID, "path is NULL");
    const size_t size = izh_pinn_save(p, NULL, 0), length = strlen(path);
    char *name = izh_allocate(&p->allocator, length + SUFFIX_MAX, 1);
    void *blob = izh_allocate(&p->allocator, size, 1);
    izh_status status = IZH_OK;
    if (!name || !blob) {
        status = izh_fail(&p->report, IZH_E_MEMORY, "no memory to save %zu bytes", size);
    } else {
        memcpy(name, path, length);
        write_suffix(name + length);
        izh_pinn_save(p, blob, size);
        if (!write_file(name, blob, size) || rename(name, path) != 0) {
            status = failed(&p->report, "save", path);
            remove(name);
        }
    }
    izh_release(&p->allocator, blob, size, 1);
    izh_release(&p->allocator, name, length + SUFFIX_MAX, 1);
    return status;
}

/* The size of a file that stands at its start; -1 where it has none. */
static long size_of(FILE *file)
{
    if (fseek(file, 0, SEEK_END) != 0)
        return -1;
    const long size = ftell(file);
    return fseek(file, 0, SEEK_SET) == 0 && size < LONG_MAX ? size : -1;
}

izh_status izh_pinn_load_file(izh_pinn **pinn, const char *path, const izh_allocator *allocator,
                              const izh_log *log)
{
    struct izh_report report;
    izh_allocator own;
    izh_status status = start(pinn, allocator, log, &report, &own);
    if (status != IZH_OK)
        return status;
    if (!path)
        return izh_fail(&report, IZH_E_INVALID, "path is NULL");
    FILE *file = fopen(path, "rb");
    const long size = file ? size_of(file) : -1;
    if (size < 0) {
        status = failed(&report, "load", path);
        if (file)
            fclose(file);
        return status;
    }
    void *blob = izh_allocate(&own, (size_t)size, 1);
    if (!blob)
        status = izh_fail(&report, IZH_E_MEMORY, "no memory to load %ld bytes", size);
    else if (fread(blob, 1, (size_t)size, file) != (size_t)size)
        status = failed(&report, "load", path);
    else
        status = izh_pinn_load(pinn, blob, (size_t)size, allocator, log);
    fclose(file);
    izh_release(&own, blob, (size_t)size, 1);
    return status;
}
