import { createHash } from 'node:crypto';
import type { Sql } from '../database/index.js';
import { previewOf } from './preview.js';

/** A value whose JSON is longer stands in `blobs`, and its row keeps a preview. */
export const largeBytes = 64 * 1024;
/** No step puts out more than this. */
export const mostBytes = 10 * 1024 * 1024;

/** Names a whole value where a row has only its preview. */
export interface LargeValue {
  hash: string;
  /** Bytes of its JSON, or of itself where it is bytes. */
  size: number;
}

/** A row's large values by the name of their part, as its column `large` has them. */
export type LargeValues = Record<string, LargeValue>;

/** Content to be saved with the row that names it. */
export interface Blob extends LargeValue {
  workspaceId: string;
  json?: string;
  bytes?: Buffer;
}

/** Parts of a row, each as JSON; what is large is taken out and replaced by its preview. */
export interface SplitParts<Part extends string> {
  parts: Record<Part, string | null>;
  /** For the column `large`: JSON, or null when nothing is large. */
  large: string | null;
  blobs: Blob[];
}

export function splitLarge<Part extends string>(workspaceId: string, values: Record<Part, unknown>): SplitParts<Part> {
  const large: LargeValues = {};
  const blobs: Blob[] = [];
  const parts = {} as Record<Part, string | null>;
  for (const part of Object.keys(values) as Part[]) {
    const value = values[part];
    const json = value === undefined ? null : JSON.stringify(value);
    parts[part] = json;
    if (json === null) continue;
    const size = sizeOf(json);
    if (size <= largeBytes) continue;
    const hash = hashOf(workspaceId, json);
    large[part] = { hash, size };
    blobs.push({ workspaceId, hash, size, json });
    parts[part] = JSON.stringify(previewOf(value));
  }
  return { parts, large: blobs.length > 0 ? JSON.stringify(large) : null, blobs };
}

/** Bytes that are kept apart from their row, which holds none then. */
export function largeBody(workspaceId: string, bytes: Buffer): Blob | null {
  if (bytes.length <= largeBytes) return null;
  return { workspaceId, hash: hashOf(workspaceId, bytes), size: bytes.length, bytes };
}

/** How a large value begins, as bytes: a text as it is, all else as JSON. */
export function previewBytes(value: unknown): Buffer {
  const preview = previewOf(value);
  return Buffer.from(typeof preview === 'string' ? preview : JSON.stringify(preview));
}

/** Bytes of a text; counted only where it can be large. */
const sizeOf = (text: string): number => (text.length * 3 <= largeBytes ? text.length : Buffer.byteLength(text));

const hashOf = (workspaceId: string, content: string | Buffer): string =>
  createHash('sha256')
    .update(workspaceId)
    .update(typeof content)
    .update(content)
    .digest('hex');

/**
 * Saves content in the transaction of the rows that name it. What is there already, or was saved by another in the same
 * moment, is held until the commit: who removes what is unused passes over what is held, and looks for rows that name
 * it only once he holds it himself.
 */
export async function saveBlobs(tx: Sql, blobs: Blob[]): Promise<void> {
  if (blobs.length === 0) return;
  const byHash = new Map(blobs.map((blob) => [blob.hash, blob]));
  // In one order, so that two who save the same never wait for each other.
  const hashes = [...byHash.keys()].sort();
  const held = await tx.query<{ hash: string }>(
    'select hash from blobs where hash = any($1) order by hash for key share',
    [hashes],
  );
  for (const { hash } of held) byHash.delete(hash);
  for (const hash of hashes) {
    const blob = byHash.get(hash);
    if (!blob) continue;
    await tx.query(
      `insert into blobs (hash, workspace_id, size, value, bytes) values ($1, $2, $3, $4::jsonb, $5)
       on conflict (hash) do update set unused_since = null`,
      [hash, blob.workspaceId, blob.size, blob.json ?? null, blob.bytes ?? null],
    );
  }
}

/** SQL for a row's value as a whole: `table` has the value, or its preview, in `column`. */
export function wholeValue(table: string, column: string, part = column): string {
  return `case when ${table}.large is null or not ${table}.large ? '${part}' then ${table}.${column}
    else (select b.value from blobs b where b.hash = ${table}.large #>> '{${part},hash}') end`;
}

/** SQL for a row's bytes as a whole. */
export function wholeBytes(table: string, column: string): string {
  return `case when ${table}.large is null or not ${table}.large ? '${column}' then ${table}.${column}
    else (select b.bytes from blobs b where b.hash = ${table}.large #>> '{${column},hash}') end`;
}

/** SQL for the sizes of a row's large values: `{ output: { size } }`, or null. */
export function sizesOf(table: string): string {
  return `case when ${table}.large is not null then (select jsonb_object_agg(l.key, jsonb_build_object('size', l.value -> 'size'))
    from jsonb_each(${table}.large) l) end`;
}
