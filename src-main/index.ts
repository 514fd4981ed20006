import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { asNetsondeError } from '@shared/errors';
import type { Settings } from '@shared/model/settings';
import { type Language, pickLanguage } from '@shared/text/index';
import { app, type BrowserWindow, dialog, Menu, nativeTheme, safeStorage } from 'electron';
import { createInstaller } from './helper/elevate';
import { createHome } from './home';
import { outFolder, rendererFolder } from './places';
import { startNetsonde } from './server';
import { chooseCapture } from './shell/dialogs';
import { registerIpc } from './shell/ipc';
import { buildMenu } from './shell/menu';
import { createOpenedFiles, filesOf } from './shell/opened-files';
import { createKeychainSecrets } from './shell/secrets';
import { createTray } from './shell/tray';
import { createWindow } from './shell/window';
import { VERSION } from './version';

/** The desktop app: one instance, one window, and the same server for agents that `netsonde serve` runs. */
async function main(): Promise<void> {
  if (!app.requestSingleInstanceLock()) return app.quit();
  const opened = createOpenedFiles();
  // macOS names files by events, the first before the app is ready.
  app.on('open-file', (event, file) => {
    event.preventDefault();
    opened.offer(file);
  });
  for (const file of filesOf(process.argv, process.cwd(), app.isPackaged)) opened.offer(file);
  await app.whenReady();

  const home = createHome(process.env);
  const rendererDir = rendererFolder();
  const server = await startNetsonde({
    home,
    rendererDir,
    version: VERSION,
    installer: createInstaller(outFolder()),
    secrets: createKeychainSecrets(safeStorage, home.file('config', 'secrets.json')),
  }).catch((thrown: unknown) => {
    // For example a `netsonde serve` of the same home: two engines must not write one set of files.
    const error = asNetsondeError(thrown);
    dialog.showErrorBox(error.message, error.hint);
    return null;
  });
  if (!server) return app.exit(1);
  const { engine } = server;
  let language: Language = pickLanguage(app.getLocale());
  const stopSettings = engine.subscribe('settings', {}, event => {
    const settings = event as Settings; // the stream of that name carries these
    language = settings.language === 'system' ? pickLanguage(app.getLocale()) : settings.language;
    nativeTheme.themeSource = settings.theme;
    Menu.setApplicationMenu(buildMenu(language, () => void openCapture()));
  });

  const pageUrl = pathToFileURL(path.join(rendererDir, 'index.html')).href;
  const stopIpc = registerIpc({ engine, pageUrl, language: () => language, opened });
  const out = outFolder();
  const open = (): BrowserWindow =>
    createWindow({ rendererDir, preload: path.join(out, 'preload/index.cjs'), stateFile: home.file('config', 'window.json') });
  let window = open();
  const show = (): void => {
    if (window.isDestroyed()) window = open();
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  };
  const openCapture = async (): Promise<void> => {
    show();
    const file = await chooseCapture(window, language);
    if (file !== null) opened.offer(file);
  };
  const removeTray = createTray({
    engine,
    icon: path.join(out, '../build/icons/tray.png'),
    language,
    onOpen: show,
    onQuit: () => app.quit(),
  });

  app.on('second-instance', (_event, argv, folder) => {
    show();
    for (const file of filesOf(argv, folder, app.isPackaged)) opened.offer(file);
  });
  app.on('activate', show);
  app.on('window-all-closed', () => app.quit());

  // Quitting waits until every loop, child process and socket has ended, and leaves nothing behind.
  let stopped = false;
  app.on('before-quit', event => {
    if (stopped) return;
    event.preventDefault();
    stopSettings();
    stopIpc();
    removeTray();
    void server.close().finally(() => {
      stopped = true;
      app.quit();
    });
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit());
}

await main();
