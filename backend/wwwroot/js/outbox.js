import { api } from './api.js';
import { Backoff } from './backoff.js';
import { newId } from './new-id.js';
import { keys, recallList, remember } from './storage.js';

/**
 * Messages of one person to one room that the server has not confirmed. Kept in the browser's storage, so a reload or a crash loses none; sent one
 * after the other, so they arrive in the order of writing. Each has its own id, by which the server knows a repeated one.
 *
 * Fires `change` ({ item }) and `sent` ({ item, message }), and `unauthorized`. An item's `state` is `sending`, `waiting` (will be tried again at `until`)
 * or `failed` (the server will not take it as it is).
 */
export class Outbox extends EventTarget {
  #room;
  #key;
  #backoff = new Backoff();
  #timer;
  #busy = false;
  #stopped = false;
  items;

  constructor(name, room) {
    super();
    this.#room = room;
    this.#key = keys.outbox(name, room);
    this.items = recallList(this.#key).map((item) => ({ ...item, state: 'sending' }));
  }

  /** Takes a text; it is safe when this returns. */
  add(text) {
    const item = { clientId: newId(), text, at: Date.now(), state: 'sending' };
    this.items.push(item);
    this.#save((stored) => [...stored, { clientId: item.clientId, text, at: item.at }]);
    return item;
  }

  /** Starts or goes on sending; waits that are running end. */
  flush() {
    clearTimeout(this.#timer);
    for (const item of this.items.filter((item) => item.state === 'waiting')) this.#set(item, 'sending');
    this.#run();
  }

  retry(item) {
    this.#set(item, 'sending');
    this.flush();
  }

  /** The message has arrived, by whichever way that became known; or is given up. */
  remove(clientId) {
    const index = this.items.findIndex((item) => item.clientId === clientId);
    if (index < 0) return null;
    const [item] = this.items.splice(index, 1);
    this.#save((stored) => stored.filter((other) => other.clientId !== clientId));
    return item;
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #run() {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let item; !this.#stopped && (item = this.items.find((candidate) => candidate.state !== 'failed'));) {
        if (item.state === 'waiting' || !(await this.#send(item))) return;
      }
    } finally {
      this.#busy = false;
    }
  }

  /** Whether the next may be sent now. */
  async #send(item) {
    try {
      const message = await api.post(this.#room, item.text, item.clientId);
      this.#backoff.reset();
      if (this.remove(item.clientId)) this.dispatchEvent(new CustomEvent('sent', { detail: { item, message } }));
      return true;
    } catch (error) {
      if (error.status === undefined) throw error;
      if (!this.items.includes(item)) return true; // the stream has confirmed it meanwhile
      if (this.#stopped) return false;
      if (error.status === 401) {
        this.#set(item, 'waiting');
        this.dispatchEvent(new Event('unauthorized'));
        return false;
      }
      if (!error.isPassing) {
        this.#set(item, 'failed', null, error.message);
        return true;
      }
      const wait = this.#backoff.next(error.retryAfterMs);
      this.#set(item, 'waiting', Date.now() + wait, error.message);
      this.#timer = setTimeout(() => this.flush(), wait);
      return false;
    }
  }

  #set(item, state, until = null, reason = null) {
    Object.assign(item, { state, until, reason });
    this.dispatchEvent(new CustomEvent('change', { detail: { item } }));
  }

  /** Reads before it writes: another tab may have added its own. */
  #save(change) {
    const items = change(recallList(this.#key));
    remember(this.#key, items.length > 0 ? items : null);
  }
}
