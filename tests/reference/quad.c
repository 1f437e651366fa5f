/*
 * An independent reference in quadruple precision: a plain Taylor series solves every case of
 * cases.csv; the exact spikes go to spikes.csv and a few exact states to states.csv.
 * Nothing of the library is used here. To regenerate, from the root of the repository:
 *
 *     python3 tests/reference/make_cases.py
 *     gcc -O2 tests/reference/quad.c -lquadmath -o quad && ./quad tests/reference
 *
 * A second set, of 1000 random neurons with few spikes, for testing error bounds (7 minutes):
 *
 *     python3 tests/reference/make_random_cases.py | ./quad tests/reference random
 *
 * keeps, of the candidates of each name, the first that is well posed; the cases go to
 * random_cases.csv and their exact spikes to random_spikes.csv.
 *
 * A third set, of one neuron under 160 random currents, for testing a flow map (3 minutes):
 *
 *     python3 tests/reference/make_flow_cases.py && ./quad tests/reference flow
 *
 * solves flow_cases.csv; the exact spikes go to flow_spikes.csv.
 *
 * Derivatives, of the spikes and a state of 200 neurons of cases.csv and random_cases.csv by each
 * of their numbers, for testing gradients (5 minutes):
 *
 *     ./quad tests/reference gradients
 *
 * writes central differences to gradients.csv.
 *
 * `./quad tests/reference soak` solves cases of standard input, of up to some hours, and prints the
 * last spike of each: tests/bench/soak.c has one.
 *
 * `./quad tests/reference check` writes nothing: it solves every case again with a higher order
 * and a smaller tolerance, and prints by how much that moves the spikes and states.
 * `./quad tests/reference check-random` and `check-flow` do so for the other sets.
 *
 * The model, a quadratic v with a piecewise u (E. M. Izhikevich, Dynamical Systems in
 * Neuroscience, MIT Press 2007, chapter 8):
 *
 *     cm v' = k2 v^2 + k1 v + k0 - u + I(t)        U(v) = b_lo (v - vb)                    v <  vb
 *        u' = a (U(v) - r u)                              b_hi (v - vb) + b3 (v - vb)^3    v >= vb
 *
 *     spike when v reaches vpeak + vpeak_u u:  v <- c + c_u u,  u <- min(u + d, u_max)
 *
 * I(s) = I + slope (s - t) from each segment's t on, and 0 before the first.
 */
#include <math.h>
#include <quadmath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef __float128 quad;

/* Everything whose rounding can move a spike. The stimulus's currents count as one input and its
 * slopes as another: these two are factors, 1 unless perturbed. */
/* clang-format off */
enum input {
    CM, K2, K1, K0, A, R, B_LO, B_HI, B3, VB, VPEAK, VPEAK_U, C, C_U, D, U_MAX,
    V0, U0, ALL_I, ALL_SLOPES, INPUTS
};
/* clang-format on */

enum {
    MAX_ORDER = 64,
    MAX_SEGMENTS = 128,
    MAX_SPIKES = 1 << 17,
    MAX_STATES = 5,
    MAX_LINE = 1 << 14,
    MAX_RANDOM_SPIKES = 12
};

struct segment {
    quad t, I, slope;
};

struct scenario {
    char name[64];
    quad x[INPUTS];
    double t_end;
    struct segment segments[MAX_SEGMENTS];
    int segment_count;
};

struct accuracy {
    int order;
    double tolerance; /* of the last terms of the series, mV */
};

/* A step ends where the last terms reach the tolerance, near tolerance^(1/order) = 0.18 of the
 * radius of convergence; the terms left out add up to about a fifth of the last. */
static const struct accuracy exact = {44, 1e-33};
static const struct accuracy finer = {60, 1e-36};
static const struct accuracy coarse = {32, 1e-28}; /* ample for a difference quotient */
static const struct accuracy fair = {26, 1e-24};   /* for one of 1e-8 */
static const struct accuracy rough = {20, 1e-20};  /* and enough for one over few spikes */

