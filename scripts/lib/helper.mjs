import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hasProgram, ROOT, run, step } from './steps.mjs';

const SOURCE = path.join(ROOT, 'resources/bpf');
const LOADER = path.join(SOURCE, 'helper');
const OUT = path.join(ROOT, 'out/helper');

/** What compiles the kernel programs and the helper. Debian names. */
export const HELPER_PACKAGES = [
  { program: 'clang', apt: 'clang', for: 'kernel programs' },
  { program: 'bpftool', apt: 'bpftool', for: 'kernel programs' },
  { program: 'gcc', apt: 'gcc', for: 'the helper' },
  { file: '/usr/include/bpf/libbpf.h', apt: 'libbpf-dev', for: 'the helper' },
  { file: '/usr/include/pcap/pcap.h', apt: 'libpcap-dev', for: 'the helper' },
  // gcc alone brings no C library headers where recommended packages are left out
  { file: '/usr/include/stdlib.h', apt: 'libc6-dev', for: 'the helper' },
];

export const isMissing = ({ program, file }) => (program ? !hasProgram(program) : !existsSync(file));

/** Newest change among its sources, in ms since 1970. */
function newestSource() {
  const files = [SOURCE, LOADER].flatMap(folder =>
    readdirSync(folder, { withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => path.join(folder, entry.name)),
  );
  return Math.max(...files.map(file => statSync(file).mtimeMs));
}

const loaderSources = () => readdirSync(LOADER).filter(name => /\.[cS]$/.test(name));

/**
 * Compiles resources/bpf into out/helper/netsonde-helper, unless nothing changed since. Where a compiler is missing it says
 * so and goes on: Netsonde works without, and names what it cannot see.
 */
export async function buildHelper() {
  if (process.platform !== 'linux') return;
  const missing = HELPER_PACKAGES.filter(isMissing);
  if (missing.length > 0) {
    process.stderr.write(`! The kernel programs are not built: ${missing.map(({ apt }) => apt).join(', ')} missing.\n`);
    return;
  }
  const stamp = path.join(OUT, '.built');
  const newest = String(newestSource());
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === newest) return;
  await step('Building the kernel programs and the helper', async () => {
    await compile({ out: OUT, cc: 'gcc' });
    writeFileSync(stamp, newest);
  });
}

/**
 * One helper with the programs inside. The programs are the same for every little-endian architecture.
 * @param {{ out: string, cc: string, link?: string[] }} options cc: compiler of the wanted architecture; link: how the libraries are linked
 */
export async function compile({ out, cc, link = ['-Wl,-Bstatic', '-lpcap', '-lbpf', '-lelf', '-lz', '-Wl,-Bdynamic'] }) {
  const objects = path.join(out, 'objects');
  mkdirSync(objects, { recursive: true });
  // Debian keeps asm/ of each architecture in a folder of its own, where clang does not look for the target bpf.
  const asm = `/usr/include/${(await run('gcc', ['-print-multiarch'])).trim()}`;
  const programs = readdirSync(SOURCE).filter(name => name.endsWith('.bpf.c'));
  await Promise.all(
    programs.map(async name => {
      const object = path.join(objects, name.replace(/\.c$/, '.o'));
      const withDebug = `${object}.debug`;
      const flags = ['-O2', '-g', '-target', 'bpf', '-Wall', '-Wextra', '-Werror', '-Wno-unused-parameter', `-I${asm}`];
      await run('clang', [...flags, '-c', path.join(SOURCE, name), '-o', withDebug]);
      // Leaves DWARF out: the kernel reads BTF only, and the object is a third of the size.
      await run(programPath('bpftool'), ['gen', 'object', object, withDebug]);
    }),
  );
  const flags = [
    '-O2',
    '-std=gnu17',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-Wno-sign-compare',
    '-fstack-protector-strong',
    '-D_FORTIFY_SOURCE=2',
    '-fPIE',
    '-pie',
    '-Wl,-z,relro,-z,now',
    '-Wl,--wrap=getaddrinfo',
  ];
  const sources = loaderSources().map(name => path.join(LOADER, name));
  await run(cc, [...flags, '-s', `-Wa,-I${objects}`, '-o', path.join(out, 'netsonde-helper'), ...sources, ...link]);
}

/** bpftool lies in sbin, which is not in every user's PATH. */
function programPath(name) {
  return ['/usr/sbin', '/sbin', '/usr/bin'].map(folder => path.join(folder, name)).find(existsSync) ?? name;
}
