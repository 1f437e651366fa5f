// Builds the viewer: libizh for WebAssembly, by clang, and the page with everything in one file.
//
//   node build.mjs OUT [--check]             OUT/izh.wasm and OUT/viewer.html; checks types first
//   node build.mjs OUT --texts=de.json       OUT/viewer.de.html, which says what de.json has instead of src/texts.ts
//
// What npm installs goes to OUT/page, beside a copy of the page's sources: the source tree stays as it is.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const here = dirname(fileURLToPath(import.meta.url))
const root = resolve(here, '../..')
const [folder = 'build', ...options] = process.argv.slice(2)
const out = resolve(folder)
const page = join(out, 'page')
const wasm = join(out, 'izh.wasm')
const texts = options.find((one) => one.startsWith('--texts='))?.slice('--texts='.length)
const name = texts ? `viewer.${basename(texts, '.json')}.html` : 'viewer.html'
/** The other language, as a constant of the sources; none: English. */
const define = { TRANSLATION: texts ? readFileSync(texts, 'utf8') : '{}' }
const cc = process.env.WASM_CC || 'clang'

/** A page has no files; absent.c is for a library without pinn. Threads and kernels are in parts(). */
const folders = [
  'about', 'analysis', 'cells', 'drive', 'events', 'methods', 'model', 'network', 'pinn', 'population', 'solver', 'util',
]
const left = [
  'analysis/f_i.c', 'cells/isa.c', 'cells/kernel_tmpl.c', 'cells/vectors_tmpl.c', 'pinn/absent.c', 'util/file.c',
].map((name) => join(root, 'lib', name))
/** The method of the page's populations, but for those that step neurons one by one. */
const KERNEL = 'published_2003'

function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)],
  )
}

const bridge = ['bridge.h', 'bridge.c', 'coupled.c'].map((name) => join(here, name))
const library = [...files(join(root, 'lib')), ...files(join(root, 'include')), ...bridge]
const sources = [
  ...folders.flatMap((name) =>
    files(join(root, 'lib', name)).filter((path) => path.endsWith('.c') && !left.includes(path)),
  ),
  ...bridge.filter((path) => path.endsWith('.c')),
]

