import type { Status } from '@shared/model/status';
import { create } from 'zustand';

interface StatusState {
  status: Status | null;
  receive: (status: Status) => void;
}

/** Which backend reads the counters of interfaces. */
export const selectCounterBackend = (state: StatusState): string =>
  state.status?.abilities.find(({ id }) => id === 'counters')?.backend ?? '–';

/** What the engine says about itself and about what can be seen here. */
export const useStatus = create<StatusState>(set => ({
  status: null,
  receive: status => set({ status }),
}));
