/* What a solver holds. */
#ifndef IZH_LIB_SOLVER_H
#define IZH_LIB_SOLVER_H

#include <izh/solver.h>

#include "events/flight.h"
#include "util/report.h"

struct izh_solver {
    struct izh_flight flight;
    izh_method method; /* IZH_METHOD_DEFAULT resolved */
    uint64_t fpmode;   /* the caller's, of the run that is under way */
    struct izh_report report;
    izh_allocator allocator;
    size_t max_segments;
};

/* Valid parameters, and of a form that the method takes, which matters to dialects. */
void izh_solver_check_params(struct izh_checks *c, izh_method method, const izh_params *params);

/* What stands in the way of conductances, for a message; NULL: nothing. */
const char *izh_solver_unfoldable(const struct izh_solver *s);

/* Takes the step under way again, where the flight was put to it without the method's memory of it;
 * IZH_E_FORMAT where it ends elsewhere. */
izh_status izh_solver_take_again(struct izh_solver *s);

/* Makes room for n segments; those there are may be lost unless it fails. */
void izh_solver_reserve_segments(struct izh_checks *c, struct izh_solver *s, size_t n);

#endif
