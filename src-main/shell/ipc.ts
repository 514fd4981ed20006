import { IPC_MESSAGE, IPC_REQUEST } from '@shared/bridge';
import { SCOPES, type Scope } from '@shared/model/settings';
import type { Language } from '@shared/text/index';
import { ipcMain, type WebContents } from 'electron';
import type { Engine } from '../engine/create-engine';
import { createBridgeSession } from '../transports/bridge-session';
import { mayUseIpc } from './sender';

export interface IpcOptions {
  engine: Engine;
  /** file: URL of the page that may speak. */
  pageUrl: string;
  language: () => Language;
}

type Session = ReturnType<typeof createBridgeSession>;

/**
 * The one registrar: every message's sender is checked before it is looked at. One session a page;
 * a reload or a crash ends it, and with it its calls and subscriptions.
 * @returns stops listening and ends every session
 */
export function registerIpc({ engine, pageUrl, language }: IpcOptions): () => void {
  const sessions = new Map<WebContents, Session>();

  const open = (contents: WebContents): Session => {
    const session = createBridgeSession({
      engine,
      caller: { id: 'interface', door: 'interface', scopes: new Set<Scope>(SCOPES), language: language(), isAtDesktop: true },
      send: message => {
        if (!contents.isDestroyed()) contents.send(IPC_MESSAGE, message);
      },
    });
    const end = (): void => {
      session.close();
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

  const onRequest = (event: Electron.IpcMainEvent, request: unknown, ...extra: unknown[]): void => {
    if (
      !mayUseIpc(
        {
          frameUrl: event.senderFrame?.url,
          isMainFrame: event.senderFrame === event.sender.mainFrame,
          extraArguments: extra.length,
        },
        pageUrl,
      )
    ) {
      console.error(JSON.stringify({ level: 'warning', message: 'An IPC message from a foreign frame was refused.' }));
      return;
    }
    (sessions.get(event.sender) ?? open(event.sender)).receive(request);
  };

  ipcMain.on(IPC_REQUEST, onRequest);
  return () => {
    ipcMain.off(IPC_REQUEST, onRequest);
    for (const session of sessions.values()) session.close();
    sessions.clear();
  };
}
