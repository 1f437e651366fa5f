# Sourced, with mpirun set: runs programs over MPI.
# shellcheck shell=sh disable=SC2154
# Of Open MPI: more ranks than cores (by 4 and by 5), also as root, also in a container without ptrace or
# network.
export OMPI_MCA_rmaps_base_oversubscribe=1 PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_btl_vader_single_copy_mechanism=none OMPI_MCA_btl_sm_single_copy_mechanism=none
export OMPI_MCA_btl='^tcp'

mpi() {
    timeout 120 "$mpirun" "$@" </dev/null # a rank that hangs is a failure
}
