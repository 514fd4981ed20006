import path from 'node:path';

/** Capture files opened from outside the page: by the menu, the command line, the file manager. */
export interface OpenedFiles {
  offer(file: string): void;
  /** The oldest that no page has taken. */
  next(): string | null;
  /** Told of each offer. @returns stops */
  listen(onOffer: () => void): () => void;
}

/** A page that loads or comes back asks for what waits, so none is lost between a start and a page. */
export function createOpenedFiles(): OpenedFiles {
  const waiting: string[] = [];
  const listeners = new Set<() => void>();
  return {
    offer(file) {
      waiting.push(file);
      for (const listener of listeners) listener();
    },
    next: () => waiting.shift() ?? null,
    listen(onOffer) {
      listeners.add(onOffer);
      return () => void listeners.delete(onOffer);
    },
  };
}

/**
 * The files named on a command line of the app; Chromium's own switches are none.
 * @param isPackaged false: the program is followed by the app's folder
 */
export function filesOf(argv: readonly string[], folder: string, isPackaged: boolean): string[] {
  return argv
    .slice(isPackaged ? 1 : 2)
    .filter(each => each !== '' && !each.startsWith('-'))
    .map(each => path.resolve(folder, each));
}
