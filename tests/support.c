#include "support.h"

#include "portable.h"

/* ---- how much ---- */

int support_few(void)
{
    const char *matrix = getenv("IZH_MATRIX");
    return matrix && strcmp(matrix, "few") == 0;
}

int support_long(void)
{
    return getenv("IZH_LONG") != NULL;
}

/* ---- checks ---- */

static char about[256];

void support_about(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(about, sizeof about, format, arguments);
    va_end(arguments);
}

static void fail_at(const char *text, const char *file, int line)
{
    print_error("%s%s%s\n", about, *about ? ": " : "", text);
    _fail(file, line);
}

void support_close(double x, double y, double tolerance, const char *text, const char *file,
                   int line)
{
    if (fabs(x - y) <= tolerance)
        return;
    print_error("%.17g and %.17g differ by %.3g > %.3g\n", x, y, fabs(x - y), tolerance);
    fail_at(text, file, line);
}

static int same(double x, double y)
{
    return memcmp(&x, &y, sizeof x) == 0 || (isnan(x) && isnan(y));
}

void support_same(double x, double y, const char *text, const char *file, int line)
{
    if (same(x, y))
        return;
    print_error("%.17g and %.17g differ by %.3g\n", x, y, fabs(x - y));
    fail_at(text, file, line);
}

void support_same_state(izh_state x, izh_state y, const char *text, const char *file, int line)
{
    if (same(x.v, y.v) && same(x.u, y.u))
        return;
    print_error("(%.17g, %.17g) and (%.17g, %.17g) differ\n", x.v, x.u, y.v, y.u);
    fail_at(text, file, line);
}

void support_status(izh_status status, izh_status expected, const izh_solver *solver,
                    const char *text, const char *file, int line)
{
    if (status == expected)
        return;
    print_error("%s, not %s: %s\n", izh_status_name(status), izh_status_name(expected),
                izh_solver_message(solver));
    fail_at(text, file, line);
}

void support_true(int holds, const char *text, const char *file, int line)
{
    if (!holds)
        fail_at(text, file, line);
}

void support_has(const char *string, const char *part, const char *file, int line)
{
    if (string && strstr(string, part))
        return;
    print_error("\"%s\" lacks \"%s\"\n", string ? string : "(null)", part);
    fail_at("check_has", file, line);
}

/* ---- methods and solvers ---- */

/* What creating a solver of the method answers, on a neuron that all take. */
static izh_status probe(izh_method method, int32_t events)
{
    izh_solver_config config = support_2003_config(method);
    izh_solver *s = NULL;
    config.events = events;
    const izh_status status = izh_solver_create(&s, &config);
    izh_solver_destroy(s);
    return status;
}

int support_dialect(izh_method method)
{
    return probe(method, IZH_EVENTS_EXACT) == IZH_E_UNSUPPORTED &&
           probe(method, IZH_EVENTS_GRID) != IZH_E_UNSUPPORTED;
}

/* Whether the method is in this build. */
static int here(izh_method method)
{
    return izh_method_name(method) && izh_has(izh_method_name(method));
}

izh_method support_next_method(izh_method method)
{
    while (++method < 64)
        if (here(method) && !support_dialect(method)) {
            support_about("%s", izh_method_name(method));
            return method;
        }
    support_about("%s", "");
    return 0;
}

int support_adaptive(izh_method method)
{
    return probe(method, IZH_EVENTS_GRID) == IZH_E_UNSUPPORTED;
}

static int next_config(int *index, izh_solver_config *config, int dialects)
{
    while (*index < 128) {
        const izh_method method = *index / 2;
        const int32_t events = *index % 2;
        ++*index;
        if (method == IZH_METHOD_DEFAULT || !izh_method_name(method) ||
            probe(method, events) == IZH_E_UNSUPPORTED || (support_dialect(method) && !dialects))
            continue;
        *config = support_dialect(method) ? support_2003_config(method) : support_config(method);
        config->events = events;
        support_about("%s, %s events", izh_method_name(method),
                      events == IZH_EVENTS_GRID ? "grid" : "exact");
        return 1;
    }
    support_about("%s", "");
    return 0;
}

