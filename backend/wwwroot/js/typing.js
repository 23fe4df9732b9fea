import { api } from './api.js';

const SHOWN_MS = 5_000;
const SENT_EVERY_MS = 3_000;

/** Who is typing: shows the others, and tells them. */
export class Typing {
  #element = document.getElementById('typing');
  #room;
  #timers = new Map();
  #lastSent = 0;
  #clockAhead = 0;

  constructor(room) {
    this.#room = room;
    this.#show();
  }

  /** What the service's clock says at this moment. */
  setClock(at) {
    this.#clockAhead = Date.parse(at) - Date.now();
  }

  /** Somebody else is typing, or was: a gateway that shares streams replays what came after the last message. */
  heard({ name, at }) {
    const age = Math.max(0, Date.now() + this.#clockAhead - Date.parse(at));
    if (age >= SHOWN_MS) return;
    clearTimeout(this.#timers.get(name));
    this.#timers.set(name, setTimeout(() => this.done(name), SHOWN_MS - age));
    this.#show();
  }

  done(name) {
    clearTimeout(this.#timers.get(name));
    if (this.#timers.delete(name)) this.#show();
  }

  /** I am typing. */
  async tell() {
    const now = Date.now();
    if (now - this.#lastSent < SENT_EVERY_MS) return;
    this.#lastSent = now;
    try {
      await api.typing(this.#room);
    } catch (error) {
      console.debug('Typing was not told:', error.message); // worth nothing a moment later
    }
  }

  /** My message is sent: the next key is news again. */
  sent() {
    this.#lastSent = 0;
  }

  stop() {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#show();
  }

  #show() {
    const names = [...this.#timers.keys()];
    this.#element.textContent = phrase(names);
    this.#element.classList.toggle('active', names.length > 0);
  }
}

function phrase(names) {
  switch (names.length) {
    case 0: return '';
    case 1: return `${names[0]} is typing`;
    case 2: return `${names[0]} and ${names[1]} are typing`;
    default: return `${names.length} people are typing`;
  }
}
