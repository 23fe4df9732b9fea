// WebKitGTK's MiniBrowser in a virtual display, driven over WebDriver: opens the last argument. The harness ends it with all its processes.
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { createInterface } from 'node:readline'

const started = (program, args, options) => {
  const child = spawn(program, args, options)
  child.on('error', (error) => { console.error(`${program}: ${error.message}`); process.exit(1) })
  child.on('exit', (code) => process.exit(code ?? 1))
  return child
}
const display = started('Xvfb', ['-displayfd', '3', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
const number = await new Promise((done) => createInterface({ input: display.stdio[3] }).once('line', done))
const port = 20000 + (process.pid % 20000)
started('WebKitWebDriver', [`--port=${port}`], { stdio: 'ignore', env: { ...process.env, DISPLAY: `:${number}` } })

const command = async (path, body) => {
  for (let tries = 100; ; tries--) {
    try {
      return (await (await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: JSON.stringify(body) })).json()).value
    } catch (error) {
      if (tries === 0) {
        throw error
      }
      await new Promise((done) => setTimeout(done, 100))
    }
  }
}
const [binary] = globSync('/usr/lib/*/webkit2gtk-4.*/MiniBrowser')
const alwaysMatch = { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': { binary, args: ['--automation'] } }
const { sessionId } = await command('/session', { capabilities: { alwaysMatch } })
await command(`/session/${sessionId}/url`, { url: process.argv.at(-1) })
