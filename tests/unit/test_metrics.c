/* Metrics of trains of spikes: each against its definition, written out without a thought of speed,
 * on random trains; and the properties that the papers prove. */
#include "support.h"

#include <stdbool.h>

/* ---- trains ---- */

#define MOST 64

struct train {
    double t[MOST];
    size_t n;
};

static uint64_t drawn;

static double draw(void) /* in (0, 1) */
{
    drawn = drawn * 6364136223846793005u + 1442695040888963407u;
    return ((double)(drawn >> 33) + .5) / 2147483648.;
}

static int ascending(const void *x, const void *y)
{
    const double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

/* n times in [0, 100], some of them equal; whole ones where so asked, so that trains share some. */
static struct train random_train(size_t n, bool whole)
{
    struct train x = {.n = n};
    for (size_t i = 0; i < n; i++)
        x.t[i] = whole ? floor(101 * draw()) : 100 * draw();
    if (n > 2 && draw() < .3)
        x.t[n / 2] = x.t[n / 2 - 1];
    qsort(x.t, n, sizeof *x.t, ascending);
    return x;
}

static double gamma_of(const struct train *a, const struct train *b, double precision)
{
    double gamma = NAN;
    assert_int_equal(izh_metric_coincidence(a->t, a->n, b->t, b->n, precision, 1000, &gamma),
                     IZH_OK);
    return gamma;
}

static double van_rossum(const struct train *a, const struct train *b, double tau)
{
    double distance = NAN;
    assert_int_equal(izh_metric_van_rossum(a->t, a->n, b->t, b->n, tau, &distance), IZH_OK);
    return distance;
}

static double victor_purpura(const struct train *a, const struct train *b, double q)
{
    double distance = NAN;
    assert_int_equal(izh_metric_victor_purpura(a->t, a->n, b->t, b->n, q, NULL, &distance), IZH_OK);
    return distance;
}

static double spike_distance(const struct train *a, const struct train *b)
{
    double distance = NAN;
    assert_int_equal(izh_metric_spike(a->t, a->n, b->t, b->n, 0, 100, &distance), IZH_OK);
    return distance;
}

/* ---- the definitions ---- */

/* Whether spike i of a finds a partner, others being moved to make room: a maximum matching. */
static bool finds(const struct train *a, const struct train *b, double precision, size_t i,
                  bool *tried, int *partner)
{
    for (size_t j = 0; j < b->n; j++) {
        if (tried[j] || fabs(a->t[i] - b->t[j]) > precision)
            continue;
        tried[j] = true;
        if (partner[j] < 0 || finds(a, b, precision, (size_t)partner[j], tried, partner)) {
            partner[j] = (int)i;
            return true;
        }
    }
    return false;
}

static double gamma_by_definition(const struct train *a, const struct train *b, double precision)
{
    int partner[MOST], found = 0;
    for (size_t j = 0; j < MOST; j++)
        partner[j] = -1;
    for (size_t i = 0; i < a->n; i++) {
        bool tried[MOST] = {false};
        found += finds(a, b, precision, i, tried, partner);
    }
    const double nu = (double)b->n / 1000, expected = 2 * nu * precision * (double)a->n;
    return (found - expected) / (.5 * (double)(a->n + b->n)) / (1 - 2 * nu * precision);
}

static double sum_of_pairs(const struct train *a, const struct train *b, double tau)
{
    double sum = 0;
    for (size_t i = 0; i < a->n; i++)
        for (size_t j = 0; j < b->n; j++)
            sum += exp(-fabs(a->t[i] - b->t[j]) / tau);
    return sum;
}

static double van_rossum_squared(const struct train *a, const struct train *b, double tau)
{
    return .5 * sum_of_pairs(a, a, tau) + .5 * sum_of_pairs(b, b, tau) - sum_of_pairs(a, b, tau);
}

/* The least cost over all ways, tried one by one. */
static double least_cost(const struct train *a, const struct train *b, size_t i, size_t j, double q)
{
    if (i == a->n || j == b->n)
        return (double)(a->n - i) + (double)(b->n - j);
    const double moved = q * fabs(a->t[i] - b->t[j]) + least_cost(a, b, i + 1, j + 1, q);
    const double deleted = 1 + least_cost(a, b, i + 1, j, q);
    const double inserted = 1 + least_cost(a, b, i, j + 1, q);
    return fmin(moved, fmin(deleted, inserted));
}

/* Spikes of a train and its two auxiliary ones: last at or before t, first after it, nearest. */
static double previous(const struct train *x, double t)
{
    double found = 0;
    for (size_t i = 0; i < x->n; i++)
        if (x->t[i] <= t)
            found = fmax(found, x->t[i]);
    return found;
}

static double following(const struct train *x, double t)
{
    double found = 100;
    for (size_t i = 0; i < x->n; i++)
        if (x->t[i] > t)
            found = fmin(found, x->t[i]);
    return found;
}

static double gap(const struct train *x, double t)
{
    double found = fmin(t, 100 - t);
    for (size_t i = 0; i < x->n; i++)
        found = fmin(found, fabs(x->t[i] - t));
    return found;
}

static double local_dissimilarity(const struct train *x, const struct train *other, double t)
{
    const double p = previous(x, t), f = following(x, t);
    return (gap(other, p) * (f - t) + gap(other, f) * (t - p)) / (f - p);
}

static double profile(const struct train *a, const struct train *b, double t)
{
    const double isi_a = following(a, t) - previous(a, t), isi_b = following(b, t) - previous(b, t);
    return (local_dissimilarity(a, b, t) * isi_b + local_dissimilarity(b, a, t) * isi_a) /
           (2 * pow((isi_a + isi_b) / 2, 2));
}

/* The profile is straight between spikes: its mean is the value in the middle. */
static double spike_by_definition(const struct train *a, const struct train *b)
{
    struct train all = {.n = 0};
    double sum = 0, from = 0;
    for (size_t i = 0; i < a->n; i++)
        all.t[all.n++] = a->t[i];
    for (size_t i = 0; i < b->n; i++)
        all.t[all.n++] = b->t[i];
    all.t[all.n++] = 100;
    qsort(all.t, all.n, sizeof *all.t, ascending);
    for (size_t i = 0; i < all.n; i++) {
        if (all.t[i] > from)
            sum += (all.t[i] - from) * profile(a, b, .5 * (from + all.t[i]));
        from = all.t[i];
    }
    return sum / 100;
}

static void each_is_what_its_paper_defines(void **state)
{
    (void)state;
    for (int round = 0; round < 2000; round++) {
        drawn = (uint64_t)round;
        const bool whole = round % 2;
        const struct train a = random_train((size_t)(30 * draw()), whole),
                           b = random_train((size_t)(30 * draw()), whole);
        const double scale = exp(6 * draw() - 2);
        support_about("round %d: %zu and %zu spikes, scale %g", round, a.n, b.n, scale);
        if (a.n + b.n)
            check_close(gamma_of(&a, &b, scale / 4), gamma_by_definition(&a, &b, scale / 4), 1e-12);
        check_close(pow(van_rossum(&a, &b, scale), 2), van_rossum_squared(&a, &b, scale), 1e-10);
        check_close(spike_distance(&a, &b), spike_by_definition(&a, &b), 1e-13);
        const struct train c = random_train(a.n % 8, whole), d = random_train(b.n % 8, whole);
        check_close(victor_purpura(&c, &d, 1 / scale), least_cost(&c, &d, 0, 0, 1 / scale), 1e-12);
    }
}

/* ---- what the papers prove ---- */

static void distances_are_metrics(void **state)
{
    (void)state;
    for (int round = 0; round < 1000; round++) {
        drawn = (uint64_t)round;
        const struct train a = random_train((size_t)(30 * draw()), round % 2),
                           b = random_train((size_t)(30 * draw()), round % 2),
                           c = random_train((size_t)(30 * draw()), round % 2);
        const double q = exp(6 * draw() - 4);
        support_about("round %d", round);
        check_same(victor_purpura(&a, &a, q), 0);
        check_same(van_rossum(&a, &a, 1 / q), 0);
        check_same(spike_distance(&a, &a), 0);
        check_close(victor_purpura(&a, &b, q), victor_purpura(&b, &a, q), 1e-12);
        check_close(van_rossum(&a, &b, 1 / q), van_rossum(&b, &a, 1 / q), 1e-12);
        check_close(spike_distance(&a, &b), spike_distance(&b, &a), 1e-13);
        check_true(spike_distance(&a, &b) >= 0 && spike_distance(&a, &b) <= 1);
        check_true(victor_purpura(&a, &c, q) <=
                   victor_purpura(&a, &b, q) + victor_purpura(&b, &c, q) + 1e-12);
        check_true(van_rossum(&a, &c, 1 / q) <=
                   van_rossum(&a, &b, 1 / q) + van_rossum(&b, &c, 1 / q) + 1e-12);
    }
}

static size_t shared(const struct train *a, const struct train *b)
{
    size_t i = 0, j = 0, found = 0;
    while (i < a->n && j < b->n) {
        const double x = a->t[i], y = b->t[j];
        found += x == y;
        i += x <= y;
        j += y <= x;
    }
    return found;
}

static void limits_of_q_and_tau(void **state)
{
    (void)state;
    for (int round = 0; round < 200; round++) {
        drawn = (uint64_t)round;
        const struct train a = random_train((size_t)(30 * draw()), true),
                           b = random_train((size_t)(30 * draw()), true);
        const double counts = fabs((double)a.n - (double)b.n);
        const double apart = (double)(a.n + b.n) - 2 * (double)shared(&a, &b);
        support_about("round %d", round);
        check_same(victor_purpura(&a, &b, 0), counts);
        check_close(victor_purpura(&a, &b, 1e-12), counts, 1e-8);
        check_same(victor_purpura(&a, &b, INFINITY), apart);
        check_same(victor_purpura(&a, &b, 2.1), apart); /* no two times are nearer than 1 */
        check_close(van_rossum(&a, &b, INFINITY), counts / sqrt(2), 1e-12);
        check_close(van_rossum(&a, &b, 1e15), counts / sqrt(2), 1e-5);
    }
    /* With small tau, equal spikes add up before they are squared: of trains without them. */
    const struct train a = {{1, 5, 9, 12}, 4}, b = {{1, 6, 9}, 3};
    check_close(pow(van_rossum(&a, &b, 1e-3), 2), 3 / 2., 1e-12);
    check_close(pow(van_rossum(&a, &b, 1e-300), 2), 3 / 2., 1e-12);
}

static struct train poisson(double rate)
{
    struct train x = {.n = 0};
    for (double t = -log(draw()) / rate; t < 1000 && x.n < MOST; t -= log(draw()) / rate)
        x.t[x.n++] = t;
    return x;
}

static void gamma_is_1_for_the_same_and_0_by_chance(void **state)
{
    (void)state;
    double sum = 0;
    const int rounds = 4000;
    for (int round = 0; round < rounds; round++) {
        drawn = (uint64_t)round;
        const struct train a = poisson(.01), b = poisson(.02);
        check_close(gamma_of(&a, &a, 2), 1, 1e-12);
        sum += gamma_of(&a, &b, 2);
    }
    /* Of 10 spikes and 20 a second .79 coincide by chance, with a standard deviation of .9: Gamma
     * has one of .06, and the mean of the rounds one of .001. Two spikes of the one that are near
     * one of the other count once, which makes it less by some thousandths. */
    check_close(sum / rounds, 0, .01);
    const struct train even = {{10, 30, 50}, 3}, odd = {{20, 40, 60}, 3};
    check_true(gamma_of(&even, &odd, 2) < 0);
}

/* ---- intervals ---- */

static izh_intervals intervals_of(const double *t, size_t n)
{
    izh_intervals of = IZH_INTERVALS_INIT;
    assert_int_equal(izh_metric_intervals(t, n, &of), IZH_OK);
    return of;
}

static void intervals_are_what_the_papers_define(void **state)
{
    (void)state;
    for (int round = 0; round < 200; round++) {
        drawn = (uint64_t)round;
        const struct train x = random_train(3 + (size_t)(30 * draw()), false);
        const izh_intervals of = intervals_of(x.t, x.n);
        const size_t n = x.n - 1;
        double T[MOST], mean = 0, squares = 0, lv = 0, adaptation = 0;
        for (size_t i = 0; i < n; i++)
            mean += (T[i] = x.t[i + 1] - x.t[i]) / (double)n;
        for (size_t i = 0; i < n; i++)
            squares += pow(T[i] - mean, 2) / (double)(n - 1);
        for (size_t i = 0; i + 1 < n; i++) {
            lv += 3 * pow(T[i] - T[i + 1], 2) / pow(T[i] + T[i + 1], 2) / (double)(n - 1);
            adaptation += (T[i + 1] - T[i]) / (T[i + 1] + T[i]) / (double)(n - 1);
        }
        support_about("round %d", round);
        check_true(of.count == n);
        check_close(of.mean, mean, 1e-11);
        check_close(of.rate * mean, 1000, 1e-9);
        check_close(of.cv, sqrt(squares) / mean, 1e-11);
        check_close(of.lv, lv, 1e-11);
        check_close(of.adaptation, adaptation, 1e-11);
    }
}

static void known_trains_have_known_intervals(void **state)
{
    (void)state;
    const double regular[] = {10, 20, 30, 40}, slowing[] = {0, 1, 3}, at_once[] = {5, 5, 5};
    const izh_intervals r = intervals_of(regular, 4), s = intervals_of(slowing, 3),
                        o = intervals_of(at_once, 3);
    check_true(r.count == 3 && r.rate == 100 && r.cv == 0 && r.lv == 0 && r.adaptation == 0);
    check_close(s.adaptation, 1 / 3., 1e-15);
    check_close(s.lv, 1 / 3., 1e-15);
    check_close(s.cv, sqrt(.5) / 1.5, 1e-15);
    check_true(o.rate == INFINITY && o.mean == 0 && o.cv == 0 && o.lv == 0 && o.adaptation == 0);
}

/* ---- edges ---- */

static void few_spikes_have_their_meaning(void **state)
{
    (void)state;
    const struct train none = {.n = 0}, one = {{30}, 1}, other = {{40}, 1};
    check_same(gamma_of(&none, &none, 2), 1);
    check_same(gamma_of(&one, &none, 2), 0);
    check_same(gamma_of(&none, &one, 2), 0);
    check_same(van_rossum(&none, &none, 5), 0);
    check_close(van_rossum(&one, &none, 5), sqrt(.5), 1e-15);
    check_close(van_rossum(&one, &other, 5), sqrt(1 - exp(-2)), 1e-15);
    check_same(victor_purpura(&none, &one, 3), 1);
    check_close(victor_purpura(&one, &other, .1), 1, 1e-14);
    check_close(victor_purpura(&one, &other, .01), .1, 1e-15);
    check_same(spike_distance(&none, &none), 0);
    check_close(spike_distance(&one, &none), spike_by_definition(&one, &none), 1e-15);
    const izh_intervals i = intervals_of(NULL, 0), k = intervals_of(one.t, 1),
                        l = intervals_of((const double[]){1, 3}, 2);
    check_true(i.count == 0 && isnan(i.rate) && isnan(i.mean) && isnan(i.cv));
    check_true(k.count == 0 && isnan(k.rate) && isnan(k.lv) && isnan(k.adaptation));
    check_true(l.count == 1 && l.mean == 2 && l.rate == 500 && isnan(l.cv) && isnan(l.lv));
    double distance = NAN;
    assert_int_equal(izh_metric_van_rossum(NULL, 0, NULL, 0, 1, &distance), IZH_OK);
    check_same(distance, 0);
}

/* Every function with that train as each of its two. */
static void check_refused(const double *t, size_t n)
{
    static const double fine[] = {1, 2};
    for (int second = 0; second < 2; second++) {
        const double *a = second ? fine : t, *b = second ? t : fine;
        const size_t n_a = second ? 2 : n, n_b = second ? n : 2;
        double x = 77;
        assert_int_equal(izh_metric_coincidence(a, n_a, b, n_b, 1, 100, &x), IZH_E_INVALID);
        assert_int_equal(izh_metric_van_rossum(a, n_a, b, n_b, 1, &x), IZH_E_INVALID);
        assert_int_equal(izh_metric_victor_purpura(a, n_a, b, n_b, 1, NULL, &x), IZH_E_INVALID);
        assert_int_equal(izh_metric_spike(a, n_a, b, n_b, 0, 100, &x), IZH_E_INVALID);
        check_same(x, 77);
    }
    izh_intervals of = IZH_INTERVALS_INIT;
    of.rate = 77;
    assert_int_equal(izh_metric_intervals(t, n, &of), IZH_E_INVALID);
    check_same(of.rate, 77);
}

static void what_is_no_train_is_refused(void **state)
{
    (void)state;
    const double back[] = {1, 2, 1.5}, nan_[] = {1, NAN, 3}, infinite[] = {1, 2, INFINITY};
    size_t at = 9;
    check_refused(back, 3);
    check_refused(nan_, 3);
    check_refused(infinite, 3);
    check_refused(NULL, 1);
    assert_int_equal(izh_metric_check(back, 3, &at), IZH_E_INVALID);
    assert_int_equal(at, 2);
    assert_int_equal(izh_metric_check(nan_, 3, &at), IZH_E_INVALID);
    assert_int_equal(at, 1);
    assert_int_equal(izh_metric_check(back, 2, &at), IZH_OK);
    assert_int_equal(at, 2);
    assert_int_equal(izh_metric_check(NULL, 0, NULL), IZH_OK);
}

static void arguments_without_meaning_are_refused(void **state)
{
    (void)state;
    const double t[] = {1, 2}, bad[] = {-1, NAN, -INFINITY};
    double x = 77;
    for (size_t i = 0; i < LENGTH(bad); i++) {
        assert_int_equal(izh_metric_coincidence(t, 2, t, 2, bad[i], 100, &x), IZH_E_INVALID);
        assert_int_equal(izh_metric_coincidence(t, 2, t, 2, 1, bad[i], &x), IZH_E_INVALID);
        assert_int_equal(izh_metric_van_rossum(t, 2, t, 2, bad[i], &x), IZH_E_INVALID);
        assert_int_equal(izh_metric_victor_purpura(t, 2, t, 2, bad[i], NULL, &x), IZH_E_INVALID);
        assert_int_equal(izh_metric_spike(t, 2, t, 2, 0, bad[i], &x), IZH_E_INVALID);
    }
    assert_int_equal(izh_metric_coincidence(t, 2, t, 2, INFINITY, 100, &x), IZH_E_INVALID);
    assert_int_equal(izh_metric_coincidence(t, 2, t, 2, 25, 100, &x), IZH_E_INVALID);
    assert_int_equal(izh_metric_van_rossum(t, 2, t, 2, 0, &x), IZH_E_INVALID);
    assert_int_equal(izh_metric_spike(t, 2, t, 2, 1.5, 100, &x), IZH_E_INVALID);
    assert_int_equal(izh_metric_spike(t, 2, t, 2, 0, 1.5, &x), IZH_E_INVALID);
    check_same(x, 77);
    const izh_allocator half = {.release = (void (*)(void *, void *, size_t))1};
    assert_int_equal(izh_metric_victor_purpura(t, 2, t, 2, 1, &half, &x), IZH_E_INVALID);
    assert_int_equal(izh_metric_victor_purpura(t, 2, t, 2, 1, NULL, NULL), IZH_E_INVALID);
    assert_int_equal(izh_metric_coincidence(t, 2, t, 2, 1, 100, NULL), IZH_E_INVALID);
    assert_int_equal(izh_metric_van_rossum(t, 2, t, 2, 1, NULL), IZH_E_INVALID);
    assert_int_equal(izh_metric_spike(t, 2, t, 2, 0, 100, NULL), IZH_E_INVALID);
    assert_int_equal(izh_metric_intervals(t, 2, NULL), IZH_E_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_what_its_paper_defines),
        cmocka_unit_test(distances_are_metrics),
        cmocka_unit_test(limits_of_q_and_tau),
        cmocka_unit_test(gamma_is_1_for_the_same_and_0_by_chance),
        cmocka_unit_test(intervals_are_what_the_papers_define),
        cmocka_unit_test(known_trains_have_known_intervals),
        cmocka_unit_test(few_spikes_have_their_meaning),
        cmocka_unit_test(what_is_no_train_is_refused),
        cmocka_unit_test(arguments_without_meaning_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
