import path from 'node:path';

/** The folder that holds main/, preload/ and renderer/ of the build. Chunks of main lie one folder deeper. */
export function outFolder(): string {
  const here = import.meta.dirname;
  return path.resolve(path.basename(here) === 'chunks' ? path.dirname(here) : here, '..');
}

/** The built interface. */
export const rendererFolder = (): string => path.join(outFolder(), 'renderer');