struct spike {
    quad t, u;
};

struct state {
    double t;
    quad v, u;
};

/* What a run gives. The caller asks for states by filling in their times, in ascending order. */
struct trace {
    const char *trouble; /* what ended the run early, or NULL */
    struct spike spikes[MAX_SPIKES];
    int spike_count;
    struct state states[MAX_STATES];
    int state_count;
};

struct flow {
    const struct scenario *scenario;
    struct accuracy accuracy;
    quad t, v, u;
    int high; /* which branch of U(v) holds */
    quad V[MAX_ORDER + 1], U[MAX_ORDER + 1];
};

static void fail(const char *what, const char *where)
{
    fprintf(stderr, "quad: %s: %s\n", where, what);
    exit(1);
}

/* ---- polynomials: p[0] + p[1] x + ... + p[n] x^n ---- */

static quad value(const quad *p, int n, quad x)
{
    quad y = p[n];
    while (n > 0)
        y = y * x + p[--n];
    return y;
}

static void differentiate(quad *slope, const quad *p, int n)
{
    for (int i = 1; i <= n; i++)
        slope[i - 1] = i * p[i];
}

/* The n-th coefficient of the product of two series. */
static quad cauchy(const quad *p, const quad *q, int n)
{
    quad sum = 0;
    for (int i = 0; i <= n; i++)
        sum += p[i] * q[n - i];
    return sum;
}

/* The root of a p that is monotone on [lo, hi] and changes sign there. Bisection first, so that
 * Newton starts so near that it can only converge: 20 halvings, then 1e-6 -> 1e-12 -> ... */
static quad root(const quad *p, int n, quad lo, quad hi)
{
    quad slope[MAX_ORDER];
    differentiate(slope, p, n);
    int rising = value(p, n, lo) < value(p, n, hi);
    for (int i = 0; i < 20; i++) {
        quad middle = (lo + hi) / 2;
        if ((value(p, n, middle) < 0) == rising)
            lo = middle;
        else
            hi = middle;
    }
    quad x = (lo + hi) / 2;
    for (int i = 0; i < 8; i++) {
        quad dx = value(p, n, x) / value(slope, n - 1, x);
        if (dx == 0 || !finiteq(dx))
            break;
        x = fminq(fmaxq(x - dx, lo), hi);
    }
    return x;
}

/* Where does p, not negative at 0, first become negative in (0, *h]? Shortens *h to that and
 * returns 1. Each piece is cut at its extremum: no excursion inside one piece is missed. */
static int first_crossing(const quad *p, int n, quad *h)
{
    const int pieces = 4; /* none holds two extrema: a step is a fraction of the radius */
    quad slope[MAX_ORDER];
    differentiate(slope, p, n);
    for (int i = 0; i < pieces; i++) {
        quad lo = *h * i / pieces, hi = *h * (i + 1) / pieces, turn = hi;
        if ((value(slope, n - 1, lo) < 0) != (value(slope, n - 1, hi) < 0))
            turn = root(slope, n - 1, lo, hi);
        if (value(p, n, turn) < 0) {
            *h = root(p, n, lo, turn);
            return 1;
        }
        if (value(p, n, hi) < 0) {
            *h = root(p, n, turn, hi);
            return 1;
        }
    }
    return 0;
}

/* ---- the flow ---- */

/* The segment that holds just after t, or NULL before the first. */
static const struct segment *segment_at(const struct scenario *s, quad t)
{
    const struct segment *found = NULL;
    for (int i = 0; i < s->segment_count && s->segments[i].t <= t; i++)
        found = &s->segments[i];
    return found;
}

/* The next time that a step must not pass: a breakpoint of the stimulus, or the end. */
static quad next_stop(const struct scenario *s, quad t)
{
    for (int i = 0; i < s->segment_count; i++)
        if (s->segments[i].t > t)
            return fminq(s->segments[i].t, s->t_end);
    return s->t_end;
}

