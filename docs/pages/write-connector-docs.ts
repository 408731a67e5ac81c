/** `npm run connector-docs`: writes docs/connectors.md and docs/connectors/ anew. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connectors } from '@castellan/connectors';
import { connectorDocs } from './connector-docs.js';

const folder = new URL('../', import.meta.url);

rmSync(new URL('connectors/', folder), { recursive: true, force: true });
mkdirSync(new URL('connectors/', folder));
const files = connectorDocs(connectors);
for (const [path, content] of files) writeFileSync(new URL(path, folder), content);
console.log(`  wrote ${files.size} files to docs/`);
