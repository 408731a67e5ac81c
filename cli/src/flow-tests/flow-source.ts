import { readFileSync } from 'node:fs';
import { flowRoutes, flowTestRoutes } from '@castellan/api';
import type { ApiClient } from '../api-client.js';
import { EX_DATAERR } from '../exit-codes.js';
import { StartError } from '../supervisor/start-error.js';
import type { PlayedFlow } from './played-flow.js';

/** An id of a flow on the server; everything else is the path of a file. */
const flowId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Plays the test cases of a flow on the server, or of a file that was exported from one. */
export async function playSource(client: ApiClient, source: string): Promise<PlayedFlow> {
  return flowId.test(source) ? playStored(client, source) : playFile(client, source);
}

async function playStored(client: ApiClient, id: string): Promise<PlayedFlow> {
  const { name } = await client.call(flowRoutes.get, { params: { id } });
  const report = await client.call(flowTestRoutes.play, { params: { id }, body: {} });
  return { name, source: id, report };
}

async function playFile(client: ApiClient, path: string): Promise<PlayedFlow> {
  const file = readFlow(path);
  const report = await client.call(flowTestRoutes.playFile, { body: file });
  return { name: nameOf(file.flow) ?? path, source: path, report };
}

/** `{ flow, tests }` as it is exported, or a flow by itself, which has no test cases. */
function readFlow(path: string): { flow: unknown; tests: unknown[] } {
  const value = parse(path, read(path));
  if (typeof value !== 'object' || value === null) throw new StartError(`${path} is no flow.`, [], EX_DATAERR);
  if (!('flow' in value)) return { flow: value, tests: [] };
  return { flow: value.flow, tests: 'tests' in value && Array.isArray(value.tests) ? value.tests : [] };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new StartError(
      `${path} cannot be read: ${(error as Error).message}. Name a file that was exported, or a flow's id.`,
      [],
      EX_DATAERR,
    );
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StartError(`${path} is no JSON: ${(error as Error).message}`, [], EX_DATAERR);
  }
}

function nameOf(flow: unknown): string | undefined {
  if (typeof flow !== 'object' || flow === null || !('name' in flow)) return undefined;
  return typeof flow.name === 'string' ? flow.name : undefined;
}