/* I(t + x) = current[0] + current[1] x. */
static void expand_current(const struct flow *f, quad current[2])
{
    const quad *x = f->scenario->x;
    const struct segment *s = segment_at(f->scenario, f->t);
    current[1] = s ? s->slope * x[ALL_SLOPES] : 0;
    current[0] = s ? s->I * x[ALL_I] + current[1] * (f->t - s->t) : 0;
}

/* The Taylor series of v and u at t: each order follows from the ones before, as the products of
 * series are Cauchy products (Parker & Sochacki 1996; for this model Stewart & Bair, J. Comput.
 * Neurosci. 27, 2009). */
static void expand(struct flow *f)
{
    const quad *x = f->scenario->x;
    quad b = f->high ? x[B_HI] : x[B_LO], b3 = f->high ? x[B3] : 0;
    quad *V = f->V, *U = f->U, W[MAX_ORDER], W2[MAX_ORDER], current[2]; /* W = v - vb, W2 = W^2 */
    expand_current(f, current);
    V[0] = f->v;
    U[0] = f->u;
    for (int n = 0; n < f->accuracy.order; n++) {
        quad drive = x[K2] * cauchy(V, V, n) + x[K1] * V[n] - U[n];
        if (n == 0)
            drive += x[K0];
        if (n <= 1)
            drive += current[n];
        W[n] = n == 0 ? V[0] - x[VB] : V[n];
        quad curve = b * W[n];
        if (b3 != 0) {
            W2[n] = cauchy(W, W, n);
            curve += b3 * cauchy(W2, W, n);
        }
        V[n + 1] = drive / (x[CM] * (n + 1));
        U[n + 1] = x[A] * (curve - x[R] * U[n]) / (n + 1);
    }
}

/* The longest step whose last two terms, of v and of u, stay within the tolerance. */
static quad step_size(const struct flow *f)
{
    quad h = 2; /* ms, for a neuron at rest, all of whose terms vanish */
    for (int n = f->accuracy.order - 1; n <= f->accuracy.order; n++) {
        quad last = fmaxq(fabsq(f->V[n]), fabsq(f->U[n]));
        if (last > 0)
            h = fminq(h, powq(f->accuracy.tolerance / last, (quad)1 / n));
    }
    return h;
}

/* How far v is below the peak, and how far inside the present branch of U(v), as series. */
static void expand_gaps(const struct flow *f, quad *below_peak, quad *inside_branch)
{
    const quad *x = f->scenario->x;
    for (int n = 0; n <= f->accuracy.order; n++) {
        below_peak[n] = x[VPEAK_U] * f->U[n] - f->V[n];
        inside_branch[n] = f->high ? f->V[n] : -f->V[n];
    }
    below_peak[0] += x[VPEAK];
    inside_branch[0] -= f->high ? x[VB] : -x[VB];
}

/* At the kink itself the side is the one that v is heading for: U(vb) = 0 on both. */
static void choose_branch(struct flow *f)
{
    const quad *x = f->scenario->x;
    quad current[2];
    expand_current(f, current);
    quad heading = x[K2] * f->v * f->v + x[K1] * f->v + x[K0] - f->u + current[0];
    f->high = f->v > x[VB] || (f->v == x[VB] && heading >= 0);
}

static int is_at_peak(const struct flow *f)
{
    const quad *x = f->scenario->x;
    return f->v >= x[VPEAK] + x[VPEAK_U] * f->u;
}

static void fire(struct flow *f, struct trace *trace)
{
    const quad *x = f->scenario->x;
    trace->spikes[trace->spike_count++] = (struct spike){f->t, f->u};
    f->v = x[C] + x[C_U] * f->u;
    f->u = fminq(f->u + x[D], x[U_MAX]);
    if (is_at_peak(f))
        trace->trouble = "resets at or above the peak";
    else if (trace->spike_count == MAX_SPIKES)
        trace->trouble = "fires without end";
    choose_branch(f);
}

