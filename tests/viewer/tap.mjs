// Tests as TAP, one after the other: test(name, run) for each, then report().
const tests = []

export function test(name, run) {
  tests.push({ name, run })
}

const indented = (text) => text.replace(/\x1b\[[0-9;]*m/g, '').replace(/^/gm, '# ')

async function outcome({ name, run }, number) {
  const begun = performance.now()
  try {
    await run()
    console.log(`ok ${number} - ${name}`)
    console.log(`# ${Math.round(performance.now() - begun)} ms`)
    return true
  } catch (error) {
    console.log(`not ok ${number} - ${name}`)
    console.log(indented(String(error?.stack ?? error)))
    return false
  }
}

/** Runs those whose name has the text of TESTS, if that is set; the status is 0 if all are well. */
export async function report(finish = async () => {}) {
  const chosen = tests.filter(({ name }) => name.includes(process.env.TESTS ?? ''))
  console.log(`1..${chosen.length}`)
  let good = chosen.length > 0
  for (const [i, one] of chosen.entries()) good = (await outcome(one, i + 1)) && good
  await finish()
  process.exitCode = good ? 0 : 1
}
