import { chart } from './charts.js';
import { startStreams } from './streams.js';

// The order of a point's numbers.
const [At, Streams, Events, Bytes, Opened, Closed, Refused, Gaps, SlowestWait, Waiting, Retained, Memory] = Array(12).keys();
const Kept = 15 * 60, Window = Kept * 1000, Recent = 5 * 60 * 1000;

const byId = id => document.getElementById(id);
const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const count = value => number.format(value);
const seconds = value => value < 1 ? `${Math.round(value * 1000)} ms` : `${number.format(value)} s`;
const bytes = value => {
  for (const unit of ['B', 'KB', 'MB', 'GB']) {
    if (Math.abs(value) < 1000 || unit === 'GB') return `${number.format(value)} ${unit}`;
    value /= 1000;
  }
};

let points = [];
// What was counted, by the second, for the tables that show the last minutes.
let counted = [];

const rate = key => points.slice(1).map((point, index) => {
  const before = points[index];
  const passed = (point[At] - before[At]) / 1000;
  return [point[At], passed > 0 ? Math.max(0, point[key] - before[key]) / passed : 0];
});
const level = key => points.map(point => [point[At], point[key]]);
const perSecond = value => `${count(value)}/s`;

const charts = [
  ['Streams', count, () => level(Streams)],
  ['Events', perSecond, () => rate(Events)],
  ['Bytes', value => `${bytes(value)}/s`, () => rate(Bytes)],
  ['Opened', perSecond, () => rate(Opened)],
  ['Ended', perSecond, () => rate(Closed)],
  ['Refused', perSecond, () => rate(Refused)],
  ['Slowest reader', seconds, () => level(SlowestWait)],
  ['Memory', bytes, () => level(Memory)],
].map(([title, format, data]) => {
  const one = chart(title, format);
  byId('charts').append(one.element);
  return { one, data };
});

const now = [
  ['Streams', () => count(points.at(-1)[Streams])],
  ['Events', () => perSecond(rate(Events).at(-1)?.[1] ?? 0)],
  ['Bytes', () => `${bytes(rate(Bytes).at(-1)?.[1] ?? 0)}/s`],
  ['Opened', () => perSecond(rate(Opened).at(-1)?.[1] ?? 0)],
  ['Ended', () => perSecond(rate(Closed).at(-1)?.[1] ?? 0)],
  ['Refused', () => perSecond(rate(Refused).at(-1)?.[1] ?? 0), () => (rate(Refused).at(-1)?.[1] ?? 0) > 0],
  ['Gaps', () => perSecond(rate(Gaps).at(-1)?.[1] ?? 0), () => (rate(Gaps).at(-1)?.[1] ?? 0) > 0],
  ['Slowest reader', () => seconds(points.at(-1)[SlowestWait]), () => points.at(-1)[SlowestWait] >= 10],
  ['Waiting for clients', () => bytes(points.at(-1)[Waiting])],
  ['Kept of shared streams', () => bytes(points.at(-1)[Retained])],
  ['Memory', () => bytes(points.at(-1)[Memory])],
].map(([title, text, bad]) => {
  const term = document.createElement('dt'), value = document.createElement('dd'), pair = document.createElement('div');
  term.textContent = title;
  pair.append(term, value);
  byId('now').append(pair);
  return { value, text, bad };
});

function rows(table, lines) {
  const body = byId(table).tBodies[0];
  body.replaceChildren(...lines.map(({ cells, bad }) => {
    const row = document.createElement('tr');
    row.classList.toggle('bad', bad === true);
    row.append(...cells.map(cell => {
      const data = document.createElement('td');
      data.textContent = cell;
      return data;
    }));
    return row;
  }));
}

const keyOf = value => [value.name, value.route, value.mode, value.reason, value.limit].join('\u001f');

// How much of each value was counted in the last minutes: [value, difference].
function recent(values, name) {
  const since = Date.now() - Recent;
  const then = counted.find(second => second.at >= since) ?? counted[0];
  return values.filter(value => value.name === name)
    .map(value => [value, value.value - (then?.values.get(keyOf(value)) ?? 0)]);
}

