/** A small text kept between runs. Where it lies and with which rights is the owner's matter (home.ts). */
export interface KeptFile {
  /** null when nothing was kept yet. */
  read(): string | null;
  write(text: string): void;
  remove(): void;
}

/** Forgets when the process ends: for engines without a home and for a home that cannot be written. */
export function memoryFile(initial: string | null = null): KeptFile {
  let kept = initial;
  return {
    read: () => kept,
    write(text) {
      kept = text;
    },
    remove() {
      kept = null;
    },
  };
}
