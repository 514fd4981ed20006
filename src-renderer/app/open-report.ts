import type { FileReply } from '@shared/bridge';
import { useUploads } from '../store/uploads';
import { goTo } from './router';

/** Analyses a file and shows its report; who went elsewhere meanwhile finds it in the list. */
export async function openReport(source: File | FileReply): Promise<void> {
  const session = await useUploads.getState().analyse(source);
  if (session !== null && location.hash.startsWith('#/captures')) goTo('report', { session });
}

/** Opens what the desktop app was given by its menu, its command line or the file manager. @returns stops */
export function followOpenedFiles(): () => void {
  const port = window.netsonde;
  if (!port) return () => {};
  const take = async (): Promise<void> => {
    for (;;) {
      const reply = await port.file({ kind: 'next' });
      if (reply.success && reply.data === null) return;
      goTo('captures');
      void openReport(reply);
    }
  };
  void take();
  return port.onFileWaits(() => void take());
}