/* One step: to the next spike, kink or stop, or as far as the series reaches. Returns its length
 * and leaves the new state in f; the series, in V and U, still starts at the old one. */
static quad step(struct flow *f, struct trace *trace)
{
    const quad *x = f->scenario->x;
    int n = f->accuracy.order;
    quad below_peak[MAX_ORDER + 1], inside_branch[MAX_ORDER + 1];
    expand(f);
    expand_gaps(f, below_peak, inside_branch);

    quad stop = next_stop(f->scenario, f->t), h = step_size(f);
    int reaches_stop = h >= stop - f->t;
    if (reaches_stop)
        h = stop - f->t;
    int kinked = x[B_LO] != x[B_HI] || x[B3] != 0;
    int spike = first_crossing(below_peak, n, &h);
    int kink = kinked && first_crossing(inside_branch, n, &h); /* if both, the kink comes first */

    f->t = reaches_stop && !spike && !kink ? stop : f->t + h;
    f->v = kink ? x[VB] : value(f->V, n, h);
    f->u = value(f->U, n, h);
    if (kink)
        f->high = !f->high;
    else if (spike)
        fire(f, trace);
    return h;
}

static void run(struct trace *trace, const struct scenario *s, struct accuracy accuracy)
{
    struct flow f = {.scenario = s, .accuracy = accuracy, .v = s->x[V0], .u = s->x[U0]};
    int next = 0;
    trace->trouble = is_at_peak(&f) ? "starts at or above the peak" : NULL;
    trace->spike_count = 0;
    choose_branch(&f);
    while (f.t < s->t_end && !trace->trouble) {
        quad start = f.t, h = step(&f, trace);
        for (; next < trace->state_count && trace->states[next].t <= f.t; next++) {
            struct state *at = &trace->states[next];
            at->v = value(f.V, accuracy.order, fminq(at->t - start, h));
            at->u = value(f.U, accuracy.order, fminq(at->t - start, h));
        }
    }
}

/* Ask for a state at each fifth of the run, earlier where a spike is within 0.5 ms: v is too
 * steep there to be worth comparing. */
static void choose_states(struct trace *trace, double t_end)
{
    trace->state_count = 0;
    double previous = 0;
    for (int k = 1; k <= MAX_STATES; k++) {
        double t = (double)floorq(t_end * k / MAX_STATES);
        for (int i = trace->spike_count - 1; i >= 0; i--)
            if (fabsq(trace->spikes[i].t - t) <= 0.5) {
                t -= 1.25;
                i = trace->spike_count;
            }
        if (t > previous)
            trace->states[trace->state_count++].t = previous = t;
    }
}

/* The sum over all inputs x of |dt/dx x|: times an epsilon it is what one rounding of every input
 * does to a spike's time. Infinite where a perturbation changes the number of spikes. */
static void measure_conditions(double *conditions, const struct scenario *s,
                               const struct trace *base, struct accuracy accuracy)
{
    static struct trace moved;
    const double delta = 1e-14;
    memset(conditions, 0, sizeof *conditions * (size_t)base->spike_count);
    for (int input = 0; input < INPUTS; input++) {
        struct scenario near = *s;
        if (s->x[input] == 0 || !finiteq(s->x[input]))
            continue;
        near.x[input] += near.x[input] * delta;
        moved.state_count = 0;
        run(&moved, &near, accuracy);
        for (int i = 0; i < base->spike_count; i++)
            conditions[i] += moved.spike_count != base->spike_count
                                 ? INFINITY
                                 : (double)(fabsq(moved.spikes[i].t - base->spikes[i].t) / delta);
    }
}

/* Does the number of spikes survive another peak and another end? If not, v barely reaches the
 * peak somewhere, or barely misses it, or there is a spike near the end. */
static int is_robust(const struct scenario *s, int spike_count)
{
    static const double changes[4][2] = {{.5, 0}, {-.5, 0}, {0, .5}, {0, -.5}}; /* mV, ms */
    static struct trace trace;
    trace.state_count = 0;
    for (int i = 0; i < 4; i++) {
        struct scenario near = *s;
        near.x[VPEAK] += changes[i][0];
        near.t_end += changes[i][1];
        run(&trace, &near, rough);
        if (trace.trouble || trace.spike_count != spike_count)
            return 0;
    }
    return 1;
}

