import { test as base, expect } from '@playwright/test';
import { LAUNCHERS, type Launched, type LauncherName } from './launchers/index';

interface WorkerFixtures {
  launcher: LauncherName;
  app: Launched;
}

/** One app per worker: starting it takes longer than most tests. */
export const test = base.extend<object, WorkerFixtures>({
  launcher: ['browser', { scope: 'worker', option: true }],
  app: [
    async ({ launcher }, use) => {
      const app = await LAUNCHERS[launcher]();
      await use(app);
      await app.close();
    },
    { scope: 'worker' },
  ],
});

export { expect };
