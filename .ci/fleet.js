// fleet.cs as docs/fleet.md has it: of two gateways the one that leads a room is killed, and the page at the other goes on: the same stream, each message
// once.
const { spawn } = require('node:child_process');

const [one, two] = ['http://127.0.0.1:27390', 'http://127.0.0.1:27391'];
const fleet = spawn('dotnet', ['run', '--no-build', 'fleet.cs', one, two], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
const limit = setTimeout(() => end(1, 'nothing more came'), 120_000);
let said = '';

function end(status, what) {
  console.log(`fleet.cs: ${what}`);
  clearTimeout(limit);
  try {
    process.kill(-fleet.pid, 'SIGTERM');
  } catch {
    // It has ended by itself.
  }
  if (status !== 0) console.log(said);
  process.exit(status);
}

// Until what has come holds a text.
async function until(stream, text) {
  while (!stream.seen.includes(text)) {
    const { done, value } = await stream.reader.read();
    if (done) throw new Error(`the stream ended before ${text}`);
    stream.seen += new TextDecoder().decode(value);
  }
}

async function main() {
  await new Promise((started, ended) => {
    fleet.on('exit', ended);
    fleet.stdout.on('data', data => {
      said += data;
      if (said.includes('Chat: ')) started();
    });
  });
  const pids = [...said.matchAll(/\(process (\d+):/g)].map(match => Number(match[1]));
  const post = (path, body, cookie) => fetch(two + path, {
    method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', Cookie: cookie ?? '', Origin: two },
  });
  const cookie = (await post('/login', { name: 'Ada' })).headers.get('set-cookie').split(';')[0];
  const open = async address => {
    const answer = await fetch(`${address}/rooms/lobby/events`, { headers: { Accept: 'text/event-stream', Cookie: cookie } });
    if (answer.status !== 200) throw new Error(`${address} answers ${answer.status}`);
    return { reader: answer.body.getReader(), seen: '' };
  };
  const [there, here] = [await open(one), await open(two)];
  const say = async text => {
    const answer = await post('/rooms/lobby/messages', { text }, cookie);
    if (!answer.ok) throw new Error(`a message was answered with ${answer.status}`);
  };
  await say('said to both');
  await until(there, 'said to both');
  await until(here, 'said to both');
  process.kill(pids[0], 'SIGKILL');
  await say('said to the one that is left');
  await until(here, 'said to the one that is left');
  for (const text of ['said to both', 'said to the one that is left']) {
    if (here.seen.split(text).length !== 2) throw new Error(`"${text}" came more than once`);
  }
  if (here.seen.includes('gateway.gap')) throw new Error('a gap was told of');
}

main().then(() => end(0, 'the page at the other gateway went on'), error => end(1, error?.message ?? `ended with ${error}`));
