// What Netsonde uses of Electron, with Chromium as its window. It cannot prove isolated worlds, the sandbox,
// session permissions, native menus or safeStorage; these are pure functions with tests of their own.
import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from '@playwright/test';
import { CHROMIUM, CHROMIUM_ARGS } from '../chromium.mjs';

/** Module scripts from file:// are refused by CORS, so the folder is served on an origin that exists nowhere. */
const ORIGIN = 'https://netsonde.invalid';
const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

const windows = new Set();

class App extends EventEmitter {
  isPackaged = false;
  requestSingleInstanceLock = () => true;
  whenReady = () => Promise.resolve();
  exit = code => process.exit(code);
  getLocale = () => process.env.NETSONDE_E2E_LOCALE ?? 'en-US';
  getVersion = () => JSON.parse(readFileSync(path.resolve('package.json'), 'utf8')).version;

  quit() {
    let prevented = false;
    this.emit('before-quit', { preventDefault: () => (prevented = true) });
    if (!prevented) void Promise.all([...windows].map(window => window.destroy())).then(() => process.exit(0));
  }
}
export const app = new App();

/** One page in a Chromium of its own; its DevTools address is the line `devtools ADDRESS` on stdout. */
export class BrowserWindow extends EventEmitter {
  #destroyed = false;
  #page;

  constructor(options) {
    super();
    this.options = options;
    this.webContents = new WebContents(this, () => this.#page);
    windows.add(this);
  }

  async loadFile(file) {
    const folder = path.dirname(file);
    this.profile = mkdtempSync(path.join(tmpdir(), 'netsonde-double-'));
    this.context = await chromium.launchPersistentContext(this.profile, {
      executablePath: CHROMIUM,
      args: [...CHROMIUM_ARGS, '--remote-debugging-port=0'],
      viewport: { width: this.options.width, height: this.options.height },
    });
    this.webContents.url = pathToFileURL(file).href;
    await this.context.route(`${ORIGIN}/**`, route => {
      const { pathname } = new URL(route.request().url());
      const inside = path.join(folder, path.posix.normalize(pathname));
      try {
        return route.fulfill({
          body: readFileSync(inside),
          contentType: TYPES[path.extname(inside)] ?? 'application/octet-stream',
        });
      } catch {
        return route.fulfill({ status: 404 });
      }
    });
    await this.context.exposeBinding('__ipcSend', (_source, channel, ...args) =>
      ipcMain.emit(channel, this.webContents.event(), ...args),
    );
    await this.context.exposeBinding('__user', (_source, deed) => user(deed));
    await this.context.exposeBinding('__ipcInvoke', (_source, channel, ...args) =>
      ipcMain.handlers.get(channel)(this.webContents.event(), ...args),
    );
    await this.context.addInitScript(`(() => {
      const listeners = new Map();
      window.__ipcDeliver = (channel, message) => { for (const listener of listeners.get(channel) ?? []) listener({}, message); };
      const sandboxed = {
        contextBridge: { exposeInMainWorld: (name, api) => { window[name] = Object.freeze({ ...api }); } },
        ipcRenderer: {
          send: (channel, ...args) => window.__ipcSend(channel, ...structuredClone(args)),
          invoke: (channel, ...args) => window.__ipcInvoke(channel, ...structuredClone(args)),
          on: (channel, listener) => listeners.set(channel, new Set([...(listeners.get(channel) ?? []), listener])),
          off: (channel, listener) => listeners.get(channel)?.delete(listener),
        },
      };
      const require = name => { if (name === 'electron') return sandboxed; throw new Error('The sandbox has no ' + name); };
      (() => { ${readFileSync(this.options.webPreferences.preload, 'utf8')} })();
    })()`);
    await this.#show(this.context.pages()[0] ?? (await this.context.newPage()), `${ORIGIN}/${path.basename(file)}`);
    this.emit('ready-to-show');
    const [port] = readFileSync(path.join(this.profile, 'DevToolsActivePort'), 'utf8').split('\n');
    process.stdout.write(`devtools http://127.0.0.1:${port}\n`);
  }

  /** What the window shows from now on. */
  async #show(page, address) {
    this.#page = page;
    let navigated = false;
    page.on('framenavigated', frame => {
      if (frame !== page.mainFrame()) return;
      const isSameDocument = navigated && page.url().includes('#');
      this.webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument });
      navigated = true;
    });
    page.on('crash', () => {
      this.crashed = true;
      this.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    });
    await page.goto(address);
  }

  /** Playwright does nothing more with a page that crashed, where Electron reloads it: another one takes its place. */
  async reload() {
    const gone = this.#page;
    if (!this.crashed) return gone.reload();
    this.crashed = false;
    await this.#show(await this.context.newPage(), gone.url());
    await gone.close();
  }

  async destroy() {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.emit('close');
    windows.delete(this);
    await this.context?.close().catch(() => {}); // Chromium may be gone already
    if (this.profile) rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
    this.webContents.emit('destroyed');
  }

  static fromWebContents = contents => [...windows].find(window => window.webContents === contents) ?? null;
  isDestroyed = () => this.#destroyed;
  isMinimized = () => false;
  isMaximized = () => false;
  getNormalBounds = () => ({ x: 0, y: 0, width: this.options.width, height: this.options.height });
  maximize() {}
  restore() {}
  show() {}
  focus() {}
}