function show(second) {
  points.push(second.point);
  points = points.slice(-Kept);
  const at = second.point[At];
  const values = second.values;
  counted.push({ at, values: new Map(values.map(value => [keyOf(value), value.value])) });
  counted = counted.filter(one => one.at >= at - Recent - 1000);
  const before = at - (counted.at(-2)?.at ?? 0) < 5000 ? counted.at(-2) : null;

  for (const { value, text, bad } of now) {
    value.textContent = text();
    value.classList.toggle('bad', bad?.() === true);
  }
  for (const { one, data } of charts) one.draw(data(), at - Window, at);

  const waits = new Map(values.filter(value => value.name === 'slowest_reader_wait').map(value => [`${value.route} ${value.mode}`, value.value]));
  const passed = before ? (at - before.at) / 1000 : 1;
  const events = new Map(values.filter(value => value.name === 'frames')
    .map(value => [`${value.route} ${value.mode}`, before ? Math.max(0, value.value - (before.values.get(keyOf(value)) ?? 0)) / passed : 0]));
  rows('routes', values.filter(value => value.name === 'streams.live').sort((a, b) => b.value - a.value).slice(0, 50).map(value => {
    const key = `${value.route} ${value.mode}`;
    return { cells: [value.route, value.mode, count(value.value), perSecond(events.get(key) ?? 0), seconds(waits.get(key) ?? 0)], bad: (waits.get(key) ?? 0) >= 10 };
  }));
  rows('upstreams', second.upstreams.slice(0, 50).map(one =>
    ({ cells: [one.cluster, one.destination, one.available ? one.checked ? 'available' : 'not checked' : 'away', count(one.requests)], bad: !one.available })));
  const sums = (name, label) => {
    const sum = new Map();
    for (const [value, difference] of recent(values, name)) sum.set(value[label], (sum.get(value[label]) ?? 0) + difference);
    return [...sum].filter(([, difference]) => difference > 0);
  };
  rows('ends', [
    ...sums('streams.closed', 'reason').map(([why, streams]) => ({ cells: ['ended', why, count(streams)] })),
    ...sums('streams.refused', 'limit').map(([why, streams]) => ({ cells: ['refused', why, count(streams)], bad: true })),
    ...sums('upstream_redials', 'route').map(([route, attempts]) => ({ cells: ['sent to another upstream', route, count(attempts)], bad: true })),
  ]);
  const shared = new Map();
  const add = (route, index, value) => {
    if (!shared.has(route)) shared.set(route, [0, 0, 0, 0]);
    shared.get(route)[index] += value;
  };
  for (const value of values.filter(value => value.name === 'shared_streams')) add(value.route, 0, value.value);
  for (const [value, difference] of recent(values, 'shared_redials')) add(value.route, 1, difference);
  for (const [value, difference] of recent(values, 'gaps')) add(value.route, 2, difference);
  for (const [value, difference] of recent(values, 'shared_overflows')) add(value.route, 3, difference);
  rows('shared', [...shared].map(([route, numbers]) => ({ cells: [route, ...numbers.map(count)], bad: numbers[2] > 0 })));
  byId('common').hidden = second.sharedTotal === 0;
  byId('common-title').textContent = second.sharedTotal > second.shared.length
    ? `Shared streams: those ${count(second.shared.length)} of ${count(second.sharedTotal)} with most clients` : 'Shared streams';
  rows('common-list', second.shared.map(one => ({
    cells: [one.route, one.path, count(one.clients), one.upstream, `${bytes(one.retained)} of ${bytes(one.most)}`], bad: one.upstream === 'away',
  })));
  showFleet(second.fleet);
  showDrain(second.drain);
}

function showFleet(fleet) {
  byId('fleet').hidden = fleet === null;
  if (fleet === null) return;
  const state = `This is ${fleet.node}. Redis ${fleet.redis ? 'answers.' : 'is away: the others are as they were when it last answered.'}`;
  if (byId('fleet-state').textContent !== state) byId('fleet-state').textContent = state;
  rows('fleet-list', fleet.nodes.map(node => (
    {
      cells: [node.name, node.draining ? 'draining' : 'alive', count(node.clients), count(node.streams), count(node.leads), count(node.answers)],
      bad: node.draining,
    })));
}

function showDrain(drain) {
  byId('drain').hidden = drain === null;
  byId('drain-button').disabled = drain !== null;
  if (drain === null) return;
  const left = Math.max(0, drain.window - drain.seconds);
  byId('drain').textContent = left > 0
    ? `draining: ${count(drain.streams)} streams, ${Math.ceil(left)} s left`
    : `draining: ${count(drain.streams)} streams, those that cannot come back have ${Math.ceil(Math.max(0, drain.finish - drain.seconds))} s to finish`;
}

async function ask(text) {
  const dialog = byId('question');
  byId('question-text').textContent = text;
  dialog.returnValue = 'no';
  dialog.showModal();
  await new Promise(resolve => dialog.addEventListener('close', resolve, { once: true }));
  return dialog.returnValue === 'yes';
}

// Null without an answer. A page whose login is over would stay as it is.
async function request(path, options) {
  const answer = await fetch(path, options).catch(() => null);
  if (answer?.status === 401) location.assign('/login');
  return answer;
}

// What the operator has asked for and did not come about must not look as if it had.
async function act(what, path, options) {
  const answer = await request(path, options);
  const why = answer === null ? 'no connection to the gateway' : (await answer.json().catch(() => null))?.title ?? `status ${answer.status}`;
  byId('failed').textContent = answer?.ok ? '' : `${what}: failed, ${why}`;
}

byId('drain-button').addEventListener('click', async () => {
  if (await ask('Drain this gateway? Its streams are ended over the window, and the process exits.')) await act('Drain', '/drain', { method: 'POST' });
});

function say(text, state) {
  if (byId('state').textContent !== text) byId('state').textContent = text;
  byId('state').className = state;
}

function connect() {
  const source = new EventSource('/live');
  source.addEventListener('history', event => {
    points = JSON.parse(event.data);
    counted = [];
  });
  // What the tables of the last minutes begin with, for a page that has just been opened.
  source.addEventListener('past', event => {
    const past = JSON.parse(event.data);
    counted = [{ at: past.at, values: new Map(past.values.map(value => [keyOf(value), value.value])) }];
  });
  source.addEventListener('second', event => {
    say('live', 'live');
    show(JSON.parse(event.data));
  });
  source.addEventListener('error', () => {
    say('no connection to the gateway; trying again', 'lost');
    if (source.readyState === EventSource.CLOSED) refused();
  });
}

// Why, an EventSource does not tell: the login is over or the token another one, or there are too many pages.
async function refused() {
  const answer = await fetch('/streams?limit=1').catch(() => null);
  if (answer?.status === 401) return location.assign('/login');
  if (answer?.ok) say('as many pages are open as may be; trying again', 'lost');
  setTimeout(connect, 3000);
}

connect();
startStreams(ask, request, act);
