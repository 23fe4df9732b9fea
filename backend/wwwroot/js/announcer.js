const element = document.getElementById('announcer');

/** Has screen readers say a short text when they come to it. */
export function announce(text) {
  element.textContent = '';
  // In a later turn: the same text twice is no change otherwise.
  setTimeout(() => { element.textContent = text; }, 50);
}
