const CLEAR_LINE = '\r\u001b[2K';

export interface ProgressLine {
  show: (words: string) => void;
  clear: () => void;
}

/** How far something is, on one line of the terminal of stderr that is cleared at the end; nothing elsewhere. */
export function progressLine(): ProgressLine {
  if (!process.stderr.isTTY) return { show: () => {}, clear: () => {} };
  let isShown = false;
  return {
    show(words) {
      isShown = true;
      process.stderr.write(`${CLEAR_LINE}${words}`);
    },
    clear() {
      if (isShown) process.stderr.write(CLEAR_LINE);
      isShown = false;
    },
  };
}
