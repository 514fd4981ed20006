import {
  type BridgeMessage,
  type BridgePort,
  type BridgeRequest,
  type FileReply,
  type FileRequest,
  IPC_FILE,
  IPC_FILE_WAITS,
  IPC_MESSAGE,
  IPC_REQUEST,
} from '@shared/bridge';
import { contextBridge, ipcRenderer } from 'electron';

function hear<Content>(channel: string, on: (content: Content) => void): () => void {
  const listener = (_event: unknown, content: Content): void => on(content);
  ipcRenderer.on(channel, listener);
  return () => void ipcRenderer.off(channel, listener);
}

/**
 * The frames of the two verbs and of files, and nothing else. An AbortSignal cannot cross the context bridge,
 * so `call` and `subscribe` are made of these frames in the page, as they are over a WebSocket.
 */
const port: BridgePort = {
  send: (request: BridgeRequest) => ipcRenderer.send(IPC_REQUEST, request),
  listen: onMessage => hear<BridgeMessage>(IPC_MESSAGE, onMessage),
  file: (request: FileRequest): Promise<FileReply> => ipcRenderer.invoke(IPC_FILE, request),
  onFileWaits: listener => hear<void>(IPC_FILE_WAITS, () => listener()),
};

contextBridge.exposeInMainWorld('netsonde', port);
