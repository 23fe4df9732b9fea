import { api, carry } from './api.js';
import { keys, recall, remember } from './storage.js';

const RENEW_BEFORE_MS = 60_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1; // what setTimeout can take

/**
 * Who is signed in in this tab: each has a name of its own, so that two windows of one browser can be two people. Its requests carry its token. An
 * EventSource can carry none and has the cookie, which all tabs share: whoever opens a stream makes it their own before.
 */
export class Session {
  #timer;

  constructor() {
    this.#begin();
  }

  /** The name, or null when nobody is signed in or the token has expired. */
  get name() {
    return this.#current?.name ?? null;
  }

  async signIn(name) {
    const { subject, token, expiresIn } = await api.signIn(name);
    // By this machine's own clock: the server's time of day would be long past, or hours away, where that is wrong.
    remember(keys.session, { name: subject, token, expiresAt: Date.now() + expiresIn * 1000 });
    remember(keys.cookie, subject);
    remember(keys.lastName, subject);
    this.#begin();
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

  /** For a stream that is about to open: the cookie may be that of another tab, or gone with it. */
  async takeCookie() {
    if (recall(keys.cookie, null) !== this.name) await this.renew();
  }

  /** A stream was refused that this tab's token would have opened. */
  doubtCookie() {
    remember(keys.cookie, null);
  }

  /** The server no longer takes the token. */
  forget() {
    clearTimeout(this.#timer);
    remember(keys.session, null);
    carry(null);
  }

  async signOut() {
    const isMine = recall(keys.cookie, null) === this.name;
    this.forget();
    remember(keys.lastName, null);
    if (!isMine) return; // another tab's is left to it
    remember(keys.cookie, null);
    await api.signOut();
  }

  get #current() {
    const session = recall(keys.session, null);
    return session && session.expiresAt > Date.now() ? session : null;
  }

  #begin() {
    clearTimeout(this.#timer);
    const session = this.#current;
    carry(session?.token ?? null);
    if (!session) return;
    const left = session.expiresAt - Date.now();
    // Short-lived tokens are renewed after half of their time.
    this.#timer = setTimeout(() => this.renew(), Math.min(LONGEST_TIMER_MS, Math.max(left / 2, left - RENEW_BEFORE_MS)));
  }
}
