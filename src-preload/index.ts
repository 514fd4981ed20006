import { type BridgeMessage, type BridgePort, type BridgeRequest, IPC_MESSAGE, IPC_REQUEST } from '@shared/bridge';
import { contextBridge, ipcRenderer } from 'electron';

/**
 * The frames of the two verbs, and nothing else. An AbortSignal cannot cross the context bridge,
 * so `call` and `subscribe` are made of these frames in the page, as they are over a WebSocket.
 */
const port: BridgePort = {
  send: (request: BridgeRequest) => ipcRenderer.send(IPC_REQUEST, request),
  listen: onMessage => {
    const listener = (_event: unknown, message: BridgeMessage): void => onMessage(message);
    ipcRenderer.on(IPC_MESSAGE, listener);
    return () => void ipcRenderer.off(IPC_MESSAGE, listener);
  },
};

contextBridge.exposeInMainWorld('netsonde', port);
