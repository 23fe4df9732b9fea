/** Counts what came while nobody looked: the tab was hidden, or the end of the messages out of sight. */
export class Unread {
  #pill = document.getElementById('unread');
  #title;
  count = 0;

  constructor(title) {
    this.#title = title;
    this.clear();
  }

  add() {
    this.count++;
    this.#show();
  }

  clear() {
    this.count = 0;
    this.#show();
  }

  #show() {
    const { count } = this;
    document.title = count > 0 ? `(${count}) ${this.#title}` : this.#title;
    this.#pill.hidden = count === 0;
    this.#pill.textContent = count === 1 ? '1 new message' : `${count} new messages`;
    this.#pill.dataset.count = String(count);
  }
}
