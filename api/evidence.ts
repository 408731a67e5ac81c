import { z } from 'zod';
import { Id, Instant } from './page.js';
import { route } from './route.js';
import { runModes, runStatuses } from './runs.js';

/** Files of an evidence pack that its manifest does not list: it is what they vouch for. */
export const packFiles = {
  manifest: 'manifest.json',
  /** Ed25519 over the bytes of the manifest: 64 bytes, as they are. */
  signature: 'manifest.sig',
  /** The public part of the key that signed, as PEM. */
  publicKey: 'public-key.pem',
} as const;

/** What an evidence pack holds, and a hash of each of its files. Its exact bytes are signed. */
export const EvidenceManifest = z
  .object({
    format: z.literal('castellan-evidence/1'),
    run: z.object({
      id: Id,
      flowId: Id,
      flowName: z.string(),
      /** Null: of a draft. */
      version: z.number().int().nullable(),
      mode: z.enum(runModes),
      status: z.enum(runStatuses),
      endedAt: Instant,
      /** A connection of it was a simulator, so nothing real was changed there. */
      simulated: z.boolean(),
    }),
    workspace: z.object({ id: Id, name: z.string() }),
    madeAt: Instant,
    madeBy: z.string(),
    /** The release of Castellan that made it. */
    release: z.string(),
    key: z.object({ id: z.string(), fingerprint: z.string() }),
    /** The newest entry of the workspace's audit when the pack was made. */
    auditHead: z.object({ seq: z.number().int(), hash: z.string() }),
    files: z.array(
      z.object({
        path: z.string(),
        bytes: z.number().int(),
        /** Hex. */
        sha256: z.string(),
        holds: z.string(),
      }),
    ),
  })
  .meta({ id: 'EvidenceManifest' });
export type EvidenceManifest = z.infer<typeof EvidenceManifest>;

/** The public part of a key that signs evidence packs, or did. */
export const EvidenceKey = z
  .object({
    /** The beginning of the fingerprint. */
    id: z.string(),
    /** `sha256:` and the hash of the public key (SPKI, DER) in hex. */
    fingerprint: z.string(),
    /** PEM. */
    publicKey: z.string(),
    createdAt: Instant,
    /** Since when another one signs; null of the one that does. */
    retiredAt: Instant.nullable(),
  })
  .meta({ id: 'EvidenceKey' });
export type EvidenceKey = z.infer<typeof EvidenceKey>;

export const evidenceRoutes = {
  pack: route({
    method: 'GET',
    path: '/workspaces/:ws/runs/:id/evidence',
    access: 'run:evidence',
    summary: 'What an ended run did and who allowed it, as a signed file (zip)',
    answer: z.unknown(),
  }),
  keys: route({
    method: 'GET',
    path: '/workspaces/:ws/evidence-keys',
    access: 'run:read',
    summary: 'The public keys of evidence packs, the one that signs first',
    answer: z.object({ items: z.array(EvidenceKey) }),
  }),
  rotate: route({
    method: 'POST',
    path: '/workspaces/:ws/evidence-keys',
    access: 'workspace:write',
    summary: 'Make a new key sign evidence packs, in the workspace that the installation began with',
    status: 201,
    answer: EvidenceKey,
  }),
};