/* Solves a candidate; tells whether it belongs into the random set. The last condition is finite
 * if and only if all are. */
static int is_well_posed(struct trace *trace, double *conditions, const struct scenario *s)
{
    trace->state_count = 0;
    run(trace, s, rough);
    int n = trace->spike_count;
    if (trace->trouble || n == 0 || n > MAX_RANDOM_SPIKES || !is_robust(s, n))
        return 0;
    run(trace, s, exact);
    if (trace->trouble || trace->spike_count != n)
        return 0;
    measure_conditions(conditions, s, trace, rough);
    return isfinite(conditions[n - 1]);
}

/* ---- files ---- */

static FILE *open_file(const char *folder, const char *name, const char *mode)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, mode);
    if (!file)
        fail("cannot open", path);
    return file;
}

static void parse_stimulus(struct scenario *s, const char *text)
{
    double t, I, slope;
    int length;
    s->segment_count = 0;
    while (sscanf(text, "%lf:%lf:%lf%n", &t, &I, &slope, &length) == 3) {
        if (s->segment_count == MAX_SEGMENTS)
            fail("too many segments", s->name);
        s->segments[s->segment_count++] = (struct segment){t, I, slope};
        text += length;
    }
    if (text[strspn(text, " \r\n")] != '\0')
        fail("bad stimulus", s->name);
}

/* name, the 16 parameters, v0, u0, T, stimulus */
static void parse_case(struct scenario *s, char *line)
{
    snprintf(s->name, sizeof s->name, "%s", strtok(line, ","));
    for (int i = 0; i <= ALL_I; i++) { /* one more than U0: T */
        const char *field = strtok(NULL, ",");
        if (!field)
            fail("too few fields", s->name);
        s->t_end = strtod(field, NULL);
        s->x[i] = s->t_end;
    }
    s->x[ALL_I] = s->x[ALL_SLOPES] = 1;
    const char *stimulus = strtok(NULL, ",");
    parse_stimulus(s, stimulus ? stimulus : "");
}

static int is_comment(const char *line)
{
    return line[0] == '#' || line[0] == '\n';
}

static int next_case(struct scenario *s, FILE *cases)
{
    char line[MAX_LINE];
    while (fgets(line, sizeof line, cases))
        if (!is_comment(line)) {
            parse_case(s, line);
            return 1;
        }
    return 0;
}

static void print_digits(FILE *file, const char *format, quad x)
{
    char digits[64];
    quadmath_snprintf(digits, sizeof digits, format, x);
    fprintf(file, ",%s", digits);
}

static void print(FILE *file, quad x)
{
    print_digits(file, "%.30Qg", x);
}

static void write_spikes(FILE *file, const struct scenario *s, const struct trace *trace)
{
    static double conditions[MAX_SPIKES];
    measure_conditions(conditions, s, trace, coarse);
    for (int i = 0; i < trace->spike_count; i++) {
        fprintf(file, "%s,%d", s->name, i + 1);
        print(file, trace->spikes[i].t);
        print(file, trace->spikes[i].u);
        fprintf(file, ",%.3g\n", conditions[i]);
    }
}

static void write_states(FILE *file, const struct scenario *s, const struct trace *trace)
{
    for (int i = 0; i < trace->state_count; i++) {
        fprintf(file, "%s,%.17g", s->name, trace->states[i].t);
        print(file, trace->states[i].v);
        print(file, trace->states[i].u);
        fputc('\n', file);
    }
}

static void write_spike_times(FILE *file, const struct scenario *s, const struct trace *trace,
                              const double *conditions)
{
    for (int i = 0; i < trace->spike_count; i++) {
        fprintf(file, "%s,%d", s->name, i + 1);
        print_digits(file, "%.22Qg", trace->spikes[i].t);
        fprintf(file, ",%.3g\n", conditions[i]);
    }
}

