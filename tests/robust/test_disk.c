/* Files on disks that fail: each system call of a save fails in turn, or the process is killed
 * there. The file is the old one or the new one, whole; after an error nothing is left beside it.
 */
#include "support_pinn.h"

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROOM (1 << 20)
#define CALLS_MAX 200 /* of a save; more is a loop */

static char folder[] = "/tmp/izh-disk-XXXXXX";
static char path[sizeof folder + 16];

/* ---- files ---- */

static size_t read_file(unsigned char *bytes)
{
    FILE *file = fopen(path, "rb");
    const size_t size = file ? fread(bytes, 1, ROOM, file) : 0;
    if (file)
        fclose(file);
    return size;
}

/* How many files there are; with `clean`, all but the one are removed. */
static int count_files(bool clean)
{
    int n = 0;
    char name[512];
    DIR *listing = opendir(folder);
    for (struct dirent *entry; (entry = readdir(listing));)
        if (entry->d_name[0] != '.') {
            snprintf(name, sizeof name, "%s/%s", folder, entry->d_name);
            n++;
            if (clean && strcmp(name, path) != 0)
                check_true(strstr(name, ".part") && remove(name) == 0);
        }
    closedir(listing);
    return n;
}

/* ---- two kinds of objects that have files ---- */

static izh_pinn *pinns[2]; /* the old one, and one to save */
static izh_flow *flows[2];

static izh_status save_pinn(int which)
{
    return izh_pinn_save_file(pinns[which], path);
}

static izh_status save_flow(int which)
{
    return izh_flow_save_file(flows[which], path);
}

static size_t pinn_blob(int which, void *bytes)
{
    return izh_pinn_save(pinns[which], bytes, ROOM);
}

static size_t flow_blob(int which, void *bytes)
{
    return izh_flow_save(flows[which], bytes, ROOM);
}

/* Loads the file; what was loaded is what was saved, and no memory is kept, whatever happened. */
static izh_status load_pinn(int which)
{
    static unsigned char x[ROOM], y[ROOM];
    struct heap heap = {0};
    const izh_allocator allocator = support_allocator(&heap);
    izh_pinn *back = pinns[0];
    const izh_status status = izh_pinn_load_file(&back, path, &allocator, NULL);
    if ((status == IZH_OK) != (back != NULL))
        return IZH_E_INVALID;
    if (back && (izh_pinn_save(back, x, ROOM) != pinn_blob(which, y) ||
                 memcmp(x, y, pinn_blob(which, y)) != 0))
        return IZH_E_INVALID;
    izh_pinn_destroy(back);
    return heap.live || heap.bytes ? IZH_E_INVALID : status;
}

static izh_status load_flow(int which)
{
    static unsigned char x[ROOM], y[ROOM];
    struct heap heap = {0};
    const izh_allocator allocator = support_allocator(&heap);
    izh_flow *back = flows[0];
    const izh_status status = izh_flow_load_file(&back, path, &allocator, NULL);
    if ((status == IZH_OK) != (back != NULL))
        return IZH_E_INVALID;
    if (back && (izh_flow_save(back, x, ROOM) != flow_blob(which, y) ||
                 memcmp(x, y, flow_blob(which, y)) != 0))
        return IZH_E_INVALID;
    izh_flow_destroy(back);
    return heap.live || heap.bytes ? IZH_E_INVALID : status;
}

static const struct kind {
    izh_status (*save)(int which), (*load)(int which);
    size_t (*blob)(int which, void *bytes);
} kinds[] = {{save_pinn, load_pinn, pinn_blob}, {save_flow, load_flow, flow_blob}};

/* Whether the file is the old one or the new one, whole. */
static bool holds(const struct kind *kind, int which)
{
    static unsigned char expected[ROOM], found[ROOM];
    const size_t size = kind->blob(which, expected);
    return read_file(found) == size && memcmp(found, expected, size) == 0;
}

/* ---- system calls that fail ---- */

