import { announce } from './announcer.js';

/** A state that lasts shorter is not read out: a refused stream is open for a moment, too. */
const SETTLED_MS = 700;

const TROUBLE = {
  lost: 'The connection was lost.',
  unreachable: 'The server cannot be reached.',
  busy: 'The server is busy.',
};

const LABELS = { connecting: 'Connecting', open: 'Live', waiting: 'Trying again in', offline: 'Offline', full: 'Too many tabs', resting: 'Resting', closed: 'Not connected' };

/** What is said below the title, for as long as the state lasts. */
const NOTES = {
  offline: 'This device is offline. What you write is kept and sent later.',
  full: 'Too many tabs of this chat are open. Close one of them, and this one goes on. What you write here is sent all the same.',
};

/** Shows the state of the connection, with the seconds to the next try. Fires `try-now`. */
export class Status extends EventTarget {
  #chip = document.getElementById('connection-state');
  #text = document.getElementById('state-text');
  #countdown = document.getElementById('countdown');
  #trouble = document.getElementById('trouble');
  #troubleText = document.getElementById('trouble-text');
  #tryNow = document.getElementById('try-now');
  #ticker;
  #settle;
  #announced = 'open';

  constructor(signal) {
    super();
    this.#tryNow.addEventListener('click', () => this.dispatchEvent(new Event('try-now')), { signal });
    signal.addEventListener('abort', () => {
      clearInterval(this.#ticker);
      clearTimeout(this.#settle);
    });
  }

  get state() {
    return this.#chip.dataset.state;
  }

  /** `state` is connecting, open, waiting, offline, full, resting or closed; with waiting come `until` (milliseconds since 1970) and `reason` (lost, unreachable or busy). */
  show({ state, until, reason }) {
    clearInterval(this.#ticker);
    this.#chip.dataset.state = state;
    this.#countdown.hidden = state !== 'waiting';
    this.#text.textContent = LABELS[state];
    if (state === 'waiting') {
      this.#troubleText.textContent = `${TROUBLE[reason] ?? TROUBLE.lost} What you write is kept and sent later.`;
      this.#trouble.dataset.reason = reason;
      this.#tick(until);
      this.#ticker = setInterval(() => this.#tick(until), 200);
    }
    const note = NOTES[state];
    if (note) {
      this.#troubleText.textContent = note;
      this.#trouble.dataset.reason = state;
    }
    // There is nothing to try, and the next try is made by itself.
    this.#tryNow.hidden = Boolean(note);
    // Stays over the short tries in between, so that nothing jumps.
    if (state === 'waiting' || note) this.#trouble.hidden = false;
    if (state === 'open' || state === 'closed' || state === 'resting') this.#trouble.hidden = true;
    this.#announceSettled(state, reason);
  }

  #tick(until) {
    const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    this.#countdown.textContent = `${seconds} s`;
    this.#countdown.dataset.seconds = String(seconds);
  }

  #announceSettled(state, reason) {
    clearTimeout(this.#settle);
    if (state !== 'open' && state !== 'waiting') return;
    this.#settle = setTimeout(() => {
      if (this.#announced === state) return;
      this.#announced = state;
      announce(state === 'open' ? 'Connected again.' : `${TROUBLE[reason] ?? TROUBLE.lost} Trying again.`);
    }, SETTLED_MS);
  }
}
