/* Files where systems differ: names in any script, saves over what is there, several at once. */
#include "support_pinn.h"

#include <pthread.h>

#include "portable.h"

#define ROOM (1 << 18)
#define PATH_ROOM (PORTABLE_FOLDER + 100)
/* Letters of one, two, three and four bytes. */
#define SCRIPTS                                                                             \
    "Zo\xc3\xab-\xce\xbd\xce\xb5\xcf\x8d\xcf\x81\xcf\x89\xce\xbd-\xe7\xa5\x9e\xe7\xb5\x8c-" \
    "\xf0\x9f\xa7\xa0"
#define NAME "\xd0\xbd\xd0\xb5\xd0\xb9\xd1\x80\xd0\xbe\xd0\xbd.izh"

static char folder[PORTABLE_FOLDER], path[PATH_ROOM];
static izh_pinn *pinns[2];

static izh_pinn *make(uint64_t seed)
{
    izh_pinn_config config = support_pinn_config();
    config.t_end = 10;
    config.pinn.seed = seed;
    config.pinn.hidden = 8;
    return support_train(&config);
}

static int set_up(void **state)
{
    char temporary[PORTABLE_FOLDER];
    (void)state;
    for (int i = 0; i < 2; i++)
        pinns[i] = make(i + 1);
    if (!portable_folder(temporary))
        return -1;
    snprintf(folder, sizeof folder, "%.200s/" SCRIPTS, temporary);
    snprintf(path, sizeof path, "%s/" NAME, folder);
    return portable_make_folder(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++)
        izh_pinn_destroy(pinns[i]);
    const bool empty = portable_remove(path) && portable_remove_folder(folder);
    *strrchr(folder, '/') = '\0';
    return empty && portable_remove_folder(folder) ? 0 : -1;
}

/* What the file holds is this one, bit for bit. */
static void check_holds(const izh_pinn *pinn)
{
    static unsigned char one[ROOM], other[ROOM];
    izh_pinn *back = NULL;
    struct logbook book = {0};
    const izh_log log = support_log(&book);
    if (izh_pinn_load_file(&back, path, NULL, &log) != IZH_OK)
        fail_msg("%s", book.text);
    const size_t size = izh_pinn_save(pinn, one, ROOM);
    check_true(size <= ROOM && izh_pinn_save(back, other, ROOM) == size);
    check_true(memcmp(one, other, size) == 0);
    izh_pinn_destroy(back);
}

/* By the system's own list, not by the name that was given. */
static void check_alone(void)
{
    char **names = NULL;
    check_true(portable_list(folder, &names) == 1);
    check_true(strcmp(names[0], NAME) == 0);
    free(names[0]);
    free(names);
}

static void check_saved(izh_pinn *pinn)
{
    if (izh_pinn_save_file(pinn, path) != IZH_OK)
        fail_msg("%s", izh_pinn_message(pinn));
}

static void check_refused(izh_pinn *pinn, const char *to, const char *why)
{
    check_true(izh_pinn_save_file(pinn, to) == IZH_E_FILE);
    check_has(izh_pinn_message(pinn), why);
}

static void a_save_replaces_whatever_the_script(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        check_saved(pinns[i % 2]);
        check_holds(pinns[i % 2]);
        check_alone();
    }
}

/* A path of bytes that are no UTF-8: Windows has no name for them, and others take any. */
static void a_name_that_is_no_utf8(void **state)
{
    (void)state;
    char odd[PATH_ROOM];
    izh_pinn *back;
    snprintf(odd, sizeof odd, "%s/\xff\xfe.izh", folder);
#ifdef _WIN32
    check_refused(pinns[0], odd, "the path is not UTF-8");
    check_true(izh_pinn_load_file(&back, odd, NULL, NULL) == IZH_E_FILE && !back);
#else
    check_true(izh_pinn_save_file(pinns[0], odd) == IZH_OK);
    check_true(izh_pinn_load_file(&back, odd, NULL, NULL) == IZH_OK);
    izh_pinn_destroy(back);
    check_true(portable_remove(odd));
#endif
    check_alone();
}

static void what_may_not_be_written_stays(void **state)
{
    (void)state;
    check_saved(pinns[0]);
    check_true(portable_read_only(path, true));
    check_refused(pinns[1], path, "denied");
    check_true(portable_read_only(path, false));
    check_holds(pinns[0]);
    check_alone();
}

/* One that another program has open is replaced, but not on Windows, where that program says
 * whether it may be. */
static void what_another_has_open(void **state)
{
    (void)state;
    check_saved(pinns[0]);
    FILE *file = portable_open(path, "rb");
    check_true(file != NULL);
#ifdef _WIN32
    check_refused(pinns[1], path, "denied");
    check_holds(pinns[0]);
#else
    check_saved(pinns[1]);
    check_holds(pinns[1]);
#endif
    check_true(fclose(file) == 0);
    check_saved(pinns[1]);
    check_holds(pinns[1]);
    check_alone();
}

static void devices_are_refused(void **state)
{
    (void)state;
#ifdef _WIN32
    const char *const device = "NUL";
#else
    const char *const device = "/dev/null";
#endif
    izh_pinn *back;
    check_refused(pinns[0], device, "it is a device, not a regular file");
    check_true(izh_pinn_load_file(&back, device, NULL, NULL) == IZH_E_FILE && !back);
    check_refused(pinns[0], folder, "it is a directory, not a regular file");
    check_true(izh_pinn_load_file(&back, folder, NULL, NULL) == IZH_E_FILE && !back);
}

#define SAVERS 4
#define SAVES 10

static void *save_often(void *argument)
{
    const uintptr_t which = (uintptr_t)argument;
    izh_pinn *own = make(which + 1);
    size_t failed = 0;
    for (int i = 0; i < SAVES; i++)
        failed += izh_pinn_save_file(own, path) != IZH_OK;
    izh_pinn_destroy(own);
    return (void *)(uintptr_t)failed;
}

/* Each writes a file of its own, whose name no other takes; the last one stays, whole. */
static void several_may_save_at_once(void **state)
{
    (void)state;
    pthread_t savers[SAVERS];
    for (uintptr_t i = 0; i < SAVERS; i++)
        check_true(pthread_create(&savers[i], NULL, save_often, (void *)(i % 2)) == 0);
    for (int i = 0; i < SAVERS; i++) {
        void *failed;
        check_true(pthread_join(savers[i], &failed) == 0 && !failed);
    }
    check_alone();
    izh_pinn *back;
    check_true(izh_pinn_load_file(&back, path, NULL, NULL) == IZH_OK);
    izh_pinn_destroy(back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_save_replaces_whatever_the_script),
        cmocka_unit_test(a_name_that_is_no_utf8),
        cmocka_unit_test(what_may_not_be_written_stays),
        cmocka_unit_test(what_another_has_open),
        cmocka_unit_test(devices_are_refused),
        cmocka_unit_test(several_may_save_at_once),
    };
    return cmocka_run_group_tests_name("files", tests, set_up, tear_down);
}