int support_next_config(int *index, izh_solver_config *config)
{
    return next_config(index, config, 0);
}

int support_next_or_dialect(int *index, izh_solver_config *config)
{
    return next_config(index, config, 1);
}

izh_params support_rs(void)
{
    return izh_params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100);
}

izh_solver_config support_config(izh_method method)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.method = method;
    config.params = support_rs();
    config.initial = (izh_state){-60, 0};
    return config;
}

izh_solver_config support_2003_config(izh_method method)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.method = method;
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.initial = (izh_state){-70, -14};
    return config;
}

izh_params support_line(void)
{
    izh_params p = {0};
    p.cm = p.r = 1;
    p.vpeak = 30;
    p.c = -65;
    p.u_max = INFINITY;
    return p;
}

izh_solver_config support_line_config(izh_method method)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.method = method;
    config.params = support_line();
    return config;
}

izh_solver *support_create(const izh_solver_config *config)
{
    izh_solver *s = NULL;
    struct logbook book = {0};
    izh_solver_config c = *config;
    if (!c.log.write)
        c.log = support_log(&book);
    const izh_status status = izh_solver_create(&s, &c);
    if (status != IZH_OK) {
        print_error("izh_solver_create: %s: %s\n", izh_status_name(status), book.text);
        fail_at("create", __FILE__, __LINE__);
    }
    if (config->log.write)
        return s;
    /* Without the log of this function, which ends with it. */
    izh_solver_destroy(s);
    check_status(izh_solver_create(&s, config), IZH_OK, NULL);
    return s;
}

const izh_segment support_current[1] = {{101, 70, 0}};

/* ---- spikes ---- */

int32_t support_spike(const izh_spike_event *e, izh_state *after, void *user)
{
    struct spikes *spikes = user;
    if (spikes->n < SUPPORT_SPIKES)
        spikes->event[spikes->n] = *e;
    spikes->n++;
    if (spikes->replace)
        *after = spikes->after;
    return spikes->answer;
}

void support_same_spikes(const struct spikes *x, const struct spikes *y, const char *file, int line)
{
    if (x->n != y->n)
        print_error("%zu and %zu spikes\n", x->n, y->n);
    support_true(x->n == y->n, "as many spikes", file, line);
    for (size_t i = 0; i < x->n && i < SUPPORT_SPIKES; i++) {
        support_same(x->event[i].t, y->event[i].t, "same spike time", file, line);
        support_same_state(x->event[i].before, y->event[i].before, "same state before the spike",
                           file, line);
    }
}

/* ---- what a host lends ---- */

static void *heap_alloc(void *user, size_t size)
{
    struct heap *heap = user;
    heap->calls++;
    if (heap->fail_at && --heap->fail_at == 0)
        return NULL;
    unsigned char *memory = malloc(size);
    if (memory) {
        memset(memory, 0xa5, size); /* nobody promised zeros */
        heap->live++;
        heap->bytes += size;
    }
    return memory;
}

static void heap_release(void *user, void *memory, size_t size)
{
    struct heap *heap = user;
    heap->live--;
    heap->bytes -= size;
    free(memory);
}

izh_allocator support_allocator(struct heap *heap)
{
    return (izh_allocator){heap_alloc, heap_release, heap};
}

static void log_write(void *user, izh_status status, const char *message)
{
    struct logbook *book = user;
    book->n++;
    book->status = status;
    snprintf(book->text, sizeof book->text, "%s", message);
}

izh_log support_log(struct logbook *book)
{
    return (izh_log){log_write, book};
}

void support_survives(void (*body)(void), const char *text, const char *file, int line)
{
    const int status = portable_apart(body);
    if (status != 0)
        print_error("the child ended with wait status %#x\n", (unsigned)status);
    support_true(status == 0, text, file, line);
}