/* What happens at the nth call. */
enum fault {
    FAILS,
    FAILS_FROM_THEN_ON,
    SHORTENED,
    KILLED_BEFORE,
    KILLED_AFTER
};

/* What a call is to a save: the first two may fail, without the others there is no file. */
enum role {
    NOT_OF_FILES,
    OTHER,
    OPEN,
    WRITE,
    SYNC,
    CLOSE,
    RENAME
};

struct call {
    enum role role;
    long file, result; /* the file: a descriptor */
};

struct trace {
    enum fault fault;
    int nth, error;
    int calls; /* that there were */
    struct call made[CALLS_MAX];
    bool happened;
    bool altered; /* a call failed, or wrote less */
    bool killed;
    int status; /* what the call returned, in the other process */
};

#if defined(__x86_64__)

/* A sanitizer's and malloc's own calls are not of files, and left alone. */
static enum role role_of(long number)
{
    static const struct {
        long number;
        enum role role;
    } calls[] = {{SYS_open, OPEN},        {SYS_openat, OPEN},     {SYS_creat, OPEN},
                 {SYS_write, WRITE},      {SYS_pwrite64, WRITE},  {SYS_writev, WRITE},
                 {SYS_fsync, SYNC},       {SYS_fdatasync, SYNC},  {SYS_close, CLOSE},
                 {SYS_rename, RENAME},    {SYS_renameat, RENAME}, {SYS_renameat2, RENAME},
                 {SYS_read, OTHER},       {SYS_pread64, OTHER},   {SYS_readv, OTHER},
                 {SYS_lseek, OTHER},      {SYS_fstat, OTHER},     {SYS_stat, OTHER},
                 {SYS_newfstatat, OTHER}, {SYS_lstat, OTHER},     {SYS_unlink, OTHER},
                 {SYS_unlinkat, OTHER},   {SYS_rmdir, OTHER},     {SYS_ftruncate, OTHER}};
    for (size_t i = 0; i < LENGTH(calls); i++)
        if (calls[i].number == number)
            return calls[i].role;
    return NOT_OF_FILES;
}

/* Whether a call failed without which no file is saved. */
static bool has_failed(const struct trace *t)
{
    for (int i = 0; i < t->calls; i++)
        if (t->made[i].role > OTHER && t->made[i].result < 0)
            return true;
    return false;
}

/* Whether all that was written was on the disk when it got the file's name: a machine that loses
 * its power just then has the old file or the new one, too. */
static bool is_durable(const struct trace *t)
{
    bool synced = false;
    long file = -1;
    for (int i = 0; i < t->calls; i++) {
        const struct call *call = &t->made[i];
        if (call->role == WRITE) {
            file = call->file;
            synced = false;
        } else if (call->role == SYNC && call->file == file && call->result == 0) {
            synced = true;
        } else if (call->role == RENAME) {
            return synced;
        }
    }
    return false;
}

/* Whether each file that was opened was closed, be it in vain. */
static bool closes_all(const struct trace *t)
{
    int open = 0;
    for (int i = 0; i < t->calls; i++)
        open += (t->made[i].role == OPEN && t->made[i].result >= 0) - (t->made[i].role == CLOSE);
    return open == 0;
}

/* Goes on to the next entry or exit of a call; false once the process has ended. */
static bool next_stop(pid_t child, struct trace *t)
{
    int status;
    do {
        if (ptrace(PTRACE_SYSCALL, child, 0, 0) != 0 || waitpid(child, &status, 0) != child)
            return false;
        if (WIFEXITED(status))
            t->status = (int8_t)WEXITSTATUS(status);
        if (WIFEXITED(status) || WIFSIGNALED(status))
            return false;
    } while (WSTOPSIG(status) != (SIGTRAP | 0x80));
    return true;
}

static bool is_due(const struct trace *t)
{
    return t->calls == t->nth || (t->fault == FAILS_FROM_THEN_ON && t->calls > t->nth);
}

