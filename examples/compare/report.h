/* The parts of the report. All files of a report lie in one directory:
 *
 *     index.html     the page
 *     *.svg          its pictures
 *     plots.gp       the gnuplot script that drew them; run it there to draw them again
 *     data/          what it drew: columns are named in each file's first line */
#ifndef COMPARE_REPORT_H
#define COMPARE_REPORT_H

#include "compare.h"

/* Pictures of v and u show methods with a fixed step at this one, ms: at finer ones they look
 * alike.
 */
#define STEP_SHOWN 1

/* How late spikes are is shown at these steps, ms. */
#define STEPS_SHOWN 2
extern const double steps_shown[STEPS_SHOWN];

/* What the exact solution spans. */
struct range {
    double v_min, v_max, u_min, u_max;
    izh_state reset; /* after its last spike; the initial state if it has none */
};

/* One panel of a picture: a method at a step. */
struct panel {
    izh_method method;
    double h;         /* 0 for a method that chooses its own step */
    bool exact, grid; /* the events that it has */
};

/* A growing list of panels. */
struct panels {
    struct panel *items;
    size_t count;
};

/* report.c */
bool make_directories(const char *path);
/* A file of the report for writing, or the end of the program. */
FILE *create_file(const char *directory, const char *name);
void close_file(FILE *file);
/* "0.1" for the step's part of a file's name; "own" for 0. */
void step_label(char label[32], double h);
/* Whether a result has its place in the logarithmic work-precision diagram. */
bool has_error(const struct result *result);
/* Whether a result has a line in the picture of how late spikes are at step h. */
bool has_line_of_lateness(const struct comparison *c, const struct result *result, double h);
/* Whether there is such a picture. */
bool has_lateness(const struct comparison *c);

/* trace.c */
struct range write_traces(const char *directory, const struct comparison *c,
                          const struct panels *panels);
void write_spikes(const char *directory, const struct comparison *c);
void write_work(const char *directory, const struct comparison *c);
void write_current(const char *directory, const struct scenario *scenario);
void write_lateness(const char *directory, const struct comparison *c);

/* plots.c */
void write_script(const char *directory, const struct comparison *c, const struct panels *panels,
                  const struct range *range);

/* page.c */
void write_page(const char *directory, const struct comparison *c);

#endif
