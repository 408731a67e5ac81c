import { createRequire } from 'node:module';

/** The release of this server, such as `1.2.0`. */
export const { version: release } = createRequire(import.meta.url)('../../package.json') as { version: string };
