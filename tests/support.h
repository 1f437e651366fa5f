/* What the tests share. Include it first. The checks name what they saw, and support_about() says
 * for which method or case. */
#ifndef IZH_TESTS_SUPPORT_H
#define IZH_TESTS_SUPPORT_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <izh/izh.h>

#include "util/compiler.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* ---- checks ---- */

/* What the following checks are about; printed where one fails. */
void support_about(const char *format, ...) IZH_PRINTF(1, 2);

void support_close(double x, double y, double tolerance, const char *text, const char *file,
                   int line);
void support_same(double x, double y, const char *text, const char *file, int line);
void support_same_state(izh_state x, izh_state y, const char *text, const char *file, int line);
void support_status(izh_status status, izh_status expected, const izh_solver *solver,
                    const char *text, const char *file, int line);
void support_true(int holds, const char *text, const char *file, int line);
void support_has(const char *string, const char *part, const char *file, int line);

/* |x - y| <= tolerance; a NaN is never close. */
#define check_close(x, y, tolerance) support_close(x, y, tolerance, #x " ~ " #y, __FILE__, __LINE__)
/* The same bits. */
#define check_same(x, y) support_same(x, y, #x " == " #y, __FILE__, __LINE__)
#define check_same_state(x, y) support_same_state(x, y, #x " == " #y, __FILE__, __LINE__)
/* The call's status, with the solver's message where it differs. */
#define check_status(call, status, solver) \
    support_status(call, status, solver, #call, __FILE__, __LINE__)
#define check_ok(call, solver) check_status(call, IZH_OK, solver)
#define check_true(condition) support_true(!!(condition), #condition, __FILE__, __LINE__)
/* The string contains the part. */
#define check_has(string, part) support_has(string, part, __FILE__, __LINE__)

/* ---- how much ---- */

/* How much is tried of what can be tried in many ways. IZH_MATRIX=few in the environment is for
 * emulators and sanitizers, where little is new of what all has been tried elsewhere; IZH_LONG is
 * for tests/long.sh. */
int support_few(void);
int support_long(void);

/* ---- methods and solvers ---- */

/* Every method of any form: for (izh_method m = 0; (m = support_next_method(m)) != 0;) */
izh_method support_next_method(izh_method method);
/* Whether it chooses its own steps, and so has no grid. */
int support_adaptive(izh_method method);
/* Whether it is a dialect: of the 2003 form and with grid events only. */
int support_dialect(izh_method method);
/* A config of each method of any form with each kind of events that it has; false after the last.
 * *config is the RS neuron of the report at rest; start with *index = 0. */
int support_next_config(int *index, izh_solver_config *config);
/* The same, and of each dialect, too: the RS neuron of the 2003 paper at rest. */
int support_next_or_dialect(int *index, izh_solver_config *config);

/* The report's RS neuron, at rest at t = 0. */
izh_params support_rs(void);
izh_solver_config support_config(izh_method method);
/* The 2003 paper's RS neuron, at rest at t = 0. */
izh_solver_config support_2003_config(izh_method method);
/* v' = I(t), u' = 0, peak 30, reset to v = -65: what it does can be said in closed form. */
izh_params support_line(void);
izh_solver_config support_line_config(izh_method method);
izh_solver *support_create(const izh_solver_config *config);

/* The report's current: 70 pA from t = 101 ms. */
extern const izh_segment support_current[1];
#define SUPPORT_UNTIL 400. /* its first two spikes are at 201.02 and 348.81 ms */

/* ---- spikes ---- */

#define SUPPORT_SPIKES 4096

struct spikes {
    size_t n;                              /* how many there were */
    izh_spike_event event[SUPPORT_SPIKES]; /* the first of them */
    int32_t answer;                        /* what the callback returns */
    int replace;                           /* 1: the reset becomes `after` */
    izh_state after;
};

/* An izh_spike_fn; user is a struct spikes. */
int32_t support_spike(const izh_spike_event *e, izh_state *after, void *user);
/* The same spikes, to the bit. */
void support_same_spikes(const struct spikes *x, const struct spikes *y, const char *file,
                         int line);
#define check_same_spikes(x, y) support_same_spikes(x, y, __FILE__, __LINE__)

/* ---- what a host lends ---- */

/* An allocator that counts, fails at the fail_at-th call from now (0: never), and checks sizes. */
struct heap {
    size_t calls, live, bytes;
    size_t fail_at;
};
izh_allocator support_allocator(struct heap *heap);

struct logbook {
    size_t n;
    izh_status status; /* the last */
    char text[256];
};
izh_log support_log(struct logbook *book);

/* Runs the test's body in a process of its own; fails unless it returns there. */
void support_survives(void (*body)(void), const char *text, const char *file, int line);
#define check_survives(body) support_survives(body, #body " survives", __FILE__, __LINE__)

#endif