/* A file of spikes without u, with its heading. */
static FILE *open_spike_times(const char *folder, const char *name, const char *cases)
{
    FILE *file = open_file(folder, name, "w");
    fprintf(file,
            "# Exact spikes, by quad.c from %s; index and condition as in spikes.csv.\n"
            "case,index,t_ms,condition\n",
            cases);
    return file;
}

/* ---- the commands ---- */

static void run_exactly(struct trace *trace, const struct scenario *s)
{
    trace->state_count = 0;
    run(trace, s, exact);
    if (trace->trouble)
        fail(trace->trouble, s->name);
}

static void solve(struct trace *trace, const struct scenario *s)
{
    run_exactly(trace, s);
    choose_states(trace, s->t_end);
    run(trace, s, exact);
}

static void regenerate(const char *folder, FILE *cases)
{
    static struct scenario s;
    static struct trace trace;
    FILE *spikes = open_file(folder, "spikes.csv", "w");
    FILE *states = open_file(folder, "states.csv", "w");
    fputs("# Exact spikes, by quad.c from cases.csv; index from 1.\n"
          "# condition: ms, the sum over the inputs x of |dt/dx x|: epsilon times this is what\n"
          "# one rounding of every input costs; inf where that changes the number of spikes.\n"
          "case,index,t_ms,u_before,condition\n",
          spikes);
    fputs("# Exact states, by quad.c from cases.csv, no nearer than 0.5 ms to a spike.\n"
          "case,t_ms,v,u\n",
          states);
    while (next_case(&s, cases)) {
        solve(&trace, &s);
        write_spikes(spikes, &s, &trace);
        write_states(states, &s, &trace);
    }
    if (fclose(spikes) || fclose(states))
        fail("cannot write", folder);
}

static void solve_flow(const char *folder, FILE *cases)
{
    static struct scenario s;
    static struct trace trace;
    static double conditions[MAX_SPIKES];
    FILE *spikes = open_spike_times(folder, "flow_spikes.csv", "flow_cases.csv");
    while (next_case(&s, cases)) {
        run_exactly(&trace, &s);
        measure_conditions(conditions, &s, &trace, coarse);
        write_spike_times(spikes, &s, &trace, conditions);
    }
    if (fclose(spikes))
        fail("cannot write", folder);
}

/* One case of any length: how many spikes, and the last of them. */
static void soak(const char *folder, FILE *cases)
{
    static struct scenario s;
    static struct trace trace;
    (void)folder;
    while (next_case(&s, cases)) {
        run_exactly(&trace, &s);
        printf("%s,%d", s.name, trace.spike_count);
        print(stdout, trace.spikes[trace.spike_count - 1].t);
        printf("\n");
    }
}

/* Comments are copied; a line whose name is taken already is passed over. */
static void choose_random(const char *folder, FILE *candidates)
{
    static struct scenario s;
    static struct trace trace;
    double conditions[MAX_RANDOM_SPIKES];
    char line[MAX_LINE], copy[MAX_LINE], last[sizeof s.name] = "";
    FILE *cases = open_file(folder, "random_cases.csv", "w");
    FILE *spikes = open_spike_times(folder, "random_spikes.csv", "random_cases.csv");
    int chosen = 0;
    while (fgets(line, sizeof line, candidates)) {
        size_t name = strcspn(line, ",");
        if (is_comment(line)) {
            fputs(line, cases);
            continue;
        }
        if (strlen(last) == name && strncmp(line, last, name) == 0)
            continue;
        parse_case(&s, strcpy(copy, line));
        if (!is_well_posed(&trace, conditions, &s))
            continue;
        chosen++;
        strcpy(last, s.name);
        fputs(line, cases);
        write_spike_times(spikes, &s, &trace, conditions);
    }
    if (fclose(cases) || fclose(spikes))
        fail("cannot write", folder);
    printf("%d cases\n", chosen);
}

