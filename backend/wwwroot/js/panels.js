/** The lists of rooms and people slide over the conversation where there is no place beside it. */
export class Panels {
  #scrim = document.getElementById('scrim');
  #behind = document.querySelector('.conversation');
  #open = null;
  #opener = null;

  constructor() {
    document.addEventListener('click', (event) => {
      const opener = event.target.closest('[data-open]');
      if (opener) this.#toggle(opener);
      else if (event.target.closest('[data-close], #scrim')) this.close();
    });
    document.addEventListener('keydown', (event) => event.key === 'Escape' && this.#open && this.close());
  }

  close({ focus = true } = {}) {
    if (!this.#open) return;
    this.#open.classList.remove('open');
    this.#opener.ariaExpanded = 'false';
    this.#scrim.hidden = true;
    this.#behind.inert = false;
    if (focus) this.#opener.focus();
    this.#open = this.#opener = null;
  }

  #toggle(opener) {
    const panel = document.getElementById(`${opener.dataset.open}-panel`);
    const wasOpen = this.#open === panel;
    this.close({ focus: false });
    if (wasOpen) return;
    this.#open = panel;
    this.#opener = opener;
    panel.classList.add('open');
    opener.ariaExpanded = 'true';
    this.#scrim.hidden = false;
    // What the panel covers is out of reach for the mouse; so it is for the keyboard and screen readers.
    this.#behind.inert = true;
    panel.querySelector('[data-close]').focus();
  }
}
