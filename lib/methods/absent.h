/* Methods that the build leaves out. For each of them IZH_WITHOUT_METHOD_<file> is 1; its row in
 * methods.def stays. */
#ifndef IZH_LIB_ABSENT_H
#define IZH_LIB_ABSENT_H

#ifdef IZH_WITHOUT_PINN
#define IZH_WITHOUT_METHOD_pinn 1
#endif

/* x, or NULL if the method of the file is left out: IZH_ABSENT_##without is then IZH_ABSENT_1,
 * which puts another argument before x. */
#define IZH_IF_METHOD(file, x) IZH_IF_METHOD_(IZH_WITHOUT_METHOD_##file, x)
#define IZH_IF_METHOD_(without, x) IZH_IF_METHOD__(without, x)
#define IZH_IF_METHOD__(without, x) IZH_SECOND(IZH_ABSENT_##without, x, )
#define IZH_ABSENT_1 , NULL
#define IZH_SECOND(...) IZH_SECOND_(__VA_ARGS__)
#define IZH_SECOND_(first, second, ...) second

#endif
