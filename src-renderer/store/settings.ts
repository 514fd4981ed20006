import { DEFAULT_SETTINGS } from '@shared/model/default-settings';
import type { Settings } from '@shared/model/settings';
import { create } from 'zustand';
import { callTool } from './use-tool';

interface SettingsState {
  settings: Settings;
  receive: (settings: Settings) => void;
  /** Shown at once, kept by the engine; taken back when the engine refuses. */
  change: (part: Partial<Settings>) => Promise<void>;
}

/** What the user set; the engine keeps it, so that it is the same in every window. */
export const useSettings = create<SettingsState>((set, get) => ({
  settings: DEFAULT_SETTINGS,
  receive: settings => set({ settings }),
  async change(part) {
    const before = get().settings;
    set({ settings: { ...before, ...part } });
    const reply = await callTool<unknown>('change_settings', part);
    if (!reply.success) set({ settings: before });
  },
}));

export const selectRateUnit = (state: SettingsState): Settings['rate_unit'] => state.settings.rate_unit;
export const selectFavourites = (state: SettingsState): Settings['favourites'] => state.settings.favourites;
