// Leaves out of reports what makes them large and tells no more: node shorten.mjs FILE... A case keeps 3 connections of a side, and a connection 20 entries;
// the command that runs it again stands where there is something to look at; a line is a case.
// And what was sent where something got past somebody else's product: that it did is theirs to know, how is nobody's to copy.
import { readFileSync, writeFileSync } from 'node:fs'

const CONNECTIONS = 3
const ENTRIES = 20
const FINE = new Set(['ok', 'skipped'])
const FRAMING = /^11\.2\./
const TRICK = /^11\.2\.[2-7]$/
const OTHERS = 'others'
const said = (ms, count, what) => ({ ms, direction: '*', note: `${count} more ${what}, left out of this report` })

for (const file of process.argv.slice(2)) {
  const report = JSON.parse(readFileSync(file, 'utf8'))
  for (const result of report.results) {
    if (FRAMING.test(result.id) && result.verdict === 'failed') {
      result.wire = []
      if (TRICK.test(result.id)) {
        result.actual = 'fails; which of what was sent, and what came of it, is left out of this report'
      }
    }
    if (FINE.has(result.verdict)) {
      result.again = ''
    }
    const sides = new Map()
    for (const log of result.wire) {
      sides.set(log.side, [...(sides.get(log.side) ?? []), log])
    }
    result.wire = [...sides].flatMap(([side, logs]) => {
      if (logs.at(-1).name === OTHERS) {
        return logs
      }
      const kept = logs.slice(0, CONNECTIONS).map((log) => {
        const more = log.entries.length - ENTRIES
        const [first, last] = [log.entries.slice(0, ENTRIES / 2), log.entries.slice(-ENTRIES / 2)]
        return more <= 1 ? log : { ...log, entries: [...first, said(last[0].ms, more, 'entries'), ...last] }
      })
      const more = logs.length - kept.length
      return more === 0 ? kept : [...kept, { side, name: OTHERS, entries: [said(0, more, 'connections')] }]
    })
  }
  const { results, ...head } = report
  const lines = results.map((result) => JSON.stringify(result)).join(',\n')
  writeFileSync(file, `${JSON.stringify(head, null, 1).slice(0, -2)},\n "results": [\n${lines}\n]}\n`)
}
