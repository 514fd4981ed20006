// What the bench of SSH takes from the sources; bundled by it, since Node alone finds neither aliases nor endings.
export { collectWithFallback } from '../../src-main/engine/collectors/backend';
export { counterBackends } from '../../src-main/engine/collectors/counters/index';
export { createEngine } from '../../src-main/engine/create-engine';
export { createHosts } from '../../src-main/engine/hosts/hosts';
export { createLocalHost } from '../../src-main/engine/hosts/local-host';
export { KnownHosts, knownHostsLine } from '../../src-main/engine/hosts/ssh/known-hosts';
export { createSshLab } from '../../test/support/ssh-lab';
