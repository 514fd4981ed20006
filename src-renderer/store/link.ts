import { create } from 'zustand';
import { client, type LinkState } from '../client';

/** Whether the engine answers; every page shows its values as old while it does not. */
export const useLink = create<LinkState>(() => ({ state: 'connecting', since_ms: Date.now(), next_try_ms: null }));

export function followLink(): () => void {
  return client().onLink(link => useLink.setState(link));
}