static void kill_child(pid_t child, struct trace *t)
{
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    t->killed = true;
}

/* At a call's entry: brings the fault about; false where that ends the process. */
static bool meddle(pid_t child, struct trace *t, struct user_regs_struct *r)
{
    t->happened = true;
    if (t->fault == KILLED_BEFORE) {
        kill_child(child, t);
        return false;
    }
    if (t->fault == SHORTENED && r->orig_rax == SYS_write && r->rdx > 1) {
        r->rdx /= 2;
        t->altered = true;
    } else if (t->fault == FAILS || t->fault == FAILS_FROM_THEN_ON) {
        r->orig_rax = (unsigned long long)-1; /* no call at all */
        t->altered = true;
    }
    ptrace(PTRACE_SETREGS, child, 0, r);
    if (!next_stop(child, t))
        return false;
    if (t->fault == KILLED_AFTER) {
        kill_child(child, t);
        return false;
    }
    ptrace(PTRACE_GETREGS, child, 0, r);
    if (t->fault == FAILS || t->fault == FAILS_FROM_THEN_ON)
        r->rax = (unsigned long long)-t->error;
    ptrace(PTRACE_SETREGS, child, 0, r);
    return true;
}

/* Lets a call of files take place, with the fault if it is due; false once the process has ended.
 */
static bool take_part(pid_t child, struct trace *t, struct user_regs_struct *r)
{
    struct call *call = &t->made[t->calls++];
    check_true(t->calls < CALLS_MAX);
    *call = (struct call){role_of((long)r->orig_rax), (long)r->rdi, 0};
    if (!(is_due(t) ? meddle(child, t, r) : next_stop(child, t)))
        return false;
    ptrace(PTRACE_GETREGS, child, 0, r);
    call->result = (long)r->rax;
    if (call->role == OPEN)
        call->file = call->result;
    return true;
}

static void follow(pid_t child, struct trace *t)
{
    struct user_regs_struct r;
    while (next_stop(child, t)) {
        ptrace(PTRACE_GETREGS, child, 0, &r);
        if (!(role_of((long)r.orig_rax) ? take_part(child, t, &r) : next_stop(child, t)))
            return;
    }
}

/* Makes the call in a process of its own, with a fault. */
static void make(struct trace *t, izh_status (*call)(int which), int which)
{
    int status;
    const pid_t child = fork();
    check_true(child >= 0);
    if (child == 0) {
        alarm(60);
        if (ptrace(PTRACE_TRACEME, 0, 0, 0) != 0)
            _exit(99);
        raise(SIGSTOP);
        _exit((int)call(which) & 0xff);
    }
    check_true(waitpid(child, &status, 0) == child && WIFSTOPPED(status)); /* ptrace is allowed */
    check_true(ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) == 0);
    follow(child, t);
}

/* ---- saving ---- */

static size_t syscalls_failed, kills;

static void old_file(const struct kind *kind)
{
    check_true(kind->save(0) == IZH_OK && holds(kind, 0));
}

static void check_failed_save(const struct kind *kind, const struct trace *t)
{
    const bool done = t->status == IZH_OK;
    support_about("call %d, fault %d, error %d: status %d", t->nth, t->fault, t->error, t->status);
    check_true(done || t->status == IZH_E_FILE);
    check_true(done || t->fault != SHORTENED); /* the rest is written then */
    check_true(!done || (is_durable(t) && !has_failed(t)));
    check_true(closes_all(t));
    check_true(holds(kind, done));
    if (t->fault != FAILS_FROM_THEN_ON) /* then not even removing a file works */
        check_true(count_files(false) == 1);
    else
        count_files(true);
    check_true(kind->save(1) == IZH_OK && holds(kind, 1)); /* the disk is mended */
}

static void check_killed_save(const struct kind *kind, const struct trace *t)
{
    support_about("call %d, fault %d", t->nth, t->fault);
    check_true(holds(kind, 0) || holds(kind, 1));
    check_true(count_files(true) <= 2);
    check_true(kind->load(holds(kind, 1)) == IZH_OK);
    check_true(kind->save(1) == IZH_OK && holds(kind, 1));
    check_true(count_files(false) == 1);
}

