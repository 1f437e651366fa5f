/* The derivatives of a step by Taylor's method. Their series are found as that of the solution is:
 * by Cauchy products, of the same order over the same step. */
#include <string.h>

#include "methods/taylor.h"

#define TERMS (IZH_TANGENT_TERMS + 2) /* with the constant one, and even */

/* A series in s/unit. */
union series {
    double one[TERMS];
    izh_pair two[TERMS / 2];
};

/* What the tangents need of the solution. */
struct course {
    const struct izh_params *p;
    int order;
    double unit, v0;
    union series v, u;
    union series x2;            /* (v - v0)^2, where it is needed */
    union series square;        /* v^2, where any x changes k2 */
    union series cube;          /* (v - vb)^3 above vb, where U or any x has it */
    union series slope;         /* U'(v) */
    union series leak;          /* U(v) - r u, where any x changes a */
    union series rate;          /* v' */
    izh_pair neighbours[TERMS]; /* v[n] and v[n + 1], at index n; v[0] counts as 0 */
};

/* The sums of z[j] v[n - j] and z[j] v[n + 1 - j] over j from 0 to count - 1. count is even and at
 * most n; z[j] holds its number in both parts. The newest terms come last, in two chains, so that
 * few operations wait for them. */
static inline izh_pair tangent_products(const izh_pair *neighbours, const izh_pair *z, int n,
                                        int count)
{
    const izh_pair *v = neighbours + n;
    izh_pair a = {0, 0}, b = a;
    int j = 0;
    if (count & 2) {
        a = z[0] * v[0];
        b = z[1] * v[-1];
        j = 2;
    }
    for (; j < count; j += 4) {
        a += z[j] * v[-j];
        b += z[j + 1] * v[-j - 1];
        a += z[j + 2] * v[-j - 2];
        b += z[j + 3] * v[-j - 3];
    }
    return a + b;
}

/* The product of v - v0 and a series without a constant term; z[j] holds that series' number in
 * both parts. */
static void multiply(union series *product, const struct course *c, const izh_pair *z)
{
    for (int n = 0; n <= c->order; n += 2) {
        product->two[n / 2] = tangent_products(c->neighbours, z, n, n);
        product->one[n + 1] += z[n][0] * c->neighbours[1][0];
    }
}

/* (v - v0)^2: each pair of factors once, and the middle. z[j] is v[j] in both parts, z[0] is
 * zero. */
static void find_x2(struct course *c, const izh_pair *z)
{
    for (int n = 0; n <= c->order; n += 2) {
        const int half = n / 2, even = half & ~1;
        izh_pair sum = tangent_products(c->neighbours, z, n, even);
        if (half > even)
            sum += z[even] * c->neighbours[n - even];
        c->x2.two[half] = (izh_pair){2, 2} * sum + (izh_pair){1, 2} * z[half] * c->neighbours[half];
    }
}

static void spread(izh_pair *z, const union series *x, int order)
{
    z[0] = (izh_pair){0, 0};
    for (int n = 1; n <= order; n++)
        z[n] = (izh_pair){x->one[n], x->one[n]};
}

static void find_powers(struct course *c, const struct izh_tangents *t, double b3)
{
    const double v0 = c->v0, z0 = v0 - c->p->vb;
    const bool cube = b3 != 0 || (t->cubes && !t->low);
    izh_pair z[TERMS];
    memset(&c->cube, 0, sizeof c->cube);
    if (!cube && !t->squares)
        return;
    spread(z, &c->v, c->order);
    find_x2(c, z);
    for (int n = 1; n <= c->order; n++)
        c->square.one[n] = 2 * v0 * c->v.one[n] + c->x2.one[n];
    c->square.one[0] = v0 * v0;
    if (!cube)
        return;
    spread(z, &c->x2, c->order);
    multiply(&c->cube, c, z);
    for (int n = 1; n <= c->order; n++)
        c->cube.one[n] += 3 * z0 * (z0 * c->v.one[n] + c->x2.one[n]);
    c->cube.one[0] = z0 * z0 * z0;
}

static void find_recovery(struct course *c, const struct izh_tangents *t, double b, double b3)
{
    const double z0 = c->v0 - c->p->vb, r = c->p->r;
    memset(&c->slope, 0, sizeof c->slope);
    for (int n = 0; t->leaks && n <= c->order; n++)
        c->leak.one[n] = b * c->v.one[n] + b3 * c->cube.one[n] - r * c->u.one[n];
    if (t->leaks)
        c->leak.one[0] -= b * c->p->vb;
    for (int n = 1; b3 != 0 && n <= c->order; n++)
        c->slope.one[n] = 3 * b3 * (2 * z0 * c->v.one[n] + c->x2.one[n]);
    c->slope.one[0] = b + 3 * b3 * z0 * z0;
}

