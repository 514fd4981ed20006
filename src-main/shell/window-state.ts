import { z } from 'zod';
import type { KeptFile } from '../engine/services/kept-file';

const coordinate = z.int().min(-32_768).max(32_767);
const windowState = z.object({
  x: coordinate.nullable().default(null),
  y: coordinate.nullable().default(null),
  width: z.int().min(720).max(16_384),
  height: z.int().min(480).max(16_384),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof windowState>;

const DEFAULT: WindowState = { x: null, y: null, width: 1440, height: 900, maximized: false };

/** Where the window was; the default when the file is absent or unreadable, since a window must open in any case. */
export function loadWindowState(file: KeptFile): WindowState {
  try {
    return windowState.parse(JSON.parse(file.read() ?? ''));
  } catch {
    return DEFAULT;
  }
}

/** A full or read-only disk must not keep the app from closing: the place of the window is all that is lost. */
export function saveWindowState(file: KeptFile, state: WindowState): void {
  try {
    file.write(JSON.stringify(windowState.parse(state)));
  } catch (thrown) {
    console.error(JSON.stringify({ level: 'warning', message: `The window's place was not saved: ${String(thrown)}` }));
  }
}