/* Saves with the fault at each call in turn. */
static void save_with(const struct kind *kind, enum fault fault, int error)
{
    for (int nth = 1;; nth++) {
        struct trace t = {.fault = fault, .nth = nth, .error = error, .status = 99};
        old_file(kind);
        make(&t, kind->save, 1);
        if (!t.happened) {
            check_true(nth > 5 && t.status == IZH_OK); /* open, write, fsync, close, rename */
            check_true(is_durable(&t) && closes_all(&t));
            check_true(holds(kind, 1) && count_files(false) == 1);
            return;
        }
        if (t.killed) {
            kills++;
            check_killed_save(kind, &t);
        } else {
            syscalls_failed += t.altered;
            check_failed_save(kind, &t);
        }
    }
}

static void each_system_call_of_a_save_may_fail(void **state)
{
    (void)state;
    static const int errors[] = {ENOSPC, EIO, EINTR, ENOMEM, EACCES};
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        for (size_t i = 0; i < LENGTH(errors); i++)
            save_with(&kinds[k], FAILS, errors[i]);
        save_with(&kinds[k], FAILS_FROM_THEN_ON, EIO);
        save_with(&kinds[k], SHORTENED, 0);
    }
}

static void a_save_may_be_killed_at_each_system_call(void **state)
{
    (void)state;
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        save_with(&kinds[k], KILLED_BEFORE, 0);
        save_with(&kinds[k], KILLED_AFTER, 0);
    }
    check_true(kills > 20);
    printf("# saves killed: %zu\n", kills);
}

/* ---- loading ---- */

static void load_with(const struct kind *kind, enum fault fault, int error)
{
    for (int nth = 1;; nth++) {
        struct trace t = {.fault = fault, .nth = nth, .error = error, .status = 99};
        make(&t, kind->load, 1);
        support_about("call %d, error %d: status %d", t.nth, t.error, t.status);
        check_true(t.status == IZH_OK || (t.happened && t.status == IZH_E_FILE));
        check_true(closes_all(&t));
        if (!t.happened) {
            check_true(nth > 3); /* open, read, close */
            return;
        }
        syscalls_failed++;
    }
}

static void each_system_call_of_a_load_may_fail(void **state)
{
    (void)state;
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        check_true(kinds[k].save(1) == IZH_OK);
        load_with(&kinds[k], FAILS, EIO);
        load_with(&kinds[k], FAILS, EINTR);
        load_with(&kinds[k], FAILS_FROM_THEN_ON, EIO);
    }
    check_true(syscalls_failed > 100);
    printf("# system calls failed: %zu\n", syscalls_failed);
}

#endif

/* ---- names that are taken ---- */

static bool write_text(const char *to, const char *text)
{
    FILE *file = fopen(to, "w");
    const bool written = file && fputs(text, file) >= 0;
    return file && fclose(file) == 0 && written;
}

static bool has_text(const char *of, const char *text)
{
    char found[64] = "";
    FILE *file = fopen(of, "r");
    const size_t size = file ? fread(found, 1, sizeof found, file) : 0;
    if (file)
        fclose(file);
    return size == strlen(text) && memcmp(found, text, size) == 0;
}

/* The name of the file beside it is another's: that of a process killed before, or a trap. */
static void what_another_wrote_beside_it_stays(void **state)
{
    (void)state;
    char first[sizeof path + 48], second[sizeof first];
    snprintf(first, sizeof first, "%s.%ld.0.part", path, (long)getpid());
    snprintf(second, sizeof second, "%s.%ld.1.part", path, (long)getpid());
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        check_true(kinds[k].save(0) == IZH_OK);
        check_true(write_text(first, "another's") && symlink(first, second) == 0);
        check_true(kinds[k].save(1) == IZH_OK && holds(&kinds[k], 1));
        check_true(has_text(first, "another's") && has_text(second, "another's"));
        check_true(count_files(false) == 3);
        check_true(count_files(true) == 3 && count_files(false) == 1);
    }
}

