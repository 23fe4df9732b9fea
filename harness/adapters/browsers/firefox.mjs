// Firefox without a window, driven over WebDriver BiDi: opens the last argument. The harness ends it with all its processes.
import { spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const profile = mkdtempSync(join(process.argv.find((one) => one.startsWith('--user-data-dir='))?.split('=')[1] ?? tmpdir(), 'firefox-'))
// It asks nobody but the harness.
const off = ['app.normandy.enabled', 'network.captive-portal-service.enabled', 'network.connectivity-service.enabled', 'toolkit.telemetry.enabled',
  'datareporting.policy.dataSubmissionEnabled', 'browser.safebrowsing.update.enabled', 'extensions.update.enabled', 'services.settings.enabled']
writeFileSync(join(profile, 'user.js'), off.map((name) => `user_pref("${name}", false);\n`).join(''))

const browser = spawn('firefox-esr', ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank'],
  { stdio: ['ignore', 'ignore', 'pipe'] })
browser.on('error', (error) => { console.error(error.message); process.exit(1) })
browser.on('exit', (code) => process.exit(code ?? 1))
for await (const line of createInterface({ input: browser.stderr })) {
  const address = /WebDriver BiDi listening on (ws:\S+)/.exec(line)?.[1]
  if (address) {
    drive(new WebSocket(`${address}/session`))
  }
}

function drive(socket) {
  const answers = new Map()
  const command = (method, params) => new Promise((done, failed) => {
    answers.set(answers.size, { done, failed })
    socket.send(JSON.stringify({ id: answers.size - 1, method, params }))
  })
  socket.onmessage = ({ data }) => {
    const { id, result, message } = JSON.parse(data)
    result ? answers.get(id)?.done(result) : answers.get(id)?.failed(new Error(message))
  }
  socket.onopen = async () => {
    await command('session.new', { capabilities: {} })
    const { contexts } = await command('browsingContext.getTree', {})
    await command('browsingContext.navigate', { context: contexts[0].context, url: process.argv.at(-1), wait: 'none' })
  }
}
