// One stream: what is known of it, and its last writes. Sizes and times; what is in them is nobody's here.
const Period = 1000;
const byId = id => document.getElementById(id);
const number = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
const seconds = value => `${value.toFixed(3)} s`;

export function startDetails() {
  const dialog = byId('details');
  let id = null, timer = 0;

  async function load() {
    const shown = id, path = `/streams/${encodeURIComponent(shown)}`;
    try {
      const [stream, writes] = await Promise.all([path, `${path}/writes`].map(url => fetch(url)));
      if (shown !== id) return;
      if (!stream.ok || !writes.ok) {
        byId('details-state').textContent = 'It is over.';
        clearInterval(timer);
        return;
      }
      showFacts(await stream.json());
      showWrites(await writes.json());
    } catch {
      byId('details-state').textContent = 'The gateway does not answer.';
    }
  }

  function showFacts(stream) {
    const facts = {
      Path: `${stream.method} ${stream.path}`, Route: stream.route, Mode: stream.mode, State: stream.state, Subject: stream.subject, Address: stream.address,
      Age: seconds(stream.ageSeconds), Events: number.format(stream.frames), Bytes: number.format(stream.bytes), Waits: seconds(stream.writeWaitingSeconds),
    };
    byId('details-facts').replaceChildren(...Object.entries(facts).filter(([, value]) => value).map(([name, value]) => {
      const fact = document.createElement('div'), term = document.createElement('dt'), text = document.createElement('dd');
      [term.textContent, text.textContent] = [name, value];
      fact.append(term, text);
      return fact;
    }));
    byId('details-state').textContent = '';
  }

  function showWrites(writes) {
    const rows = writes.map((write, index) => {
      const row = document.createElement('tr'), at = new Date(write.at), before = index > 0 ? new Date(writes[index - 1].at) : null;
      const texts = [clock.format(at), before ? seconds((at - before) / 1000) : '', write.frames > 0 ? number.format(write.frames) : 'a part, or a heartbeat',
        number.format(write.bytes)];
      texts.forEach((text, cell) => {
        const inserted = row.insertCell();
        inserted.textContent = text;
        if (cell > 0) inserted.className = 'number';
      });
      return row;
    });
    byId('writes').tBodies[0].replaceChildren(...rows.reverse());
  }

  dialog.addEventListener('close', () => {
    clearInterval(timer);
    id = null;
  });
  return chosen => {
    id = chosen;
    byId('details-title').textContent = `Stream ${chosen}`;
    byId('details-state').textContent = '';
    byId('details-facts').replaceChildren();
    byId('writes').tBodies[0].replaceChildren();
    dialog.showModal();
    load();
    timer = setInterval(load, Period);
  };
}