/* ---- disks that are full ---- */

/* The kernel lets no file grow beyond so much: it writes what fits, then fails. */
static void limit_files(rlim_t size)
{
    struct rlimit limit;
    check_true(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    limit.rlim_cur = size;
    check_true(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

static void a_file_may_not_grow(void **state)
{
    (void)state;
    static unsigned char bytes[ROOM];
    void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        const size_t size = kinds[k].blob(1, bytes);
        check_true(kinds[k].save(0) == IZH_OK);
        for (size_t room = 0; room < size; room += size / 7) {
            limit_files((rlim_t)room);
            const izh_status status = kinds[k].save(1);
            limit_files(RLIM_INFINITY);
            check_true(status == IZH_E_FILE);
            check_true(holds(&kinds[k], 0) && count_files(false) == 1);
        }
    }
    check_has(izh_pinn_message(pinns[1]), "large");
    signal(SIGXFSZ, before);
}

/* Mounts of its own, which anybody may have who is root in a namespace of users. */
static bool own_mounts(void)
{
    char users[32], groups[32];
    snprintf(users, sizeof users, "0 %u 1", (unsigned)geteuid());
    snprintf(groups, sizeof groups, "0 %u 1", (unsigned)getegid());
    return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
           write_text("/proc/self/setgroups", "deny") && write_text("/proc/self/uid_map", users) &&
           write_text("/proc/self/gid_map", groups);
}

/* A disk of one page; where none can be mounted, files that are full after a few bytes. */
static void save_to_a_full_disk(void)
{
    static unsigned char bytes[ROOM];
    const bool mounted = own_mounts() && mount("none", folder, "tmpfs", 0, "size=4k") == 0;
    bool survived = true;
    if (!mounted) {
        signal(SIGXFSZ, SIG_IGN);
        limit_files(100);
    }
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        survived &= write_text(path, "old");
        survived &= kinds[k].save(1) == IZH_E_FILE;
        survived &= read_file(bytes) == 3 && count_files(false) == 1;
    }
    if (!survived || !strstr(izh_pinn_message(pinns[1]), mounted ? "space" : "large"))
        _exit(1);
    limit_files(RLIM_INFINITY); /* the output may be a file, too */
    printf("# full disk: %s\n", mounted ? "mounted" : "files limited");
    fflush(stdout);
}

static void a_disk_may_be_full(void **state)
{
    (void)state;
    check_survives(save_to_a_full_disk);
}

/* ---- all of it ---- */

static int set_up(void **state)
{
    (void)state;
    izh_pinn_config pinn = support_pinn_config();
    izh_flow_config flow = support_flow_config();
    pinn.tolerance = 1e-4;
    flow.units = 8;
    flow.points = 200;
    flow.I_lo = 60;
    flow.I_hi = 70;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/file", folder);
    for (int i = 0; i < 2; i++) {
        pinn.t_end = 100 + 200 * i;
        flow.seed = (uint64_t)i + 1;
        pinns[i] = support_train(&pinn);
        flows[i] = support_train_flow(&flow);
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        izh_pinn_destroy(pinns[i]);
        izh_flow_destroy(flows[i]);
    }
    return remove(path) || rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#if defined(__x86_64__)
        cmocka_unit_test(each_system_call_of_a_save_may_fail),
        cmocka_unit_test(a_save_may_be_killed_at_each_system_call),
        cmocka_unit_test(each_system_call_of_a_load_may_fail),
#endif
        cmocka_unit_test(what_another_wrote_beside_it_stays),
        cmocka_unit_test(a_file_may_not_grow),
        cmocka_unit_test(a_disk_may_be_full),
    };
    return cmocka_run_group_tests_name("disk", tests, set_up, tear_down);
}
