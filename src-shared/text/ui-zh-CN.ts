/** 界面文字，键与 ui-en.ts 相同。 */
export const uiZhCN = {
  app: { name: 'Netsonde' },
};
