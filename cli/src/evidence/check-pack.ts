import type { KeyObject } from 'node:crypto';
import { EvidenceManifest, packFiles } from '@castellan/api';
import { fingerprintOf, isSignature, keyIdOf, publicKeyOf } from '@castellan/server/evidence-pack';
import { PackZip } from './pack-zip.js';

/** One thing that is wrong with a pack. */
export interface PackProblem {
  kind: 'altered' | 'missing' | 'added' | 'signature';
  path: string;
  /** In words, with the path. */
  message: string;
}

export interface PackCheck {
  /** Null where there is none that can be read. What it says counts only without problems. */
  manifest: EvidenceManifest | null;
  /** The key that signed; null where no key that is known signed these bytes. */
  key: { id: string; fingerprint: string } | null;
  /** Whether that is a key that was given; else it is only the one in the pack. */
  keyGiven: boolean;
  problems: PackProblem[];
}

/** Longer ones are no manifests of ours: a file takes some 200 bytes of it. */
const longestManifest = 64 * 1024 * 1024;
const longestKey = 10_000;

/** Holds a pack against its manifest, and that against its signature. Without a key, the one in the pack is used. */
export async function checkPack(path: string, givenKeys: KeyObject[]): Promise<PackCheck> {
  const zip = await PackZip.open(path);
  try {
    const signed = await checkSignature(zip, givenKeys);
    const { manifest } = signed;
    const problems = [...signed.problems, ...strangeEntries(zip, manifest)];
    for (const file of manifest?.files ?? []) problems.push(...(await checkFile(zip, file)));
    return { ...signed, problems };
  } finally {
    zip.close();
  }
}

async function checkSignature(zip: PackZip, givenKeys: KeyObject[]): Promise<PackCheck> {
  const bytes = await readSmall(zip, packFiles.manifest, longestManifest);
  const signature = await readSmall(zip, packFiles.signature, longestKey);
  const packKey = keyIn(await readSmall(zip, packFiles.publicKey, longestKey));
  const missing = Object.values(packFiles).filter((name) => !zip.entries.some(({ path }) => path === name));
  const problems = missing.map((name) => problem('missing', name, 'is missing'));
  const manifest = bytes === null ? null : manifestIn(bytes);
  const signs = (key: KeyObject): boolean => bytes !== null && signature !== null && isSignature(bytes, key, signature);
  const given = givenKeys.find(signs) ?? null;
  const key = given ?? (packKey !== null && signs(packKey) ? packKey : null);
  if (bytes !== null && manifest === null)
    problems.push(problem('altered', packFiles.manifest, 'is no manifest of a pack'));
  if (key === null && missing.length === 0) {
    const what =
      'does not fit its signature: it was altered, or signed with a key that is neither given nor in the pack';
    problems.push(problem('signature', packFiles.manifest, what));
  }
  if (key !== null && given === null && givenKeys.length > 0) {
    problems.push(
      problem(
        'signature',
        packFiles.manifest,
        `is signed with key ${keyIdOf(key)}, which is none of those that were given`,
      ),
    );
  }
  if (
    given !== null &&
    !missing.includes(packFiles.publicKey) &&
    (packKey === null || keyIdOf(packKey) !== keyIdOf(given))
  ) {
    problems.push(problem('altered', packFiles.publicKey, 'was altered: it is not the key that signed'));
  }
  if (key !== null && manifest !== null && manifest.key.fingerprint !== fingerprintOf(key)) {
    problems.push(
      problem('signature', packFiles.manifest, `names another key than the one that signed, ${keyIdOf(key)}`),
    );
  }
  return {
    manifest,
    key: key && { id: keyIdOf(key), fingerprint: fingerprintOf(key) },
    keyGiven: given !== null,
    problems,
  };
}

/** Files that nobody vouches for, whichever way one reads the zip file. */
function strangeEntries({ entries }: PackZip, manifest: EvidenceManifest | null): PackProblem[] {
  const known = new Set<string>([...Object.values(packFiles), ...(manifest?.files ?? []).map(({ path }) => path)]);
  const times = new Map<string, number>();
  for (const { path } of entries) times.set(path, (times.get(path) ?? 0) + 1);
  const problems: PackProblem[] = [];
  for (const { path, ownName, hidden } of entries) {
    if (manifest !== null && !known.has(path))
      problems.push(problem('added', path, 'was added: the manifest does not name it'));
    if (times.get(path) !== 1) problems.push(problem('added', path, 'is there more than once'));
    if (ownName !== path) problems.push(problem('altered', path, `is called ${ownName} in front of its content`));
    if (hidden) problems.push(problem('added', path, 'has bytes before it that belong to no file'));
  }
  return problems;
}

async function checkFile(zip: PackZip, file: EvidenceManifest['files'][number]): Promise<PackProblem[]> {
  let is: Awaited<ReturnType<PackZip['measure']>>;
  try {
    is = await zip.measure(file.path);
  } catch (error) {
    return [problem('altered', file.path, `was altered: it cannot be unpacked (${(error as Error).message})`)];
  }
  if (is === null) return [problem('missing', file.path, 'is missing')];
  if (is.sha256 === file.sha256 && is.bytes === file.bytes) return [];
  const size = is.bytes === file.bytes ? 'its content is another' : `${is.bytes} bytes instead of ${file.bytes}`;
  return [problem('altered', file.path, `was altered: ${size}`)];
}

const problem = (kind: PackProblem['kind'], path: string, what: string): PackProblem => ({
  ...{ kind, path },
  message: `${path} ${what}`,
});

/** One that cannot be unpacked counts as empty, which no signature fits. */
const readSmall = (zip: PackZip, path: string, most: number): Promise<Buffer | null> =>
  zip.read(path, most).catch(() => Buffer.alloc(0));

function manifestIn(bytes: Buffer): EvidenceManifest | null {
  try {
    return EvidenceManifest.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return null;
  }
}

function keyIn(pem: Buffer | null): KeyObject | null {
  try {
    return pem && publicKeyOf(pem);
  } catch {
    return null;
  }
}
