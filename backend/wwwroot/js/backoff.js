const FIRST_MS = 1_000;
const LONGEST_MS = 15_000;

/** Waits that double up to a limit, each shortened at random by up to a half so that pages which failed together do not come back together. */
export class Backoff {
  #attempts = 0;

  /** The next wait in milliseconds; at least `atLeast`. */
  next(atLeast = 0) {
    const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#attempts++);
    return Math.max(atLeast, full * (0.5 + Math.random() / 2));
  }

  reset() {
    this.#attempts = 0;
  }
}
