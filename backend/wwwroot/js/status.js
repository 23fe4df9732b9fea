import { announce } from './announcer.js';

/** A state that lasts shorter is not read out: a refused stream is open for a moment, too. */
const SETTLED_MS = 700;

const TROUBLE = {
  lost: 'The connection was lost.',
  unreachable: 'The server cannot be reached.',
  busy: 'The server is busy.',
};

/** Shows the state of the connection, with the seconds to the next try. Fires `try-now`. */
export class Status extends EventTarget {
  #chip = document.getElementById('connection-state');
  #text = document.getElementById('state-text');
  #countdown = document.getElementById('countdown');
  #trouble = document.getElementById('trouble');
  #troubleText = document.getElementById('trouble-text');
  #ticker;
  #settle;
  #announced = 'open';

  constructor(signal) {
    super();
    document.getElementById('try-now').addEventListener('click', () => this.dispatchEvent(new Event('try-now')), { signal });
    signal.addEventListener('abort', () => {
      clearInterval(this.#ticker);
      clearTimeout(this.#settle);
    });
  }

  get state() {
    return this.#chip.dataset.state;
  }

  /** `state` is connecting, open, waiting or closed; with waiting come `until` (milliseconds since 1970) and `reason` (lost, unreachable or busy). */
  show({ state, until, reason }) {
    clearInterval(this.#ticker);
    this.#chip.dataset.state = state;
    this.#countdown.hidden = state !== 'waiting';
    this.#text.textContent = { connecting: 'Connecting', open: 'Live', waiting: 'Trying again in', closed: 'Not connected' }[state];
    if (state === 'waiting') {
      this.#troubleText.textContent = `${TROUBLE[reason] ?? TROUBLE.lost} What you write is kept and sent later.`;
      this.#trouble.dataset.reason = reason;
      this.#tick(until);
      this.#ticker = setInterval(() => this.#tick(until), 200);
    }
    // Stays over the short tries in between, so that nothing jumps.
    if (state === 'waiting') this.#trouble.hidden = false;
    if (state === 'open' || state === 'closed') this.#trouble.hidden = true;
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