static void find_course(struct course *c, const struct izh_step *s, const struct izh_tangents *t)
{
    const struct izh_taylor *series = s->work;
    const struct izh_params *p = &s->model->p;
    const double per_unit = 1 / series->unit;
    c->p = p;
    c->order = series->order;
    c->unit = series->unit;
    c->v0 = c->v.one[0] = s->from.v;
    c->u.one[0] = s->from.u;
    memcpy(&c->v.one[1], series->x.one, (size_t)c->order * sizeof(double));
    memcpy(&c->u.one[1], series->u.one, (size_t)c->order * sizeof(double));
    c->v.one[c->order + 1] = 0;
    c->neighbours[0] = (izh_pair){0, c->v.one[1]};
    for (int n = 1; n <= c->order; n++) {
        c->neighbours[n] = (izh_pair){c->v.one[n], c->v.one[n + 1]};
        c->rate.one[n - 1] = n * per_unit * c->v.one[n];
    }
    const double b3 = t->low ? 0 : p->b3;
    find_powers(c, t, b3);
    find_recovery(c, t, t->low ? p->b_lo : p->b_hi, b3);
}

/* ---- what drives the tangents ---- */

static void add_series(union series *sum, double weight, const union series *x, int order)
{
    const izh_pair w = {weight, weight};
    for (int n = 0; weight != 0 && n < order / 2; n++)
        sum->two[n] += w * x->two[n];
}

/* How the input I + slope (s - t) + g (E - v) changes with x, if x is one of its fields. */
static void push_by_input(union series *push, const izh_gradient *of, const struct izh_step *s,
                          const struct izh_tangents *t, const struct course *c)
{
    if ((int64_t)of->segment != t->segment)
        return;
    switch (of->of_segment) {
    case IZH_SEGMENT_I:
        push->one[0] += 1;
        break;
    case IZH_SEGMENT_T:
        push->one[0] -= s->slope;
        break;
    case IZH_SEGMENT_SLOPE:
        push->one[0] += t->since;
        push->one[1] += t->unit;
        break;
    case IZH_SEGMENT_G:
        add_series(push, -1, &c->v, c->order);
        push->one[0] += t->E;
        break;
    case IZH_SEGMENT_E:
        push->one[0] += t->g;
        break;
    default:
        break;
    }
}

static void push_v(union series *push, const izh_params *along, const struct course *c)
{
    add_series(push, along->k2, &c->square, c->order);
    add_series(push, along->k1, &c->v, c->order);
    add_series(push, -along->cm, &c->rate, c->order);
    push->one[0] += along->k0;
}

static void push_u(union series *push, const izh_params *along, const struct course *c, bool low)
{
    const double a = c->p->a, b = a * (low ? along->b_lo : along->b_hi);
    add_series(push, along->a, &c->leak, c->order);
    add_series(push, -a * along->r, &c->u, c->order);
    add_series(push, b, &c->v, c->order);
    push->one[0] -= b * c->p->vb;
    if (!low)
        add_series(push, a * along->b3, &c->cube, c->order);
    add_series(push, -a * along->vb, &c->slope, c->order);
}

/* ---- the series ---- */

/* The sum of slope[n - j] z[j] over j from 0 to n. */
static double pull_of_v(const struct course *c, const izh_pair *z, int n, bool cubic)
{
    double sum = c->slope.one[0] * z[n][0];
    for (int j = 0; cubic && j < n; j++)
        sum += c->slope.one[n - j] * z[j][0];
    return sum;
}

/* Terms n + 1 and n + 2, for even n, from those before. */
static void find_tangent_series(struct izh_tangent *t, const struct course *c,
                                const union series *push_v, const union series *push_u, bool cubic)
{
    const double twice_k2 = 2 * c->p->k2, linear = twice_k2 * c->v0 + c->p->k1;
    const double w = c->unit / c->p->cm, a = c->p->a, r = c->p->r, v1 = c->v.one[1];
    izh_pair z[TERMS]; /* those of v, in both parts */
    double v = t->start[0], u = t->start[1];
    t->series[0] = t->start;
    for (int n = 0; n < c->order; n += 2) {
        const izh_pair sum = tangent_products(c->neighbours, z, n, n);
        const double k1 = izh_reciprocals[n + 1], k2 = izh_reciprocals[n + 2];
        z[n] = (izh_pair){v, v};
        const double next_v = w * k1 * (twice_k2 * sum[0] + (linear * v - u + push_v->one[n]));
        const double next_u =
            c->unit * k1 * (a * (pull_of_v(c, z, n, cubic) - r * u) + push_u->one[n]);
        z[n + 1] = (izh_pair){next_v, next_v};
        t->series[n + 1] = (izh_pair){next_v, next_u};
        const double second = twice_k2 * (sum[1] + v1 * v);
        v = w * k2 * (second + (linear * next_v - next_u + push_v->one[n + 1]));
        u = c->unit * k2 * (a * (pull_of_v(c, z, n + 1, cubic) - r * next_u) + push_u->one[n + 1]);
        t->series[n + 2] = (izh_pair){v, u};
    }
}

void izh_taylor_tangents(const struct izh_step *step, struct izh_tangents *t)
{
    struct course c;
    find_course(&c, step, t);
    t->terms = c.order;
    t->unit = c.unit;
    for (size_t i = 0; i < t->n; i++) {
        union series v, u;
        memset(&v, 0, sizeof v);
        memset(&u, 0, sizeof u);
        push_by_input(&v, &t->of[i].of, step, t, &c);
        push_v(&v, &t->of[i].of.params, &c);
        push_u(&u, &t->of[i].of.params, &c, t->low);
        find_tangent_series(&t->of[i], &c, &v, &u, !t->low && c.p->b3 != 0);
    }
}
