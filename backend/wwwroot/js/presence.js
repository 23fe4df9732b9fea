import { api } from './api.js';
import { Backoff } from './backoff.js';
import { newId } from './new-id.js';

/** A refused stream is open for a moment, too. */
const SETTLED_MS = 200;

/** Everybody in a room hears at the same moment that its stream begins anew. */
const SPREAD_MS = 1_000;

/**
 * Tells the service that this page is in a room, again and again while its stream is open. A stream that a gateway shares among people does not tell it;
 * where each person has a stream of their own, the service's first answer says that this is not needed.
 *
 * Fires `here` ({ here, count, streams, isShared }, or the last alone when the stream has told of the others meanwhile) and `unauthorized`.
 */
export class Presence extends EventTarget {
  #room;
  #page = newId();
  #backoff = new Backoff();
  #timer;
  #due = Infinity;
  #isOpen = false;
  #isNeeded = true;
  #isTold = false;
  #changes = 0;

  constructor(room) {
    super();
    this.#room = room;
  }

  /** The stream is open. */
  opened() {
    this.#isOpen = true;
    this.#tellIn(SETTLED_MS);
  }

  /** The service has begun the stream: it may be another process, which knows nobody. */
  begun() {
    this.#tellIn(Math.random() * SPREAD_MS);
  }

  /** The stream told who is here: newer than any answer that is still on its way. */
  changed() {
    this.#changes++;
  }

  /** The stream is not open. */
  lost() {
    this.#isOpen = false;
    this.#stopTimer();
  }

  /** The page leaves. What is sent while it closes must outlive it; browsers let that wait behind other requests, such as the one that signs out. */
  async leave({ closing = false } = {}) {
    this.lost();
    if (!this.#isTold) return;
    this.#isTold = false;
    try {
      await api.gone(this.#room, this.#page, { keepalive: closing });
    } catch (error) {
      console.debug('The room was not told:', error.message); // it will miss this page
    }
  }

  /** The earlier one of two counts. */
  #tellIn(milliseconds) {
    const due = Date.now() + milliseconds;
    if (!this.#isOpen || !this.#isNeeded || this.#due <= due) return;
    this.#stopTimer();
    this.#due = due;
    this.#timer = setTimeout(() => this.#tell(), milliseconds);
  }

  #stopTimer() {
    clearTimeout(this.#timer);
    this.#due = Infinity;
  }

  async #tell() {
    this.#due = Infinity;
    const changes = this.#changes;
    this.#isTold = true;
    let wait;
    try {
      const { here, count, streams, againMs } = await api.here(this.#room, this.#page);
      if (!this.#isOpen) return;
      this.#backoff.reset();
      this.#isNeeded = this.#isTold = againMs > 0;
      wait = againMs;
      const isShared = againMs > 0;
      const detail = changes === this.#changes ? { here, count, streams, isShared } : { isShared };
      this.dispatchEvent(new CustomEvent('here', { detail }));
    } catch (error) {
      if (error.status === undefined) throw error;
      if (error.status === 401 && this.#isOpen) this.dispatchEvent(new Event('unauthorized'));
      wait = this.#backoff.next(error.retryAfterMs);
    }
    this.#tellIn(wait);
  }
}
