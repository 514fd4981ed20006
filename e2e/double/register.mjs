// Runs the built Electron main process under plain Node: `electron` becomes the double beside this file.
import * as module from 'node:module';

const double = new URL('./electron.mjs', import.meta.url).href;
// Through the namespace: a named import of registerHooks is a SyntaxError on Node 20.
module.registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: double, shortCircuit: true } : next(specifier, context),
});