/* ---- derivatives ---- */

enum {
    GRADIENT_CASES = 200,
    GRADIENT_SPIKES = 8,   /* the last of them, and the first, are looked at */
    GRADIENT_SEGMENTS = 3, /* so many segments' I, slope and t, too */
    GRADIENT_INPUTS = U0 + 1 + 3 * GRADIENT_SEGMENTS
};

/* What a derivative is of: the two spikes, and v and u at a time. */
struct outcome {
    quad x[4];
    int there;
};

static quad *input_of(struct scenario *s, int i)
{
    if (i <= U0)
        return &s->x[i];
    struct segment *g = &s->segments[(i - U0 - 1) / 3];
    return (i - U0 - 1) % 3 == 0 ? &g->I : (i - U0 - 1) % 3 == 1 ? &g->slope : &g->t;
}

static struct outcome find_outcome(const struct scenario *s, int last, double t)
{
    static struct trace trace;
    trace.state_count = 1;
    trace.states[0].t = t;
    run(&trace, s, fair);
    if (trace.trouble || trace.spike_count < last)
        return (struct outcome){.there = 0};
    return (struct outcome){
        {trace.spikes[0].t, trace.spikes[last - 1].t, trace.states[0].v, trace.states[0].u}, 1};
}

/* The four derivatives with respect to an input; 0 where the one from the left is another than that
 * from the right. */
static int differentiate_by(quad d[4], const struct scenario *s, int input, int last, double t,
                            const struct outcome *base)
{
    struct scenario near = *s;
    quad *x = input_of(&near, input), exact_x = *x;
    quad delta = 1e-10Q * (exact_x != 0 ? fabsq(exact_x) : 1);
    *x = exact_x + delta;
    struct outcome up = find_outcome(&near, last, t);
    *x = exact_x - delta;
    struct outcome down = find_outcome(&near, last, t);
    for (int k = 0; k < 4; k++) {
        quad right = (up.x[k] - base->x[k]) / delta, left = (base->x[k] - down.x[k]) / delta;
        quad most = fmaxq(fabsq(right), fabsq(left));
        d[k] = (right + left) / 2;
        if (!up.there || !down.there || (most > 1e-9Q && fabsq(right - left) > 1e-5Q * most))
            return 0;
    }
    return 1;
}

/* How many spikes to look at: up to the last that is no more sensitive than others are. */
static int choose_last(const double *conditions, int n)
{
    int last = 0;
    while (last < n && last < GRADIENT_SPIKES && conditions[last] < 1e5)
        last++;
    return last;
}

static int write_gradients(FILE *file, const struct scenario *s)
{
    static struct trace trace;
    static double conditions[MAX_SPIKES];
    struct scenario part = *s;
    run_exactly(&trace, s);
    int last = trace.spike_count < GRADIENT_SPIKES ? trace.spike_count : GRADIENT_SPIKES;
    if (!last)
        return 0;
    part.t_end = (double)fminq(ceilq(trace.spikes[last - 1].t) + 1, s->t_end);
    run_exactly(&trace, &part);
    measure_conditions(conditions, &part, &trace, rough);
    last = choose_last(conditions, last);
    if (!last)
        return 0;
    choose_states(&trace, (double)trace.spikes[last - 1].t);
    double t = trace.state_count ? trace.states[trace.state_count - 1].t : part.t_end / 2;
    for (int i = 0; i < s->segment_count; i++)
        if (s->segments[i].t == t)
            t -= 0.25;
    int inputs =
        U0 + 1 + 3 * (s->segment_count < GRADIENT_SEGMENTS ? s->segment_count : GRADIENT_SEGMENTS);
    quad d[GRADIENT_INPUTS][4];
    struct outcome base = find_outcome(&part, last, t);
    for (int i = 0; i < inputs; i++) {
        quad x = *input_of(&part, i);
        memset(d[i], 0, sizeof d[i]);
        if (i > U0 && (i - U0) % 3 == 0 && x == 0) /* nothing begins before the run */
            d[i][0] = d[i][1] = d[i][2] = d[i][3] = nanq("");
        else if (finiteq(x) && !differentiate_by(d[i], &part, i, last, t, &base))
            return 0;
    }
    for (int k = last > 1 ? 0 : 1; k < 4; k++) {
        fprintf(file, "%s,%s", s->name, k == 2 ? "v" : k == 3 ? "u" : "t");
        fprintf(file, ",%.17g", k == 0 ? 1 : k == 1 ? last : t);
        for (int i = 0; i < inputs; i++)
            print_digits(file, "%.12Qg", d[i][k]);
        fputc('\n', file);
    }
    return 1;
}

