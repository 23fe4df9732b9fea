// The table of streams: a page of it at a time, from the server.
import { startDetails } from './details.js';

const Limit = 50, Period = 2000;
const byId = id => document.getElementById(id);
const number = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const age = seconds => seconds < 60 ? `${Math.round(seconds)} s`
  : seconds < 3600 ? `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s` : `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min`;

export function startStreams(ask, request, act) {
  const form = byId('filter');
  const showDetails = startDetails();
  let offset = 0, latest = 0;

  async function load() {
    const query = new URLSearchParams({ limit: Limit, offset });
    for (const [name, value] of new FormData(form)) if (value) query.set(name, value);
    const asked = ++latest;
    let page;
    try {
      const answer = await request(`/streams?${query}`);
      if (!answer?.ok) return;
      page = await answer.json();
    } catch {
      return;
    }
    if (asked !== latest) return;
    if (page.streams.length === 0 && offset > 0) {
      offset = 0;
      return load();
    }
    const last = offset + page.streams.length;
    byId('total').textContent = page.total === 0 ? 'No streams' : `${number.format(offset + 1)} to ${number.format(last)} of ${number.format(page.total)}`;
    byId('back').disabled = offset === 0;
    byId('more').disabled = last >= page.total;
    show(page.streams);
  }

  // Rows are kept by id, so that focus and a selection survive what comes every two seconds.
  function show(streams) {
    const body = byId('list').tBodies[0];
    const known = new Map([...body.rows].map(row => [row.dataset.id, row]));
    streams.forEach((stream, index) => {
      const row = known.get(stream.id) ?? make(stream);
      known.delete(stream.id);
      const texts = [stream.id, stream.route, stream.mode, stream.state, `${stream.method} ${stream.path}`, stream.subject ?? '', stream.address,
        age(stream.ageSeconds), number.format(stream.frames), number.format(stream.bytes),
        stream.writeWaitingSeconds > 0 ? age(stream.writeWaitingSeconds) : ''];
      // The first is a button, which never changes.
      texts.forEach((text, cell) => { if (row.cells[cell].textContent !== text) row.cells[cell].textContent = text; });
      row.classList.toggle('bad', stream.writeWaitingSeconds >= 10);
      if (body.rows[index] !== row) body.insertBefore(row, body.rows[index] ?? null);
    });
    for (const row of known.values()) row.remove();
  }

  function make(stream) {
    const row = document.createElement('tr');
    row.dataset.id = stream.id;
    for (let cell = 0; cell < 11; cell++) row.insertCell();
    const details = document.createElement('button');
    details.type = 'button';
    details.className = 'link';
    details.textContent = stream.id;
    details.setAttribute('aria-label', `Details of stream ${stream.id}`);
    details.addEventListener('click', () => showDetails(stream.id));
    row.cells[0].append(details);
    row.cells[4].className = 'path';
    row.cells[4].title = stream.path;
    const end = document.createElement('button');
    end.type = 'button';
    end.textContent = 'End';
    end.setAttribute('aria-label', `End stream ${stream.id}`);
    end.addEventListener('click', async () => {
      if (await ask(`End stream ${stream.id}, ${stream.path}? Its client may come back.`)) {
        await act(`End ${stream.id}`, `/streams/${encodeURIComponent(stream.id)}`, { method: 'DELETE' });
        await load();
      }
    });
    const actions = row.insertCell();
    actions.append(end);
    if (stream.subject) {
      const revoke = document.createElement('button');
      revoke.type = 'button';
      revoke.className = 'danger';
      revoke.textContent = 'Revoke';
      revoke.setAttribute('aria-label', `Revoke ${stream.subject}`);
      revoke.addEventListener('click', async () => {
        if (await ask(`Revoke ${stream.subject}? All streams of this subject end, and its tokens are refused from now on.`)) {
          await act(`Revoke ${stream.subject}`, '/revoke', {
            method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ subject: stream.subject }),
          });
          await load();
        }
      });
      actions.append(' ', revoke);
    }
    return row;
  }

  form.addEventListener('submit', event => event.preventDefault());
  form.addEventListener('input', () => {
    offset = 0;
    load();
  });
  byId('back').addEventListener('click', () => {
    offset = Math.max(0, offset - Limit);
    load();
  });
  byId('more').addEventListener('click', () => {
    offset += Limit;
    load();
  });
  setInterval(() => {
    if (document.visibilityState === 'visible') load();
  }, Period);
  load();
}
