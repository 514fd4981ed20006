import { asNetsondeError } from '@shared/errors';

/** A small text kept between runs. Where it lies and with which rights is the owner's matter (home.ts). */
export interface KeptFile {
  /** null when nothing was kept yet. */
  read(): string | null;
  write(text: string): void;
  remove(): void;
}

/** For what is only a convenience after a restart: a disk that is full must not fail the request that is noted. */
export function writeOrReport(file: KeptFile, content: string): void {
  try {
    file.write(content);
  } catch (thrown) {
    console.error(JSON.stringify({ level: 'warning', message: asNetsondeError(thrown).message }));
  }
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
