// `npm run release:helpers`: the helper for packages and for remote hosts, fully static, for x64 and arm64, in release/helper/.
// Debian only: the libraries of the other architecture are fetched as packages into .tmp, nothing of it is installed.
import { existsSync, mkdirSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import path from 'node:path';
import { compile } from './lib/helper.mjs';
import { hasProgram, main, ROOT, run, StepFailed, step } from './lib/steps.mjs';

const STATIC = ['-static', '-lpcap', '-lbpf', '-lelf', '-lz'];
/** e_machine of the ELF header (elf.h). */
const TARGETS = [
  { name: 'x64', debian: 'amd64', triplet: 'x86_64-linux-gnu', machine: 62 },
  { name: 'arm64', debian: 'arm64', triplet: 'aarch64-linux-gnu', machine: 183 },
];

await main(async () => {
  const own = process.arch;
  for (const target of TARGETS) {
    const cc = target.name === own ? 'gcc' : `${target.triplet}-gcc`;
    if (!hasProgram(cc)) throw new StepFailed(`${cc} is missing: sudo apt install gcc-${target.triplet}`);
    const out = path.join(ROOT, 'release/helper', target.name);
    await step(`Helper for ${target.name}`, async () => {
      const link = target.name === own ? STATIC : [...(await foreignLibraries(target)), ...STATIC];
      await compile({ out, cc, link });
      rmSync(path.join(out, 'objects'), { recursive: true });
      const machine = elfMachine(path.join(out, 'netsonde-helper'));
      if (machine !== target.machine) throw new StepFailed(`The helper for ${target.name} is for ELF machine ${machine}.`);
    });
  }
});

/** Headers and static libraries of another architecture, as compiler options. */
async function foreignLibraries({ debian, triplet }) {
  const folder = path.join(ROOT, '.tmp', `libraries-${debian}`);
  const sysroot = path.join(folder, 'root');
  if (!existsSync(sysroot)) {
    mkdirSync(path.join(folder, 'lists/partial'), { recursive: true });
    mkdirSync(path.join(folder, 'archives/partial'), { recursive: true });
    // A package list of its own: the system is not taught another architecture.
    const options = [
      `APT::Architecture=${debian}`,
      `APT::Architectures=${debian}`,
      `Dir::State::lists=${folder}/lists`,
      `Dir::Cache::archives=${folder}/archives`,
      'Dir::Cache::pkgcache=',
      'Dir::Cache::srcpkgcache=',
      'APT::Sandbox::User=root',
    ].flatMap(option => ['-o', option]);
    await run('apt-get', [...options, 'update', '-qq']);
    await run('apt-get', [...options, 'download', '-qq', 'libpcap0.8-dev', 'libbpf-dev', 'libelf-dev', 'zlib1g-dev'], {
      cwd: folder,
    });
    for (const name of readdirSync(folder).filter(each => each.endsWith('.deb')))
      await run('dpkg-deb', ['-x', path.join(folder, name), sysroot]);
  }
  return [`-I${sysroot}/usr/include`, `-I${sysroot}/usr/include/${triplet}`, `-L${sysroot}/usr/lib/${triplet}`];
}

function elfMachine(file) {
  const header = Buffer.alloc(20);
  readSync(openSync(file, 'r'), header, 0, header.length, 0);
  return header.readUInt16LE(18);
}
