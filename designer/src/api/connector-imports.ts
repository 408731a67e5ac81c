import { type ConnectorImport, type ImportChoice, largestPart, routes } from '@castellan/api';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useChange } from './change.js';
import { call } from './client.js';
import { read } from './query.js';
import { useWorkspace } from './workspace.js';

/** Where a document comes from. `into`: the connector of which it becomes the next version. */
export type DocumentSource = { url: string; into?: string } | { file: File; into?: string } | { again: string };

const lookMs = 1_000;
const underWay: ConnectorImport['state'][] = ['receiving', 'waiting', 'chosen'];

/** An import, looked at again while something is being done. */
export function useConnectorImport(id: string) {
  const ws = useWorkspace().id;
  const client = useQueryClient();
  const found = useQuery({
    ...read('imports', routes.connectorImports.get, { params: { ws, id } }),
    refetchInterval: ({ state }) => (state.data && underWay.includes(state.data.state) ? lookMs : false),
  });
  const isDone = found.data?.state === 'done';
  useEffect(() => {
    if (isDone) void client.invalidateQueries({ queryKey: ['catalog', ws] });
  }, [isDone, client, ws]);
  return found;
}

/** Begins an import: a file is sent in parts. */
export function useBeginImport() {
  return useChange({
    send: async (ws, source: DocumentSource) => {
      if (!('file' in source)) return call(routes.connectorImports.begin, { params: { ws }, body: source });
      const { file, into } = source;
      const body = { name: file.name.slice(0, 200), size: file.size, ...(into ? { into } : {}) };
      let begun = await call(routes.connectorImports.begin, { params: { ws }, body });
      while (begun.received < file.size) {
        const content = await base64(file.slice(begun.received, begun.received + largestPart));
        const params = { ws, id: begun.id };
        begun = await call(routes.connectorImports.send, { params, body: { at: begun.received, content } });
      }
      return begun;
    },
    stale: ['imports'],
    shown: true,
  });
}

export function useChooseOperations(id: string) {
  return useChange({
    send: (ws, body: ImportChoice) => call(routes.connectorImports.choose, { params: { ws, id }, body }),
    stale: ['imports', 'catalog', 'connections'],
    shown: true,
  });
}

export function useRemoveConnector() {
  return useChange({
    send: (ws, id: string) => call(routes.connectorImports.remove, { params: { ws, id } }),
    stale: ['catalog'],
    shown: true,
  });
}

async function base64(part: Blob): Promise<string> {
  const bytes = new Uint8Array(await part.arrayBuffer());
  let text = '';
  // All bytes at once would be more arguments than a call may have.
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text);
}