static void differentiate_cases(const char *folder, FILE *cases)
{
    static struct scenario s;
    FILE *file = open_file(folder, "gradients.csv", "w");
    FILE *random = open_file(folder, "random_cases.csv", "r");
    fputs(
        "# Derivatives, by quad.c from cases.csv and random_cases.csv: of the time of spike n, ms\n"
        "# (what is t), or of v or u at the time n, ms, by each of the 16 parameters, v0, u0, and\n"
        "# of each segment, up to the third, I, slope and t (NaN where it begins with the run). "
        "Neurons\n"
        "# with others on the left than on the right are left out: such as rest on a kink of U.\n"
        "case,what,n,derivatives\n",
        file);
    int n = 0;
    while (n < GRADIENT_CASES && (next_case(&s, cases) || next_case(&s, random)))
        n += write_gradients(file, &s);
    fclose(random);
    if (fclose(file))
        fail("cannot write", folder);
}

/* Raises *largest to the relative difference of x and y. */
static void compare(double *largest, quad x, quad y)
{
    double difference = x == y ? 0 : (double)(fabsq(x - y) / fmaxq(fabsq(x), fabsq(y)));
    if (!(difference <= *largest))
        *largest = difference;
}

static void check(const char *folder, FILE *cases)
{
    (void)folder;
    static struct scenario s;
    static struct trace trace, better;
    while (next_case(&s, cases)) {
        solve(&trace, &s);
        better = trace;
        run(&better, &s, finer);
        if (better.spike_count != trace.spike_count)
            fail("the number of spikes depends on the accuracy", s.name);
        double t = 0, u = 0, states = 0;
        for (int i = 0; i < trace.spike_count; i++) {
            compare(&t, trace.spikes[i].t, better.spikes[i].t);
            compare(&u, trace.spikes[i].u, better.spikes[i].u);
        }
        for (int i = 0; i < trace.state_count; i++) {
            compare(&states, trace.states[i].v, better.states[i].v);
            compare(&states, trace.states[i].u, better.states[i].u);
        }
        printf("%-28s %4d spikes; relative change of t %.1e, u_before %.1e, states %.1e\n", s.name,
               trace.spike_count, t, u, states);
    }
}

static const struct command {
    const char *name, *cases; /* NULL: standard input */
    void (*run)(const char *folder, FILE *cases);
} commands[] = {
    {"", "cases.csv", regenerate},
    {"random", NULL, choose_random},
    {"flow", "flow_cases.csv", solve_flow},
    {"soak", NULL, soak},
    {"gradients", "cases.csv", differentiate_cases},
    {"check", "cases.csv", check},
    {"check-random", "random_cases.csv", check},
    {"check-flow", "flow_cases.csv", check},
};

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(name, commands[i].name) == 0)
            return &commands[i];
    return NULL;
}

int main(int argc, char **argv)
{
    const struct command *command = find_command(argc > 2 ? argv[2] : "");
    if (argc < 2 || argc > 3 || !command)
        fail("usage: quad folder [random | flow | gradients | soak | check | check-random | "
             "check-flow]",
             "arguments");
    FILE *cases = command->cases ? open_file(argv[1], command->cases, "r") : stdin;
    command->run(argv[1], cases);
    fclose(cases);
    return 0;
}
