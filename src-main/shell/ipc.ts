import { type FileReply, IPC_FILE, IPC_FILE_WAITS, IPC_MESSAGE, IPC_REQUEST } from '@shared/bridge';
import { SCOPES, type Scope } from '@shared/model/settings';
import type { Language } from '@shared/text/index';
import { BrowserWindow, ipcMain, type WebContents } from 'electron';
import type { Engine } from '../engine/create-engine';
import { createBridgeSession } from '../transports/bridge-session';
import { chooseCapture, savePdf } from './dialogs';
import type { OpenedFiles } from './opened-files';
import { createPageFiles, type PageFiles } from './page-files';
import { mayUseIpc } from './sender';

export interface IpcOptions {
  engine: Engine;
  /** file: URL of the page that may speak. */
  pageUrl: string;
  language: () => Language;
  opened: OpenedFiles;
}

interface PageSession {
  bridge: ReturnType<typeof createBridgeSession>;
  files: PageFiles;
}

/**
 * The one registrar: every message's sender is checked before it is looked at. One session a page;
 * a reload or a crash ends it, and with it its calls and subscriptions.
 * @returns stops listening and ends every session
 */
export function registerIpc({ engine, pageUrl, language, opened }: IpcOptions): () => void {
  const sessions = new Map<WebContents, PageSession>();

  const open = (contents: WebContents): PageSession => {
    const bridge = createBridgeSession({
      engine,
      caller: { id: 'interface', door: 'interface', scopes: new Set<Scope>(SCOPES), language: language(), isAtDesktop: true },
      send: message => {
        if (!contents.isDestroyed()) contents.send(IPC_MESSAGE, message);
      },
    });
    const files = createPageFiles({
      uploads: engine.uploads,
      language,
      choose: () => chooseCapture(BrowserWindow.fromWebContents(contents), language()),
      next: () => opened.next(),
      savePdf: name => savePdf(contents, name, language()),
    });
    const session = { bridge, files };
    const end = (): void => {
      bridge.close();
      files.close();
      sessions.delete(contents);
      contents.off('destroyed', end);
      contents.off('render-process-gone', end);
      contents.off('did-start-navigation', onNavigation);
    };
    // A change of the address after # is the same page: its session goes on, and is still to be ended by what follows.
    const onNavigation = (details: Electron.Event<Electron.WebContentsDidStartNavigationEventParams>): void => {
      if (details.isMainFrame && !details.isSameDocument) end();
    };
    contents.on('destroyed', end);
    contents.on('render-process-gone', end);
    contents.on('did-start-navigation', onNavigation);
    sessions.set(contents, session);
    return session;
  };

  /** @returns null for a frame that may not speak */
  const sessionOf = (event: Electron.IpcMainEvent | Electron.IpcMainInvokeEvent, extraArguments: number): PageSession | null => {
    const sender = {
      frameUrl: event.senderFrame?.url,
      isMainFrame: event.senderFrame === event.sender.mainFrame,
      extraArguments,
    };
    if (mayUseIpc(sender, pageUrl)) return sessions.get(event.sender) ?? open(event.sender);
    console.error(JSON.stringify({ level: 'warning', message: 'An IPC message from a foreign frame was refused.' }));
    return null;
  };
  const onRequest = (event: Electron.IpcMainEvent, request: unknown, ...extra: unknown[]): void =>
    sessionOf(event, extra.length)?.bridge.receive(request);
  const onFile = (event: Electron.IpcMainInvokeEvent, request: unknown, ...extra: unknown[]): Promise<FileReply> => {
    const session = sessionOf(event, extra.length);
    return session ? session.files.receive(request) : Promise.reject(new Error('refused'));
  };

  ipcMain.on(IPC_REQUEST, onRequest);
  ipcMain.handle(IPC_FILE, onFile);
  const stopOpened = opened.listen(() => {
    for (const contents of sessions.keys()) contents.send(IPC_FILE_WAITS);
  });
  return () => {
    ipcMain.off(IPC_REQUEST, onRequest);
    ipcMain.removeHandler(IPC_FILE);
    stopOpened();
    for (const { bridge, files } of sessions.values()) {
      bridge.close();
      files.close();
    }
    sessions.clear();
  };
}
