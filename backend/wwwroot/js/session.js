import { api } from './api.js';
import { keys, recall, remember } from './storage.js';

const RENEW_BEFORE_MS = 60_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1; // what setTimeout can take

/**
 * Who is signed in in this browser: all of its tabs share one cookie. The token itself is in that cookie only, out of reach of scripts.
 * Fires `change` when another tab signed in or out.
 */
export class Session extends EventTarget {
  #timer;

  constructor() {
    super();
    this.#schedule();
    window.addEventListener('storage', (event) => {
      if (event.key !== keys.session) return;
      this.#schedule();
      this.dispatchEvent(new Event('change'));
    });
  }

  /** The name, or null when nobody is signed in or the token has expired. */
  get name() {
    const session = recall(keys.session, null);
    return session && session.expiresAt > Date.now() ? session.name : null;
  }

  async signIn(name) {
    const { subject, expiresIn } = await api.signIn(name);
    // By this machine's own clock: the server's time of day would be long past, or hours away, where that is wrong.
    remember(keys.session, { name: subject, expiresAt: Date.now() + expiresIn * 1000 });
    remember(keys.lastName, subject);
    this.#schedule();
  }

  /** A new token for the same name, so that the stream's next reconnect is still let in. */
  async renew() {
    const { name } = this;
    if (!name) return;
    try {
      await this.signIn(name);
    } catch (error) {
      console.warn('The session could not be renewed:', error.message); // the next request is answered 401, and that asks to sign in
    }
  }

  /** The server no longer takes the token. */
  forget() {
    clearTimeout(this.#timer);
    remember(keys.session, null);
  }

  async signOut() {
    this.forget();
    remember(keys.lastName, null);
    await api.signOut();
  }

  #schedule() {
    clearTimeout(this.#timer);
    const session = recall(keys.session, null);
    if (!session) return;
    const left = session.expiresAt - Date.now();
    if (left <= 0) return;
    // Short-lived tokens are renewed after half of their time.
    this.#timer = setTimeout(() => this.renew(), Math.min(LONGEST_TIMER_MS, Math.max(left / 2, left - RENEW_BEFORE_MS)));
  }
}
