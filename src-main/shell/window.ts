import path from 'node:path';
import { BrowserWindow, nativeTheme, type Session } from 'electron';
import type { KeptFile } from '../engine/services/kept-file';
import { openExternal } from './external';
import { loadWindowState, saveWindowState } from './window-state';

/** Every window is made with exactly these: sandboxed, isolated, no Node, no webview (threat model section 11). */
export function webPreferences(preload: string) {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    webviewTag: false,
    spellcheck: false,
  } as const;
}

/** Colours of --bg before the page has painted, so that a dark desktop sees no white flash. */
const BACKGROUND = { light: '#f1f3f4', dark: '#11161a' };

export interface WindowOptions {
  /** Folder of the built interface. */
  rendererDir: string;
  preload: string;
  stateFile: KeptFile;
}

/** The one window of the app; its size and place are remembered. */
export function createWindow({ rendererDir, preload, stateFile }: WindowOptions): BrowserWindow {
  const { x, y, width, height, maximized } = loadWindowState(stateFile);
  const window = new BrowserWindow({
    ...(x !== null && y !== null && { x, y }),
    width,
    height,
    minWidth: 720,
    minHeight: 480,
    show: false,
    title: 'Netsonde',
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: webPreferences(preload),
  });
  if (maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => saveWindowState(stateFile, { ...window.getNormalBounds(), maximized: window.isMaximized() }));
  guardContents(window);
  void window.loadFile(path.join(rendererDir, 'index.html'));
  return window;
}

/** No navigation, no new windows, no permissions; links go to the one wrapper. A crashed page comes back. */
function guardContents(window: BrowserWindow): void {
  const { webContents } = window;
  webContents.setWindowOpenHandler(({ url }) => {
    openExternal(url);
    return { action: 'deny' };
  });
  webContents.on('will-navigate', event => event.preventDefault());
  webContents.on('will-attach-webview', event => event.preventDefault());
  webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') webContents.reload();
  });
  denyPermissions(webContents.session);
}

/** The page may write to the clipboard and nothing else. */
function denyPermissions(session: Session): void {
  const allowed = (permission: string): boolean => permission === 'clipboard-sanitized-write';
  session.setPermissionRequestHandler((_contents, permission, decide) => decide(allowed(permission)));
  session.setPermissionCheckHandler((_contents, permission) => allowed(permission));
}