const methods = readFileSync(join(root, 'lib/methods/methods.def'), 'utf8')
/** The methods that have kernels for populations, by their files: of what kind these are. */
const kinds = new Map([...methods.matchAll(/^KERNEL_METHOD\(\w+, "[^"]+", (\w+), (\w+)\)/gm)].map(([, name, kind]) => [name, kind]))

/** A source of the library's under these macros, as a file of its own; returns its path. */
function part(name, source, macros) {
  const path = join(out, 'parts', `${name}.c`)
  const lines = Object.entries(macros).map(([macro, value]) => `#define ${macro} ${value}\n`)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${lines.join('')}#include "${source}"\n`)
  return path
}

/** What the library's build makes more than once or not always: threads, of which there are none, and the kernels of
 * populations, of which the page needs one, in plain C. */
function parts() {
  const others = [...kinds.keys()].filter((name) => name !== KERNEL)
  const made = [
    part('crew', 'threads/alone.c', { IZH_EMBEDDED: '' }),
    part('isa', 'cells/isa.c', Object.fromEntries(others.map((name) => [`IZH_WITHOUT_METHOD_${name}`, 1]))),
  ]
  for (const precision of ['f64', 'f32']) {
    const plain = { IZH_KERNEL_VEC: '"util/vec_scalar.h"', ...(precision === 'f32' && { IZH_KERNEL_F32: '' }) }
    made.push(
      part(`vectors_${precision}`, 'cells/vectors_tmpl.c', { ...plain, IZH_VECTORS_NAME: `izh_vectors_scalar_${precision}` }),
      part(`kernel_${precision}`, 'cells/kernel_tmpl.c', {
        ...plain, IZH_KERNEL_NAME: `izh_kernels_scalar_${precision}_${KERNEL}`, IZH_KERNEL_SCHEME: KERNEL,
        [`IZH_KERNEL_${kinds.get(KERNEL).toUpperCase()}`]: '',
      }),
    )
  }
  return made
}

/** The floating-point flags are those of meson.build: the page's bits are the native library's. */
function compile() {
  const newest = Math.max(...[...library, join(here, 'build.mjs')].map((path) => statSync(path).mtimeMs))
  if (existsSync(wasm) && statSync(wasm).mtimeMs > newest) return
  execFileSync(
    cc,
    [
      '--target=wasm32-wasi', '-mexec-model=reactor', '-std=c11', '-O3', '-flto', '-DNDEBUG', '-msimd128',
      '-mnontrapping-fptoint', '-ffp-contract=off', '-fno-math-errno', '-fno-slp-vectorize',
      '-fvisibility=hidden', '-ffunction-sections', '-Wall', '-Wextra', '-Werror',
      '-DIZH_EVAL_NAME=izh_eval_scalar', '-DIZH_TRIG_BYTES=16',
      '-I' + join(root, 'include'), '-I' + join(root, 'lib'), ...sources, ...parts(),
      '-Wl,--gc-sections,--strip-all,-z,stack-size=1048576', '-o', wasm,
    ],
    { stdio: 'inherit' },
  )
}

const copied = ['src', 'index.html', 'style.css', 'tsconfig.json', 'package.json', 'package-lock.json', '.npmrc']

function copy() {
  rmSync(join(page, 'src'), { recursive: true, force: true })
  for (const name of copied) cpSync(join(here, name), join(page, name), { recursive: true })
}

/** What package-lock.json names, unless it is there; no package's own script runs. */
function install() {
  const lock = readFileSync(join(page, 'package-lock.json'), 'utf8')
  const stamp = join(page, 'node_modules', '.installed')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  execFileSync('npm', ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund'], {
    cwd: page,
    stdio: 'inherit',
  })
  writeFileSync(stamp, lock)
}

function check() {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit'], { cwd: page, stdio: 'inherit' })
}

const NO_POLICY = `content="default-src 'none'"`

/** The page may run and look as it was built, and nothing else: no request, no script of another's. */
function withPolicy(html) {
  const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const hashes = (tag) => [...html.matchAll(new RegExp(`<${tag}>([^]*?)</${tag}>`, 'g'))].map(([, text]) => hash(text))
  const policy = [
    "default-src 'none'", `script-src 'wasm-unsafe-eval' ${hashes('script').join(' ')}`,
    `style-src ${hashes('style').join(' ')}`, 'img-src data: blob:', "base-uri 'none'", "form-action 'none'",
  ].join('; ')
  if (!html.includes(NO_POLICY)) throw new Error('index.html has no policy to fill in')
  return html.replace(NO_POLICY, () => `content="${policy}"`)
}

/** Puts the texts of src/texts.ts where index.html names them, as {{html.title}}. */
async function withTexts(html, build) {
  const { outputFiles: [{ text }] } = await build({
    entryPoints: [join(page, 'src/texts.ts')], bundle: true, write: false, format: 'esm', define,
  })
  const { TEXTS } = await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)
  return html.replace(/(=")?\{\{([\w.]+)\}\}/g, (_, attribute = '', path) => {
    const found = path.split('.').reduce((table, key) => table?.[key], TEXTS)
    if (typeof found !== 'string') throw new Error(`index.html has {{${path}}}, which src/texts.ts has not`)
    return attribute + (attribute ? found.replaceAll('&', '&amp;').replaceAll('"', '&quot;') : found)
  })
}

/** The notices of what is bundled: its MIT licences ask for them in each copy. */
function notices() {
  const license = (name) => readFileSync(join(page, 'node_modules', name, 'LICENSE'), 'utf8').trim()
  return ['three', 'fflate'].map((name) => `${name}\n\n${license(name)}`).join('\n\n')
}

/** Puts the script and the style into the page; returns the files that they were made of. The library is compressed,
 * which makes it a third. */
async function bundle() {
  const compressed = `${wasm}.gz`
  writeFileSync(compressed, gzipSync(readFileSync(wasm), { level: 9 }))
  const { build } = createRequire(join(page, 'package.json'))('esbuild')
  const result = await build({
    entryPoints: [join(page, 'src/main.ts'), join(page, 'style.css')],
    absWorkingDir: page,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    outdir: out,
    target: 'es2022',
    format: 'iife',
    legalComments: 'none',
    alias: { 'izh.wasm.gz': compressed },
    define,
    loader: { '.gz': 'binary' },
  })
  const text = (end) =>
    result.outputFiles.filter(({ path }) => path.endsWith(end)).map((file) => file.text).join('')
  const [script, style] = [text('.js'), text('.css')]
  const scriptTag = `<script>${script.replaceAll('</script', '<\\/script')}</script>`
  const html = (await withTexts(readFileSync(join(page, 'index.html'), 'utf8'), build))
    .replace('</head>', () => `<!--\n${notices()}\n-->\n  </head>`)
    .replace('<link rel="stylesheet" href="style.css" />', () => `<style>${style}</style>`)
    .replace('<script src="main.js"></script>', () => scriptTag)
  const bare = html.replaceAll(/<script>[^]*?<\/script>/g, '')
  if (!html.includes(style) || !html.includes(scriptTag) || /<(script|link rel="stylesheet")/.test(bare))
    throw new Error('index.html does not name style.css and main.js as build.mjs knows them')
  writeFileSync(join(out, name), withPolicy(html))
  return Object.keys(result.metafile.inputs).map((path) => resolve(page, path))
}

const escaped = (path) => path.replace(/[ #]/g, '\\$&')

/** What the page depends on, for ninja. */
function writeDependencies(inputs) {
  const own = inputs
    .filter((path) => path.startsWith(page) && !path.includes('node_modules'))
    .map((path) => join(here, relative(page, path)))
  const all = [...library, ...own, ...copied.slice(1).map((name) => join(here, name)), join(here, 'build.mjs')]
  writeFileSync(join(out, 'viewer.d'), `${join(folder, 'viewer.html')}: ${all.map(escaped).join(' ')}\n`)
}

// npm, clang and tsc have said themselves what is wrong: a trace of this program would only hide it.
process.on('uncaughtException', (error) => {
  console.error(`build.mjs: ${error.message.replace(/^(Command failed: .*?) -.*/s, '$1')}`)
  process.exitCode = 1
})

mkdirSync(page, { recursive: true })
rmSync(join(out, name), { force: true })
compile()
copy()
install()
if (options.includes('--check')) check()
const inputs = await bundle()
if (!texts) writeDependencies(inputs)
