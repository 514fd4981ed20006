/** Labels of the interface in English; under `ui.` in the texts. */
export const uiEn = {
  app: { name: 'Netsonde' },
} as const;
