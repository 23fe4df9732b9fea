import { paintAvatar } from './avatar.js';

/** Shows who is here. */
export class People {
  #list = document.getElementById('people');
  #more = document.getElementById('people-more');
  #count = document.getElementById('people-count');
  #me;

  constructor(me) {
    this.#me = me;
    this.show({ here: [], count: 0 });
  }

  show({ here, count }) {
    this.#count.textContent = String(count);
    this.#more.hidden = count <= here.length;
    this.#more.textContent = `and ${count - here.length} more`;
    const sorted = [...here].sort((a, b) => (b === this.#me) - (a === this.#me) || a.localeCompare(b));
    this.#list.replaceChildren(...sorted.map((name) => this.#person(name)));
  }

  #person(name) {
    const item = document.createElement('li');
    item.dataset.name = name;
    const avatar = document.createElement('span');
    avatar.className = 'avatar avatar-small';
    avatar.setAttribute('aria-hidden', 'true');
    paintAvatar(avatar, name);
    const label = document.createElement('span');
    label.className = 'person-name';
    label.textContent = name;
    item.append(avatar, label);
    if (name === this.#me) {
      const you = document.createElement('span');
      you.className = 'tag';
      you.textContent = 'you';
      item.append(you);
    }
    return item;
  }
}
