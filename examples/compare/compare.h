/* izh-compare: every method of libizh on one neuron, against the exact solution. What the program's
 * parts know of one another. */
#ifndef COMPARE_H
#define COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <izh/izh.h>

#define PROGRAM "izh-compare"

/* The states are compared at 0, 1/4, 1/2, 3/4 and the whole of the run. */
#define TIMES 5

/* Room for a sentence. */
#define LINE 600

/* ---- scenario.c: what is solved, and what is known of it ---- */

struct scenario {
    const char *params_text, *current_text; /* as the user writes them, or a preset's */
    bool is_2003;                           /* u in mV/ms; else in pA */
    bool current_is_default;                /* not the user's, but for the user's neuron */
    izh_params params;
    izh_state initial;
    izh_segment *segments; /* before the first one the current is zero */
    size_t segment_count;
    double until;         /* ms */
    char *preset_current; /* what current_text is of a preset, allocated; else NULL */
};

/* What a run comes to, or what is known without one. */
struct solution {
    izh_status status;
    char message[256]; /* of the error, where status is one */
    double *spikes;    /* ms, ascending */
    double *u_before;  /* u before each spike's reset; NULL where it is not known */
    size_t spike_count;
    izh_state states[TIMES]; /* NaN where status is an error */
};

struct scenario scenario_of_report(void);
bool scenario_is_reports(const struct scenario *scenario);
double scenario_time(const struct scenario *scenario, size_t i);
double scenario_current_at_end(const struct scenario *scenario);
const char *scenario_u_unit(const struct scenario *scenario);
/* A published neuron with its state, its current and how long it runs. The text of its
 * current is the scenario's preset_current. */
void scenario_of_preset(struct scenario *scenario, const izh_preset *preset);
/* The current for a neuron that the user gives without one. */
void scenario_default_current(struct scenario *scenario);

/* The exact solution of the report's scenario, from a table. */
struct solution report_exact(void);
/* v at TIMES in the report's Table II, as it prints them. */
extern const char *const report_printed_v[TIMES];

/* ---- run.c: running it ---- */

struct setup {
    izh_method method;
    double h; /* ms; 0 for a method that chooses its own step */
    int32_t events;
};

struct result {
    struct setup setup;
    struct solution solution;
    double worst; /* largest spike-time error, ms; infinity where the counts differ, NaN where there
                     is none */
    uint64_t rhs;
    uint64_t unstable; /* steps beyond the method's limit of stability */
    double unstable_t; /* ms, when the first of them began */
    double us_per_s;   /* microseconds of computing per second of the neuron's time */
};

struct comparison {
    const struct scenario *scenario;
    bool is_report;            /* the report's scenario, of which more is known */
    struct solution reference; /* the exact solution */
    struct solution euler;     /* the report's own reference; only where is_report */
    struct result *results;    /* by method, then step, then events */
    size_t count;
    char machine[LINE]; /* when and where the times were taken */
};

struct comparison compare(const struct scenario *scenario, const izh_method *methods, size_t count);
void comparison_free(struct comparison *comparison);

/* A solver ready to run; message is written on any error as long as it lives. */
izh_status open_solver(izh_solver **solver, const struct scenario *scenario, struct setup setup,
                       char message[256]);

const char *events_name(int32_t events);
/* What stands in a table where a run with this status has no numbers. */
const char *failure_name(izh_status status);
/* Whether any run took a step beyond its method's limit of stability. */
bool any_unstable(const struct comparison *c);
/* Whether a method is among those compared. */
bool has_method(const struct comparison *c, izh_method method);

/* Memory, or the end of the program. */
void *resize(void *memory, size_t size);

/* ---- output ---- */

/* conclusion.c: what the numbers come to, a sentence each; empty where there is nothing to say. */
struct conclusion {
    char best[LINE];  /* the most exact run, and whether any is faster */
    char fixed[LINE]; /* the best at a fixed step, with either kind of events */
    char grid[LINE];  /* why a run on the grid is better than with exact events */
};
/* us: how to write microseconds. */
struct conclusion conclude(const struct comparison *c, const char *us);

/* machine.c: when and where the times were taken: date, processor, system, load. */
void describe_machine(char text[LINE]);

void print_tables(FILE *out, const struct comparison *c); /* table.c */
void write_csv(FILE *out, const struct comparison *c);    /* csv.c */

/* report.c: the page, its pictures and their data. False after a message on stderr. */
bool write_report(const char *directory, const struct comparison *c);

/* ---- options.c ---- */

struct options {
    struct scenario scenario;
    izh_method *methods;
    size_t method_count;
    const char *csv, *report; /* NULL: none */
};

/* Ends the program at --help, or at an option that is wrong. */
struct options options_read(int argc, char **argv);
void options_free(struct options *options);

/* values.c: option values. False, where there is one with *why set, for what is no such value. */
bool read_number(const char *text, double *number);
bool read_numbers(const char *text, double *numbers, size_t n);
bool read_params(const char *text, izh_params *params, izh_state *rest, const char **why);
bool read_current(const char *text, izh_segment **segments, size_t *count, const char **why);

#endif
