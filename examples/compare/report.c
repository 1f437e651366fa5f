/* The report: its directory, its files, and gnuplot. */
#include "report.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

const double steps_shown[STEPS_SHOWN] = {1, .1};

/* ---- files ---- */

bool make_directories(const char *path)
{
    const size_t length = strlen(path);
    char *part = resize(NULL, length + 1);
    bool made = length > 0;
    for (size_t i = 1; i <= length && made; i++)
        if (path[i] == '/' || path[i] == 0) {
            memcpy(part, path, i);
            part[i] = 0;
            made = mkdir(part, 0777) == 0 || errno == EEXIST || errno == EISDIR;
        }
    free(part);
    struct stat found;
    if (!made || stat(path, &found) != 0)
        return false;
    errno = ENOTDIR;
    return S_ISDIR(found.st_mode);
}

static char *join(const char *directory, const char *name)
{
    const size_t size = strlen(directory) + strlen(name) + 2;
    char *path = resize(NULL, size);
    snprintf(path, size, "%s/%s", directory, name);
    return path;
}

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, PROGRAM ": --report: %s: %s\n", what, strerror(errno));
    exit(1);
}

FILE *create_file(const char *directory, const char *name)
{
    char *path = join(directory, name);
    FILE *file = fopen(path, "w");
    if (!file)
        fail(path);
    free(path);
    return file;
}

void close_file(FILE *file)
{
    const int lost = ferror(file);
    if (fclose(file) != 0 || lost)
        fail("a file could not be written");
}

void step_label(char label[32], double h)
{
    snprintf(label, 32, h > 0 ? "%g" : "own", h);
}

bool has_error(const struct result *result)
{
    return isfinite(result->worst) && result->worst > 0;
}

bool has_line_of_lateness(const struct comparison *c, const struct result *result, double h)
{
    return result->setup.h == h && result->solution.status == IZH_OK &&
           result->solution.spike_count > 0 && c->reference.spike_count > 0;
}

bool has_lateness(const struct comparison *c)
{
    for (size_t i = 0; i < c->count; i++)
        for (size_t k = 0; k < STEPS_SHOWN; k++)
            if (has_line_of_lateness(c, &c->results[i], steps_shown[k]))
                return true;
    return false;
}

/* ---- panels ---- */

static bool shows(const struct setup *setup)
{
    return setup->h == 0 || setup->h == STEP_SHOWN;
}

static void add_panel(struct panels *panels, const struct setup *setup)
{
    struct panel *last = panels->count ? &panels->items[panels->count - 1] : NULL;
    if (!last || last->method != setup->method || last->h != setup->h) {
        panels->items = resize(panels->items, (panels->count + 1) * sizeof *panels->items);
        last = &panels->items[panels->count++];
        *last = (struct panel){.method = setup->method, .h = setup->h};
    }
    if (setup->events == IZH_EVENTS_GRID)
        last->grid = true;
    else
        last->exact = true;
}

/* Methods with a step come first, so that each has a row of its own; the others fill the last
 * rows. */
static struct panels choose_panels(const struct comparison *c)
{
    struct panels panels = {NULL, 0};
    for (int own = 0; own <= 1; own++)
        for (size_t i = 0; i < c->count; i++)
            if ((c->results[i].setup.h == 0) == own && shows(&c->results[i].setup))
                add_panel(&panels, &c->results[i].setup);
    return panels;
}

/* ---- gnuplot ---- */

/* No shell comes between: the directory's name may hold anything. */
static _Noreturn void become_gnuplot(const char *directory)
{
    if (chdir(directory) == 0 && setenv("LC_ALL", "C.UTF-8", 1) == 0)
        execlp("gnuplot", "gnuplot", "-d", "plots.gp", (char *)NULL);
    _exit(errno == ENOENT ? 127 : 126);
}

static bool run_gnuplot(const char *directory)
{
    int status = 0;
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0)
        become_gnuplot(directory);
    if (child < 0 || waitpid(child, &status, 0) != child)
        fail("gnuplot");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        fprintf(stderr,
                PROGRAM ": --report: gnuplot is not installed (Debian: gnuplot-nox); the data and "
                        "its script plots.gp are in %s, but no pictures and no page\n",
                directory);
    else
        fprintf(stderr, PROGRAM ": --report: gnuplot failed on %s/plots.gp\n", directory);
    return false;
}

/* An older page must not stand over newer data, nor an older picture on a newer page. */
static void remove_old(const char *directory)
{
    static const char *const names[] = {"index.html", "work-precision.svg", "v.svg",       "u.svg",
                                        "phase.svg",  "zoom.svg",           "lateness.svg"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = join(directory, names[i]);
        remove(path);
        free(path);
    }
}

bool write_report(const char *directory, const struct comparison *c)
{
    remove_old(directory);
    if (c->count == 0 || c->reference.status != IZH_OK) {
        fprintf(stderr, PROGRAM ": --report: no page, for there is nothing to compare with\n");
        return false;
    }
    char *data = join(directory, "data");
    if (!make_directories(data))
        fail(data);
    free(data);
    struct panels panels = choose_panels(c);
    const struct range range = write_traces(directory, c, &panels);
    write_spikes(directory, c);
    write_work(directory, c);
    write_current(directory, c->scenario);
    write_lateness(directory, c);
    write_script(directory, c, &panels, &range);
    free(panels.items);
    if (!run_gnuplot(directory))
        return false;
    write_page(directory, c);
    return true;
}