class WebContents extends EventEmitter {
  url = '';
  session = { setPermissionRequestHandler() {}, setPermissionCheckHandler() {} };
  mainFrame;
  #page;
  #window;

  constructor(window, page) {
    super();
    this.#window = window;
    this.#page = page;
    const contents = this;
    this.mainFrame = {
      get url() {
        return contents.url;
      },
    };
  }

  event = () => ({ sender: this, senderFrame: this.mainFrame });
  setWindowOpenHandler() {}
  reload = () => void this.#window.reload();
  isDestroyed = () => this.#window.isDestroyed();
  /** Chromium's own, as in Electron. */
  printToPDF = ({ pageSize, printBackground }) => this.#page().pdf({ format: pageSize, printBackground });

  send(channel, message) {
    // A page that is going away takes its messages with it, as in Electron.
    void this.#page()
      ?.evaluate(([name, content]) => window.__ipcDeliver?.(name, content), [channel, message])
      .catch(() => {});
  }
}

class IpcMain extends EventEmitter {
  handlers = new Map();
  handle = (channel, handler) => void this.handlers.set(channel, handler);
  removeHandler = channel => void this.handlers.delete(channel);
}
export const ipcMain = new IpcMain();
export const nativeTheme = { shouldUseDarkColors: false, themeSource: 'system' };
/** No keychain: secrets stay in memory. */
export const safeStorage = { isEncryptionAvailable: () => false };
export const nativeImage = { createFromPath: file => ({ file }) };
let menu = [];
export const Menu = {
  buildFromTemplate: template => ({ template }),
  setApplicationMenu: ({ template }) => {
    menu = template;
  },
};

/** What the user will choose in the next dialog; null: dismiss it. */
let chosen = null;
export const dialog = {
  showErrorBox: (title, content) => process.stderr.write(`dialog ${title} ${content}\n`),
  showOpenDialog: async () => ({ canceled: chosen === null, filePaths: chosen === null ? [] : [chosen] }),
  showSaveDialog: async () => ({ canceled: chosen === null, filePath: chosen ?? '' }),
};

/** What the user does outside the page, where nothing is drawn: `window.__user` of the page, for tests. */
function user({ kind, label, file, argv, folder }) {
  if (kind === 'choose') chosen = file;
  if (kind === 'menu')
    menu
      .flatMap(({ submenu = [] }) => submenu)
      .find(item => item.label === label)
      .click();
  if (kind === 'start again') app.emit('second-instance', {}, argv, folder);
  if (kind === 'open file') app.emit('open-file', { preventDefault() {} }, file);
}
export const shell = { openExternal: () => Promise.resolve() };
export class Tray extends EventEmitter {
  setContextMenu() {}
  setToolTip(text) {
    this.toolTip = text;
  }
  destroy() {}
}
