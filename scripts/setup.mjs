// `npm run setup`: installs what is missing and builds. Does nothing the second time.
import { setup } from './lib/setup.mjs';
import { main } from './lib/steps.mjs';

await main(async () => {
  await setup({ forTests: process.argv.includes('--tests') });
  process.stderr.write('Ready: `npm start` opens Netsonde.\n');
});
