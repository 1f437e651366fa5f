/* SUNDIALS: CVODE's Adams methods and ARKODE's Dormand-Prince pair, with their own event location
 * (rootfinding), restarted after each reset. Written for SUNDIALS 6. */
#include "peer.h"

#include <arkode/arkode_erkstep.h>
#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_context.h>
#include <sunnonlinsol/sunnonlinsol_fixedpoint.h>

static int rhs(realtype t, N_Vector y, N_Vector f, void *user)
{
    (void)t;
    (void)user;
    peer_rhs(N_VGetArrayPointer(y), N_VGetArrayPointer(f));
    return 0;
}

static int root(realtype t, N_Vector y, realtype *g, void *user)
{
    (void)t;
    (void)user;
    g[0] = N_VGetArrayPointer(y)[0] - PEER_PEAK;
    return 0;
}

static N_Vector start(SUNContext context)
{
    N_Vector y = N_VNew_Serial(2, context);
    N_VGetArrayPointer(y)[0] = PEER_V0;
    N_VGetArrayPointer(y)[1] = PEER_U0;
    return y;
}

void peer_cvode_adams(double tolerance, struct peer_spikes *spikes)
{
    SUNContext context;
    realtype t = 0;
    SUNContext_Create(NULL, &context);
    N_Vector y = start(context);
    void *solver = CVodeCreate(CV_ADAMS, context);
    CVodeInit(solver, rhs, 0, y);
    CVodeSStolerances(solver, tolerance, tolerance);
    SUNNonlinearSolver iteration = SUNNonlinSol_FixedPoint(y, 0, context);
    CVodeSetNonlinearSolver(solver, iteration);
    CVodeRootInit(solver, 1, root);
    CVodeSetMaxNumSteps(solver, 1000000);
    spikes->count = 0;
    while (t < PEER_T_END) {
        const int status = CVode(solver, PEER_T_END, y, &t, CV_NORMAL);
        if (status != CV_ROOT_RETURN)
            break;
        peer_reset(N_VGetArrayPointer(y), t, spikes);
        CVodeReInit(solver, t, y);
    }
    CVodeFree(&solver);
    SUNNonlinSolFree(iteration);
    N_VDestroy(y);
    SUNContext_Free(&context);
}

void peer_arkode_dopri(double tolerance, struct peer_spikes *spikes)
{
    SUNContext context;
    realtype t = 0;
    SUNContext_Create(NULL, &context);
    N_Vector y = start(context);
    void *solver = ERKStepCreate(rhs, 0, y, context);
    ERKStepSetTableNum(solver, ARKODE_DORMAND_PRINCE_7_4_5);
    ERKStepSStolerances(solver, tolerance, tolerance);
    ERKStepRootInit(solver, 1, root);
    ERKStepSetMaxNumSteps(solver, 1000000);
    spikes->count = 0;
    while (t < PEER_T_END) {
        const int status = ERKStepEvolve(solver, PEER_T_END, y, &t, ARK_NORMAL);
        if (status != ARK_ROOT_RETURN)
            break;
        peer_reset(N_VGetArrayPointer(y), t, spikes);
        ERKStepReInit(solver, rhs, t, y);
    }
    ERKStepFree(&solver);
    N_VDestroy(y);
    SUNContext_Free(&context);
}
