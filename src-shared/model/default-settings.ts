import type { Settings } from './settings';

/** Apart from the schema: the interface starts with these and needs no zod. */
export const DEFAULT_SETTINGS: Settings = {
  language: 'system',
  theme: 'system',
  rate_unit: 'bit',
  density: 'compact',
  saved_filters: [],
  favourites: [],
};
