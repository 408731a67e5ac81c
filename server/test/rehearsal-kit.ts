import { connectors } from '@castellan/connectors';
import type { Flow } from '@castellan/flow';
import { describeConnector } from '@castellan/sdk';
import type { PublishedVersion } from '../src/flows/versions.service.js';
import { unpublishedVersion } from '../src/rehearsal/unpublished-version.js';
import type { FlowSketch } from './harness/flows.js';

/** What a test's flow says; a webhook `hook` and the slots `vendor` (http) and `access` (Opal) are filled in. */
export type Sketch = Omit<FlowSketch, 'triggers' | 'connections'> & { triggers?: FlowSketch['triggers'] };

/** The connectors of the product, and nothing of a workspace. */
const catalog = {
  connectors: connectors.map((connector) => ({ ...describeConnector(connector), simulator: false })),
  connections: [],
  flows: [],
  tables: [],
};

/** A flow out of a sketch, compiled; for what needs no database. */
export function versionOf(sketch: Sketch): PublishedVersion {
  const flow = {
    schema: 1,
    name: 'A flow',
    connections: { vendor: { connector: 'http' }, access: { connector: 'opal' } },
    triggers: { hook: { kind: 'webhook' } },
    ...sketch,
  };
  return unpublishedVersion(flow as Flow, catalog, { workspaceId: 'w', flowId: 'f' });
}

/** A read of the vendor. */
export const get = (over: object = {}) => ({
  kind: 'action',
  connection: 'vendor',
  operation: 'get',
  input: { url: 'https://vendor.test/x' },
  ...over,
});

/** A write to the vendor. */
export const post = (json: unknown, over: object = {}) => ({
  kind: 'action',
  connection: 'vendor',
  operation: 'request',
  input: { method: 'POST', url: 'https://vendor.test/x', json },
  ...over,
});
