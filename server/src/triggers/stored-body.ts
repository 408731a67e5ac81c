import { type Blob, largeBody, previewBytes, wholeBytes } from '../platform/large-values/index.js';
import { parseBody } from './delivery.js';
import type { StoredDelivery } from './inbox.js';

/** SQL for the body of a delivery `d` as it arrived. */
export const wholeBody = wholeBytes('d', 'body');

/** A delivery's body as its row has it: itself, or the beginning of it beside the name of the whole. */
export function storedBody({ workspaceId, rawBody, headers }: StoredDelivery): {
  body: Buffer;
  large: string | null;
  blobs: Blob[];
} {
  const blob = largeBody(workspaceId, rawBody);
  if (!blob) return { body: rawBody, large: null, blobs: [] };
  const { hash, size } = blob;
  return {
    body: previewBytes(parseBody(rawBody, headers['content-type'])),
    large: JSON.stringify({ body: { hash, size } }),
    blobs: [blob],
  };
}
