import { paintAvatar, hueOf } from './avatar.js';
import { linkify } from './linkify.js';
import { clockTime, dayName, fullTime, isSameDay } from './when.js';

/** A pause after which the same author's next message gets a name and a time again. */
const GROUP_MS = 5 * 60_000;

/** More in the document make it slow; the oldest are taken out while nobody reads them, and can be loaded again. */
const MOST_SHOWN = 500;

/** A pixel count that still counts as being at the end. */
const END_SLACK = 60;

/**
 * The list of messages: stored ones in the order of their ids, each once, then those on their way. Fires `retry` and `discard` ({ clientId }) and
 * `scrolled`.
 */
export class Timeline extends EventTarget {
  #list = document.getElementById('timeline');
  #scroll = document.getElementById('timeline-scroll');
  #template = document.getElementById('message-template');
  #me;
  #stored = new Map(); // id -> element
  #pending = new Map(); // clientId -> element
  #pinned = true;
  #resize;

  constructor(me, signal) {
    super();
    this.#me = me;
    this.#list.replaceChildren();
    this.#scroll.ariaLive = 'off';
    this.#scroll.addEventListener('scroll', () => this.#scrolled(), { signal, passive: true });
    // The frame shrinks under the reader when the composer grows or a keyboard opens; the end stays in view.
    this.#resize = new ResizeObserver(() => this.#follow());
    this.#resize.observe(this.#scroll);
    this.#resize.observe(this.#list);
    signal.addEventListener('abort', () => this.#resize.disconnect());
  }

  get isEmpty() {
    return this.#list.childElementCount === 0;
  }

  get isAtEnd() {
    return this.#pinned;
  }

  /** The lowest id shown, or 0. */
  get oldestId() {
    return Number(this.#list.querySelector('[data-id]')?.dataset.id ?? 0);
  }

  /** The highest id shown, or 0. */
  get newestId() {
    return Math.max(0, ...this.#stored.keys());
  }

  /** From now on what is added is read out by screen readers. */
  goLive() {
    this.#scroll.ariaLive = 'polite';
  }

  clear() {
    this.#scroll.ariaLive = 'off';
    this.#stored.clear();
    this.#pending.clear();
    this.#list.replaceChildren();
    this.#pinned = true;
  }

  /** Adds a stored message. False when it is there already. */
  add(message) {
    if (this.#stored.has(message.id)) return false;
    // It may be the stored form of one that was on its way.
    const own = message.author === this.#me && message.clientId ? this.#pending.get(message.clientId) : undefined;
    const element = own ?? this.#create(message.author, message.text);
    this.#pending.delete(message.clientId);
    this.#stored.set(message.id, element);

    element.dataset.id = String(message.id);
    this.#setTime(element, new Date(message.at));
    this.#place(element, message.id);
    if (own) this.#deliver(element, 'sent', 'Sent');
    this.#follow();
    return true;
  }

  /** Adds messages that are older than all shown; what is in view stays in view. */
  addOlder(messages) {
    const live = this.#scroll.ariaLive;
    this.#scroll.ariaLive = 'off';
    const { scrollTop, scrollHeight } = this.#scroll;
    for (const message of messages) this.add(message);
    this.#scroll.scrollTop = scrollTop + this.#scroll.scrollHeight - scrollHeight;
    this.#scroll.ariaLive = live;
  }

  /** Shows or updates a message on its way. */
  showPending(item, label, canRetry) {
    let element = this.#pending.get(item.clientId);
    if (!element) {
      element = this.#create(this.#me, item.text);
      this.#pending.set(item.clientId, element);
      this.#setTime(element, new Date(item.at));
      this.#list.append(element);
      this.#group(element);
    }
    this.#deliver(element, item.state, label, canRetry ? item.clientId : null);
    this.#follow();
  }

  removePending(clientId) {
    const element = this.#pending.get(clientId);
    this.#pending.delete(clientId);
    const next = element?.nextElementSibling;
    element?.remove();
    if (next) this.#group(next);
  }

  /** Marks where unread messages begin. */
  markUnread(id) {
    this.#stored.get(id)?.classList.add('first-unread');
  }

  unmarkUnread() {
    for (const element of this.#list.querySelectorAll('.first-unread')) element.classList.remove('first-unread');
  }

  scrollToEnd() {
    this.#pinned = true;
    this.#follow();
  }

  /** Takes the oldest out when there are too many. True when it did. */
  trim() {
    if (!this.#pinned || this.#stored.size <= MOST_SHOWN * 1.2) return false;
    while (this.#stored.size > MOST_SHOWN) {
      const element = this.#list.firstElementChild;
      this.#stored.delete(Number(element.dataset.id));
      element.remove();
    }
    this.#group(this.#list.firstElementChild);
    return true;
  }

  #create(author, text) {
    const element = this.#template.content.firstElementChild.cloneNode(true);
    element.dataset.author = author;
    element.classList.toggle('own', author === this.#me);
    paintAvatar(element.querySelector('.avatar'), author);
    const name = element.querySelector('.author');
    name.textContent = author;
    name.style.setProperty('--hue', hueOf(author));
    element.querySelector('.text').replaceChildren(...linkify(text));
    return element;
  }

  #setTime(element, date) {
    element.dataset.at = date.toISOString();
    const time = element.querySelector('.time');
    time.dateTime = element.dataset.at;
    time.textContent = clockTime(date);
    time.title = fullTime(date);
  }

  /** Puts an element where its id belongs: nearly always before those on their way, at the end of the stored ones. */
  #place(element, id) {
    const formerNext = element.nextElementSibling;
    let before = this.#list.lastElementChild;
    while (before && (before === element || before.dataset.id === undefined || Number(before.dataset.id) > id)) before = before.previousElementSibling;
    const successor = before ? before.nextElementSibling : this.#list.firstElementChild;
    if (successor !== element) this.#list.insertBefore(element, successor);
    this.#group(element);
    if (formerNext) this.#group(formerNext);
    if (element.nextElementSibling) this.#group(element.nextElementSibling);
  }

  /** Decides whether an element continues the one before it or starts with name and time, and whether a day begins. */
  #group(element) {
    const previous = element.previousElementSibling;
    const at = new Date(element.dataset.at);
    const newDay = !previous || !isSameDay(at, new Date(previous.dataset.at));
    const continues = !newDay && previous.dataset.author === element.dataset.author && at - new Date(previous.dataset.at) < GROUP_MS;
    element.classList.toggle('continues', continues);
    const separator = element.querySelector('.day');
    separator.hidden = !newDay;
    separator.textContent = newDay ? dayName(at) : '';
  }

  /** Says below a message what becomes of it; with buttons when it can be tried again. */
  #deliver(element, state, label, retryId = null) {
    element.dataset.delivery = state;
    let delivery = element.querySelector('.delivery');
    if (!delivery) {
      delivery = document.createElement('div');
      delivery.className = 'delivery';
      element.querySelector('.message-body').append(delivery);
    }
    const text = document.createElement('span');
    text.className = 'delivery-text';
    text.textContent = label;
    delivery.replaceChildren(text);
    if (!retryId) return;

    const fire = (type) => this.dispatchEvent(new CustomEvent(type, { detail: { clientId: retryId } }));
    const buttons = document.getElementById('retry-template').content.cloneNode(true);
    buttons.querySelector('[data-testid=retry-send]').addEventListener('click', () => fire('retry'));
    buttons.querySelector('[data-testid=put-back]').addEventListener('click', () => fire('discard'));
    delivery.append(buttons);
  }

  #scrolled() {
    this.#pinned = this.#scroll.scrollHeight - this.#scroll.clientHeight - this.#scroll.scrollTop < END_SLACK;
    this.dispatchEvent(new Event('scrolled'));
  }

  #follow() {
    if (this.#pinned) this.#scroll.scrollTop = this.#scroll.scrollHeight;
  }
}
