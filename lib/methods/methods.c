/* The table of methods. */
#include "methods/method.h"
#include "methods/absent.h"

#include <string.h>

#include "util/float.h"

#define METHOD(id, name, file) extern const struct izh_method_ops izh_method_##file;
#include "methods/methods.def"

static const struct {
    izh_method id;
    const char *name;
    const struct izh_method_ops *ops;
} methods[] = {
#define METHOD(id, name, file) {id, name, IZH_IF_METHOD(file, &izh_method_##file)},
#include "methods/methods.def"
};

#define METHOD_DEFAULTS(solver, population) \
    static const izh_method of_solver = solver, of_population = population;
#include "methods/methods.def"

/* A step that would need more parts than this to reach a state inside it has no such state. */
#define PARTS_MAX 1000

#define METHOD_COUNT (sizeof methods / sizeof *methods)

izh_method izh_method_of_solver(izh_method method)
{
    return method == IZH_METHOD_DEFAULT ? of_solver : method;
}

izh_method izh_method_of_population(izh_method method)
{
    return method == IZH_METHOD_DEFAULT ? of_population : method;
}

/* Returns the method's index in the table, or METHOD_COUNT if the table does not have it. */
static size_t method_row(izh_method method)
{
    size_t i = 0;
    method = izh_method_of_solver(method);
    while (i < METHOD_COUNT && methods[i].id != method)
        i++;
    return i;
}

izh_status izh_method_find(const char *name, izh_method *method)
{
    if (!name || !method)
        return IZH_E_INVALID;
    for (size_t i = 0; i < METHOD_COUNT; i++)
        if (strcmp(name, methods[i].name) == 0) {
            *method = methods[i].id;
            return IZH_OK;
        }
    return IZH_E_INVALID;
}

const char *izh_method_name(izh_method method)
{
    const size_t i = method_row(method);
    return i < METHOD_COUNT ? methods[i].name : NULL;
}

const struct izh_method_ops *izh_method_ops(izh_method method)
{
    const size_t i = method_row(method);
    return i < METHOD_COUNT ? methods[i].ops : NULL;
}

izh_state izh_step_dense(const struct izh_method_ops *ops, const struct izh_step *step, double s)
{
    if (s <= 0)
        return step->from;
    if (s >= step->h)
        return step->to;
    if (ops->dense)
        return ops->dense(step, s);
    struct izh_step part = *step;
    int parts = 0;
    for (double done = 0; done < s; done += part.h) {
        part.h = s - done;
        if (++parts > PARTS_MAX || ops->step(&part) != IZH_OK)
            return (izh_state){IZH_NAN, IZH_NAN};
        part.from = part.to;
        part.I += part.slope * part.h;
    }
    return part.to;
}
