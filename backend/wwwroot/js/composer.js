import { keys, recall, remember } from './storage.js';

const MOST_CHARACTERS = 4_000;

/** The message box. Keeps the draft of each room at every key. Fires `send` ({ text }) and `typing`. */
export class Composer extends EventTarget {
  #form = document.getElementById('composer');
  #input = document.getElementById('message-input');
  #button = document.getElementById('send-button');
  #error = document.getElementById('composer-error');
  #key;

  constructor(name, room, signal) {
    super();
    this.#key = keys.draft(name, room);
    this.#input.value = recall(this.#key, '');
    this.#input.placeholder = `Message #${room}`;
    this.#input.addEventListener('input', () => this.#typed(), { signal });
    this.#input.addEventListener('keydown', (event) => this.#keyDown(event), { signal });
    this.#form.addEventListener('submit', (event) => this.#submitted(event), { signal });
    this.#check();
  }

  focus() {
    this.#input.focus({ preventScroll: true });
  }

  /** Puts a text back that was not sent, after what is there. */
  putBack(text) {
    this.#input.value = this.#input.value ? `${this.#input.value}\n${text}` : text;
    remember(this.#key, this.#input.value);
    this.#check();
    this.focus();
  }

  #typed() {
    remember(this.#key, this.#input.value || null);
    this.#check();
    if (this.#input.value.trim()) this.dispatchEvent(new Event('typing'));
  }

  #keyDown(event) {
    // While a word is being composed (Japanese, Chinese, ...) Enter takes the word.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  #submitted(event) {
    event.preventDefault();
    const text = this.#input.value.trim();
    if (!text || !this.#check()) return;
    this.dispatchEvent(new CustomEvent('send', { detail: { text } }));
    this.#input.value = '';
    remember(this.#key, null);
    this.#check();
    this.focus();
  }

  /** Whether the text can be sent. A pasted text that is too long is kept as it is: it is the writer who shortens it. */
  #check() {
    const { length } = this.#input.value.trim();
    const excess = length - MOST_CHARACTERS;
    this.#error.textContent = excess > 0 ? `${excess} characters too many` : '';
    this.#input.setAttribute('aria-invalid', String(excess > 0));
    this.#button.disabled = length === 0 || excess > 0;
    return excess <= 0;
  }
}
